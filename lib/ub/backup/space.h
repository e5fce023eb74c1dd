/* space.h - is there room for the set that is about to be written? */
#ifndef UB_UB_BACKUP_SPACE_H
#define UB_UB_BACKUP_SPACE_H

#include <stdint.h>

#include "base/err.h"
#include "ub/set.h"

struct space_need {
	int64_t db_bytes;   /* pg_database_size of all */
	int64_t tree_bytes; /* of all regular files */
};

/*
 * About how many bytes the set will have: databases as they shrank in the
 * last set (NULL: none), else half of their size; files at their full size.
 */
int64_t space_estimate(const struct space_need *n, const struct set *last);

/* ERR_TROUBLE, "backup.space", when fewer are free where dir is. */
int space_check(const char *dir, int64_t need, struct err *e);

/* Warn ("backup.shrunk") when a database is less than half of what it was. */
void space_compare(const struct manifest *now, const struct set *last);

#endif
