/* create.c - CREATE TABLE, and what it does to the tables that it names. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

static int
is_temporary(json_t *range)
{
	return tree_is(range, "relpersistence", "t");
}

/* The tables that its foreign keys refer to; r is new. */
static void
take_references(struct judge *j, const struct model_rel *r, json_t *elts)
{
	json_t *elt, *cons;
	size_t i, k;

	for (i = 0; i < json_array_size(elts); i++) {
		elt = json_array_get(elts, i);
		lint_take_reference(j, r->shown, tree_as(elt, "Constraint"));
		cons = tree_get(tree_as(elt, "ColumnDef"), "constraints");
		for (k = 0; k < json_array_size(cons); k++)
			lint_take_reference(j, r->shown,
			    tree_as(json_array_get(cons, k), "Constraint"));
	}
}

static void
define(struct judge *j, struct model_rel *r, json_t *elts)
{
	struct tree_name n;
	json_t *elt, *in;
	size_t i;

	for (i = 0; i < json_array_size(elts); i++) {
		elt = json_array_get(elts, i);
		if ((in = tree_as(elt, "ColumnDef")))
			lint_define_column(j, r, in);
		if (!(in = tree_as(elt, "TableLikeClause")))
			continue;
		r->whole = 0;
		n = tree_range(tree_get(in, "relation"));
		if (n.name)
			lint_take(j, model_find(j->m, n), 1, 0);
	}
	for (i = 0; i < json_array_size(elts); i++) {
		in = tree_as(json_array_get(elts, i), "Constraint");
		if (in)
			lint_define_constraint(j, r, in, NULL);
	}
}

/* The parent is locked for all, and the rows of its default partition are
 * read, as they might belong into this one. */
static void
judge_partition(struct judge *j, struct model_rel *r,
    struct model_rel *parent, json_t *bound)
{
	const char *other = tree_text(parent->facts, "defaultpartition");
	struct model_rel *rest;

	lint_take(j, parent, 8, 0);
	lint_take_indexes(j, parent, 4);
	lint_take_keys(j, parent, 6, 0);
	lint_harm(j, parent, "create-partition", &(struct harm){ .told = 1 },
	    "%s is locked for all while %s is made a partition of it",
	    parent->shown, r->shown);
	if (!other || tree_flag(bound, "is_default"))
		return;
	rest = model_find_text(j->m, other);
	lint_take(j, rest, 8, TAKE_SCAN | TAKE_KIN);
	lint_harm(j, rest, "create-partition", &(struct harm){
	    .lock = LINT_LOCK_SCAN }, "all rows of %s, the default "
	    "partition of %s, are read under a lock", rest->shown,
	    parent->shown);
}

static void
judge_parents(struct judge *j, struct model_rel *r, json_t *in)
{
	json_t *parents = tree_get(in, "inhRelations");
	json_t *bound = tree_get(in, "partbound");
	struct model_rel *parent;
	struct tree_name n;
	size_t i;

	for (i = 0; i < json_array_size(parents); i++) {
		n = tree_range(tree_as(json_array_get(parents, i),
		    "RangeVar"));
		if (!n.name)
			continue;
		r->whole = 0;
		parent = model_find(j->m, n);
		if (bound)
			judge_partition(j, r, parent, bound);
		else
			lint_take(j, parent, 4, 0);
	}
}

void
lint_create_table(struct judge *j, json_t *in)
{
	json_t *range = tree_get(in, "relation");
	json_t *elts = tree_get(in, "tableElts");
	struct tree_name n;
	struct model_rel *r;

	/* CREATE FOREIGN TABLE has one in it. */
	if (tree_get(in, "base")) {
		in = tree_get(in, "base");
		range = tree_get(in, "relation");
		elts = tree_get(in, "tableElts");
	}
	n = tree_range(range);
	if (!n.name)
		return;
	if (!tree_flag(in, "if_not_exists"))
		lint_style_robust(j, "IF NOT EXISTS");
	else if (j->m->db && !is_temporary(range) &&
	    !model_find(j->m, n)->gone)
		return;
	if (!is_temporary(range))
		lint_style_name(j, n);
	if (!tree_flag(in, "if_not_exists") && !is_temporary(range))
		lint_taken(j, n);
	r = model_make(j->m, n, tree_get(in, "partspec") ? 'p' : 'r',
	    is_temporary(range));
	if (tree_get(in, "ofTypename"))
		r->whole = 0;
	define(j, r, elts);
	take_references(j, r, elts);
	judge_parents(j, r, in);
}

/* CREATE TABLE AS, CREATE MATERIALIZED VIEW, SELECT INTO. */
void
lint_create_as(struct judge *j, json_t *in)
{
	json_t *range = tree_get(tree_get(in, "into"), "rel");
	struct tree_name n = tree_range(range);
	int view = tree_is(in, "objtype", "OBJECT_MATVIEW");
	struct model_rel *r;

	lint_expressions(j, tree_get(in, "query"));
	if (!n.name)
		return;
	if (tree_flag(in, "if_not_exists") && j->m->db &&
	    !model_find(j->m, n)->gone)
		return;
	if (!tree_flag(in, "if_not_exists") && !is_temporary(range))
		lint_taken(j, n);
	r = model_make(j->m, n, view ? 'm' : 'r', is_temporary(range));
	r->whole = 0;
	if (view)
		lint_made_again(j, "view", r->shown);
}

void
lint_create_view(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "view"));
	int temporary = is_temporary(tree_get(in, "view"));
	int lacks;
	struct model_rel *r;

	if (!n.name)
		return;
	lint_expressions(j, tree_get(in, "query"));
	r = model_find(j->m, n);
	/* One that is replaced is there still. */
	if (tree_flag(in, "replace") && !r->gone && j->m->db) {
		lint_replace_view(j, r, in);
		lint_take(j, r, 8, 0);
		return;
	}
	if (tree_flag(in, "replace") && !j->m->db && !r->fresh && !r->gone) {
		lint_take(j, r, 8, 0);
		return;
	}
	if (!tree_flag(in, "replace") && !temporary)
		lint_taken(j, n);
	lacks = lint_view_lacks(r, in);
	r = model_make(j->m, n, 'v', temporary);
	r->whole = 0;
	if (!lacks)
		lint_made_again(j, "view", r->shown);
}

void
lint_create_schema(struct judge *j, json_t *in)
{
	const char *name = tree_text(in, "schemaname");
	json_t *elts = tree_get(in, "schemaElts");
	struct tree_name n = { .name = name };
	char *path;
	size_t i;

	if (!name || (tree_flag(in, "if_not_exists") && j->m->db &&
	    catalog_has(j->m, "schema", n)))
		return;
	if (!tree_flag(in, "if_not_exists"))
		lint_taken_schema(j, name);
	model_make_other(j->m, "schema", name);
	/* What stands in it without a schema is made in it. */
	vec_add(&j->m->path, name);
	path = j->m->path.v[j->m->path.n - 1];
	memmove(j->m->path.v + 1, j->m->path.v,
	    (j->m->path.n - 1) * sizeof(path));
	j->m->path.v[0] = path;
	for (i = 0; i < json_array_size(elts); i++)
		lint_node(j, json_array_get(elts, i));
	memmove(j->m->path.v, j->m->path.v + 1,
	    j->m->path.n * sizeof(path));
	j->m->path.n--;
	free(path);
}
