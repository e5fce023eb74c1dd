/*
 * apply.h - run one migration and record it: in one transaction with its row
 * in the ledger wherever that can be, else step by step, each of which is
 * done whole or not at all and known afterwards.
 */
#ifndef UB_UB_MIGRATE_APPLY_H
#define UB_UB_MIGRATE_APPLY_H

#include <stdint.h>

#include "base/err.h"
#include "ext/db.h"
#include "ub/migrate/ledger.h"
#include "ub/migrate/locks.h"
#include "ub/migrate/steps.h"
#include "ub/migrate/watch.h"

/* A statement that has been run. */
struct apply_stmt {
	const struct steps *steps;
	size_t index;
	size_t step;
	int64_t ms;
	int64_t rows;
};

/* What all migrations of a run share; all borrowed. */
struct apply {
	struct db *db;
	struct watch *watch; /* or NULL */
	const struct ledger *ledger;
	int create;          /* the ledger's table, and its schema if that is
	                        not there, with the first row */
	int afresh;          /* the next is not one that was begun, whatever a
	                        trail says: somebody has taken it back */
	int no_trail;        /* of an earlier run; else one is looked for */
	const struct locks *locks;  /* or NULL: a database of our own */
	const char *root;           /* what messages leave out; or NULL */
	const char *sum;            /* of the next one's script, as it was
	                               judged; or NULL */
	const char *schema;         /* for search_path; NULL: the role's */
	int64_t lock_timeout_ms;    /* of a statement; 0: none */
	int64_t retries;            /* when that is over, or a deadlock */
	int in_order;               /* the session is: what the one before
	                               has said of it in applied */
	/* Before and after each statement, within its transaction; NULL, or 0
	 * or -1 with e set, which fails the step. */
	int (*before)(void *ctx, const struct apply_stmt *s, struct err *e);
	int (*after)(void *ctx, const struct apply_stmt *s, struct err *e);
	void (*ended)(void *ctx); /* a transaction is, either way; or NULL */
	void *ctx;
};

/* What became of it. Valid as {0}. */
struct applied {
	enum steps_mode mode;
	int64_t ms;
	int64_t rows;       /* that its statements changed or returned */
	size_t statements;
	int64_t attempts;   /* of the transaction that was tried most often */
	size_t resumed;     /* steps that an earlier run had done */
	size_t steps;       /* in all */
	size_t steps_done;
	int temporary;      /* one that is done, not the last, has made a
	                       table that is gone with the session */
	int changed;        /* it failed, and steps of it stay */
	int unknown;        /* whether it is in is not known */
	int in_order;       /* the session is, as after apply_session() */
	struct watch_seen seen;
};

/*
 * Put the session in order: its role and settings as they were at the
 * beginning, then ours; the locks, as locks_keep(). A migration that does not
 * find it in order begins with this, as the one before may have left anything.
 * Not in a transaction.
 */
int apply_session(const struct apply *a, struct err *e);

/*
 * Run it; before is the one in front of it, or NULL. The error,
 * "migrate.sql", says "FILE:LINE:COLUMN: what the server said", with
 * sqlstate, statement, line, column and what the server added in detail;
 * "migrate.busy" when locks could not be had, naming who has them, or
 * when others waited for us too long. Its code is that of the cause, but
 * ERR_LATER only where waiting helps or the session is lost; whether something
 * stays is in *out, which is filled in either way.
 *
 * One whose statements can go to the server together costs three round trips:
 * they, with BEGIN; its row; COMMIT, with what puts the session in order.
 */
int apply_migration(const struct apply *a, const struct migration *m,
    const struct migration *before, struct applied *out, struct err *e);

void apply_release(struct applied *x);

#endif
