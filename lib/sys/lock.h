/*
 * lock.h - one run at a time: flock(2) on a file, which says who holds it.
 * The kernel frees it when the holder dies, so that no lock is ever stale.
 */
#ifndef UB_SYS_LOCK_H
#define UB_SYS_LOCK_H

#include <stdint.h>

#include "base/err.h"

struct lock {
	int fd_plus_1; /* 0: not held */
	char *path;
};

/*
 * Take the lock, waiting up to wait_ms (0: hardly, -1: forever). When
 * another holds it: ERR_LATER, kind "lock.held", "'PATH' is held by
 * ub-restore, pid 4711, since 2026-11-21T03:00:12Z", with the details pid,
 * program and since; "'PATH' is held by another program" if it did not say.
 * The file is made 0600 and stays when the lock is released.
 */
int lock_take(struct lock *l, const char *path, int64_t wait_ms,
    struct err *e);

/* Is the lock free right now? 1 or 0; a missing file is free. */
int lock_is_free(const char *path);

void lock_release(struct lock *l);

#endif
