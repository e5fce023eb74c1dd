/* test_sig.c - signals become a flag and a readable descriptor. */
#include "sys/sig.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "base/mem.h"
#include "child.h"
#include "sys/clock.h"
#include "sys/tmp.h"
#include "tap.h"

static char *left_behind;

static int
readable(void)
{
	struct pollfd p = { .fd = sig_fd(), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

/* Each scenario returns 0 if all was right, else the number of a step. */

static int
before_init(void *ctx)
{
	struct err e = { 0 };

	(void)ctx;
	return sig_fd() != -1 || sig_got() || sig_status() ||
		sig_check(&e) != 0 || sig_sleep(1, &e) != 0;
}

static int
one_signal(void *ctx)
{
	int number = *(int *)ctx;
	struct err e = { 0 };
	char want[64];
	int r = 0;

	sig_init();
	if (readable() || sig_got() || sig_check(&e) != 0)
		return 1;
	raise(number);
	if (!readable() || sig_got() != number)
		return 2;
	snprintf(want, sizeof(want), "interrupted by SIG%s",
	    number == SIGINT ? "INT" : number == SIGTERM ? "TERM" : "HUP");
	if (sig_check(&e) != -1 || strcmp(e.msg, want) != 0 ||
	    e.code != ERR_TROUBLE || strcmp(e.kind, "signal") != 0)
		r = 3;
	err_release(&e);
	return r;
}

static int
two_signals(void *ctx)
{
	const int *pair = ctx;
	struct timespec t = { 0, 300000000 };

	sig_init();
	raise(pair[0]);
	nanosleep(&t, NULL);
	raise(pair[1]);
	return 0;
}

static int
echo(void *ctx)
{
	(void)ctx;
	sig_init();
	raise(SIGTERM);
	raise(SIGTERM);
	return sig_got() == SIGTERM ? 0 : 1;
}

static int
ignored(void *ctx)
{
	(void)ctx;
	signal(SIGHUP, SIG_IGN);
	sig_init();
	raise(SIGHUP);
	return sig_got();
}

static int
usr1(void *ctx)
{
	struct err e = { 0 };
	int64_t start = clock_ms();

	(void)ctx;
	sig_init();
	raise(SIGUSR1);
	if (sig_status() != 1 || sig_status() != 0 || sig_got())
		return 1;
	raise(SIGUSR1);
	if (sig_sleep(60, &e) != 0 || clock_ms() - start < 60)
		return 2;
	return 0;
}

static int
broken_pipe(void *ctx)
{
	int fd[2];

	(void)ctx;
	sig_init();
	if (pipe(fd) != 0)
		return 1;
	close(fd[0]);
	return write(fd[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
}

static int
limited(void *ctx)
{
	struct err e = { 0 };
	int64_t start = clock_ms();
	int r = 0;

	(void)ctx;
	sig_init();
	sig_deadline(0);
	if (sig_sleep(20, &e) != 0)
		return 1;
	sig_deadline(100);
	if (sig_sleep(20000, &e) != -1 || e.code != ERR_LATER ||
	    strcmp(e.kind, "timeout") != 0 ||
	    strcmp(e.msg, "the time limit is over") != 0)
		r = 2;
	if (clock_ms() - start < 120 || clock_ms() - start > 10000)
		r = 3;
	raise(SIGINT);
	if (sig_got() != SIGINT)
		r = 4;
	err_release(&e);
	return r;
}

static int
sleeper(void *ctx)
{
	struct err e = { 0 };
	int r;

	(void)ctx;
	sig_init();
	fprintf(stderr, "ready\n");
	r = sig_sleep(20000, &e);
	err_release(&e);
	return r == -1 ? 0 : 1;
}

static int
die(void *ctx)
{
	struct err e = { 0 };

	(void)ctx;
	sig_init();
	tmp_add(left_behind);
	raise(SIGINT);
	if (sig_check(&e) == 0)
		return 1;
	err_release(&e);
	sig_reraise();
}

static void
test_sleep(void)
{
	struct child c = child_start(sleeper, NULL);
	struct buf errs = { 0 };
	int64_t start = clock_ms();
	char ready[6];

	tap_ok(read(c.errs, ready, 6) == 6, "a sleeper");
	kill(c.pid, SIGTERM);
	tap_ok(child_end(&c, &errs) == 0 && clock_ms() - start < 10000,
	    "is woken by a signal");
	buf_release(&errs);
}

static void
test_reraise(struct buf *errs)
{
	struct err e = { 0 };
	char *dir = tmp_dir("ub-test-sig", &e);

	left_behind = mem_printf("%s/file", dir);
	close(open(left_behind, O_CREAT | O_WRONLY, 0600));
	tap_ok(access(left_behind, F_OK) == 0, "a temporary");
	tap_ok(child_run(die, NULL, errs) == 128 + SIGINT,
	    "the signal that came is died of");
	tap_ok(access(left_behind, F_OK) != 0, "the temporary is gone");
	tap_ok(access(dir, F_OK) == 0, "the parent's own folder is not");
	free(left_behind);
	free(dir);
}

int
main(void)
{
	static const int one[] = { SIGINT, SIGTERM, SIGHUP };
	static int pairs[][2] = { { SIGINT, SIGINT }, { SIGINT, SIGTERM },
		{ SIGHUP, SIGTERM }, { SIGTERM, SIGHUP } };
	struct buf errs = { 0 };
	size_t i;
	int number;

	tap_ok(child_run(before_init, NULL, &errs) == 0, "before sig_init");
	for (i = 0; i < UB_LEN(one); i++) {
		number = one[i];
		tap_ok(child_run(one_signal, &number, &errs) == 0,
		    "signal %d sets the flag", number);
	}
	tap_ok(child_run(two_signals, pairs[0], &errs) == 128 + SIGINT,
	    "the second INT ends the process");
	tap_ok(child_run(two_signals, pairs[1], &errs) == 128 + SIGTERM,
	    "so does a TERM after an INT");
	tap_ok(child_run(two_signals, pairs[2], &errs) == 0,
	    "a TERM after a HUP is the first one");
	tap_ok(child_run(two_signals, pairs[3], &errs) == 0,
	    "a HUP after a TERM changes nothing");
	tap_ok(child_run(echo, NULL, &errs) == 0,
	    "the same signal twice at once counts once");
	tap_ok(child_run(ignored, NULL, &errs) == 0,
	    "what was ignored stays so");
	tap_ok(child_run(usr1, NULL, &errs) == 0,
	    "USR1 asks once and ends no sleep");
	tap_ok(child_run(broken_pipe, NULL, &errs) == 0,
	    "a broken pipe is an error");
	tap_ok(child_run(limited, NULL, &errs) == 0,
	    "a time limit ends a sleep, and a signal counts more");
	test_sleep();
	test_reraise(&errs);
	buf_release(&errs);
	return tap_done();
}
