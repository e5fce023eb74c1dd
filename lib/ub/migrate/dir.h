/*
 * dir.h - the migrations in a project's folder, as the tool that the project
 * uses finds, names and orders them.
 */
#ifndef UB_UB_MIGRATE_DIR_H
#define UB_UB_MIGRATE_DIR_H

#include <stddef.h>

#include "base/err.h"
#include "base/vec.h"

enum migrate_tool {
	MIGRATE_NONE,
	MIGRATE_PRISMA,
	MIGRATE_DBMATE,
	MIGRATE_GOLANG, /* golang-migrate */
	MIGRATE_FLYWAY,
	/* Their migrations are programs: their ledgers can be read. */
	MIGRATE_ALEMBIC,
	MIGRATE_DJANGO,
	MIGRATE_SQITCH,
	MIGRATE_PRISMA8, /* known, to be refused */
};

struct migration {
	char *version; /* as the ledger has it: Prisma the folder's name,
	                  dbmate the digits, golang-migrate the number, Flyway
	                  "1.2"; NULL: Flyway's repeatable ones */
	char *name;    /* for people, and on the command line; unique */
	char *about;   /* Flyway's description; or NULL */
	char *path;    /* the script, absolute */
	char *down;    /* golang-migrate's way back, absolute; or NULL */
};

/* Valid as {0}. */
struct migrate_dir {
	struct migration *v; /* in the order of running */
	size_t n;
};

const char *migrate_tool_name(enum migrate_tool t); /* "golang-migrate" */

/* The tool of that name; MIGRATE_NONE if there is none. name may be NULL. */
enum migrate_tool migrate_tool_of(const char *name);

/*
 * Whose layout it is; MIGRATE_NONE if nothing in it is a migration's. Of
 * several: ERR_USAGE, "migrate.tool". No such folder: ERR_USAGE,
 * "migrate.dir".
 */
int migrate_dir_guess(const char *path, enum migrate_tool *out,
    struct err *e);

/*
 * Read it. ERR_USAGE, "migrate.dir": no folder, a migration without its
 * script, Prisma's for another kind of database, a name that the tool would
 * refuse; "migrate.version": two of one version.
 */
int migrate_dir_read(const char *path, enum migrate_tool t,
    struct migrate_dir *out, struct err *e);
void migrate_dir_release(struct migrate_dir *d);

#endif
