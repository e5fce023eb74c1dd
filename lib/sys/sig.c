/* sig.c - signals become a flag and a readable descriptor. */
#include "sys/sig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/tmp.h"

/* A second signal sooner than this is an echo of the first one. */
#define ECHO_MS 200

/* Lock-free, and so fit for a handler as well as for other threads. */
static atomic_int got, asked, status;
static atomic_llong asked_at; /* written before asked is set */
static int self_pipe[2] = { -1, -1 };

/* Nothing but async-signal-safe calls; clock_gettime(2) is one. */
static void
on_signal(int number)
{
	int saved = errno;
	ssize_t n;

	if (number != SIGHUP && asked && clock_ms() - asked_at >= ECHO_MS) {
		/* Blocked until this handler returns, deadly then. */
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	if (number != SIGHUP && !asked) {
		asked_at = clock_ms();
		asked = 1;
	}
	if (!got || got == SIGALRM) {
		got = number;
		/* A pipe that is full is readable all the same. */
		n = write(self_pipe[1], "", 1);
		(void)n;
	}
	errno = saved;
}

static void
on_alarm(int number)
{
	int saved = errno;
	ssize_t n;

	if (!got) {
		got = number;
		n = write(self_pipe[1], "", 1);
		(void)n;
	}
	errno = saved;
}

static void
on_status(int number)
{
	(void)number;
	status = 1;
}

/* What was ignored on entry (nohup, a background job) stays so. */
static void
handle(int number, void (*handler)(int))
{
	struct sigaction sa = { 0 }, old;

	if (number != SIGTERM && sigaction(number, NULL, &old) == 0 &&
	    old.sa_handler == SIG_IGN)
		return;
	sa.sa_handler = handler;
	sa.sa_flags = SA_RESTART;
	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGINT);
	sigaddset(&sa.sa_mask, SIGTERM);
	sigaddset(&sa.sa_mask, SIGHUP);
	sigaddset(&sa.sa_mask, SIGALRM);
	sigaction(number, &sa, NULL);
}

void
sig_init(void)
{
	int i;

	/* Without a pipe the flag alone has to do. */
	if (self_pipe[0] < 0 && pipe(self_pipe) == 0) {
		for (i = 0; i < 2; i++) {
			fcntl(self_pipe[i], F_SETFD, FD_CLOEXEC);
			fcntl(self_pipe[i], F_SETFL, O_NONBLOCK);
		}
	}
	handle(SIGINT, on_signal);
	handle(SIGTERM, on_signal);
	handle(SIGHUP, on_signal);
	handle(SIGUSR1, on_status);
	signal(SIGPIPE, SIG_IGN);
}

void
sig_deadline(int64_t ms)
{
	struct itimerval limit = { .it_value = { .tv_sec = ms / 1000,
		.tv_usec = ms % 1000 * 1000 } };
	sigset_t set;

	if (ms <= 0)
		return;
	/* Our parent may have ignored or blocked it. */
	signal(SIGALRM, SIG_DFL);
	handle(SIGALRM, on_alarm);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	setitimer(ITIMER_REAL, &limit, NULL);
}

int
sig_fd(void)
{
	return self_pipe[0];
}

int
sig_got(void)
{
	return got;
}

int
sig_status(void)
{
	/* The exchange alone would cost each caller more. */
	return status && atomic_exchange(&status, 0);
}

int
sig_check(struct err *e)
{
	int number = got;

	if (!number)
		return 0;
	if (number == SIGALRM)
		return err_set(e, ERR_LATER, "timeout",
		    "the time limit is over");
	return err_set(e, ERR_TROUBLE, "signal", "interrupted by %s",
	    number == SIGINT ? "SIGINT" :
	    number == SIGTERM ? "SIGTERM" : "SIGHUP");
}

int
sig_sleep(int ms, struct err *e)
{
	int64_t end = clock_ms() + ms, left = ms;
	struct pollfd p = { .fd = self_pipe[0], .events = POLLIN };

	/* poll() also ends early for SIGUSR1. */
	while (!got && left > 0 && poll(&p, 1, (int)left) < 0)
		left = end - clock_ms();
	return sig_check(e);
}

void
sig_reraise(void)
{
	int number = got ? got : SIGTERM;
	sigset_t set;

	tmp_sweep();
	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	_exit(128 + number);
}
