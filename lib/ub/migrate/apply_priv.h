/* apply_priv.h - what the files of apply share. */
#ifndef UB_UB_MIGRATE_APPLY_PRIV_H
#define UB_UB_MIGRATE_APPLY_PRIV_H

#include "ub/migrate/apply.h"
#include "ub/migrate/record.h"
#include "ub/migrate/trail.h"

/* One migration being run. */
struct applying {
	const struct apply *a;
	struct steps s;
	struct record record;
	struct applied *out;
	int64_t began_ms;
	size_t step;   /* the present one */
	size_t stmt;   /* the present statement */
	size_t sent;   /* the first of those that were sent with it */
	size_t n_sent; /* and how many they are */
	int in_stmt;   /* the error is its */
	int ending;    /* COMMIT was sent */
	int refused;   /* and that is what failed */
	int stale;     /* there is a trail, which counts no more */
	int made_schema; /* the ledger's was not there */
	const char *said; /* what failed, for the ledger */
	const struct trail_step *mark; /* of a statement alone */
	/* What is written with the last statement, before COMMIT. */
	int (*seal)(struct applying *x, struct err *e);
	int last;   /* nothing of it comes behind this transaction */
	int begins; /* BEGIN goes with the next statements */
	int ends;   /* which are the script's last ones in it */
	int is_us;  /* the role is the session's again */
};

/*
 * Run a step in a transaction, with its seal; again, after a pause, when a
 * lock could not be had, as often as a->retries says. On failure all of it is
 * rolled back.
 */
int apply_step(struct applying *x, size_t step, struct err *e);

/* Wait for a while before the next try, longer each time; say why. */
int apply_step_pause(const struct applying *x, int64_t tried, struct err *e);

/* COMMIT; the session is put in order for the next migration in the same
 * round trip. -1 says that it is not in, or that nothing is known of it. */
int apply_commit(struct applying *x, struct err *e);

/* Are the locks still ours? A script may have let go of them: then they are
 * taken again, or it ends here. */
int apply_locks(const struct apply *a, struct err *e);

/* Set the session's lock_timeout. What it was goes to *before, which is owned,
 * unless there is something. */
int apply_limit(const struct apply *a, const char *limit, char **before,
    struct err *e);

/* Can others go to the server with this one? */
int apply_stmt_joins(const struct applying *x, size_t i);

/*
 * How many statements from i on, of the left ones of its step, can go to the
 * server at once: one round trip for each would be most of the time of
 * thousands of INSERTs. At least 1.
 */
size_t apply_stmt_batch(const struct applying *x, size_t i, size_t left);

/* Run n statements from i on at once, with BEGIN if x->begins; before and
 * after are called, if n is 1. */
int apply_stmt(struct applying *x, size_t i, size_t n, struct err *e);

/* A transaction with a seal alone; the present step stays. */
int apply_note(struct applying *x, int (*seal)(struct applying *x,
    struct err *e), struct err *e);

/* After a failure, and whatever comes: write what can be written. 0, or -1:
 * it could not be. */
int apply_aside(struct applying *x, int (*seal)(struct applying *x,
    struct err *e));

/* A statement alone that may be DETACH … CONCURRENTLY. */
struct detaching {
	int is;
	const struct split_stmt *st;
	struct classify_detach names;
	int64_t tried; /* its other half, so often */
};

/* What is true before it: *note is NULL if it is no partition, or one by half;
 * owned. Names are resolved as the session's search_path says. */
int apply_detach_before(const struct applying *x, const struct detaching *d,
    char **note, struct err *e);

/* It was begun, by a run that is dead: if it was done by half, the rest is
 * done now. That locks the partition for a moment: within the limits, and
 * again, as often as a->retries says. */
int apply_detach_find_out(struct applying *x, struct detaching *d,
    const char *note, int *done, struct err *e);

/* Is it one by half, or can that not be known? */
int apply_detach_is_half(const struct applying *x, const struct detaching *d);

/* The present step, STEP_ALONE; mark is what is known of it, or NULL. */
int apply_alone(struct applying *x, const struct trail_mark *mark,
    struct err *e);

/* In a transaction: what follows is done in the role of the session. */
#define APPLY_AS_OURSELVES "SET LOCAL SESSION AUTHORIZATION DEFAULT;" \
	" SET LOCAL role TO DEFAULT"
int apply_as_ourselves(struct applying *x, struct err *e);

/* Keep what was seen, and release it. */
void apply_keep_seen(struct applied *out, struct watch_seen *seen);

/* The steps of a migration that cannot be run in one; t is what is known of
 * those that were. */
int apply_split(struct applying *x, const struct trail *t, struct err *e);

/* Make of the server's words an error with file, line and column. Always
 * -1. */
int apply_fail(struct applying *x, struct err *e);

/* May the same work a moment later? Lock time-out, deadlock, serialization,
 * or that we were called off for others. */
int apply_may_retry(const struct err *e, const struct watch_seen *seen);

/* Say that it was tried so often, and who is in the way. Always -1. */
int apply_busy(struct applying *x, int64_t attempts, struct err *e);

#endif
