/* task.h - one task of the board, done in a session of its own. */
#ifndef UB_UB_LOAD_TASK_H
#define UB_UB_LOAD_TASK_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/vec.h"
#include "ext/db.h"
#include "ub/load/board.h"

/* Sessions of one thread; opened when first needed. */
struct load_session {
	/* in */
	const struct load *load;
	const struct dsn *dsn;
	const char *settings;      /* of LOAD_COPY, and what follows */
	const struct vec *analyzed; /* OIDs of tables: LOAD_LIST needs them */
	const atomic_int *stop;
	void (*begun)(void *ctx);
	void *ctx;
	/* the rest is {0} */
	struct db *loader; /* of LOAD_COPY: with the dump's own settings */
	struct db *db;
	int waits; /* for locks as long as it takes */
};

/*
 * Do it. LOAD_LIST adds kind ("r", "m", "p") and quoted name of each table
 * to found; LOAD_COPY the OID of the table if its statistics are gathered.
 * 0; 1: a lock was in the way, and wait is not set; -1.
 */
int load_task_run(struct load_session *s, const struct load_task *t,
    int wait, struct vec *found, struct err *e);

void load_session_release(struct load_session *s);

#endif
