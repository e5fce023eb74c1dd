/* table_null.c - what a column may hold if nobody says: NULL, its default. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

void
lint_set_not_null(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	json_t *c = model_column(r, name);
	int fresh = name && lint_new_column(r, name);
	int kept = name && model_never_null(r, name, 1);
	struct harm h = { .lock = LINT_LOCK_SCAN };

	if (!name || tree_flag(c, "notnull"))
		return;
	if (!kept)
		lint_take(j, r, 8, TAKE_SCAN);
	if (!kept)
		lint_take_kin(j, r, 8, TAKE_SCAN);
	if (kept)
		h.lock = LINT_LOCK_BRIEF;
	else if (!fresh)
		h.compat = model_never_null(r, name, 0) ? LINT_COMPAT_SAFE :
		    LINT_COMPAT_WRITER;
	else if (!tree_flag(c, "default"))
		h.compat = LINT_COMPAT_BREAKING; /* nobody fills it */
	lint_harm(j, r, "set-not-null", &h, h.compat == LINT_COMPAT_BREAKING ?
	    "column %s of %s must not be NULL, and the old code does not "
	    "fill it" : "column %s of %s must not be NULL: all rows are read "
	    "under a lock, and who writes NULL is refused", name, r->shown);
	if (c)
		json_object_set_new(c, "notnull", json_true());
}

void
lint_drop_not_null(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	json_t *c = model_column(r, name);

	if (!name || (c && json_is_false(tree_get(c, "notnull"))))
		return;
	if (!lint_new_column(r, name))
		lint_harm(j, r, "drop-not-null", &(struct harm){
		    .compat = LINT_COMPAT_READER }, "column %s of %s may be "
		    "NULL from now on", name, r->shown);
	if (c)
		json_object_set_new(c, "notnull", json_false());
}

/* Without it, what INSERTs leave out is NULL, or refused. */
static void
judge_lost(struct judge *j, struct model_rel *r, const char *name,
    const char *what)
{
	json_t *c = model_column(r, name);
	int required = !c || tree_flag(c, "notnull");
	enum lint_compat compat = required ? LINT_COMPAT_WRITER :
	    LINT_COMPAT_READER;

	if (lint_new_column(r, name))
		compat = c && required ? LINT_COMPAT_BREAKING :
		    LINT_COMPAT_SAFE;
	/* The sequence of an identity goes, with the last number in it. */
	lint_harm(j, r, "drop-default", &(struct harm){ .compat = compat,
	    .data = strcmp(what, "identity") ? LINT_DATA_KEEPS :
	    LINT_DATA_LOSES },
	    compat == LINT_COMPAT_BREAKING ? "column %s of %s loses its %s: "
	    "INSERTs of the old code, which leave it out, are refused" :
	    "column %s of %s loses its %s: INSERTs that leave it out give "
	    "NULL, or are refused", name, r->shown, what);
}

void
lint_default(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	int expression = tree_is(cmd, "subtype", "AT_DropExpression");
	json_t *c = model_column(r, name);
	json_t *value = tree_get(cmd, "def");

	if (!name)
		return;
	if (tree_flag(tree_as(value, "A_Const"), "isnull"))
		value = NULL;
	if (value)
		lint_enum_used(j, r, value);
	else if (!c || tree_flag(c, "default"))
		judge_lost(j, r, name, expression ? "expression" : "default");
	if (c)
		json_object_set_new(c, "default", json_boolean(value != NULL));
}

void
lint_identity(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	json_t *c = model_column(r, name), *seq = NULL;
	json_t *list = tree_get(r->facts, "sequences"), *options;
	int drop = tree_is(cmd, "subtype", "AT_DropIdentity");
	int set = tree_is(cmd, "subtype", "AT_SetIdentity");
	size_t i;

	if (!name)
		return;
	for (i = 0; i < json_array_size(list); i++)
		if (tree_is(json_array_get(list, i), "column", name))
			seq = json_array_get(list, i);
	options = tree_get(tree_as(tree_get(cmd, "def"), "List"), "items");
	/* Another place or step makes a new file of it, of one row. */
	if (seq && (drop || set))
		lint_take_text(j, tree_text(seq, "name"), drop ? 8 : 6,
		    TAKE_KIN | (set && json_array_size(options) > (size_t)
		    (tree_option(options, "generated") != NULL) ?
		    TAKE_REWRITE : 0));
	if (seq && set)
		lint_restart(j, model_find_text(j->m, tree_text(seq, "name")),
		    options);
	if (drop && !(c && json_is_false(tree_get(c, "identity"))))
		judge_lost(j, r, name, "identity");
	/* GENERATED ALWAYS is written as the letter a. */
	if (set && tree_number(tree_as(tree_option(options, "generated"),
	    "Integer"), "ival") == 'a')
		lint_harm(j, r, "drop-default", &(struct harm){
		    .compat = LINT_COMPAT_WRITER }, "column %s of %s becomes "
		    "GENERATED ALWAYS: INSERTs that give a value are "
		    "refused", name, r->shown);
	if (c)
		json_object_set_new(c, "identity", json_boolean(!drop));
}
