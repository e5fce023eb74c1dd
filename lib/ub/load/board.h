/*
 * board.h - what is to be done beside pg_restore and when: rows are counted
 * once a table's data is in, statistics gathered once its indexes are. While
 * pg_restore runs, only as many threads may work as it leaves processors
 * idle; then all. No database here: the rules alone.
 */
#ifndef UB_UB_LOAD_BOARD_H
#define UB_UB_LOAD_BOARD_H

#include <stdint.h>

#include "base/err.h"
#include "ub/manifest.h"
#include "ub/toc.h"

enum load_task_kind {
	LOAD_COUNT,   /* rows of a table */
	LOAD_OBJECTS, /* large objects */
	LOAD_LIST,    /* find what is to be analyzed */
	LOAD_ANALYZE, /* a table */
	LOAD_LAST,    /* analyze what must wait for the very end: a
	                 materialized view, a partitioned table */
};

struct load_task {
	enum load_task_kind kind;
	const struct manifest_table *table; /* of LOAD_COUNT */
	char *name;                         /* quoted, of LOAD_ANALYZE */
	int ready;   /* its data is in */
	int taken;   /* somebody works on it, or has */
	unsigned long blocked; /* a lock was in the way: not before the next
	                          item ends; see ends */
};

struct load_item; /* a dump id and what waits for it */

/* Valid as {0}. */
struct load_board {
	struct load_task *v;
	size_t n;
	size_t done;
	struct load_item *items; /* sorted by dump id */
	size_t n_items;
	size_t data_left; /* data items that have not ended */
	size_t late_left; /* indexes and the like that have not begun */
	unsigned jobs;    /* of pg_restore */
	unsigned running; /* items that it works on */
	unsigned working; /* of our threads */
	unsigned long ends; /* items that ended, and one */
	int over;         /* pg_restore has ended, well */
};

/* The tasks for a database: every count, and statistics if analyze. */
void load_board_init(struct load_board *b, const struct manifest_db *d,
    const struct toc *t, int analyze);

/* A line that pg_restore --verbose wrote. 1 if it changed anything. */
int load_board_line(struct load_board *b, const char *line);

/* More to do, found by LOAD_LIST. Takes name. */
void load_board_add(struct load_board *b, enum load_task_kind kind,
    char *name);

/* The next task that may begin now, marked as taken; SIZE_MAX if none. */
size_t load_board_take(struct load_board *b);

/* Is there one? Nothing is marked. */
int load_board_can(const struct load_board *b);

/* Task i ended; put back (a lock was in the way) if not done. */
void load_board_end(struct load_board *b, size_t i, int done);

void load_board_release(struct load_board *b);

#endif
