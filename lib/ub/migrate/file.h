/* file.h - a migration's script, in its file. */
#ifndef UB_UB_MIGRATE_FILE_H
#define UB_UB_MIGRATE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* Is it there? ERR_USAGE, "migrate.dir": a folder of Prisma's may lack it. */
int migrate_file_check(const char *path, struct err *e);

/* Append it whole to out; the error as above, or io_slurp()'s: "io.large"
 * beyond 1 GiB. */
int migrate_file_read(const char *path, struct buf *out, struct err *e);

#endif
