/*
 * board.h - what is to be done beside pg_restore and when. First our own
 * loading; once no table waits for its turn, pg_restore builds indexes of the
 * tables that are in, while the server holds back what needs the others. Then
 * rows are counted where it is needed, and statistics gathered, by as many
 * threads as pg_restore leaves processors idle. No database here: the rules
 * alone.
 */
#ifndef UB_UB_LOAD_BOARD_H
#define UB_UB_LOAD_BOARD_H

#include <stdint.h>

#include "base/err.h"
#include "ub/manifest.h"
#include "ub/load/parts.h"

enum load_task_kind {
	LOAD_COPY,    /* rows into a table */
	LOAD_COUNT,   /* rows of a table */
	LOAD_OBJECTS, /* large objects */
	LOAD_LIST,    /* find what is to be analyzed */
	LOAD_ANALYZE, /* a table */
	LOAD_LAST,    /* analyze what must wait for the very end: a
	                 materialized view, a partitioned table */
};

struct load_task {
	enum load_task_kind kind;
	const struct load_data *data;       /* of LOAD_COPY; of LOAD_COUNT if
	                                       we load it */
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
	size_t first;    /* all tasks before it are taken */
	size_t done;
	struct load_item *items; /* sorted by dump id */
	size_t n_items;
	size_t copies;    /* LOAD_COPY tasks that have not ended */
	size_t unbegun;   /* those that hold no lock yet */
	size_t data_left; /* data of whatever kind that is not in */
	size_t late_left; /* indexes and the like that are not there */
	unsigned jobs;    /* of pg_restore */
	unsigned running; /* items that it works on */
	unsigned working; /* of our threads */
	unsigned long ends; /* items that ended, and one */
	int over;         /* pg_restore has ended, well */
};

/*
 * The tasks for a database: what we load, the counts of what we do not (of
 * all with recount), statistics if analyze. parts is borrowed.
 */
void load_board_init(struct load_board *b, const struct manifest_db *d,
    const struct load_parts *p, int recount, int analyze);

/* A LOAD_COPY task has its locks. */
void load_board_begun(struct load_board *b);

/*
 * May pg_restore begin with what comes after the data? Not while a table
 * waits for its turn, nor while we keep more than half of the processors
 * busy. What still loads has its locks: pg_restore waits for it.
 */
int load_board_late_may_begin(const struct load_board *b);

/* A line that pg_restore --verbose wrote. 1 if it changed anything. */
int load_board_line(struct load_board *b, const char *line);

/* More to do, found by LOAD_LIST. Takes name. */
void load_board_add(struct load_board *b, enum load_task_kind kind,
    char *name);

/* The next task that may begin now, marked as taken; SIZE_MAX if none. */
size_t load_board_take(struct load_board *b);

/* Is there one? 0; 1: if the processor stays idle; 2: it may begin at once.
 * Nothing is marked. */
int load_board_can(const struct load_board *b);

/* Task i ended; put back (a lock was in the way) if not done. */
void load_board_end(struct load_board *b, size_t i, int done);

void load_board_release(struct load_board *b);

#endif
