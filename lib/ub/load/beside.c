#include "ub/load/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "ext/db.h"
#include "sys/pool.h"
#include "ub/load/board.h"
#include "ub/load/task.h"

#define SETTLE_MS 20 /* between "finished" and "launching" */

struct load_beside {
	struct load_board board;
	const struct load *l;
	const struct load_parts *parts;
	const struct dsn *db;
	pthread_t threads[8];
	unsigned n_threads;
	int pipe[2];
	pthread_mutex_t mutex; /* for all below, and the board */
	pthread_cond_t changed;
	struct vec analyzed;    /* OIDs; LOAD_LIST reads it when all are in */
	struct err err;
	atomic_int stop; /* read without the mutex, too */
};

static void
fail(struct load_beside *b, struct err *e)
{
	b->stop = 1;
	err_merge(&b->err, e);
	if (write(b->pipe[1], "", 1) < 0)
		return; /* pg_restore goes on to its end, in vain */
}

/* Idle for a moment only, between two items? Called and left locked. */
static int
settled(struct load_beside *b)
{
	const struct timespec t = { .tv_nsec = SETTLE_MS * 1000000L };

	if (load_board_can(&b->board) == 2)
		return 1;
	pthread_mutex_unlock(&b->mutex);
	nanosleep(&t, NULL);
	pthread_mutex_lock(&b->mutex);
	return !b->stop && load_board_can(&b->board);
}

/* Wait for a task; SIZE_MAX when there is none any more. Locked. */
static size_t
await(struct load_beside *b)
{
	while (!b->stop && !(b->board.over && b->board.done == b->board.n)) {
		if (!load_board_can(&b->board))
			pthread_cond_wait(&b->changed, &b->mutex);
		else if (settled(b))
			return load_board_take(&b->board);
	}
	return SIZE_MAX;
}

static void
begun(void *ctx)
{
	struct load_beside *b = ctx;

	pthread_mutex_lock(&b->mutex);
	load_board_begun(&b->board);
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->mutex);
}

/* One task, without the lock but where the board is touched. */
static void
work(struct load_beside *b, struct load_session *s, size_t i)
{
	struct load_task t = b->board.v[i];
	struct vec found = { 0 };
	struct err e = { 0 };
	int wait = b->board.over, r;
	size_t k;

	pthread_mutex_unlock(&b->mutex);
	r = load_task_run(s, &t, wait, &found, &e);
	pthread_mutex_lock(&b->mutex);
	if (t.kind == LOAD_COPY)
		vec_copy(&b->analyzed, &found);
	for (k = 0; t.kind == LOAD_LIST && k + 1 < found.n; k += 2)
		load_board_add(&b->board,
		    *found.v[k] == 'r' ? LOAD_ANALYZE : LOAD_LAST,
		    mem_dup(found.v[k + 1]));
	load_board_end(&b->board, i, r == 0);
	/* One that was told to stop has nothing to say. */
	if (r < 0 && !b->stop)
		fail(b, &e);
	err_release(&e);
	vec_release(&found);
	pthread_cond_broadcast(&b->changed);
}

static void *
thread(void *ctx)
{
	struct load_beside *b = ctx;
	struct load_session s = { .load = b->l, .dsn = b->db, .begun = begun,
		.ctx = b, .settings = b->parts->settings,
		.analyzed = &b->analyzed, .stop = &b->stop };
	size_t i;

	pthread_mutex_lock(&b->mutex);
	while ((i = await(b)) != SIZE_MAX)
		work(b, &s, i);
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->mutex);
	load_session_release(&s);
	return NULL;
}

static void
end_threads(struct load_beside *b)
{
	unsigned i;

	pthread_cond_broadcast(&b->changed);
	for (i = 0; i < b->n_threads; i++)
		pthread_join(b->threads[i], NULL);
	b->n_threads = 0;
}

static void
release(struct load_beside *b)
{
	load_board_release(&b->board);
	err_release(&b->err);
	vec_release(&b->analyzed);
	pthread_cond_destroy(&b->changed);
	pthread_mutex_destroy(&b->mutex);
	close(b->pipe[0]);
	close(b->pipe[1]);
	free(b);
}

static int
start_threads(struct load_beside *b, struct err *e)
{
	for (; b->n_threads < b->board.jobs; b->n_threads++) {
		errno = pthread_create(&b->threads[b->n_threads], NULL,
		    thread, b);
		if (errno)
			break;
	}
	/* One is enough; none is not. */
	return b->n_threads > 0 ? 0 : err_sys(e, "cannot start a thread");
}

struct load_beside *
load_beside_start(const struct load *l, const struct load_parts *p,
    const struct dsn *db, struct err *e)
{
	struct load_beside *b = mem_alloc(sizeof(*b));
	int r = -1;

	b->l = l;
	b->parts = p;
	b->db = db;
	b->board.jobs = l->jobs ? l->jobs : pool_cpus();
	if (b->board.jobs > UB_LEN(b->threads))
		b->board.jobs = UB_LEN(b->threads);
	pthread_mutex_init(&b->mutex, NULL);
	pthread_cond_init(&b->changed, NULL);
	if (pipe(b->pipe)) {
		err_sys(e, "cannot create a pipe");
		b->pipe[0] = b->pipe[1] = -1;
	} else {
		fcntl(b->pipe[0], F_SETFD, FD_CLOEXEC);
		fcntl(b->pipe[1], F_SETFD, FD_CLOEXEC);
		load_board_init(&b->board, l->db, p, l->for_scratch,
		    l->analyze);
		r = start_threads(b, e);
	}
	if (r == 0)
		return b;
	release(b);
	return NULL;
}

int
load_beside_await(struct load_beside *b)
{
	int r;

	pthread_mutex_lock(&b->mutex);
	while (!b->stop && !load_board_late_may_begin(&b->board))
		pthread_cond_wait(&b->changed, &b->mutex);
	r = b->stop ? -1 : 0;
	pthread_mutex_unlock(&b->mutex);
	return r;
}

void
load_beside_line(void *ctx, const char *line)
{
	struct load_beside *b = ctx;

	pthread_mutex_lock(&b->mutex);
	if (load_board_line(&b->board, line))
		pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->mutex);
}

int
load_beside_stop_fd(const struct load_beside *b)
{
	return b->pipe[0];
}

int
load_beside_end(struct load_beside *b, int well, struct err *e)
{
	int r;

	pthread_mutex_lock(&b->mutex);
	b->board.over = well;
	if (!well)
		b->stop = 1;
	pthread_mutex_unlock(&b->mutex);
	end_threads(b);
	r = b->err.kind ? -1 : 0;
	if (r)
		err_merge(e, &b->err);
	release(b);
	return r;
}
