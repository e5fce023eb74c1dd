/*
 * split.h - a script cut into statements exactly where psql cuts it: at a
 * semicolon that is in no string, name, comment or parenthesis, and not
 * within the body of a CREATE FUNCTION … BEGIN ATOMIC … END. The rows behind
 * a COPY … FROM STDIN belong to it; what is behind it on its line is run after
 * them. Nothing is copied: a statement is a place in the text. Costs one look
 * at each byte.
 */
#ifndef UB_UB_MIGRATE_SPLIT_H
#define UB_UB_MIGRATE_SPLIT_H

#include <stddef.h>

#include "base/err.h"

/* Where we are in a script; set the first three. */
struct split {
	const char *name; /* of the file, for messages */
	const char *text; /* may hold any bytes; a byte order mark is skipped */
	size_t len;
	size_t at;        /* what comes next; may be set before the first */
	int begun;
	size_t line_end;  /* of the line at hand, whose rows follow it, */
	size_t behind;    /* and where they have ended; 0: no rows do */
	int escapes;      /* in a string a backslash may hide a quote: 1; it
	                     did so before: -1 */
};

struct split_stmt {
	const char *sql; /* from its first word, without the semicolon */
	size_t len;
	const char *rows; /* of COPY: whole lines, without "\."; or NULL */
	size_t rows_len;
	int ended; /* by a semicolon; else by the end of the script */
};

/*
 * The next statement; empty ones and comments alone are none. 1, or 0 at the
 * end. -1, ERR_USAGE, "migrate.script", with file, line and column: a string,
 * name, comment or COPY without its end; what goes on behind the rows of a
 * COPY; a string that ends elsewhere without standard_conforming_strings, once
 * that was turned off; a command of psql's (pg_dump's \restrict and
 * \unrestrict are skipped); a NUL; what is not UTF-8.
 */
int split_next(struct split *s, struct split_stmt *out, struct err *e);

/* Line and column of a place in the text, from 1; columns in characters. */
void split_where(const struct split *s, const char *place, size_t *line,
    size_t *column);

/* Say what is wrong at a place: ERR_USAGE, "migrate.script", "f.sql:3:1: …".
 * Always -1. */
int split_fail(const struct split *s, const char *place, const char *what,
    struct err *e);

/* Is this the statement's first word, whatever its case? */
int split_begins(const struct split_stmt *st, const char *word);

#endif
