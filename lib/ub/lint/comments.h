/*
 * comments.h - what the comments of a script say to a lint:
 *
 *	-- ub-ignore RULE[, RULE]: why          the statement that follows, or
 *	                                        that it stands in or behind
 *	-- ub-ignore-file RULE[, RULE]: why     the whole file
 *	-- ub: phase=contract                   before the first statement
 *
 * and those of other lints: squawk-ignore, squawk-ignore-file,
 * pgfence-ignore, atlas:nolint. Their rules are taken for those of ours that
 * find the same.
 */
#ifndef UB_UB_LINT_COMMENTS_H
#define UB_UB_LINT_COMMENTS_H

#include <stddef.h>

#include "base/vec.h"
#include "ub/lint.h"

/* A statement's place; rows_end is behind the rows of a COPY. */
struct comments_span {
	const char *begin, *end;
	const char *rows_end;
};

struct comments_ignore {
	struct vec rules; /* none: all */
	char *reason;
	const char *tool; /* "squawk-ignore"; NULL: ours */
	const char *bad;  /* what is wrong with it; or NULL */
	size_t stmt;      /* (size_t)-1: none follows */
	size_t line, column;
	int file;
	int used;
};

struct comments {
	struct comments_ignore *v;
	size_t n;
	int contract;
};

/* Read all of a script up to end; never NULL. */
struct comments *comments_read(const char *text, const char *end,
    const struct comments_span *stmts, size_t n);
void comments_free(struct comments *c); /* NULL is fine */

/* Mark the findings from number from on that are ignored. */
void comments_apply(struct comments *c, struct lint_file *f, size_t from);

/* Those of ours that another lint calls so, ended by NULL; NULL if none. */
const char *const *comments_foreign(const char *rule);

#endif
