/* COPY text: the same whole, byte by byte, and as a plain loop counts it. */
#include <string.h>

#include "fuzz.h"
#include "ub/verify/copy.h"

/* -1: damaged. */
static int64_t
counted(const uint8_t *s, size_t n)
{
	int64_t rows = 0;
	size_t at = 0, len;
	const uint8_t *nl;

	for (;;) {
		nl = at < n ? memchr(s + at, '\n', n - at) : NULL;
		if (nl == NULL)
			return -1;
		len = (size_t)(nl - s) - at;
		if (len == 2 && s[at] == '\\' && s[at + 1] == '.')
			break;
		rows++;
		at += len + 1;
	}
	for (at += 3; at < n; at++)
		if (s[at] != '\n')
			return -1;
	return rows;
}

static int64_t
fed(const uint8_t *s, size_t n, size_t step)
{
	struct copy c = { 0 };
	struct err err = { 0 };
	size_t at, len;
	int r = 0;

	for (at = 0; at < n && r == 0; at += len) {
		len = n - at < step ? n - at : step;
		r = copy_add(&c, s + at, len, &err);
	}
	if (r == 0)
		r = copy_end(&c, &err);
	fuzz_must((r != 0) == (err.code != ERR_OK));
	err_release(&err);
	return r ? -1 : c.rows;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t rows = counted(data, size);

	fuzz_must(fed(data, size, size ? size : 1) == rows);
	fuzz_must(fed(data, size, 1) == rows);
	fuzz_must(fed(data, size, 7) == rows);
	return 0;
}
