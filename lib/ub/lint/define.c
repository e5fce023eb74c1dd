/* define.c - what definitions of columns and constraints put into the model. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"

json_t *
lint_strings(json_t *nodes)
{
	json_t *list = json_array();
	const char *s;
	size_t i;

	for (i = 0; i < json_array_size(nodes); i++) {
		s = tree_string(json_array_get(nodes, i));
		if (s)
			json_array_append_new(list, json_string(s));
	}
	return list;
}

void
lint_wants_index(struct judge *j, struct model_rel *r, json_t *columns)
{
	struct lint *l = j->l;

	if (json_array_size(columns) == 0)
		return;
	l->keys = mem_grow(l->keys, l->n_keys + 1, sizeof(*l->keys));
	l->keys[l->n_keys++] = (struct lint_key){ .file = l->files,
		.stmt = j->stmt, .line = j->line, .column = j->column,
		.end_line = j->end_line, .rel = r,
		.columns = json_incref(columns) };
}

/* As the server calls it if nobody does. Caller owns. */
static char *
name_of(json_t *con, const struct model_rel *r, const char *column,
    const char *what)
{
	const char *given = tree_text(con, "conname");

	if (given)
		return mem_dup(given);
	return column ? mem_printf("%s_%s_%s", r->name, column, what) :
	    mem_printf("%s_%s", r->name, what);
}

static void
define_unique(struct judge *j, struct model_rel *r, json_t *con,
    json_t *columns)
{
	int primary = tree_is(con, "contype", "CONSTR_PRIMARY");
	const char *using = tree_text(con, "indexname"), *first;
	json_t *old = json_incref(model_index(r, using));
	json_t *keys = old ? json_incref(tree_get(old, "keys")) :
	    json_incref(columns);
	struct tree_name n = { r->schema, NULL };
	char *name;
	size_t i;

	first = json_string_value(json_array_get(keys, 0));
	name = name_of(con, r, primary ? NULL : first,
	    primary ? "pkey" : "key");
	for (i = 0; primary && i < json_array_size(keys); i++) {
		json_t *c = model_column(r,
		    json_string_value(json_array_get(keys, i)));

		if (c)
			json_object_set_new(c, "notnull", json_true());
	}
	if (using)
		model_set(r, "indexes", using, NULL);
	model_set(r, "indexes", name, json_pack("{s:b, s:b, s:b, s:O, s:b}",
	    "unique", 1, "valid", 1, "primary", primary, "keys", keys,
	    "fresh", 1));
	model_set(r, "constraints", name, json_pack("{s:s, s:b, s:O, s:b}",
	    "type", primary ? "p" : "u", "valid", 1, "keys", keys,
	    "fresh", 1));
	n.name = name;
	json_object_set_new(model_make(j->m, n, 'i', 0)->facts, "table",
	    json_string(r->shown));
	json_decref(old);
	json_decref(keys);
	free(name);
}

static void
define_foreign(struct judge *j, struct model_rel *r, json_t *con,
    json_t *columns)
{
	struct tree_name n = tree_range(tree_get(con, "pktable"));
	char *name = name_of(con, r,
	    json_string_value(json_array_get(columns, 0)), "fkey");

	if (n.name) {
		model_set(r, "constraints", name, json_pack(
		    "{s:s, s:b, s:O, s:s, s:b}", "type", "f", "valid",
		    !tree_flag(con, "skip_validation"), "keys", columns,
		    "ref", model_find(j->m, n)->shown, "fresh", 1));
		lint_wants_index(j, r, columns);
	}
	free(name);
}

void
lint_define_constraint(struct judge *j, struct model_rel *r, json_t *con,
    const char *column)
{
	const char *type = tree_text(con, "contype");
	json_t *columns;
	char *name;

	if (!type)
		return;
	columns = lint_strings(tree_get(con, strcmp(type,
	    "CONSTR_FOREIGN") == 0 ? "fk_attrs" : "keys"));
	if (column && json_array_size(columns) == 0)
		json_array_append_new(columns, json_string(column));
	if (strcmp(type, "CONSTR_CHECK") == 0) {
		name = name_of(con, r, column, "check");
		model_set(r, "constraints", name, json_pack(
		    "{s:s, s:b, s:o, s:b}", "type", "c", "valid",
		    !tree_flag(con, "skip_validation"), "notnull",
		    model_not_nulls(tree_get(con, "raw_expr")), "fresh", 1));
		lint_enum_used(j, r, tree_get(con, "raw_expr"));
		free(name);
	} else if (strcmp(type, "CONSTR_FOREIGN") == 0) {
		define_foreign(j, r, con, columns);
	} else if (strcmp(type, "CONSTR_UNIQUE") == 0 ||
	    strcmp(type, "CONSTR_PRIMARY") == 0) {
		define_unique(j, r, con, columns);
	}
	json_decref(columns);
}

/* What the constraints of a column say of it. */
static void
read_constraint(json_t *c, json_t *con)
{
	const char *type = tree_text(con, "contype");
	json_t *value = tree_get(con, "raw_expr");

	if (!type)
		return;
	if (strcmp(type, "CONSTR_NOTNULL") == 0 ||
	    strcmp(type, "CONSTR_PRIMARY") == 0)
		json_object_set_new(c, "notnull", json_true());
	else if (strcmp(type, "CONSTR_DEFAULT") == 0)
		json_object_set_new(c, "default", json_boolean(
		    !tree_flag(tree_as(value, "A_Const"), "isnull")));
	else if (strcmp(type, "CONSTR_IDENTITY") == 0)
		json_object_set_new(c, "identity", json_true());
	if (strcmp(type, "CONSTR_IDENTITY") == 0 ||
	    strcmp(type, "CONSTR_GENERATED") == 0)
		json_object_set_new(c, "default", json_true());
}

void
lint_define_column(struct judge *j, struct model_rel *r, json_t *def)
{
	const char *name = tree_text(def, "colname");
	json_t *type = tree_get(def, "typeName"), *c, *cons;
	struct tree_name n = tree_names(tree_get(type, "names"));
	int serial = n.name && strstr(n.name, "serial") != NULL;
	size_t i;

	if (!name)
		return;
	cons = tree_get(def, "constraints");
	c = json_pack("{s:s, s:I, s:b, s:b, s:b, s:b}", "type",
	    n.name ? n.name : "?", "typmod", (json_int_t)lint_typmod(type),
	    "notnull", serial, "default", serial, "identity", 0, "fresh", 1);
	model_set(r, "columns", name, c);
	for (i = 0; i < json_array_size(cons); i++) {
		json_t *con = tree_as(json_array_get(cons, i), "Constraint");

		read_constraint(c, con);
		lint_define_constraint(j, r, con, name);
		lint_enum_used(j, r, tree_get(con, "raw_expr"));
	}
	lint_style_type(j, r, name, type);
}
