/* outlook.h - who would be in the way if the pending migrations began now. */
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

/* Valid as {0}. */
struct outlook {
	struct outlook_blocker *v;
	size_t n;
};

/*
 * Sessions that hold a lock which conflicts with one that will be taken, as
 * the lint has it. Reads only.
 */
int outlook_look(struct db *db, const struct judged *j, struct outlook *out,
    struct err *e);
void outlook_release(struct outlook *o);

#endif
