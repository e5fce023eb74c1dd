/* model_part.c - constraints, indexes and types of the model. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/model.h"

static int
begins(json_t *index, json_t *columns, int unique)
{
	json_t *keys = tree_get(index, "keys");
	size_t i, n = json_array_size(columns);

	if (tree_flag(index, "partial") ||
	    json_is_false(tree_get(index, "valid")) || n == 0 ||
	    json_array_size(keys) < n)
		return 0;
	if (unique && (!tree_flag(index, "unique") ||
	    json_array_size(keys) != n))
		return 0;
	for (i = 0; i < n; i++)
		if (!tree_holds(keys, n,
		    json_string_value(json_array_get(columns, i))))
			return 0;
	return 1;
}

int
model_has_index(const struct model_rel *r, json_t *columns, int unique)
{
	json_t *index;
	const char *name;

	json_object_foreach (tree_get(r->facts, "indexes"), name, index)
		if (begins(index, columns, unique))
			return 1;
	return 0;
}

int
model_rebuilds(const struct model_rel *r, const char *column, int all)
{
	json_t *x, *keys, *uses;
	const char *name;
	int special;

	json_object_foreach (tree_get(r->facts, "indexes"), name, x) {
		keys = tree_get(x, "keys");
		uses = tree_get(x, "uses");
		special = tree_flag(x, "partial") ||
		    tree_flag(x, "computed") ||
		    json_is_false(tree_get(x, "valid"));
		if ((all && tree_holds(keys, SIZE_MAX, column)) ||
		    (special && tree_holds(uses, SIZE_MAX, column)))
			return 1;
	}
	return 0;
}

int
model_rechecks(const struct model_rel *r, const char *column)
{
	const char *name;
	json_t *k, *keys;

	json_object_foreach (tree_get(r->facts, "constraints"), name, k) {
		keys = tree_get(k, "keys");
		if (tree_is(k, "type", "c") && tree_flag(k, "valid") &&
		    tree_holds(keys, SIZE_MAX, column))
			return 1;
	}
	return 0;
}

void
model_make_other(struct model *m, const char *what, const char *name)
{
	char *key = mem_printf("%s %s", what, name);

	json_object_set_new(m->others, key, json_true());
	free(key);
}

int
model_made_other(const struct model *m, const char *what, const char *name)
{
	char *key = mem_printf("%s %s", what, name);
	int made = json_object_get(m->others, key) != NULL;

	free(key);
	return made;
}

void
model_make_type(struct model *m, struct tree_name n, const char *kind,
    long tx)
{
	const char *schema = n.schema ? n.schema :
	    m->path.n ? m->path.v[0] : "";
	char *full = mem_printf("%s.%s", schema, n.name);
	char *bare = mem_printf(".%s", n.name);
	json_t *v = json_pack("{s:s, s:b, s:i}", "kind", kind, "fresh", 1,
	    "tx", (int)tx);

	json_object_set(m->types, full, v);
	json_object_set_new(m->types, bare, v);
	free(full);
	free(bare);
}

json_t *
model_not_nulls(json_t *expression)
{
	json_t *list = json_array(), *in, *more, *fields;
	size_t i, n;

	if ((in = tree_as(expression, "BoolExpr")) &&
	    tree_is(in, "boolop", "AND_EXPR")) {
		n = json_array_size(tree_get(in, "args"));
		for (i = 0; i < n; i++) {
			more = model_not_nulls(
			    json_array_get(tree_get(in, "args"), i));
			json_array_extend(list, more);
			json_decref(more);
		}
	} else if ((in = tree_as(expression, "NullTest")) &&
	    tree_is(in, "nulltesttype", "IS_NOT_NULL")) {
		fields = tree_get(tree_as(tree_get(in, "arg"), "ColumnRef"),
		    "fields");
		if (json_array_size(fields) == 1 &&
		    tree_string(json_array_get(fields, 0)))
			json_array_append_new(list, json_string(
			    tree_string(json_array_get(fields, 0))));
	}
	if (json_array_size(list) == 0)
		json_array_append_new(list, json_string(""));
	return list;
}

/* What the catalog has as text is parsed the first time that it matters. */
static json_t *
not_nulls_of(json_t *constraint)
{
	json_t *list = tree_get(constraint, "notnull"), *tree, *cmd;
	const char *text = tree_text(constraint, "text");
	char *sql;

	if (list || !text)
		return list;
	sql = mem_printf("ALTER TABLE t ADD %s", text);
	tree = tree_parse(sql, strlen(sql), NULL);
	cmd = tree_as(json_array_get(tree_get(tree_as(tree_stmt(tree, 0),
	    "AlterTableStmt"), "cmds"), 0), "AlterTableCmd");
	list = model_not_nulls(tree_get(tree_as(tree_get(cmd, "def"),
	    "Constraint"), "raw_expr"));
	json_object_set_new(constraint, "notnull", list);
	json_decref(tree);
	free(sql);
	return list;
}

int
model_is_idle(const struct model_rel *r, json_t *constraint)
{
	json_t *list = tree_is(constraint, "type", "c") ?
	    not_nulls_of(constraint) : NULL;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		name = json_string_value(json_array_get(list, i));
		if (!tree_flag(model_column(r, name), "notnull"))
			return 0;
	}
	return i > 0;
}

int
model_never_null(const struct model_rel *r, const char *column, int all)
{
	json_t *k, *list;
	const char *name;
	size_t i;

	json_object_foreach (tree_get(r->facts, "constraints"), name, k) {
		if (!tree_is(k, "type", "c") ||
		    (all && !tree_flag(k, "valid")))
			continue;
		list = not_nulls_of(k);
		for (i = 0; i < json_array_size(list); i++)
			if (strcmp(json_string_value(json_array_get(list, i)),
			    column) == 0)
				return 1;
	}
	return 0;
}
