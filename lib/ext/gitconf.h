/* gitconf.h - a file in git's config syntax (libgit2), includes followed. */
#ifndef UB_EXT_GITCONF_H
#define UB_EXT_GITCONF_H

#include "base/err.h"

/* Borrowed for the call. */
struct gitconf_value {
	const char *key;   /* as git prints it: section and name in lower
	                      case, subsection as is */
	const char *value; /* NULL for a key without "=" */
	const char *file;  /* the file or include that it stands in */
	int line;          /* from 1, or 0 if it was not found again */
};

/* -1 ends the reading. */
typedef int gitconf_fn(void *ctx, const struct gitconf_value *v,
    struct err *e);

/*
 * Every value in file order, those of an include at its place (libgit2 tells
 * them apart by include_depth); include.path itself is given too. A file
 * that is not there, or a syntax error, is ERR_USAGE with file and line; a
 * file of an owner other than the caller or root is ERR_REFUSED,
 * "config.owner".
 */
int gitconf_each(const char *file, gitconf_fn *fn, void *ctx,
    struct err *e);

/* Line (from 1) of the n-th (from 0) occurrence of a key in this file, or 0;
 * for messages. */
int gitconf_line(const char *file, const char *key, int n);

/*
 * Refuse what git would cut silently: an unquoted # or ; right after or
 * inside a value (no blank in front of it). ERR_USAGE with file and line.
 */
int gitconf_lint(const char *file, struct err *e);

#endif
