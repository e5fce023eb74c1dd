/* test_proc_limits.c - children that take too long, and signals to us. */
#include <fcntl.h>
#include <signal.h>

#include "base/mem.h"
#include "child.h"
#include "sys/clock.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/sig.h"
#include "sys/tmp.h"
#include "tap.h"

static struct err e;
static char *dir;

static void
shell(struct proc *p, const char *line)
{
	proc_release(p);
	vec_add(&p->argv, "/bin/sh");
	vec_add(&p->argv, "-c");
	vec_add(&p->argv, line);
	p->dir = dir;
}

static int
there(const char *name)
{
	char *path = path_join(dir, name);
	int r = path_exists(path);

	free(path);
	return r;
}

/* Wait until a file is there, at most 10 s; 1 if it is. */
static int
appears(const char *name)
{
	int64_t end = clock_ms() + 10000;
	struct timespec t = { 0, 10000000 };

	while (!there(name)) {
		if (clock_ms() > end)
			return 0;
		nanosleep(&t, NULL);
	}
	return 1;
}

/* The number in a file of dir, 0 if there is none. */
static long
number_in(const char *name)
{
	char *path = path_join(dir, name);
	FILE *f = fopen(path, "r");
	long n = 0;

	if (f && fscanf(f, "%ld", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	free(path);
	return n;
}

/* Is a process alive? A zombie that nobody reaps is not. */
static int
alive(long pid)
{
	char *path = mem_printf("/proc/%ld/stat", pid);
	FILE *f = fopen(path, "r");
	char state = 'Z';

	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	if (f)
		fclose(f);
	free(path);
	return state != 'Z';
}

/* Is the process whose number a file holds alive after up to 5 s? */
static int
survives(const char *name)
{
	long pid = number_in(name);
	int64_t end = clock_ms() + 5000;
	struct timespec t = { 0, 10000000 };

	while (pid > 1 && alive(pid) && clock_ms() < end)
		nanosleep(&t, NULL);
	return pid <= 1 || alive(pid);
}

static void
test_time_out(void)
{
	struct proc p = { 0 };
	int64_t begun = clock_ms(), took;

	shell(&p, "sleep 60");
	p.timeout_ms = 200;
	tap_ok(proc_run(&p, &e) == 0 && p.timed_out && p.signal == SIGTERM,
	    "too slow: asked to end");
	took = clock_ms() - begun;
	tap_ok(took >= 200 && took < 5000, "in time");
	tap_ok(proc_demand(&p, "t.k", &e) == -1, "demanded");
	tap_is(e.msg, "'sh' took longer than 200 ms", "the message");
	err_release(&e);

	/* One that cleans up and ends well is late all the same. */
	shell(&p, "trap 'echo cleaned >&2; exit 0' TERM; "
	    "while :; do sleep 0.05; done");
	p.timeout_ms = 200;
	tap_ok(proc_demand(&p, "t.k", &e) == -1 && p.timed_out &&
	    p.exit == 0, "too slow: ended by itself");
	tap_is(e.msg, "'sh' took longer than 200 ms: cleaned", "message");
	err_release(&e);

	begun = clock_ms();
	shell(&p, "trap '' TERM; sh -c 'echo $$ >stubborn; sleep 60' & "
	    "while :; do sleep 0.1; done");
	p.timeout_ms = 200;
	tap_ok(proc_run(&p, &e) == 0 && p.timed_out && p.signal == SIGKILL,
	    "deaf to TERM: killed");
	took = clock_ms() - begun;
	tap_ok(took >= 5200 && took < 15000, "after a grace of 5 s");
	tap_ok(!survives("stubborn"), "with all its group");
	proc_release(&p);
}

/* What a child leaves behind. */
static void
test_left_behind(void)
{
	struct proc p = { 0 };
	int64_t begun = clock_ms();
	long pid;

	shell(&p, "sh -c 'echo $$ >daemon; exec sleep 60' & "
	    "while ! [ -s daemon ]; do sleep 0.01; done; echo started");
	p.timeout_ms = 30000;
	tap_ok(proc_run(&p, &e) == 0 && p.exit == 0 && !p.timed_out,
	    "a program that leaves another behind");
	tap_is(buf_text(&p.out), "started\n", "its own output");
	tap_ok(clock_ms() - begun < 10000, "is not waited for");
	pid = number_in("daemon");
	tap_ok(pid > 1 && alive(pid), "what it left behind lives");
	if (pid > 1)
		kill((pid_t)pid, SIGKILL);
	proc_release(&p);
}

/* A caller that has heard enough. */
static void
test_stop(void)
{
	struct proc p = { 0 };
	int64_t begun = clock_ms();
	int fd[2];

	shell(&p, "sleep 60");
	tap_ok(pipe(fd) == 0 && write(fd[1], "x", 1) == 1, "a reason");
	p.stop_fd = fd[0];
	tap_ok(proc_run(&p, &e) == 0 && p.stopped && !p.timed_out &&
	    p.signal == SIGTERM, "a child is stopped by its caller");
	tap_ok(clock_ms() - begun < 5000, "at once");
	close(fd[0]);
	close(fd[1]);
	proc_release(&p);
}

/* Run a long child; -1 by a signal is the right end. */
static int
run_long(void *ctx)
{
	struct proc p = { 0 };
	int r;

	sig_init();
	shell(&p, ctx);
	r = proc_run(&p, &e);
	if (r == -1 && strcmp(e.msg, "interrupted by SIGTERM") != 0)
		r = -2;
	err_release(&e);
	if (r == -1 && proc_run(&p, &e) != -1)
		r = -3;
	err_release(&e);
	proc_release(&p);
	return r == -1 ? 0 : 1;
}

/* The same, but shielded: the child goes on to its end. */
static int
run_shielded(void *ctx)
{
	struct proc p = { 0 };
	int r;

	sig_init();
	shell(&p, ctx);
	p.shield = 1;
	r = proc_run(&p, &e);
	if (r == 0 && (p.exit != 0 || !sig_got()))
		r = 1;
	proc_release(&p);
	err_release(&e);
	return r;
}

static int
run_until_killed(void *ctx)
{
	struct proc p = { 0 };

	shell(&p, ctx);
	proc_run(&p, &e);
	return 0;
}

static void
test_signals(void)
{
	struct buf errs = { 0 };
	struct child c;
	char line[] = "echo $$ >long; exec sleep 60";
	char shielded[] = "touch shielded; sleep 0.5; touch done";
	char orphan[] = "echo $$ >orphan; exec sleep 60";

	c = child_start(run_long, line);
	tap_ok(appears("long"), "a long child runs");
	kill(c.pid, SIGTERM);
	tap_ok(child_end(&c, &errs) == 0, "a signal to us ends it");
	tap_ok(!survives("long"), "it is gone");
	c = child_start(run_shielded, shielded);
	tap_ok(appears("shielded"), "a shielded child runs");
	kill(c.pid, SIGTERM);
	tap_ok(child_end(&c, &errs) == 0 && there("done"), "to its end");
	c = child_start(run_until_killed, orphan);
	tap_ok(appears("orphan"), "a child runs");
	kill(c.pid, SIGKILL);
	tap_ok(child_end(&c, &errs) == 128 + SIGKILL, "we are killed");
	tap_ok(!survives("orphan"), "it does not outlive us");
	buf_release(&errs);
}

/* SIGPIPE ends the child, though we ignore it; a mask is not passed on. */
static int
run_dispositions(void *ctx)
{
	struct proc p = { 0 };
	sigset_t all;
	int r;

	(void)ctx;
	sig_init();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	/* The first 31: two behind them are the C library's own. */
	shell(&p, "while read k v; do case $k in SigBlk:|SigIgn:) "
	    "echo $k $((0x$v & 0x7fffffff));; esac; "
	    "done </proc/self/status");
	r = proc_run(&p, &e);
	fputs(buf_text(&p.out), stderr);
	proc_release(&p);
	return r;
}

int
main(void)
{
	struct buf errs = { 0 };

	dir = tmp_dir("ub-test-proc", &e);
	tap_ok(child_run(run_dispositions, NULL, &errs) == 0, "a child");
	tap_is(buf_text(&errs), "SigBlk: 0\nSigIgn: 0\n",
	    "has its signals as usual");
	test_left_behind();
	test_stop();
	test_signals();
	test_time_out();
	buf_release(&errs);
	free(dir);
	return tap_done();
}
