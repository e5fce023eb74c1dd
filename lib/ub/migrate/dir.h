/*
 * dir.h - the migrations in a project's folder, as the tool that the project
 * uses finds, names and orders them.
 */
#ifndef UB_UB_MIGRATE_DIR_H
#define UB_UB_MIGRATE_DIR_H

#include <stddef.h>

#include "base/err.h"
#include "base/vec.h"
#include "ub/migrate/tool.h"

struct migration {
	char *version; /* as the ledger has it: Prisma the folder's name,
	                  dbmate the digits, golang-migrate the number, Flyway
	                  "1.2"; NULL: Flyway's repeatable ones */
	char *name;    /* for people, and on the command line: that of the
	                  file, without ".sql" or ".up.sql"; unique */
	char *about;   /* Flyway's description; or NULL */
	char *path;    /* the script, absolute */
	const char *script; /* Flyway: from the folder on; in path */
	char *down;    /* golang-migrate's way back, absolute; or NULL */
	char *sum;     /* sum_text() of the script, if it was read early */
};

/* Valid as {0}. */
struct migrate_dir {
	struct migration *v; /* in the order of running */
	size_t n;
	struct vec names;    /* what is in the folder, from guessing until
	                        reading; see path_list_marked() */
};

/*
 * Whose layout it is; MIGRATE_NONE if nothing in it is a migration's. Of
 * several: ERR_USAGE, "migrate.tool". No such folder: ERR_USAGE,
 * "migrate.dir".
 */
int migrate_dir_guess(const char *path, struct migrate_dir *d,
    enum migrate_tool *out, struct err *e);

/*
 * Read it, but no script; after migrate_dir_guess() of the same folder it is
 * not listed again. ERR_USAGE, "migrate.dir": no folder, a way back without
 * its way there, Prisma's for another kind of database, a name that the tool
 * would refuse, a link to a folder in Flyway's; "migrate.version": two of one
 * version.
 */
int migrate_dir_read(const char *path, enum migrate_tool t,
    struct migrate_dir *out, struct err *e);

/* A path as messages show it: from root on if it is below. Borrowed. */
const char *migrate_dir_shown(const char *path, const char *root);

void migrate_dir_release(struct migrate_dir *d);

#endif
