/* report_priv.h - what the formats of a report share. */
#ifndef UB_UB_LINT_REPORT_PRIV_H
#define UB_UB_LINT_REPORT_PRIV_H

#include <jansson.h>

#include "base/buf.h"
#include "base/vec.h"
#include "ub/lint.h"

/* The name of a file for who reads its repository: from the root of that;
 * without one as given, without "./" before it. Borrowed. */
const char *lint_report_name(const struct lint_file *f);

/* Message and hint on lines of their own, valid UTF-8. Caller owns. */
char *lint_report_words(const struct lint_finding *x);

/* A place that is not known is the first. */
size_t lint_report_place(size_t line_or_column);

/*
 * A mark for each finding, those of all files one behind the other: 32 hex
 * digits, different in each, and the same in the next run wherever the
 * statement has moved to in its file. It is of rule, file, table, the
 * statement's beginning, and which one of several that are alike.
 */
void lint_report_marks(const struct lint_file *v, size_t n,
    struct vec *out);

/* One line of JSON; j is freed. */
void lint_report_dump(json_t *j, struct buf *out);

#endif
