#include "ub/restore/evict.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/db.h"
#include "sys/log.h"

#define EVERY_MS 50

struct evict {
	struct db *db;
	char *oids; /* "16384,16390" */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	int stop;
};

/* Wait a little, or until told to stop; 1 then. */
static int
nap(struct evict *ev)
{
	struct timespec until;
	int stop;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += EVERY_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_mutex_lock(&ev->mutex);
	if (!ev->stop)
		pthread_cond_timedwait(&ev->wake, &ev->mutex, &until);
	stop = ev->stop;
	pthread_mutex_unlock(&ev->mutex);
	return stop;
}

static void *
thread(void *ctx)
{
	struct evict *ev = ctx;
	struct err e = { 0 };

	do {
		if (db_exec(ev->db, &e, "SELECT pg_terminate_backend(pid) "
		    EVICT_FROM EVICT_MAY " AND datid IN (%s)", ev->oids))
			log_verbose("%s", e.msg);
		err_release(&e);
	} while (!nap(ev));
	return NULL;
}

static void
release(struct evict *ev)
{
	db_close(ev->db);
	pthread_cond_destroy(&ev->wake);
	pthread_mutex_destroy(&ev->mutex);
	free(ev->oids);
	free(ev);
}

struct evict *
evict_start(const struct dsn *admin, const int64_t *oids, size_t n,
    struct err *e)
{
	const struct db_opts o = { .shield = 1 };
	struct evict *ev = mem_alloc(sizeof(*ev));
	struct buf b = { 0 };
	size_t i;

	pthread_mutex_init(&ev->mutex, NULL);
	pthread_cond_init(&ev->wake, NULL);
	buf_puts(&b, "0");
	for (i = 0; i < n; i++)
		buf_printf(&b, ",%" PRId64, oids[i]);
	ev->oids = buf_detach(&b);
	ev->db = db_open(admin, &o, e);
	if (!ev->db) {
		release(ev);
		return NULL;
	}
	errno = pthread_create(&ev->thread, NULL, thread, ev);
	if (errno) {
		err_sys(e, "cannot start a thread");
		release(ev);
		return NULL;
	}
	return ev;
}

void
evict_end(struct evict *ev)
{
	if (!ev)
		return;
	pthread_mutex_lock(&ev->mutex);
	ev->stop = 1;
	pthread_cond_signal(&ev->wake);
	pthread_mutex_unlock(&ev->mutex);
	pthread_join(ev->thread, NULL);
	release(ev);
}
