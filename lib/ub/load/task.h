/* task.h - one task beside pg_restore, done in a session of its own. */
#ifndef UB_UB_LOAD_TASK_H
#define UB_UB_LOAD_TASK_H

#include "base/err.h"
#include "base/vec.h"
#include "ext/db.h"
#include "ub/load/board.h"

/* Valid with dsn and db_manifest alone; opened when first needed. */
struct load_session {
	const struct dsn *dsn;
	const struct manifest_db *db_manifest;
	struct db *db;
	int waits; /* for locks as long as it takes */
};

/*
 * Do it. LOAD_LIST adds kind ("r", "m", "p") and quoted name of each table
 * to found. 0; 1: a lock was in the way, and wait is not set; -1.
 */
int load_task_run(struct load_session *s, const struct load_task *t,
    int wait, struct vec *found, struct err *e);

void load_session_release(struct load_session *s);

#endif
