/* words.h - a statement as its words, where there is no tree of it. */
#ifndef UB_UB_LINT_WORDS_H
#define UB_UB_LINT_WORDS_H

#include <stddef.h>

/* Reading along; valid with the first two set. */
struct words {
	const char *at;
	const char *end;
	const char *word; /* the token that was found last */
	size_t len;
	int kind;         /* enum scan_kind of it */
};

/* The next token that is not blank; 0 at the end. */
int words_next(struct words *w);

/* Is the token this word? */
int words_is(const struct words *w, const char *word);

/* Is the word anywhere in the text? */
int words_has(const char *s, size_t n, const char *word);

/*
 * A name that may have a schema, from the token found last on; what follows
 * it is found then. The caller owns both; *schema is NULL if there is none.
 * 1, or 0 if it is no name.
 */
int words_name(struct words *w, char **schema, char **name);

#endif
