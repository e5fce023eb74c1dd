#include "ub/verify/head.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"

#define FORMAT_TAR 3 /* what a folder's toc.dat says, too */
#define MAX_WIDTH 32

/* "PGDMP", version (3 bytes), width of integers, width of offsets, format. */
static int
is_head(const unsigned char *h, size_t n)
{
	static const char magic[] = "PGDMP";

	return n == 11 && memcmp(h, magic, sizeof(magic) - 1) == 0 &&
	    h[5] == 1 && h[6] >= 10 && h[8] >= 1 && h[8] <= MAX_WIDTH &&
	    h[9] >= 1 && h[9] <= MAX_WIDTH && h[10] == FORMAT_TAR;
}

static int
check_one(const char *path, int *good, struct err *e)
{
	unsigned char h[11];
	int fd = io_open(path, O_RDONLY | O_NOFOLLOW, 0, e);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = io_read(fd, h, sizeof(h), path, e);
	close(fd);
	*good = n > 0 && is_head(h, (size_t)n);
	return n < 0 ? -1 : 0;
}

int
head_check(const struct set *s, folder_fn *fn, void *ctx, struct err *e)
{
	char *member, *path;
	int good, r = 0;
	size_t i;

	for (i = 0; i < s->m.n_dbs && r == 0; i++) {
		member = path_join(s->m.dbs[i].folder, "toc.dat");
		path = set_path(s, member);
		good = 1;
		if (!manifest_find(&s->m, member))
			fn(ctx, member, "the manifest does not have it");
		else if (path_is_file(path))
			r = check_one(path, &good, e);
		if (!good)
			fn(ctx, member,
			    "it is no table of contents of pg_dump");
		free(path);
		free(member);
	}
	return r;
}
