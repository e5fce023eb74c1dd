/* counts.h - how many rows the tables have in a dump's snapshot. */
#ifndef UB_UB_DUMP_COUNTS_H
#define UB_UB_DUMP_COUNTS_H

#include <stdatomic.h>

#include "base/err.h"
#include "ext/db.h"
#include "ub/dump/tables.h"

/* The session that counts, beside the one that holds the snapshot. */
struct dump_counts {
	struct db *db;
	const char *snapshot;
	atomic_int stop; /* set: no further query */
};

/*
 * Count all that are not counted yet, and the large objects. Only a few
 * tables are locked at a time, each for as long as it is counted. When stop
 * was set it ends without an error.
 */
int dump_counts_run(struct dump_counts *c, struct dump_tables *t,
    int64_t *large_objects, struct err *e);

/* Count one, in the transaction that db is in. */
int dump_counts_one(struct db *db, struct dump_table *t, struct err *e);

#endif
