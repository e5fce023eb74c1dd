/*
 * sql.h - PostgreSQL's own parser (libpg_query, the grammar of PostgreSQL
 * 15): a statement as a tree, in JSON text. What it does not understand is no
 * error here: newer servers know more than it does.
 *
 * Text nested so deeply that the tree would not fit the stack is not parsed;
 * what is longer than SQL_MAX is not parsed either, since a tree has many
 * times the size of its text. The parser keeps a few kilobytes for each thread
 * that uses it, until that ends.
 */
#ifndef UB_EXT_SQL_H
#define UB_EXT_SQL_H

#include <stddef.h>

#define SQL_MAX ((size_t)4 << 20)

/* Valid as {0}. */
struct sql {
	char *tree; /* JSON; NULL: not parsed */
	char *why;  /* then: the parser's words, "syntax error at or near" */
	size_t at;  /* then: where, in characters from 1; 0 if not known */
};

/* Parse len bytes: {"version": …, "stmts": [{"stmt": {…}}, …]}. 1 or 0. */
int sql_parse(const char *text, size_t len, struct sql *out);

/*
 * The bodies of DO and CREATE FUNCTION … LANGUAGE plpgsql in a statement: a
 * list of functions, with SQL in them as text. 1 or 0.
 */
int sql_parse_plpgsql(const char *text, size_t len, struct sql *out);

/* The major version whose grammar it is: 15. */
int sql_grammar(void);

void sql_release(struct sql *s);

#endif
