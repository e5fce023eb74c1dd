/* outlook.h - who would be in the way if the pending migrations began now, and
 * what of them is still to be run. */
#ifndef UB_UB_MIGRATE_OUTLOOK_H
#define UB_UB_MIGRATE_OUTLOOK_H

#include "base/err.h"
#include "ext/db.h"
#include "ub/migrate/judge.h"

struct outlook_blocker {
	int pid;
	char *who;      /* application_name, else the role */
	char *table;
	char *state;    /* "idle in transaction" */
	int64_t age_ms; /* of its transaction */
};

/* How far a migration of several steps has come. */
struct outlook_begun {
	size_t steps; /* 0: it was not begun */
	size_t done;
	size_t first; /* of the lint's statements, that is not done */
};

/* Valid as {0}. */
struct outlook {
	struct outlook_blocker *v;
	size_t n;
	struct outlook_begun *begun; /* of each that is judged; or NULL */
};

/* What of those that have failed is done, as the trail has it; out is new. */
int outlook_left(struct project *p, const struct judged *j,
    struct outlook *out, struct err *e);

/* The first statement of the i. that is still to be run; k may be NULL. */
size_t outlook_left_first(const struct outlook *k, size_t i);

/*
 * Sessions that hold a lock which conflicts with one that will be taken, as
 * the lint has it, by what outlook_left() has left. Reads only.
 */
int outlook_look(struct db *db, const struct judged *j, struct outlook *out,
    struct err *e);
void outlook_release(struct outlook *o);

#endif
