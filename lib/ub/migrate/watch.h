/*
 * watch.h - a second session that looks at the first one while it works: who
 * blocks it, whom it blocks; and calls its statement off when too many have
 * waited for it too long. lock_timeout bounds how long we wait; this bounds
 * how long others wait for us.
 *
 * It asks 25 times a second, but nothing of a step that ends within 150 ms.
 */
#ifndef UB_UB_MIGRATE_WATCH_H
#define UB_UB_MIGRATE_WATCH_H

#include <stdint.h>

#include "base/err.h"
#include "ext/dsn.h"

struct db;
struct watch;

struct watch_limits {
	int64_t sessions; /* more than so many blocked … */
	int64_t ms;       /* … for so long: enough. 0: never */
};

/* What was seen since watch_begin(). */
struct watch_seen {
	char *blockers;     /* who blocked us last, "pid 812 (psql, idle in
	                       transaction for 3m 20s): SELECT …"; or NULL */
	int64_t blocked;    /* most sessions that waited for us at a time */
	int64_t blocked_ms; /* how long somebody did, in all */
	int called_off;     /* the budget was used up */
};

/*
 * Watch db's backend, in a session of its own that is opened as dsn says and
 * to the same server. Until watch_stop() it holds the lock LOCKS_WATCH, which
 * no script can let go of; it waits some seconds for it, then ERR_LATER,
 * "migrate.lock". The thread is not one of those that take signals.
 */
struct watch *watch_start(const struct dsn *dsn, const struct db *db,
    struct watch_limits limits, struct err *e);

/* From now on, until watch_end(). What was seen is moved to *out, which
 * watch_seen_release() empties. */
void watch_begin(struct watch *w);
void watch_end(struct watch *w, struct watch_seen *out);

void watch_seen_release(struct watch_seen *s);
void watch_stop(struct watch *w); /* NULL is fine */

#endif
