/* test_lock.c - one run at a time. */
#include "sys/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "child.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/sig.h"
#include "sys/tmp.h"
#include "tap.h"

static struct err e;
static char *dir, *path;

/* Hold the lock for so many ms, after saying so. */
static int
hold(void *ctx)
{
	struct lock l = { 0 };

	sig_init();
	if (lock_take(&l, path, 0, &e) != 0)
		return 1;
	fprintf(stderr, "held\n");
	sig_sleep(*(int *)ctx, &e);
	err_release(&e);
	lock_release(&l);
	return 0;
}

/* Wait for ever, unless there is a signal. */
static int
wait_long(void *ctx)
{
	struct lock l = { 0 };
	int r;

	(void)ctx;
	sig_init();
	fprintf(stderr, "held\n");
	r = lock_take(&l, path, -1, &e);
	if (r == 0 || strcmp(e.msg, "interrupted by SIGTERM") != 0)
		r = 0;
	err_release(&e);
	return r == -1 ? 0 : 1;
}

static struct child
start(int (*fn)(void *), int *ms)
{
	struct child c = child_start(fn, ms);
	char ready[5];

	tap_ok(read(c.errs, ready, 5) == 5, "a child has come so far");
	return c;
}

static void
test_bad(void)
{
	struct lock l = { 0 };
	char *bad = path_join(dir, "no/lock"), *link = path_join(dir, "ln");
	char *want;

	lock_release(&l);
	want = mem_printf("cannot create '%s': No such file or directory",
	    bad);
	tap_ok(lock_take(&l, bad, 0, &e) == -1, "no folder for it");
	tap_is(e.msg, want, "and why");
	tap_ok(!l.fd_plus_1 && !l.path, "nothing is held");
	tap_ok(lock_is_free(bad), "a missing file is free");
	free(want);
	tap_ok(symlink("/etc/passwd", link) == 0 &&
	    lock_take(&l, link, 0, &e) == -1, "a link is not followed");
	tap_ok(!lock_is_free(link), "and not known to be free");
	err_release(&e);
	free(bad);
	free(link);
}

static void
test_alone(void)
{
	struct lock l = { 0 };
	struct stat st = { 0 };
	struct buf b = { 0 };
	char *want;

	tap_ok(lock_take(&l, path, 0, &e) == 0, "taken");
	tap_ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600,
	    "the file is the owner's only");
	io_slurp(path, 1000, &b, &e);
	want = mem_printf("ub-test %ld 2026-11-21T03:11:05Z\n",
	    (long)getpid());
	tap_is(buf_text(&b), want, "it says who holds it");
	tap_ok(!lock_is_free(path), "it is not free");
	lock_release(&l);
	tap_ok(lock_is_free(path), "it is free again");
	tap_ok(path_exists(path), "the file stays");
	buf_release(&b);
	free(want);
}

static void
test_held(void)
{
	struct lock l = { 0 };
	int ms = 20000;
	struct child c = start(hold, &ms);
	struct buf errs = { 0 };
	int64_t begun = clock_ms();
	char *want;

	want = mem_printf("'%s' is held by ub-test, pid %ld, since "
	    "2026-11-21T03:11:05Z", path, (long)c.pid);
	tap_ok(lock_take(&l, path, 0, &e) == -1, "another holds it");
	tap_is(e.msg, want, "and who");
	tap_ok(e.code == ERR_LATER && !strcmp(e.kind, "lock.held"), "later");
	tap_is(err_detail_get(&e, "program"), "ub-test", "program");
	tap_is(err_detail_get(&e, "since"), "2026-11-21T03:11:05Z", "since");
	tap_ok(err_detail_get(&e, "pid") &&
	    strtol(err_detail_get(&e, "pid"), NULL, 10) == c.pid, "pid");
	tap_ok(clock_ms() - begun < 5000, "at once");
	begun = clock_ms();
	tap_ok(lock_take(&l, path, 300, &e) == -1, "after waiting");
	tap_ok(clock_ms() - begun >= 300, "for as long as asked");
	tap_ok(!lock_is_free(path), "it is not free");
	kill(c.pid, SIGKILL);
	tap_ok(child_end(&c, &errs) == 128 + SIGKILL, "the holder dies");
	tap_ok(lock_is_free(path), "then it is free");
	tap_ok(lock_take(&l, path, 0, &e) == 0, "and can be taken");
	lock_release(&l);
	err_release(&e);
	buf_release(&errs);
	free(want);
}

static void
test_waiting(void)
{
	struct lock l = { 0 };
	int ms = 300;
	struct child c = start(hold, &ms);
	struct buf errs = { 0 };

	tap_ok(lock_take(&l, path, 20000, &e) == 0, "waited for");
	tap_ok(child_end(&c, &errs) == 0, "the holder is done");
	c = start(wait_long, NULL);
	kill(c.pid, SIGTERM);
	tap_ok(child_end(&c, &errs) == 0, "a signal ends the waiting");
	lock_release(&l);
	buf_release(&errs);
}

/* A holder that says nothing, or nonsense. */
static void
test_nonsense(void)
{
	static const char *const text[] = { "", "x", "ub-x 0 2026-11-21",
		"ub-x 12 2026-11-21", "ub-x -3 2026-11-21T03:11:05Z",
		"\n\n\n", "   " };
	struct lock l = { 0 };
	char *want = mem_printf("'%s' is held by another program", path);
	int fd = open(path, O_RDWR);
	size_t i;

	flock(fd, LOCK_EX);
	for (i = 0; i < UB_LEN(text); i++) {
		tap_ok(ftruncate(fd, 0) == 0 &&
		    pwrite(fd, text[i], strlen(text[i]), 0) >= 0,
		    "it says '%zu'", i);
		tap_ok(lock_take(&l, path, 0, &e) == -1 &&
		    e.code == ERR_LATER, "held");
		tap_is(e.msg, want, "by nobody known");
		tap_ok(e.detail.n == 0, "without details");
	}
	err_release(&e);
	close(fd);
	free(want);
}

int
main(void)
{
	setenv("UB_NOW", "2026-11-21T03:11:05.678Z", 1);
	log_init("ub-test", LOG_NORMAL);
	dir = tmp_dir("ub-test-lock", &e);
	path = path_join(dir, ".lock");
	test_bad();
	test_alone();
	test_held();
	test_waiting();
	test_nonsense();
	free(path);
	free(dir);
	return tap_done();
}
