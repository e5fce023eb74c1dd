/* trail_priv.h - what the files of trail share. */
#ifndef UB_UB_MIGRATE_TRAIL_PRIV_H
#define UB_UB_MIGRATE_TRAIL_PRIV_H

#include "ub/migrate/trail.h"

/* A statement in which %t is the table, and %s whether a row's migration is
 * the same as $1 by its version. Caller owns. */
char *trail_sql(const struct ledger *l, const char *sql);

/* Run it: how many rows were touched; -1: an error. */
int trail_run(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e);

#endif
