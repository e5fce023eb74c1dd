/* run.c - watch over a child until it has ended. */
#define _GNU_SOURCE
#include "sys/proc.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/proc/spawn.h"
#include "sys/progress.h"
#include "sys/sig.h"

#define KEEP ((size_t)64 * 1024)
#define LONG_LINE ((size_t)64 * 1024)
#define GRACE_MS 5000 /* from TERM to KILL */
#define DRAIN_MS 1000 /* for output of those it left behind */
#define TICK_MS 500

enum { NOT_YET, ASKED, KILLED };

/* A child on its way. */
struct run {
	struct proc *p;
	struct proc_child c;
	int pid_fd;      /* readable once it has ended, or -1 */
	struct buf line; /* of stderr, not yet whole */
	int64_t limit;   /* when to do the next thing, or -1 */
	int ending;      /* NOT_YET, ASKED (TERM sent), KILLED */
	int by_signal;   /* that is why it is being ended */
	int by_stop;     /* or this is: stop_fd */
	int gone;        /* it has ended, but is not reaped */
	int64_t drain;   /* when to stop waiting for output */
};

static size_t
kept(const struct proc *p)
{
	return p->max ? p->max : KEEP;
}

static void
give_line(struct run *r)
{
	if (r->p->on_errline)
		r->p->on_errline(r->p->ctx, buf_text(&r->line));
	buf_reset(&r->line);
}

static void
take_errs(struct run *r, const char *data, size_t n)
{
	struct buf *errs = &r->p->errs;
	size_t i, max = kept(r->p);

	buf_add(errs, data, n);
	/* Not at each read: moving costs. */
	if (errs->len > 2 * max) {
		memmove(errs->data, errs->data + errs->len - max, max + 1);
		errs->len = max;
	}
	if (!r->p->on_errline)
		return;
	for (i = 0; i < n; i++) {
		if (data[i] != '\n')
			buf_putc(&r->line, data[i]);
		if (data[i] == '\n' || r->line.len >= LONG_LINE)
			give_line(r);
	}
}

static void
take_out(struct run *r, const char *data, size_t n)
{
	size_t room = kept(r->p) - r->p->out.len;

	buf_add(&r->p->out, data, n < room ? n : room);
}

/* Read once what is there; at its end *fd becomes -1. */
static void
pump(struct run *r, int *fd, void (*take)(struct run *, const char *, size_t))
{
	char block[16384];
	ssize_t n = read(*fd, block, sizeof(block));

	if (n > 0) {
		take(r, block, (size_t)n);
	} else if (n == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
}

/* It has run too long, or we shall end: ask first, then force. */
static void
end_it(struct run *r)
{
	int64_t now = clock_ms();

	if (r->ending == NOT_YET && !r->p->shield && sig_got())
		r->by_signal = 1;
	if (r->ending == NOT_YET && (r->by_signal || r->by_stop))
		r->limit = now;
	if (r->ending == KILLED || r->limit < 0 || now < r->limit)
		return;
	if (r->ending == NOT_YET) {
		r->p->timed_out = !r->by_signal && !r->by_stop;
		r->p->stopped = r->by_stop;
		kill(-r->c.pid, SIGTERM);
		/* A stopped process sees TERM only when it goes on. */
		kill(-r->c.pid, SIGCONT);
		r->limit = now + GRACE_MS;
	} else {
		kill(-r->c.pid, SIGKILL);
	}
	r->ending++;
}

/* Has the child itself ended? It stays a zombie: its group's id is safe. */
static void
look(struct run *r)
{
	siginfo_t info = { 0 };

	if (r->gone || waitid(P_PID, (id_t)r->c.pid, &info,
	    WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != r->c.pid)
		return;
	r->gone = 1;
	r->drain = clock_ms() + DRAIN_MS;
}

static int
finished(const struct run *r)
{
	if (!r->gone)
		return 0;
	if (r->c.out < 0 && r->c.errs < 0)
		return 1;
	/* While its group is being ended, the others have their grace too. */
	return clock_ms() >= r->drain && r->ending != ASKED;
}

static void
wait_once(struct run *r)
{
	int wait = TICK_MS;
	int64_t left = r->limit < 0 ? TICK_MS : r->limit - clock_ms();
	struct pollfd p[5] = {
		{ .fd = r->c.out, .events = POLLIN },
		{ .fd = r->c.errs, .events = POLLIN },
		{ .fd = r->gone ? -1 : r->pid_fd, .events = POLLIN },
		{ .fd = r->ending || r->p->shield ? -1 : sig_fd(),
		    .events = POLLIN },
		{ .fd = r->ending || r->p->stop_fd <= 0 ? -1 : r->p->stop_fd,
		    .events = POLLIN },
	};

	/* Nothing to poll for the end itself: look often. */
	if (r->pid_fd < 0 && r->c.out < 0 && r->c.errs < 0)
		wait = 10;
	else if (r->pid_fd < 0 || r->gone)
		wait = 50;
	if (left < wait)
		wait = left > 0 ? (int)left : 0;
	if (poll(p, 5, wait) < 0)
		return;
	if (p[4].revents)
		r->by_stop = 1;
	if (p[0].revents)
		pump(r, &r->c.out, take_out);
	if (p[1].revents)
		pump(r, &r->c.errs, take_errs);
}

/* Reap the child, and note how it ended. */
static void
reap(struct run *r)
{
	struct proc *p = r->p;
	size_t max = kept(p);
	int status = 0;

	/* None of a group that was to end may stay behind. */
	if (r->ending)
		kill(-r->c.pid, SIGKILL);
	while (waitpid(r->c.pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status))
		p->exit = WEXITSTATUS(status);
	else
		p->signal = WTERMSIG(status);
	if (p->errs.len > max) {
		memmove(p->errs.data, p->errs.data + p->errs.len - max,
		    max + 1);
		p->errs.len = max;
	}
	if (r->line.len)
		give_line(r);
	if (r->c.out >= 0)
		close(r->c.out);
	if (r->c.errs >= 0)
		close(r->c.errs);
	if (r->pid_fd >= 0)
		close(r->pid_fd);
	buf_release(&r->line);
}

int
proc_run(struct proc *p, struct err *e)
{
	struct run r = { .p = p, .pid_fd = -1, .limit = -1 };

	buf_reset(&p->out);
	buf_reset(&p->errs);
	p->exit = -1;
	p->signal = p->timed_out = p->stopped = 0;
	if (!p->shield && sig_check(e) != 0)
		return -1;
	if (proc_spawn(p, &r.c, e) != 0)
		return -1;
#ifdef SYS_pidfd_open
	r.pid_fd = (int)syscall(SYS_pidfd_open, r.c.pid, 0);
#endif
	if (p->timeout_ms > 0)
		r.limit = clock_ms() + p->timeout_ms;
	while (!finished(&r)) {
		wait_once(&r);
		look(&r);
		if (!r.gone || r.ending)
			end_it(&r);
		progress_tick();
	}
	reap(&r);
	return r.by_signal ? sig_check(e) : 0;
}
