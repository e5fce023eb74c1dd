/*
 * dump.h - one database into a set's folder: db/<name>/ (plain `pg_dump -Fd`
 * output), db/<name>.props.sql, and what the manifest says of it.
 */
#ifndef UB_UB_DUMP_H
#define UB_UB_DUMP_H

#include <stdint.h>

#include "base/err.h"
#include "ext/dsn.h"
#include "ub/manifest.h"
#include "ub/pgtools.h"

struct dump; /* a database with its exported snapshot held open */

struct dump_opts {
	const struct dsn *dsn;
	const char *bindir;      /* database.binDir, or NULL */
	const char *read_from;   /* dump this database (a frozen copy) in place
	                            of dsn's own, or NULL */
	unsigned jobs;           /* of pg_dump; 0: one a processor, at most 8 */
	int64_t lock_timeout_ms; /* for locks on tables; 0: 30 s */
};

/*
 * Connect, find fitting tools, export the snapshot. d->… of the manifest is
 * filled with origin, versions, size and properties. From here on the content
 * that dump_run() writes is fixed.
 */
int dump_open(const struct dump_opts *o, struct manifest_db *m,
    struct dump **out, struct err *e);

/*
 * Write m->folder and its props.sql below set_dir; count the rows of every
 * table on the same snapshot, beside the dump; match tables with data files.
 * Every gate of a good dump is checked: pg_dump ended with 0, each table has
 * its data file, none is empty. The server gone or sessions ended:
 * ERR_LATER. Call it in any thread.
 */
int dump_run(struct dump *d, const char *set_dir, struct err *e);

void dump_free(struct dump *d); /* NULL is fine */

/*
 * Roles and tablespaces of the server, `pg_dumpall --globals-only`, into
 * file (0600). 1 if this role may not (passwords need a superuser): then
 * tried without passwords; still not: nothing is written. 0 or -1 else.
 */
int dump_globals(const struct dump *d, const char *file, struct err *e);

#endif
