/* sequence.c - sequences are made, changed and set back. */
#include <stdlib.h>
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* The number in RESTART [WITH number]: 1 if it is there and known. */
static int
restart_of(const struct model_rel *r, json_t *options, long long *to)
{
	json_t *arg, *at = NULL;
	size_t i;

	for (i = 0; i < json_array_size(options); i++) {
		at = tree_as(json_array_get(options, i), "DefElem");
		if (tree_is(at, "defname", "restart"))
			break;
	}
	if (i == json_array_size(options))
		return -1;
	arg = tree_get(at, "arg");
	*to = tree_number(r->facts, "start");
	if (tree_as(arg, "Integer"))
		*to = tree_number(tree_as(arg, "Integer"), "ival");
	else if (tree_text(tree_as(arg, "Float"), "fval"))
		*to = strtoll(tree_text(tree_as(arg, "Float"), "fval"), NULL,
		    10);
	return arg || json_is_integer(tree_get(r->facts, "start"));
}

/* A number that it has not come to yet was given to nobody. */
void
lint_restart(struct judge *j, const struct model_rel *r, json_t *options)
{
	json_t *last = tree_get(r->facts, "last");
	long long to = 0, was = json_integer_value(last);
	int known = restart_of(r, options, &to);

	if (known < 0)
		return;
	if (known && tree_flag(r->facts, "known") && (json_is_null(last) ||
	    (tree_number(r->facts, "step") < 0 ? to < was : to > was)))
		return;
	lint_harm(j, r, "reset-sequence", &(struct harm){
	    .compat = LINT_COMPAT_WRITER }, "sequence %s is set back, and may "
	    "give numbers that are in use", r->shown);
}

void
lint_create_sequence(struct judge *j, json_t *in)
{
	json_t *range = tree_get(in, "sequence");
	struct tree_name n = tree_range(range), t = { 0 };
	json_t *owner = tree_get(tree_as(tree_option(
	    tree_get(in, "options"), "owned_by"), "List"), "items"), *list;
	size_t i, k = json_array_size(owner);
	int temporary;

	if (!n.name)
		return;
	if (tree_flag(in, "if_not_exists") && j->m->db &&
	    !model_find(j->m, n)->gone)
		return;
	temporary = tree_is(range, "relpersistence", "t");
	if (!tree_flag(in, "if_not_exists") && !temporary)
		lint_taken(j, n);
	model_make(j->m, n, 'S', temporary);
	/* OWNED BY [schema.]table.column; or NONE */
	list = json_array();
	for (i = 0; i + 1 < k; i++)
		json_array_append(list, json_array_get(owner, i));
	t = tree_names(list);
	if (t.name)
		lint_take(j, model_find(j->m, t), 1, TAKE_KIN);
	json_decref(list);
}

void
lint_alter_sequence(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "sequence"));
	json_t *options = tree_get(in, "options");
	int owner = tree_option(options, "owned_by") != NULL;
	struct model_rel *r;

	if (!n.name)
		return;
	r = model_find(j->m, n);
	if (tree_flag(in, "missing_ok") && r->gone && j->m->db)
		return;
	/* Other values make a new file of it, of one row. */
	lint_take(j, r, 6, json_array_size(options) > (size_t)owner ?
	    TAKE_REWRITE : 0);
	lint_restart(j, r, options);
}
