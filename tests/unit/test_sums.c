/* test_sums.c - SHA256SUMS as `sha256sum -c` reads it. */
#include "ub/sums.h"

#include <stdlib.h>

#include "base/mem.h"

#include "tap.h"

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void
add(struct manifest *m, const char *path)
{
	struct manifest_file *f = manifest_add_file(m);

	f->path = mem_dup(path);
	memcpy(f->sha256, SUM, sizeof(SUM));
}

int
main(void)
{
	struct manifest m = { 0 };
	char *sums = sums_text(&m, "abc", 3);

	tap_is(sums, ABC "  MANIFEST.json\n", "a set without files");
	free(sums);
	add(&m, "a\\b\nc\rd");
	add(&m, "plain  name");
	sums = sums_text(&m, "abc", 3);
	tap_is(sums,
	    ABC "  MANIFEST.json\n\\" SUM "  a\\\\b\\nc\\rd\n" SUM
		"  plain  name\n",
	    "names are escaped as GNU does");
	free(sums);
	manifest_release(&m);
	return tap_done();
}
