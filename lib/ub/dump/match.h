/* match.h - a finished dump held against the counts: is all of it there? */
#ifndef UB_UB_DUMP_MATCH_H
#define UB_UB_DUMP_MATCH_H

#include "base/err.h"
#include "ub/dump/state.h"

/*
 * Each table whose data the dump's contents announce must have a data file
 * that is not empty, and gets its count (taken now, on d->db, if nobody took
 * it); large objects must have their list. What is missing is ERR_TROUBLE,
 * "dump.incomplete". Then d->m->tables is filled, sorted by name.
 */
int dump_match(struct dump *d, const char *dir, struct err *e);

#endif
