/*
 * locks.h - one migrator at a time in a database: our own advisory lock, and
 * those of the tool whose ledger it is. They are polled for and never waited
 * for in the server, where a waiter's snapshot would hold up CREATE INDEX
 * CONCURRENTLY in the holder for ever.
 */
#ifndef UB_UB_MIGRATE_LOCKS_H
#define UB_UB_MIGRATE_LOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "ext/db.h"
#include "ub/migrate/dir.h"

#define LOCKS_OWN INT64_C(0x75622d6d69677261) /* "ub-migra" */
/* Of the session that watches: no script can let go of it. */
#define LOCKS_WATCH INT64_C(0x75622d7761746368) /* "ub-watch" */

/* Valid as {0}. */
struct locks {
	int64_t keys[4];
	size_t n;
};

/*
 * The keys for a ledger. A tool whose own program we will run takes its lock
 * itself: then driven is set, and it is left out. golang-migrate's key holds
 * the name of the database with a slash or without, so there are two.
 */
void locks_choose(struct locks *l, enum migrate_tool t, const char *ledger[2],
    const char *dbname, int driven);

/*
 * Take them all in this session, polling for up to wait_ms; who holds one is
 * said while we wait. What it holds already stays held. ERR_LATER,
 * "migrate.lock", naming the holder; then none is held.
 */
int locks_take(struct db *db, const struct locks *l, int64_t wait_ms,
    struct err *e);

/*
 * Run the statements of sql, each ended by ';', and take what of the locks is
 * not ours any more, as a script may let go of them: in one round trip. As
 * locks_take() without waiting.
 */
int locks_keep(struct db *db, const struct locks *l, const char *sql,
    struct err *e);

/* SQL, one statement, that does this at the end of others: a row comes of it
 * if all are ours then. Else locks_keep() has to be asked. Owned. */
char *locks_keep_sql(const struct locks *l);

/* Those who wait for one of them in the server: "pid 812 (prisma)"; appended.
 * They would hold up what works CONCURRENTLY. */
int locks_waiters(struct db *db, const struct locks *l, struct vec *out,
    struct err *e);

/* Give back all advisory locks of the session, however often they were taken;
 * what cannot be is given back at its end. NULL is fine. */
void locks_drop(struct db *db);

#endif
