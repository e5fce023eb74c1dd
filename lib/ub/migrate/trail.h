/*
 * trail.h - how far a migration of several steps has come: a table beside
 * the ledger, "ub_migrate_steps", which is there only while such a migration
 * is unfinished. A step in a transaction writes its mark in that transaction;
 * one that refuses one is marked before and after.
 *
 * A migration is kept by its name, and found by its version, too, where that
 * is what its tool knows it by: a file may be renamed in the middle.
 */
#ifndef UB_UB_MIGRATE_TRAIL_H
#define UB_UB_MIGRATE_TRAIL_H

#include <stddef.h>

#include "base/err.h"
#include "ext/db.h"
#include "ext/hash.h"
#include "ub/migrate/ledger.h"
#include "ub/migrate/steps.h"

#define TRAIL_TABLE "ub_migrate_steps"

enum trail_state { TRAIL_NONE, TRAIL_BEGUN, TRAIL_DONE };

struct trail_mark {
	enum trail_state state;
	char *sum;  /* of the step as it was then */
	char *note; /* what was true before it; or NULL */
};

/* Valid as {0}. */
struct trail {
	int begun;            /* the migration was, though perhaps no step */
	char *row;            /* record_row() before it; NULL: not noted */
	struct trail_mark *v; /* by step */
	size_t n;
};

/* Is there a table of trails? ERR_REFUSED, "migrate.steps": it belongs to one
 * who could not have written the ledger, and might say anything. */
int trail_is_there(struct db *db, const struct ledger *l, int *yes,
    struct err *e);

/* What is known of a migration; nothing if there is no table. */
int trail_read(struct db *db, const struct ledger *l, const char *name,
    struct trail *out, struct err *e);
void trail_release(struct trail *t);

/* The migrations that are begun and not finished: none if there is no
 * table. */
int trail_names(struct db *db, const struct ledger *l, struct vec *out,
    struct err *e);

/* sha256 of a step's statements. */
void trail_sum(const struct steps *s, size_t step,
    char out[HASH_HEX_LEN + 1]);

/* Make the table if it is not there, and note that it is begun; what is known
 * of it under an earlier name goes to this one. row is what the ledger said
 * before, or NULL; that of the first time stays. */
int trail_begin(struct db *db, const struct ledger *l, const char *name,
    const char *row, struct err *e);

/* What is written of a step. */
struct trail_step {
	const char *name; /* the migration */
	size_t step;
	const char *sum;
	const char *note; /* or NULL */
};

int trail_begun(struct db *db, const struct ledger *l,
    const struct trail_step *s, struct err *e);
int trail_done(struct db *db, const struct ledger *l,
    const struct trail_step *s, struct err *e);

/* What was begun has failed, and left nothing: no mark of it stays. */
int trail_take_back(struct db *db, const struct ledger *l,
    const struct trail_step *s, struct err *e);

/* The migration is finished, or taken back: forget it, and drop the table if
 * it is empty. Nothing happens if there is no table. */
int trail_forget(struct db *db, const struct ledger *l, const char *name,
    struct err *e);

#endif
