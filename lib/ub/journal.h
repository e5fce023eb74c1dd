/* journal.h - reading <state>/journal.ndjson, the history of updates. */
#ifndef UB_UB_JOURNAL_H
#define UB_UB_JOURNAL_H

#include <jansson.h>

#include "base/err.h"

/* Which results are meant. */
struct journal_query {
	const char *tool;
	int (*is)(void *ctx, const json_t *result); /* 1 or 0 */
	void *ctx;
};

/*
 * The last result that is meant, or NULL; the caller owns *out. A line that
 * is torn or no object is passed over; no journal holds none. Read from its
 * end: costs only what comes behind the result, of which only lines that hold
 * the tool's name are parsed.
 */
int journal_last(const char *state, const struct journal_query *q,
    json_t **out, struct err *e);

#endif
