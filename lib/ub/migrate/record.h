/*
 * record.h - writing a ledger, as its tool would: what it reads afterwards is
 * what it would have written itself. Each is one or two statements, in the
 * caller's transaction if there is one. Tables are named with their schema.
 *
 * Only for Prisma, dbmate, golang-migrate and Flyway.
 */
#ifndef UB_UB_MIGRATE_RECORD_H
#define UB_UB_MIGRATE_RECORD_H

#include <stdint.h>

#include "base/err.h"
#include "ext/db.h"
#include "ub/migrate/ledger.h"

/* What is written about a migration. */
struct record {
	const struct migration *m;
	const struct migration *before; /* the one in front, or NULL */
	const char *row;  /* what record_row() said before it was begun; NULL
	                     if that is not known */
	const char *text; /* the whole script */
	size_t len;
	int64_t ms;       /* how long it took */
};

/* Can it be written by us? */
int record_knows(enum migrate_tool t);

/* Make the table; l has tool, schema and table. There already is fine. */
int record_create(struct db *db, const struct ledger *l, struct err *e);

/* Take back record_create(): the table goes if it is empty. */
int record_remove(struct db *db, const struct ledger *l, struct err *e);

/* The name of a tool's table: "_prisma_migrations". */
const char *record_table(enum migrate_tool t);

/* It is applied: the one row, in the transaction of the migration. */
int record_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

/*
 * The same of a migration that is run in several steps: begun; finished; or
 * failed, with what the server said. dbmate has no words for the first and
 * the third; Flyway none for the first, which counts as failed until it is
 * finished.
 */
int record_begin(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_finish(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_fail(struct db *db, const struct ledger *l,
    const struct record *r, const char *logs, struct err *e);

/* Somebody has decided: it counts as applied, though we did not run it. */
int record_resolve(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

/* Somebody has decided: what failed was taken back. golang-migrate's row says
 * again what it said before; if that is not known, the version of the file in
 * front, with a warning. */
int record_roll_back(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

/*
 * What is lost when a migration is begun: the version that golang-migrate's
 * one row says, "" if there is none. NULL with the other tools. Caller owns.
 */
int record_row(struct db *db, const struct ledger *l, char **out,
    struct err *e);

/* What record_begin() wrote, as if it had never been. */
int record_undo(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

/* Flyway's row that says "all up to here". */
int record_baseline(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

/* The script is right as it is now. */
int record_checksum(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

#endif
