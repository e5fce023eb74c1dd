/*
 * early.h - the sums of scripts, made while the server is asked what is in
 * its ledger: with thousands of them that takes as long.
 */
#ifndef UB_UB_MIGRATE_EARLY_H
#define UB_UB_MIGRATE_EARLY_H

#include "ub/migrate/dir.h"

/* Items of work for early_read(): 0 where the tool has no sums. */
size_t early_items(const struct migrate_dir *d, enum migrate_tool t);

/*
 * Read some of the scripts anew and fill in their sum; safe for several
 * items at once. What cannot be read, or is over 1 MiB, has none: who needs
 * it reads it for himself, and tells what is wrong.
 */
void early_read(struct migrate_dir *d, enum migrate_tool t, size_t item);

#endif
