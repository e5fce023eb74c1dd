/*
 * retain.h - which sets may go: the oldest beyond a number to keep. Only
 * sets with a manifest that matches count, by the manifest's time; never the
 * newest that was verified; never below a minimum.
 */
#ifndef UB_UB_BACKUP_RETAIN_H
#define UB_UB_BACKUP_RETAIN_H

#include "base/err.h"
#include "base/vec.h"
#include "ub/set.h"
#include "ub/source.h"

struct retain {
	const char *backups;
	int64_t keep;     /* good sets that stay; 0 means no limit */
	int64_t min_keep; /* and never fewer than this */
	int dry_run;
};

/*
 * Remove what may go, oldest last written first; the ids go to removed. The
 * databases that --snapshot kept for them are dropped too, where src or the
 * manifest tells the server (a warning if that fails). The caller holds the
 * lock of the folder.
 */
int retain_sets(const struct retain *r, const struct source *src,
    struct vec *removed, struct err *e);

/* Is set i of a list (newest first) to go? The rule alone. */
int retain_may_go(const struct retain *r, const struct set_list *l,
    size_t i);

#endif
