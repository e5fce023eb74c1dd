/* test_progress.c - how far a step is. */
#include "sys/progress.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "base/mem.h"
#include "child.h"
#include "sys/log.h"
#include "sys/sig.h"
#include "tap.h"

#define CLEAR "\r\033[K"

static void
nap(int ms)
{
	struct timespec t = { 0, ms * 1000000L };

	nanosleep(&t, NULL);
}

static int
silent(void *ctx)
{
	(void)ctx;
	progress_step(1, 2, "before init", 100);
	progress_add(50);
	progress_end();
	progress_init(PROGRESS_NONE, 0);
	progress_step(1, 2, "none", 100);
	progress_add(50);
	progress_end();
	return 0;
}

static int
plain(void *ctx)
{
	enum progress_mode *mode = ctx;

	log_init("ub-test", LOG_NORMAL);
	progress_init(*mode, 1);
	progress_step(1, 3, "dumping database shop", 0);
	progress_add(1024);
	progress_step(0, 0, "hostile\n\033[2J\tname", 0);
	progress_add(1);
	log_info("done");
	progress_end();
	return 0;
}

static int
status(void *ctx)
{
	(void)ctx;
	log_init("ub-test", LOG_NORMAL);
	sig_init();
	progress_init(PROGRESS_PLAIN, 0);
	raise(SIGUSR1);
	progress_tick();
	progress_step(2, 3, "packing", 4096);
	progress_add(1024);
	raise(SIGUSR1);
	progress_tick();
	raise(SIGUSR1);
	progress_add(3072);
	progress_end();
	return 0;
}

/* Time passes: rate and time left are told. */
static int
slow(void *ctx)
{
	(void)ctx;
	log_init("ub-test", LOG_NORMAL);
	sig_init();
	progress_init(PROGRESS_NONE, 0);
	progress_step(0, 0, "slow", 100000);
	progress_add(50000);
	nap(999);
	nap(200);
	raise(SIGUSR1);
	progress_tick();
	return 0;
}

static void *
add_many(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 100000; i++)
		progress_add(3);
	return NULL;
}

static int
threads(void *ctx)
{
	pthread_t t[3];
	const char *what, *other;
	int64_t done, total;
	size_t i;

	(void)ctx;
	progress_init(PROGRESS_NONE, 0);
	progress_now(&what, &done, &total);
	if (what || done || total)
		return 1;
	progress_step(1, 1, "adding", 900000);
	for (i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, add_many, NULL);
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	progress_now(&what, &done, &total);
	if (strcmp(what, "adding") != 0 || done != 900000 || total != 900000)
		return 2;
	progress_step(1, 1, "other", 0);
	progress_now(&other, &done, &total);
	if (strcmp(what, "adding") != 0 || done || total)
		return 3;
	progress_end();
	progress_now(&what, &done, &total);
	return what || done ? 4 : 0;
}

/* Put stderr on a terminal of so many columns; its other side, or -1. */
static int
open_terminal(int columns, int *side)
{
	struct winsize size = { .ws_col = (unsigned short)columns,
		.ws_row = 24 };
	int fd = posix_openpt(O_RDWR | O_NOCTTY);
	struct termios t;

	if (fd < 0 || grantpt(fd) != 0 || unlockpt(fd) != 0)
		return -1;
	*side = open(ptsname(fd), O_RDWR | O_NOCTTY);
	if (*side < 0 || ioctl(*side, TIOCSWINSZ, &size) != 0 ||
	    tcgetattr(*side, &t) != 0)
		return -1;
	t.c_oflag &= ~(tcflag_t)OPOST;
	return tcsetattr(*side, TCSANOW, &t) == 0 ? fd : -1;
}

