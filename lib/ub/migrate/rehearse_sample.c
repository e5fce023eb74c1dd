/* rehearse_sample.c - the locks of a statement that keeps none. */
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "ub/migrate/rehearse_priv.h"

#define PAUSE_US 5000
#define LONG_US 100000 /* a statement that takes so long is looked at less */
#define ANSWER_MS 5000

/* What is seen of a lock; us is for how long until it was last gone. */
struct seen {
	int64_t since; /* or 0: not held now */
	int now;       /* in the present answer */
};

struct rehearse_sample {
	pthread_t thread;
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t change;
	struct db *db;
	char *pid;
	int on, stop;
	unsigned long turn; /* counts the beginnings */
	int64_t began;
	struct rehearse_helds helds;
	struct seen *seen; /* of each of helds */
	struct err err;    /* it cannot look any more */
};

static const char question[] =
    "SELECT l.relation::int8 AS oid, l.mode FROM " REHEARSE_LOCKS;

int64_t
rehearse_measure_us(const struct rehearse_measure *m)
{
	return clock_us() - m->paused_us;
}

static void
wait_for_change(struct rehearse_sample *s, int64_t us)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += us / 1000000;
	t.tv_nsec += us % 1000000 * 1000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&s->change, &s->mutex, &t);
}

static void
see(struct rehearse_sample *s, int64_t oid, int mode, int64_t now)
{
	struct rehearse_held *h;
	struct seen *seen;
	int added;

	h = rehearse_held_of(&s->helds, oid, mode, &added);
	if (added) {
		s->seen = mem_grow(s->seen, s->helds.n, sizeof(*s->seen));
		s->seen[s->helds.n - 1] = (struct seen){ 0 };
	}
	seen = &s->seen[h - s->helds.v];
	if (!seen->since)
		seen->since = now;
	seen->now = 1;
}

/* Those that are not held any more have been, until now. */
static void
close_gone(struct rehearse_sample *s, int64_t now)
{
	size_t i;

	for (i = 0; i < s->helds.n; i++) {
		if (s->seen[i].since && !s->seen[i].now) {
			s->helds.v[i].us += now - s->seen[i].since;
			s->seen[i].since = 0;
		}
		s->seen[i].now = 0;
	}
}

static void
look(struct rehearse_sample *s, unsigned long turn)
{
	const char *params[] = { s->pid, NULL };
	struct db_rows *rows = NULL;
	struct err e = { 0 };
	int64_t now;
	int i, r;

	pthread_mutex_unlock(&s->mutex);
	r = db_query(s->db, question, params, &rows, &e);
	now = clock_us();
	pthread_mutex_lock(&s->mutex);
	if (r == 0 && s->on && s->turn == turn) {
		for (i = 0; i < db_count(rows); i++)
			see(s, db_get_int(rows, i, "oid"),
			    rehearse_mode(db_get(rows, i, "mode")), now);
		close_gone(s, now);
	}
	if (r)
		err_merge(&s->err, &e);
	db_rows_free(rows);
}

static void *
work(void *arg)
{
	struct rehearse_sample *s = arg;

	pthread_mutex_lock(&s->mutex);
	while (!s->stop && !s->err.code) {
		if (!s->on) {
			wait_for_change(s, 60000000);
			continue;
		}
		look(s, s->turn);
		if (s->on && !s->stop && !s->err.code &&
		    clock_us() - s->began > LONG_US)
			wait_for_change(s, PAUSE_US);
	}
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

static void
destroy(struct rehearse_sample *s)
{
	db_close(s->db);
	pthread_cond_destroy(&s->change);
	pthread_mutex_destroy(&s->mutex);
	rehearse_held_release(&s->helds);
	err_release(&s->err);
	free(s->seen);
	free(s->pid);
	free(s);
}

struct rehearse_sample *
rehearse_sample_start(const struct dsn *dsn, int pid, struct err *e)
{
	const struct db_opts o = { .timeout_ms = ANSWER_MS, .shield = 1 };
	struct rehearse_sample *s = mem_alloc(sizeof(*s));
	const char *params[2] = { NULL, NULL };
	pthread_condattr_t attr;
	sigset_t every, old;
	int failed = 1;

	pthread_mutex_init(&s->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->change, &attr);
	pthread_condattr_destroy(&attr);
	s->pid = mem_printf("%d", pid);
	params[0] = s->pid;
	s->db = db_open(dsn, &o, e);
	/* The first answer takes longest. */
	if (s->db && db_query(s->db, question, params, NULL, e) == 0) {
		sigfillset(&every);
		pthread_sigmask(SIG_SETMASK, &every, &old);
		failed = pthread_create(&s->thread, NULL, work, s);
		pthread_sigmask(SIG_SETMASK, &old, NULL);
		if (failed)
			err_set(e, ERR_TROUBLE, "sys",
			    "cannot start a thread");
	}
	if (!failed)
		return s;
	destroy(s);
	return NULL;
}

void
rehearse_sample_begin(struct rehearse_sample *s)
{
	pthread_mutex_lock(&s->mutex);
	rehearse_held_release(&s->helds);
	s->on = 1;
	s->turn++;
	s->began = clock_us();
	pthread_cond_signal(&s->change);
	pthread_mutex_unlock(&s->mutex);
}

int
rehearse_sample_end(struct rehearse_sample *s, struct rehearse_helds *out,
    struct err *e)
{
	int r = 0;

	pthread_mutex_lock(&s->mutex);
	close_gone(s, clock_us());
	*out = s->helds;
	s->helds = (struct rehearse_helds){ 0 };
	if (s->on && s->err.code)
		r = err_set(e, s->err.code, s->err.kind, "%s", s->err.msg);
	s->on = 0;
	pthread_mutex_unlock(&s->mutex);
	return r;
}

void
rehearse_sample_stop(struct rehearse_sample *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->mutex);
	s->stop = 1;
	pthread_cond_signal(&s->change);
	pthread_mutex_unlock(&s->mutex);
	pthread_join(s->thread, NULL);
	destroy(s);
}
