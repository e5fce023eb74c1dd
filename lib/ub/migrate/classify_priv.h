/* classify_priv.h - a statement, word by word, for classify alone. */
#ifndef UB_UB_MIGRATE_CLASSIFY_PRIV_H
#define UB_UB_MIGRATE_CLASSIFY_PRIV_H

#include "ub/migrate/classify.h"
#include "ub/migrate/scan.h"

/* Tokens of a statement, blanks left out. */
struct classify_walk {
	const char *at, *end;
	const char *tok; /* the present one */
	size_t len;
	enum scan_kind kind;
};

/* At its first token. */
struct classify_walk classify_walk(const struct split_stmt *st);

/* Go to the next token; 0 at the end. */
int classify_next(struct classify_walk *w);

/* Is the present one this word? */
int classify_is(const struct classify_walk *w, const char *word);

/* Skip it if it is. */
int classify_take(struct classify_walk *w, const char *word);

/* Does the word follow, and not within parentheses? */
int classify_has(struct classify_walk w, const char *word);

/* A name with its dots, as written, but for blanks and comments, and without
 * U&; ends behind it. NULL if there is none. Caller owns. */
char *classify_name(struct classify_walk *w);

/* "(VERBOSE, CONCURRENTLY)", and not "off"; ends behind it. */
int classify_option(struct classify_walk *w, const char *word);

#endif
