/*
 * progress.h - how far a step is, on stderr: one redrawn line on a terminal
 * (bytes, rate, time left, step n of m), elsewhere a plain line at the start
 * and every 30 s. Thread-safe; costs one atomic add when nothing is due.
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

void progress_init(enum progress_mode mode, int colour);

/* A step begins: "dumping database shop"; total in bytes, 0 if unknown. */
void progress_step(int n, int of, const char *what, int64_t total);

/* So many bytes more. */
void progress_add(int64_t bytes);

/* The current figure, for events. */
void progress_now(const char **what, int64_t *done, int64_t *total);

/* Clear the line; nothing is shown until the next step. */
void progress_end(void);

#endif
