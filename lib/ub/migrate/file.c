#include "ub/migrate/file.h"

#include <sys/stat.h>

#include "sys/io.h"

#define FILE_MAX ((size_t)1 << 30)

int
migrate_file_check(const char *path, struct err *e)
{
	struct stat st;

	return stat(path, &st) == 0 ? 0 : err_set(e, ERR_USAGE,
	    "migrate.dir", "there is no script '%s'", path);
}

int
migrate_file_read(const char *path, struct buf *out, struct err *e)
{
	struct err missing = { 0 };
	int r = io_slurp(path, FILE_MAX, out, e);

	/* Looked for only then: there are thousands of them. */
	if (r && migrate_file_check(path, &missing)) {
		err_release(e);
		*e = missing;
	}
	return r;
}
