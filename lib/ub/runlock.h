/*
 * runlock.h - one run that changes something at a time: of the application
 * (<state>/lock) and of the folder of its sets (.lock in it, which other
 * applications may share).
 */
#ifndef UB_UB_RUNLOCK_H
#define UB_UB_RUNLOCK_H

#include "base/err.h"
#include "sys/lock.h"
#include "ub/cli.h"

/* Valid as {0}. */
struct runlock {
	struct lock state;
	struct lock sets;
};

/*
 * Make both folders if they are not there and take both locks, waiting as
 * --lock-timeout says. ERR_LATER names the holder.
 */
int runlock_take(struct runlock *l, struct cli *c, const char *backups,
    struct err *e);
void runlock_release(struct runlock *l);

#endif
