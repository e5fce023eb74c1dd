/*
 * proc.h - run another program: argv only, no shell, own process group,
 * stdin from /dev/null (or stdin_fd), every other descriptor closed, git's
 * local variables cleared, killed with us (also by kill -9), asked to end
 * (TERM), then, after a grace of 5 s, killed. Safe in threads, each with its
 * own child.
 */
#ifndef UB_SYS_PROC_H
#define UB_SYS_PROC_H

#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* Fill in, hand to proc_run; valid as {0} but for argv. */
struct proc {
	/* in */
	struct vec argv;
	struct vec env;     /* NAME=VALUE to set, "NAME" alone to unset */
	const char *dir;    /* working folder, or NULL */
	int64_t timeout_ms; /* 0: none */
	int shield;         /* not ended by a signal to us: for putting back */
	int stop_fd;        /* if > 0: once it is readable the child is ended
	                       as at its time limit; see stopped */
	int stdin_fd;       /* what it reads if > 0 */
	int stdout_fd;      /* where stdout goes if > 0; else out */
	size_t max;         /* bytes of out and of errs that are kept; the rest
	                       is read and dropped; 0: 64 KiB */
	/* each whole line of stderr, without its newline, as it comes */
	void (*on_errline)(void *ctx, const char *line);
	void *ctx;
	/* out */
	struct buf out;  /* stdout */
	struct buf errs; /* stderr: the last max bytes */
	int exit;        /* exit code if it exited, else -1 */
	int signal;      /* number of the signal that ended it, else 0 */
	int timed_out;   /* 1: ended by us, too slow */
	int stopped;     /* 1: ended by us, because of stop_fd */
};

/*
 * Run it to its end. A process that it leaves behind is let live, but its
 * output is only awaited for one second more. 0: it ran, see exit, signal,
 * timed_out. -1: it could not be started (ERR_TROUBLE, kind "proc.start"),
 * or a signal came to us
 * and it was ended (as sig_check).
 */
int proc_run(struct proc *p, struct err *e);

/*
 * Run it and demand exit 0; otherwise set ERR_TROUBLE, kind, with the
 * program's name, how it ended, and its last line of stderr: "'pg_dump'
 * failed with exit code 1: LINE", "'pg_dump' was ended by signal 9: LINE",
 * "'pg_dump' took longer than 30.0 s: LINE". Details: program, and exit_code
 * or signal.
 */
int proc_demand(struct proc *p, const char *kind, struct err *e);

/*
 * The file that name would run; or NULL. A name without a slash is searched
 * in PATH; entries that are not absolute are skipped, so that no repository's
 * content is run by chance. Caller owns.
 */
char *proc_which(const char *name);

void proc_release(struct proc *p);

#endif
