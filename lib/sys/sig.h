/*
 * sig.h - INT, TERM and HUP become a flag and a readable descriptor; every
 * wait of the suite polls it. The second INT or TERM ends the process at
 * once, unless it comes within 0.2 s: timeout(1) sends its signal to the
 * program and then to the whole group. What was ignored on entry (nohup)
 * stays ignored. SIGPIPE is ignored (writes fail with EPIPE); SIGUSR1 asks
 * for a status line.
 */
#ifndef UB_SYS_SIG_H
#define UB_SYS_SIG_H

#include <stdint.h>

#include "base/err.h"

void sig_init(void);
int sig_fd(void);     /* readable once a signal has come; never read it */
int sig_got(void);    /* the signal's number, SIGALRM when the time limit is
                         over, or 0 */
int sig_status(void); /* 1 once after each SIGUSR1 */

/*
 * Set a time limit for the whole run from now on; 0: none. When it is over,
 * all waits end as if a signal had come.
 */
void sig_deadline(int64_t ms);

/*
 * If a signal has come: set "interrupted by SIGTERM" (3, kind "signal") and
 * return -1. If the time limit is over: ERR_LATER, "timeout".
 */
int sig_check(struct err *e);

/* Sleep, but no longer than until a signal comes; 0, or -1 as sig_check. */
int sig_sleep(int ms, struct err *e);

/*
 * Remove temporaries (tmp_sweep) and die as the signal that came, so that
 * the parent sees it.
 */
void sig_reraise(void) UB_NORETURN;

#endif
