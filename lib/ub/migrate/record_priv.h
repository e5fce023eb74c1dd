/* record_priv.h - the ledgers of the tools, for record.c alone. */
#ifndef UB_UB_MIGRATE_RECORD_PRIV_H
#define UB_UB_MIGRATE_RECORD_PRIV_H

#include "ub/migrate/record.h"

/* Run a statement in which %t is the ledger; params as in db_query(), or
 * NULL for one or more statements without any. */
int record_run(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e);

/* The same of one that writes a row. That none is written, as a trigger or a
 * rule may have it, is no error to the server: to us it is. */
int record_write(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e);

/* The same of an UPDATE or a DELETE that may meet no row; its WHERE, which
 * names all of params, may meet none afterwards if it has written none. */
int record_rest(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e);

int record_prisma_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_prisma_begin(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_prisma_finish(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_prisma_fail(struct db *db, const struct ledger *l,
    const struct record *r, const char *logs, struct err *e);
int record_prisma_resolve(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_prisma_roll_back(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_prisma_undo(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_prisma_checksum(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

int record_golang_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_golang_begin(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_golang_back(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
/* As record_row(). */
int record_golang_row(struct db *db, const struct ledger *l, char **out,
    struct err *e);

int record_flyway_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
/* Of what failed before, the row goes. */
int record_flyway_finish(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_flyway_fail(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_flyway_repair(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_flyway_baseline(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);
int record_flyway_checksum(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

#endif
