/* db_wait.c - waiting for the server, and calling it off. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

#include <libpq-fe.h>

#include "ext/db_priv.h"
#include "sys/clock.h"
#include "sys/progress.h"
#include "sys/sig.h"

#define TICK_MS 500

/* Milliseconds to sleep now: never past the deadline. */
static int
nap(int64_t deadline)
{
	int64_t left = TICK_MS;

	if (deadline)
		left = deadline - clock_ms();
	if (left < 0)
		left = 0;
	return left < TICK_MS ? (int)left : TICK_MS;
}

enum db_wait_end
db_wait(int sock, int what, int64_t deadline, int shield)
{
	short events = (short)((what & DB_WAIT_READ ? POLLIN : 0) |
	    (what & DB_WAIT_WRITE ? POLLOUT : 0));
	struct pollfd fds[2] = {
		{ .fd = sock, .events = events },
		{ .fd = shield ? -1 : sig_fd(), .events = POLLIN },
	};

	for (;;) {
		int n = poll(fds, 2, nap(deadline));

		if (!shield && sig_got())
			return DB_WAIT_SIGNAL;
		/* An error of poll shows up again at the next read. */
		if (n > 0 || (n < 0 && errno != EINTR))
			return DB_WAIT_READY;
		if (deadline && clock_ms() >= deadline)
			return DB_WAIT_TIMEOUT;
		progress_tick();
	}
}

enum db_end
db_await(struct db *db, int64_t deadline, int shield)
{
	for (;;) {
		int unsent = PQflush(db->conn);
		int what = DB_WAIT_READ | (unsent > 0 ? DB_WAIT_WRITE : 0);

		if (unsent < 0 || (unsent == 0 && !PQisBusy(db->conn)))
			return DB_END_DONE;
		switch (db_wait(PQsocket(db->conn), what, deadline, shield)) {
		case DB_WAIT_TIMEOUT:
			return DB_END_TIMEOUT;
		case DB_WAIT_SIGNAL:
			return DB_END_SIGNAL;
		case DB_WAIT_READY:
			break;
		}
		if (!PQconsumeInput(db->conn))
			return DB_END_DONE;
	}
}

static void *
cancel(void *arg)
{
	PGcancel *c = arg;
	char why[256];

	PQcancel(c, why, (int)sizeof(why));
	PQfreeCancel(c);
	return NULL;
}

void
db_wait_cancel(struct pg_conn *conn)
{
	PGcancel *c = PQgetCancel(conn);
	sigset_t all, old;
	pthread_t t;

	if (!c)
		return;
	/*
	 * PQcancel() connects, and without a time limit: when the network is
	 * down, which may be why we are here, that takes minutes.
	 */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&t, NULL, cancel, c) == 0)
		pthread_detach(t);
	else
		PQfreeCancel(c);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}
