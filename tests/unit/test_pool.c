/* test_pool.c - the same function over many items. */
#include "sys/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "child.h"
#include "sys/sig.h"
#include "tap.h"

#define ITEMS 1000

struct job {
	atomic_int calls[ITEMS];
	atomic_int total, now, most;
	size_t bad;        /* the item that fails, from 1 */
	int stop_at;       /* a signal after so many */
	atomic_int elsewhere; /* called in another thread */
	pthread_t caller;
};

static void
nap(void)
{
	struct timespec t = { 0, 1000000 };

	nanosleep(&t, NULL);
}

static int
work(void *ctx, size_t i, struct err *e)
{
	struct job *j = ctx;
	int n = atomic_fetch_add(&j->now, 1) + 1, most;

	most = atomic_load(&j->most);
	while (n > most && !atomic_compare_exchange_weak(&j->most, &most, n))
		;
	if (!pthread_equal(pthread_self(), j->caller))
		atomic_store(&j->elsewhere, 1);
	atomic_fetch_add(&j->calls[i], 1);
	n = atomic_fetch_add(&j->total, 1) + 1;
	if (n == j->stop_at)
		kill(getpid(), SIGTERM);
	if (n % 50 == 0 || (j->stop_at && n > j->stop_at))
		nap();
	atomic_fetch_sub(&j->now, 1);
	if (i + 1 == j->bad)
		return err_set(e, ERR_NO, "t", "item %zu is bad", i);
	return 0;
}

/* Was each item called exactly once? */
static int
all_once(struct job *j, size_t n)
{
	size_t i;

	for (i = 0; i < ITEMS; i++)
		if (atomic_load(&j->calls[i]) != (i < n))
			return 0;
	return 1;
}

static void
test_failures(void)
{
	struct job one = { .bad = 10, .caller = pthread_self() };
	struct job alone = { .bad = 10, .caller = pthread_self() };
	struct err e = { 0 };

	tap_ok(pool_run(ITEMS, 4, work, &one, &e) == -1, "a bad item");
	tap_is(e.msg, "item 9 is bad", "and which");
	tap_ok(atomic_load(&one.total) < ITEMS, "ends the work early");
	err_release(&e);
	tap_ok(
	    pool_run(ITEMS, 1, work, &alone, &e) == -1 && all_once(&alone, 10),
	    "one thread stops at the bad item");
	tap_ok(!alone.elsewhere, "and is the caller's");
	err_release(&e);
}

static int
interrupted(void *ctx)
{
	struct job j = { .stop_at = 100, .caller = pthread_self() };
	struct err e = { 0 };
	int r;

	(void)ctx;
	sig_init();
	r = pool_run(ITEMS, 4, work, &j, &e);
	if (r == -1 && (strcmp(e.msg, "interrupted by SIGTERM") != 0 ||
	    atomic_load(&j.total) == ITEMS))
		r = -2;
	err_release(&e);
	return r == -1 ? 0 : 1;
}

int
main(void)
{
	struct job none = { .caller = pthread_self() };
	struct job few = { .caller = pthread_self() };
	struct job many = { .caller = pthread_self() };
	struct job some = { .caller = pthread_self() };
	struct err e = { 0 };
	struct buf errs = { 0 };

	test_failures();
	tap_ok(child_run(interrupted, NULL, &errs) == 0, "a signal ends it");
	buf_release(&errs);
	tap_ok(pool_run(0, 4, work, &none, &e) == 0 &&
		   atomic_load(&none.total) == 0,
	    "no items");
	tap_ok(pool_run(1, 4, work, &few, &e) == 0 && all_once(&few, 1) &&
		   !few.elsewhere,
	    "one item is done by the caller");
	tap_ok(
	    pool_run(ITEMS, 3, work, &many, &e) == 0 && all_once(&many, ITEMS),
	    "each item once");
	tap_ok(atomic_load(&many.most) <= 3, "on at most 3 threads");
	tap_ok(pool_run(ITEMS, 0, work, &some, &e) == 0 &&
		   all_once(&some, ITEMS) &&
		   atomic_load(&some.most) <= (int)pool_cpus(),
	    "on as many as there are processors");
	tap_ok(pool_cpus() >= 1 && pool_cpus() <= 8, "1 to 8 processors");
	return tap_done();
}
