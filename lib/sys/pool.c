/* pool.c - the same function over many items, on several threads. */
#include "sys/pool.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/sig.h"

struct pool {
	pthread_mutex_t mutex;
	size_t next, n;
	int failed;
	pool_fn *fn;
	void *ctx;
	struct err *e;
};

unsigned
pool_cpus(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > 8 ? 8 : (unsigned)n;
}

/* The next item to work on; 0 if there is none. */
static int
next(struct pool *p, size_t *i)
{
	struct err e = { 0 };
	int more = 0;

	pthread_mutex_lock(&p->mutex);
	if (p->next < p->n && !p->failed) {
		more = sig_check(&e) == 0;
		if (more) {
			*i = p->next++;
		} else {
			p->next = p->n;
			p->failed = 1;
			err_merge(p->e, &e);
		}
	}
	pthread_mutex_unlock(&p->mutex);
	return more;
}

static void *
work(void *arg)
{
	struct pool *p = arg;
	struct err e = { 0 };
	size_t i;

	while (next(p, &i)) {
		if (p->fn(p->ctx, i, &e) == 0)
			continue;
		pthread_mutex_lock(&p->mutex);
		p->failed = 1;
		err_merge(p->e, &e);
		pthread_mutex_unlock(&p->mutex);
	}
	return NULL;
}

int
pool_run(size_t n, unsigned threads, pool_fn *fn, void *ctx, struct err *e)
{
	struct pool p = { .n = n, .fn = fn, .ctx = ctx, .e = e };
	pthread_t *ids;
	size_t i, wanted = threads ? threads : pool_cpus(), started = 0;
	sigset_t all, old;

	if (wanted > n)
		wanted = n;
	pthread_mutex_init(&p.mutex, NULL);
	ids = mem_alloc((wanted + 1) * sizeof(*ids));
	/* Signals stay with the caller's thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	/* The caller works too; with fewer threads it only takes longer. */
	while (started + 1 < wanted &&
	    pthread_create(&ids[started], NULL, work, &p) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	work(&p);
	for (i = 0; i < started; i++)
		pthread_join(ids[i], NULL);
	pthread_mutex_destroy(&p.mutex);
	free(ids);
	return p.failed ? -1 : 0;
}
