/*
 * concur.h - what CREATE INDEX CONCURRENTLY and its kin leave behind when
 * they fail or are killed: an INVALID index, which costs every write, serves
 * no read, and makes IF NOT EXISTS believe that all is done.
 */
#ifndef UB_UB_MIGRATE_CONCUR_H
#define UB_UB_MIGRATE_CONCUR_H

#include "base/err.h"
#include "ext/db.h"
#include "ub/migrate/classify.h"

/*
 * What is true before the statement is run, in words that the functions
 * below understand later, perhaps in another run; NULL: nothing is there.
 * Names are resolved as the session's search_path says. Caller owns.
 */
int concur_before(struct db *db, const struct classify_index *x, char **note,
    struct err *e);

/*
 * Drop, CONCURRENTLY, the invalid leftovers of an earlier attempt; each is
 * told, and each that cannot go. note is what was true before that attempt,
 * NULL if that is not known: then only an index of the very name, or what
 * REINDEX makes of the very table, goes. One that another session is
 * building right now: ERR_LATER, "migrate.building". Not in a transaction.
 */
int concur_clean(struct db *db, const struct classify_index *x,
    const char *note, struct err *e);

/* The statement was begun, and its end not seen: has it done its work? */
int concur_finished(struct db *db, const struct classify_index *x,
    const char *note, int *yes, struct err *e);

/* A DROP has failed: 1 if it has made invalid what was not, which serves no
 * read from then on; 0; or -1. */
int concur_spoilt(struct db *db, const struct classify_index *x,
    const char *note, struct err *e);

/* After a CREATE: is what it made valid? ERR_TROUBLE, "migrate.invalid". */
int concur_check(struct db *db, const struct classify_index *x,
    const char *note, struct err *e);

#endif
