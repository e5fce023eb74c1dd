/*
 * drive.h - migrations that are programs (Alembic, Django, Sqitch): run by
 * the project's own command, with the ledger compared before and after.
 */
#ifndef UB_UB_MIGRATE_DRIVE_H
#define UB_UB_MIGRATE_DRIVE_H

#include "base/err.h"
#include "base/vec.h"
#include "ub/migrate/project.h"

/* Valid as {0}. */
struct drive {
	struct vec added;   /* versions that the ledger has now */
	struct vec removed; /* and those that it has no more */
	int64_t ms;
};

/*
 * Run migrate.command by /bin/sh in the project's root, with PG* variables
 * that lead to the database; its stdout and stderr go to our stderr, line by
 * line. Whoever calls holds the locks. A command that fails is
 * "migrate.command": ERR_CHANGED if the ledger is another one, ERR_TROUBLE if
 * it is as it was. No command: ERR_USAGE, "config.missing".
 */
int drive_run(struct project *p, struct drive *out, struct err *e);

/* Is there a command? As drive_run(). */
int drive_check(const struct project *p, struct err *e);

void drive_release(struct drive *d);

#endif
