/* record_priv.h - the ledgers of Prisma and Flyway, for record.c alone. */
#ifndef UB_UB_MIGRATE_RECORD_PRIV_H
#define UB_UB_MIGRATE_RECORD_PRIV_H

#include "ub/migrate/record.h"

/* Run a statement in which %t is the ledger; params as in db_query(), or
 * NULL for one or more statements without any. */
int record_run(struct db *db, const struct ledger *l, const char *sql,
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
