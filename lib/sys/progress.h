/*
 * progress.h - how far a step is, on stderr: one redrawn line on a terminal
 * (bytes, rate, time left, step n of m), elsewhere a plain line at the start
 * and every 30 s. Thread-safe; costs one atomic add and a look at the clock
 * when nothing is due.
 */
#ifndef UB_SYS_PROGRESS_H
#define UB_SYS_PROGRESS_H

#include <stdint.h>

enum progress_mode {
	PROGRESS_AUTO,
	PROGRESS_BAR,
	PROGRESS_PLAIN,
	PROGRESS_NONE,
};

/*
 * Nothing is shown before this call. AUTO: a bar on a terminal that can do
 * it (TERM is set and not "dumb"), else plain.
 */
void progress_init(enum progress_mode mode, int colour);

/* A step begins: "dumping database shop"; total in bytes, 0 if unknown. */
void progress_step(int n, int of, const char *what, int64_t total);

/* So many bytes more. */
void progress_add(int64_t bytes);

/*
 * Nothing more, but time has passed: draw if that is due, and answer
 * SIGUSR1. proc_run calls it twice a second.
 */
void progress_tick(void);

/*
 * The current figure, for events. what lasts as long as the process; NULL
 * between steps.
 */
void progress_now(const char **what, int64_t *done, int64_t *total);

/* Clear the line; nothing is shown until the next step. */
void progress_end(void);

#endif
