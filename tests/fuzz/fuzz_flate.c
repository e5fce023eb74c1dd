/* gzip data, in blocks of a size that its first byte chooses. */
#include "ext/flate.h"
#include "fuzz.h"

static int
count(void *ctx, const void *data, size_t len, struct err *e)
{
	size_t *total = ctx;

	(void)data;
	*total += len;
	return *total > (size_t)64 << 20
	    ? err_set(e, ERR_NO, "fuzz.big", "too big")
	    : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t total = 0, at = 0, step = size ? data[0] % 97 + 1u : 1, n;
	struct flate *f = flate_new("input", count, &total);
	struct err err = { 0 };
	int r = 0;

	for (at = 0; at < size && r == 0; at += n) {
		n = size - at < step ? size - at : step;
		r = flate_add(f, data + at, n, &err);
	}
	if (r == 0)
		r = flate_end(f, &err);
	else
		flate_free(f);
	fuzz_must((r != 0) == (err.code != ERR_OK));
	fuzz_must(size > 0 || r != 0);
	err_release(&err);
	return 0;
}
