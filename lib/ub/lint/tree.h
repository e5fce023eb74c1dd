/*
 * tree.h - looking into the parser's trees. A node is {"TypeOfNode": {…}};
 * what equals zero is left out of it. Nothing is changed here, everything is
 * borrowed from the tree, and every function takes NULL, or a thing of
 * another kind, for nothing.
 */
#ifndef UB_UB_LINT_TREE_H
#define UB_UB_LINT_TREE_H

#include <stddef.h>

#include <jansson.h>

/* A name as it is written. */
struct tree_name {
	const char *schema; /* or NULL */
	const char *name;   /* NULL: none */
};

/* The tree of a statement's text; NULL if it was not parsed, or is nested
 * too deeply to be looked at. Caller owns. */
json_t *tree_parse(const char *text, size_t len, char **why);

/* Of a parsed text: how many statements; the one of that number. */
size_t tree_count(json_t *tree);
json_t *tree_stmt(json_t *tree, size_t i);

/* A node's type ("" if it is none), and what is in it. */
const char *tree_type(json_t *node);
json_t *tree_in(json_t *node);

/* What is in it if it is of that type, or NULL. */
json_t *tree_as(json_t *node, const char *type);

/* Fields: text (NULL if missing), truth, number, and anything. */
const char *tree_text(json_t *in, const char *key);
int tree_flag(json_t *in, const char *key);
long tree_number(json_t *in, const char *key);
json_t *tree_get(json_t *in, const char *key);

/* Is the field this text? */
int tree_is(json_t *in, const char *key, const char *text);

/* Is it one of the first n of a list of strings, or of all: SIZE_MAX? */
int tree_holds(json_t *list, size_t n, const char *text);

/* The text of a String node, or NULL. */
const char *tree_string(json_t *node);

/* The text of a constant, under casts too; NULL if it is none or a number. */
const char *tree_constant(json_t *node);

/* A constant that is the number zero, or false, or such a text ("0"). */
int tree_is_zero(json_t *node);

/* The last parts of a list of Strings; of a RangeVar's content. */
struct tree_name tree_names(json_t *list);
struct tree_name tree_range(json_t *range);

/* The argument of an option (a DefElem) of that name in a list. */
json_t *tree_option(json_t *list, const char *name);

/* The text of an option's argument, whatever node it is; or NULL. */
const char *tree_option_text(json_t *list, const char *name);

/* Is there such an option, and not switched off by "false", "off", "0"? */
int tree_option_on(json_t *list, const char *name);

/*
 * Call see() for each node below (and for node itself), outside in; 0 from it
 * leaves out what is below.
 */
typedef int tree_see(const char *type, json_t *in, void *arg);
void tree_walk(json_t *node, tree_see *see, void *arg);

#endif
