#include "ub/migrate/watch.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "base/mem.h"
#include "ext/db.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "ub/migrate/locks.h"

#define FIRST_MS 150
#define EVERY_MS 40
#define ANSWER_MS 5000
#define TELL_MS 10000
#define LOCK_MS 5000
#define QUERY_CHARS "80"

struct watch {
	pthread_t thread;
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t change;
	struct db *db;
	char *pid;
	struct watch_limits limits;
	int on, stop;
	unsigned long turn; /* counts watch_begin() */
	struct watch_seen seen;
	int64_t over_since; /* when the limit was passed, or 0 */
	int64_t began;      /* this turn */
	int64_t told;       /* when it was said who is in the way, or 0 */
	int64_t last_ms;    /* when somebody was seen waiting, or 0 */
};

/*
 * Only of those who wait for a lock: the question costs the server. Of other
 * roles' sessions pg_stat_activity tells most roles next to nothing, but
 * pg_locks, which costs more, tells all of them who waits.
 */
static const char question[] =
    "SELECT (SELECT string_agg('pid ' || b.pid || ' (' ||"
    " coalesce(nullif(b.application_name, ''), b.usename, '?') || ', ' ||"
    " coalesce(b.state, '?') || coalesce(' for ' ||"
    " to_char(extract(epoch FROM clock_timestamp() - coalesce(b.xact_start,"
    " b.state_change)), 'FM999999990.0') || ' s', '') || '): ' ||"
    " left(regexp_replace(regexp_replace(coalesce(b.query, ''),"
    " '''[^'']*''', '''…''', 'g'), '\\s+', ' ', 'g'), "
    QUERY_CHARS "), '; ' ORDER BY b.xact_start)"
    " FROM pg_stat_activity b WHERE b.pid = ANY (pg_blocking_pids($1::int4))"
    " AND EXISTS (SELECT FROM pg_stat_activity s WHERE s.pid = $1::int4"
    " AND s.wait_event_type = 'Lock')) AS blockers,"
    " (SELECT count(*) FROM (SELECT s.pid FROM pg_stat_activity s"
    " WHERE s.wait_event_type = 'Lock' UNION SELECT l.pid FROM pg_locks l"
    " WHERE NOT l.granted AND NOT pg_has_role('pg_read_all_stats', 'USAGE'))"
    " a WHERE a.pid <> $1::int4"
    " AND $1::int4 = ANY (pg_blocking_pids(a.pid))) AS blocked";

static void
wait_for_change(struct watch *w, int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&w->change, &w->mutex, &t);
}

static int
is_over(struct watch *w, int64_t blocked)
{
	if (w->limits.ms == 0 || blocked <= w->limits.sessions) {
		w->over_since = 0;
		return 0;
	}
	if (!w->over_since)
		w->over_since = clock_ms();
	return clock_ms() - w->over_since >= w->limits.ms;
}

/* Keep what an answer says; the mutex is held. */
static int
note(struct watch *w, const struct db_rows *rows)
{
	const char *blockers = db_get(rows, 0, "blockers");
	int64_t blocked = db_get_int(rows, 0, "blocked"), now = clock_ms();

	if (blockers) {
		free(w->seen.blockers);
		w->seen.blockers = mem_dup(blockers);
	}
	if (blockers && !w->told)
		w->told = now;
	else if (blockers && now - w->told >= TELL_MS) {
		log_info("waiting; in the way: %s", blockers);
		w->told = now;
	}
	if (blocked > w->seen.blocked)
		w->seen.blocked = blocked;
	if (blocked > 0 && w->last_ms)
		w->seen.blocked_ms += now - w->last_ms;
	w->last_ms = blocked > 0 ? now : 0;
	return is_over(w, blocked);
}

/*
 * Ask once. The server is asked without the mutex, so that watch_end() need
 * not wait for it; but called off with it, so that the next step is not hit.
 */
static int
look(struct watch *w, unsigned long turn)
{
	const char *params[] = { w->pid, NULL };
	struct db_rows *rows = NULL;
	struct err e = { 0 };
	char *done = NULL;
	int r;

	pthread_mutex_unlock(&w->mutex);
	r = db_query(w->db, question, params, &rows, &e);
	pthread_mutex_lock(&w->mutex);
	if (r == 0 && w->on && w->turn == turn && note(w, rows)) {
		w->seen.called_off = 1;
		r = db_value(w->db, "SELECT pg_cancel_backend($1::int4)",
		    params, &done, &e);
	}
	free(done);
	db_rows_free(rows);
	/* A server that is slow to answer is asked again. */
	r = r && db_tx(w->db) == DB_TX_GONE ? -1 : 0;
	if (r)
		log_warn("migrate.watch", "nobody watches whom we block "
		    "from now on: %s", e.msg);
	err_release(&e);
	return r;
}

static void *
work(void *arg)
{
	struct watch *w = arg;
	int r = 0;

	pthread_mutex_lock(&w->mutex);
	while (!w->stop && r == 0) {
		wait_for_change(w, EVERY_MS);
		if (w->on && !w->stop && clock_ms() - w->began >= FIRST_MS)
			r = look(w, w->turn);
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

static void
destroy(struct watch *w)
{
	db_close(w->db);
	pthread_cond_destroy(&w->change);
	pthread_mutex_destroy(&w->mutex);
	watch_seen_release(&w->seen);
	free(w->pid);
	free(w);
}

struct watch *
watch_start(const struct dsn *dsn, const struct db *db,
    struct watch_limits limits, struct err *e)
{
	const struct db_opts o = { .timeout_ms = ANSWER_MS, .shield = 1 };
	const struct locks own = { .keys = { LOCKS_WATCH }, .n = 1 };
	struct watch *w = mem_alloc(sizeof(*w));
	struct dsn same = { 0 };
	pthread_condattr_t attr;
	sigset_t all, old;
	int failed;

	pthread_mutex_init(&w->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->change, &attr);
	pthread_condattr_destroy(&attr);
	w->limits = limits;
	w->pid = mem_printf("%d", db_pid(db));
	dsn_for_db(&same, dsn, dsn->dbname);
	db_pin(db, &same);
	w->db = db_open(&same, &o, e);
	dsn_release(&same);
	if (!w->db || locks_take(w->db, &own, LOCK_MS, e)) {
		destroy(w);
		return NULL;
	}
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	failed = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (failed) {
		destroy(w);
		err_set(e, ERR_TROUBLE, "sys", "cannot start a thread");
		return NULL;
	}
	return w;
}

void
watch_begin(struct watch *w)
{
	pthread_mutex_lock(&w->mutex);
	watch_seen_release(&w->seen);
	w->on = 1;
	w->turn++;
	w->over_since = w->last_ms = w->told = 0;
	w->began = clock_ms();
	pthread_mutex_unlock(&w->mutex);
}

void
watch_end(struct watch *w, struct watch_seen *out)
{
	pthread_mutex_lock(&w->mutex);
	w->on = 0;
	watch_seen_release(out);
	*out = w->seen;
	w->seen = (struct watch_seen){ 0 };
	pthread_mutex_unlock(&w->mutex);
}

void
watch_seen_release(struct watch_seen *s)
{
	free(s->blockers);
	*s = (struct watch_seen){ 0 };
}

void
watch_stop(struct watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->mutex);
	w->stop = 1;
	pthread_cond_signal(&w->change);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
	destroy(w);
}
