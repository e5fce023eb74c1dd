/* certain.c - what the catalog shows to fail, whatever the rows are. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"

static const struct harm fails = { .fails = 1 };

/* Is all known that was made and taken away before, and is this run at any
 * rate, and not in a branch of a block? */
static int
is_sure(const struct judge *j)
{
	return j->m->db && !j->routine && !j->l->blind && !j->unsure;
}

/* As the server calls what comes along with a table. */
static int
is_implicit(const char *name)
{
	static const char *const ends[] = { "_seq", "_pkey", "_key", "_idx",
		"_excl" };
	size_t i, n = strlen(name), k;

	for (i = 0; i < UB_LEN(ends); i++) {
		k = strlen(ends[i]);
		if (n > k && strcmp(name + n - k, ends[i]) == 0)
			return 1;
	}
	return 0;
}

int
lint_missing(struct judge *j, const struct model_rel *r, struct tree_name n)
{
	if (!is_sure(j) || !r->missing || r->fresh || is_implicit(r->name) ||
	    (!n.schema && catalog_named(j->m, r->name)))
		return 0;
	lint_harm(j, NULL, "no-such-object", &fails,
	    "there is no %s (SQLSTATE 42P01)", r->shown);
	return 1;
}

struct model_rel *
lint_target(struct judge *j, json_t *in, struct tree_name n,
    const char *objtype)
{
	struct model_rel *r = model_find(j->m, n);

	lint_style_name(j, n);
	/* IF EXISTS, and there is none: nothing happens. */
	if (tree_flag(in, "missing_ok") && r->gone && j->m->db)
		return NULL;
	if (lint_missing(j, r, n))
		return NULL;
	lint_called_kind(r, objtype);
	return r;
}

/* What its parent got or lost is not seen in an heir's facts. */
static int
is_known(const struct judge *j, const struct model_rel *r)
{
	return is_sure(j) && r->whole && !r->fresh && !r->gone &&
	    r->kind == 'r' && !tree_text(r->facts, "parent");
}

void
lint_lacks_column(struct judge *j, const struct model_rel *r,
    const char *column)
{
	if (is_known(j, r) && column && !model_column(r, column))
		lint_harm(j, r, "no-such-object", &fails,
		    "%s has no column %s (SQLSTATE 42703)", r->shown, column);
}

void
lint_has_column(struct judge *j, const struct model_rel *r,
    const char *column)
{
	json_t *c = model_column(r, column);

	if (is_known(j, r) && c && !tree_flag(c, "fresh"))
		lint_harm(j, r, "exists-already", &fails,
		    "%s has a column %s (SQLSTATE 42701)", r->shown, column);
}

void
lint_taken(struct judge *j, struct tree_name n)
{
	const struct model_rel *r;

	if (!is_sure(j))
		return;
	if (!n.schema)
		n.schema = catalog_home(j->m);
	if (!n.schema)
		return;
	r = model_find(j->m, n);
	if (r->whole && !r->gone && !r->fresh)
		lint_harm(j, NULL, "exists-already", &fails,
		    "%s is there already (SQLSTATE 42P07)", r->shown);
}

void
lint_taken_schema(struct judge *j, const char *name)
{
	if (is_sure(j) && catalog_has(j->m, "schema",
	    (struct tree_name){ .name = name }))
		lint_harm(j, NULL, "exists-already", &fails,
		    "schema %s is there already (SQLSTATE 42P06)", name);
}

/* The names of a query's columns, "" where only the server knows; NULL if
 * not even their number is plain. Caller owns. */
static json_t *
columns_of(json_t *query)
{
	json_t *targets, *list, *t, *fields, *part;
	const char *name;
	size_t i;

	while (tree_get(query, "larg"))
		query = tree_get(query, "larg");
	targets = tree_get(query, "targetList");
	list = json_array();
	for (i = 0; i < json_array_size(targets); i++) {
		t = tree_as(json_array_get(targets, i), "ResTarget");
		fields = tree_get(tree_as(tree_get(t, "val"), "ColumnRef"),
		    "fields");
		part = tree_get(tree_as(tree_get(t, "val"),
		    "A_Indirection"), "indirection");
		name = tree_names(fields).name;
		/* It ends in a star? */
		if ((fields && !name) || tree_as(json_array_get(part,
		    json_array_size(part) - 1), "A_Star")) {
			json_decref(list);
			return NULL;
		}
		if (tree_text(t, "name"))
			name = tree_text(t, "name");
		json_array_append_new(list, json_string(name ? name : ""));
	}
	return list;
}

/* The name of the column of that number; NULL: none. */
static const char *
column_at(const struct model_rel *r, size_t number)
{
	const char *name;
	json_t *c;

	json_object_foreach (tree_get(r->facts, "columns"), name, c)
		if (tree_number(c, "number") == (long)number)
			return name;
	return NULL;
}

/* Those that the view has must stay, in their order. */
void
lint_replace_view(struct judge *j, const struct model_rel *r, json_t *in)
{
	json_t *aliases = tree_get(in, "aliases"), *new = NULL;
	const char *name, *old;
	size_t i;

	if (is_sure(j) && r->kind == 'v' && r->whole && !r->fresh)
		new = columns_of(tree_as(tree_get(in, "query"),
		    "SelectStmt"));
	for (i = 0; json_array_size(new) > 0 &&
	    (old = column_at(r, i + 1)) != NULL; i++) {
		name = json_string_value(json_array_get(new, i));
		if (name && tree_string(json_array_get(aliases, i)))
			name = tree_string(json_array_get(aliases, i));
		if (name && (!*name || strcmp(name, old) == 0))
			continue;
		lint_harm(j, r, "replace-view", &fails, "column %s of view "
		    "%s would not stay in its place (SQLSTATE 42P16)", old,
		    r->shown);
		break;
	}
	json_decref(new);
}

int
lint_view_lacks(const struct model_rel *r, json_t *in)
{
	json_t *aliases = tree_get(in, "aliases"), *new, *c;
	const char *name;
	int lacks = 0;
	size_t i;

	if (r->kind != 'v' || !r->whole)
		return 0;
	new = columns_of(tree_as(tree_get(in, "query"), "SelectStmt"));
	for (i = 0; i < json_array_size(aliases) &&
	    i < json_array_size(new); i++)
		json_array_set_new(new, i, json_string(tree_string(
		    json_array_get(aliases, i))));
	/* How the server calls an expression we do not know. */
	if (json_array_size(new) > 0 && !tree_holds(new, SIZE_MAX, ""))
		json_object_foreach (tree_get(r->facts, "columns"), name, c)
			lacks |= !tree_holds(new, SIZE_MAX, name);
	json_decref(new);
	return lacks;
}