/* Run fn with stderr on a terminal; what that shows. Caller owns. */
static char *
on_terminal(int columns, const char *term, int (*fn)(void), int *code)
{
	int side, fd = open_terminal(columns, &side), status_word = 0;
	struct buf b = { 0 };
	char block[4096];
	ssize_t n;
	pid_t pid = fd < 0 ? -1 : fork();

	if (pid == 0) {
		setenv("TERM", term, 1);
		dup2(side, STDERR_FILENO);
		exit(fn());
	}
	if (fd < 0 || pid < 0)
		return mem_dup("(no terminal)");
	close(side);
	/* EIO when the other side is closed. */
	while ((n = read(fd, block, sizeof(block))) > 0)
		buf_add(&b, block, (size_t)n);
	close(fd);
	waitpid(pid, &status_word, 0);
	*code = WIFEXITED(status_word) ? WEXITSTATUS(status_word) : -1;
	return buf_detach(&b);
}

static int
bar(void)
{
	log_init("ub-test", LOG_NORMAL);
	progress_init(PROGRESS_AUTO, 0);
	progress_step(2, 5, "dumping", 2048);
	progress_add(1024);
	log_info("message");
	nap(250);
	progress_tick();
	progress_end();
	return 0;
}

static int
bold(void)
{
	progress_init(PROGRESS_AUTO, 1);
	progress_step(2, 5, "dumping", 0);
	progress_end();
	return 0;
}

static int
wide(void)
{
	progress_init(PROGRESS_AUTO, 0);
	progress_step(1, 1, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
	    "0123456789", 10);
	progress_end();
	return 0;
}

static void
shows(char *got, const char *want, const char *name)
{
	tap_is(got, want, name);
	free(got);
}

static void
test_terminal(void)
{
	int code = -1;

	shows(on_terminal(80, "xterm", bar, &code),
	    CLEAR "[2/5] dumping  0 B of 2.0 KiB, 0%"
	    CLEAR "ub-test: message\n"
	    CLEAR "[2/5] dumping  1.0 KiB of 2.0 KiB, 50%" CLEAR,
	    "a line that is redrawn, and cleared before a message");
	tap_ok(code == 0, "a good end");
	shows(on_terminal(80, "xterm", bold, &code),
	    CLEAR "\033[1m[2/5] dumping\033[0m" CLEAR, "with colour");
	shows(on_terminal(10, "xterm", wide, &code),
	    CLEAR "[1/1] \xc3\xa4\xc3\xa4\xc3\xa4" CLEAR,
	    "cut to the terminal between characters");
	shows(on_terminal(80, "dumb", bar, &code),
	    "ub-test: [2/5] dumping\nub-test: message\n",
	    "plain lines on a dumb terminal");
	shows(on_terminal(80, "", bar, &code),
	    "ub-test: [2/5] dumping\nub-test: message\n",
	    "and on one of no name");
}

int
main(void)
{
	static enum progress_mode modes[] = { PROGRESS_AUTO, PROGRESS_PLAIN };
	struct buf errs = { 0 };
	size_t i;

	tap_ok(child_run(silent, NULL, &errs) == 0, "without a mode");
	tap_is(buf_text(&errs), "", "nothing is shown");
	for (i = 0; i < UB_LEN(modes); i++) {
		child_run(plain, &modes[i], &errs);
		tap_is(buf_text(&errs),
		    "ub-test: [1/3] dumping database shop\n"
		    "ub-test: hostile??[2J?name\nub-test: done\n",
		    "a plain line at the start of a step");
	}
	child_run(status, NULL, &errs);
	tap_is(buf_text(&errs), "ub-test: no step under way\n"
	    "ub-test: [2/3] packing\n"
	    "ub-test: [2/3] packing: 1.0 KiB of 4.0 KiB, 25%\n"
	    "ub-test: [2/3] packing: 4.0 KiB of 4.0 KiB, 100%\n",
	    "USR1 prints a status line");
	child_run(slow, NULL, &errs);
	tap_ok(strstr(buf_text(&errs),
	    "slow: 48.8 KiB of 97.7 KiB, 50%, ") && strstr(buf_text(&errs),
	    "KiB/s, 1.") && strstr(buf_text(&errs), " s left\n"),
	    "rate and time left after a second");
	tap_ok(child_run(threads, NULL, &errs) == 0,
	    "three threads lose no byte, and the figure is told");
	test_terminal();
	buf_release(&errs);
	return tap_done();
}
