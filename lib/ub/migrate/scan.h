/* scan.h - the tokens of a script, as far as cutting it needs them. */
#ifndef UB_UB_MIGRATE_SCAN_H
#define UB_UB_MIGRATE_SCAN_H

#include <stddef.h>

enum scan_kind {
	SCAN_END,
	SCAN_BLANK,   /* white space, a comment */
	SCAN_WORD,    /* a keyword or a name without quotes */
	SCAN_QUOTED,  /* a string or a quoted name */
	SCAN_OPEN,    /* ( */
	SCAN_CLOSE,   /* ) */
	SCAN_STOP,    /* ; */
	SCAN_META,    /* a backslash: psql's own commands */
	SCAN_OTHER,
	SCAN_NO_END,  /* a string, name or comment that goes on to the end */
};

struct scan {
	enum scan_kind kind;
	const char *what; /* of SCAN_NO_END: "a string without its end" */
	size_t len;
};

/* The token at the beginning of n bytes, with standard_conforming_strings. */
struct scan scan_token(const char *s, size_t n);

/*
 * A statement: does it turn standard_conforming_strings on for the session,
 * 1, or maybe off, -1?
 */
int scan_sets_strings(const char *s, size_t n);

/* A string there, '…' or n'…', without standard_conforming_strings. */
struct scan scan_string_old(const char *s, size_t n);

/* Is this the word, whatever its case? */
int scan_is(const char *s, size_t n, const char *word);

#endif
