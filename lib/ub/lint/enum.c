/* enum.c - the values that were added to enums in this transaction. */
#include <string.h>

#include "ub/lint/judge.h"

struct use {
	struct judge *j;
	const struct model_rel *r;
};

void
lint_enum_added(struct judge *j, struct tree_name type, const char *value)
{
	if (j->alone)
		return;
	vec_add(&j->l->tx.values, type.name);
	vec_add(&j->l->tx.values, value);
}

/* Has the table a column of that type? 1, 0, or -1 if that is not known. */
static int
has_type(const struct model_rel *r, const char *type)
{
	const char *name;
	json_t *c;

	json_object_foreach (tree_get(r ? r->facts : NULL, "columns"), name, c)
		if (tree_is(c, "type", type))
			return 1;
	return r && r->whole ? 0 : -1;
}

static int
see(const char *kind, json_t *in, void *arg)
{
	struct use *w = arg;
	struct vec *values = &w->j->l->tx.values;
	const char *text = NULL, *cast = NULL;
	json_t *node;
	size_t i;
	int has;

	if (strcmp(kind, "TypeCast") == 0) {
		node = tree_get(in, "arg");
		text = tree_constant(node);
		cast = tree_names(tree_get(tree_get(in, "typeName"),
		    "names")).name;
	} else if (strcmp(kind, "A_Const") == 0) {
		text = tree_text(tree_get(in, "sval"), "sval");
	}
	for (i = 0; text && i < values->n; i += 2) {
		if (strcmp(values->v[i + 1], text) != 0)
			continue;
		has = !cast ? has_type(w->r, values->v[i]) :
		    strcmp(cast, values->v[i]) == 0;
		if (has)
			lint_harm(w->j, NULL, "enum-value-used",
			    &(struct harm){ .fails = has > 0, .told = 1 },
			    "%s was added to %s in this transaction, and "
			    "cannot be used before it ends (SQLSTATE 55P04)",
			    text, values->v[i]);
	}
	return !cast;
}

void
lint_enum_used(struct judge *j, const struct model_rel *r, json_t *node)
{
	struct use w = { j, r };

	if (j->l->tx.values.n > 0)
		tree_walk(node, see, &w);
}
