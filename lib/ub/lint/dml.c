/* dml.c - rows are read and written. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

struct reading {
	struct judge *j;
	int mode;
	json_t *names; /* of WITH: no tables */
};

static int
see_with(const char *type, json_t *in, void *arg)
{
	const char *name = tree_text(in, "ctename");

	if (strcmp(type, "CommonTableExpr") == 0 && name)
		json_object_set_new(arg, name, json_true());
	return 1;
}

static int
see_read(const char *type, json_t *in, void *arg)
{
	struct reading *w = arg;
	struct tree_name n;
	json_t *node;

	if (strcmp(type, "RangeVar") == 0) {
		n = tree_range(in);
		if (n.name && (n.schema ||
		    !json_object_get(w->names, n.name)))
			lint_take(w->j, model_find(w->j->m, n), w->mode,
			    TAKE_KIN);
	} else if (strcmp(type, "FuncCall") == 0) {
		lint_called(w->j, tree_names(tree_get(in, "funcname")),
		    tree_get(in, "args"));
	} else if (strcmp(type, "InsertStmt") == 0 ||
	    strcmp(type, "UpdateStmt") == 0 ||
	    strcmp(type, "DeleteStmt") == 0) {
		node = json_pack("{s:O}", type, in);
		lint_node(w->j, node);
		json_decref(node);
		return 0;
	} else if (strcmp(type, "SelectStmt") == 0 &&
	    tree_get(in, "lockingClause")) {
		w->mode = 2;
	}
	return 1;
}

void
lint_expressions(struct judge *j, json_t *node)
{
	struct reading w = { j, 1, json_object() };

	tree_walk(node, see_with, w.names);
	tree_walk(node, see_read, &w);
	json_decref(w.names);
}

/* Rows change that may be many: is a table locked for all meanwhile? */
static void
judge_write(struct judge *j, const struct model_rel *r)
{
	struct lint_now *tx = &j->l->tx;

	j->phases |= 1 << (r->fresh ? LINT_PHASE_EXPAND :
	    LINT_PHASE_BACKFILL);
	if (tx->locked.n == 0 || tx->told_write || j->alone)
		return;
	tx->told_write = 1;
	lint_harm(j, NULL, "write-after-lock", &(struct harm){
	    .lock = LINT_LOCK_SCAN },
	    "rows of %s are written while %s is locked for all", r->shown,
	    tx->locked.v[0]);
}

static struct model_rel *
target(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	struct model_rel *r;

	if (!n.name)
		return NULL;
	lint_style_name(j, n);
	r = model_find(j->m, n);
	if (lint_missing(j, r, n))
		return NULL;
	lint_take(j, r, 3, 0);
	return r;
}

/* All fields of a statement but its target. */
static void
rest(struct judge *j, const struct model_rel *r, json_t *in)
{
	const char *key;
	json_t *v;

	json_object_foreach (in, key, v)
		if (strcmp(key, "relation") != 0)
			lint_expressions(j, v);
	lint_enum_used(j, r, in);
}

void
lint_insert(struct judge *j, json_t *in)
{
	struct model_rel *r = target(j, in);
	json_t *query = tree_as(tree_get(in, "selectStmt"), "SelectStmt");

	if (!r)
		return;
	/* A few rows that are written out take no time. */
	if (query && !tree_get(query, "valuesLists"))
		judge_write(j, r);
	j->phases |= 1 << (r->fresh ? LINT_PHASE_EXPAND :
	    LINT_PHASE_BACKFILL);
	rest(j, r, in);
}

static int
see_itself(const char *type, json_t *in, void *arg)
{
	json_t *fields = tree_get(in, "fields");
	const char **name = arg;
	const char *last = tree_string(json_array_get(fields,
	    json_array_size(fields) - 1));

	if (strcmp(type, "ColumnRef") == 0 && last && *name &&
	    strcmp(last, *name) == 0)
		*name = NULL;
	return 1;
}

/* Nothing of what was in the column has a part in what it becomes. */
static int
overwrites(json_t *assignment)
{
	const char *name = tree_text(assignment, "name");

	if (tree_get(assignment, "indirection"))
		return 0;
	tree_walk(tree_get(assignment, "val"), see_itself, &name);
	return name != NULL;
}

/* The columns that are assigned: what is that to the old code and its values,
 * if it is done in all rows? None may be assigned twice. */
static struct harm
judge_columns(struct judge *j, const struct model_rel *r, json_t *targets)
{
	struct harm h = { 0 };
	json_t *seen = json_object(), *t;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(targets); i++) {
		t = tree_as(json_array_get(targets, i), "ResTarget");
		name = tree_text(t, "name");
		if (!name)
			continue;
		if (!lint_new_column(r, name))
			h.compat = LINT_COMPAT_READER;
		if (!lint_new_column(r, name) && overwrites(t))
			h.data = LINT_DATA_LOSES;
		if (json_object_get(seen, name) &&
		    !tree_get(t, "indirection"))
			lint_harm(j, r, "duplicate-assignment",
			    &(struct harm){ .fails = 1 },
			    "column %s of %s is assigned twice", name,
			    r->shown);
		json_object_set_new(seen, name, json_true());
	}
	json_decref(seen);
	return h;
}

static int
is_large(const struct judge *j, const struct model_rel *r)
{
	int64_t limit = j->l->o.large_bytes;

	return r->bytes >= (limit > 0 ? limit : (int64_t)100 << 20);
}

void
lint_update(struct judge *j, json_t *in)
{
	struct model_rel *r = target(j, in);
	int all = lint_where_all(tree_get(in, "whereClause"));
	struct harm h;

	if (!r)
		return;
	h = judge_columns(j, r, tree_get(in, "targetList"));
	judge_write(j, r);
	h.told = 1;
	if (all && lint_busy(r)) {
		lint_take(j, r, 3, TAKE_SCAN);
		lint_harm(j, r, "update-without-where", &h, "all rows of %s "
		    "are updated in one transaction%s", r->shown,
		    h.data == LINT_DATA_LOSES ? ", and what was in them is "
		    "overwritten" : "");
	} else if (!all && is_large(j, r)) {
		lint_harm(j, r, "large-update", &(struct harm){ .told = 1 },
		    "rows of %s, which is large, are updated in one "
		    "transaction", r->shown);
	}
	rest(j, r, in);
}

void
lint_delete(struct judge *j, json_t *in)
{
	struct model_rel *r = target(j, in);
	int all = lint_where_all(tree_get(in, "whereClause"));

	if (!r)
		return;
	judge_write(j, r);
	if (all)
		lint_take(j, r, 3, TAKE_SCAN);
	lint_harm(j, r, all ? "delete-without-where" : "delete-rows",
	    &(struct harm){ .compat = LINT_COMPAT_READER,
	    .data = LINT_DATA_LOSES }, all ? "all rows of %s are deleted" :
	    "rows of %s are deleted", r->shown);
	rest(j, r, in);
}

void
lint_merge(struct judge *j, json_t *in)
{
	struct model_rel *r = target(j, in);
	json_t *whens = tree_get(in, "mergeWhenClauses");
	size_t i;

	if (!r)
		return;
	judge_write(j, r);
	for (i = 0; i < json_array_size(whens); i++)
		if (tree_is(tree_as(json_array_get(whens, i),
		    "MergeWhenClause"), "commandType", "CMD_DELETE"))
			lint_harm(j, r, "delete-rows", &(struct harm){
			    .compat = LINT_COMPAT_READER,
			    .data = LINT_DATA_LOSES },
			    "rows of %s are deleted", r->shown);
	rest(j, r, in);
}

void
lint_select(struct judge *j, json_t *in)
{
	json_t *node;

	if (tree_get(in, "intoClause")) {
		node = json_pack("{s:O, s:{s:O}}", "into",
		    tree_get(in, "intoClause"), "query", "SelectStmt", in);
		lint_create_as(j, node);
		json_decref(node);
		return;
	}
	node = json_pack("{s:O}", "SelectStmt", in);
	lint_expressions(j, node);
	json_decref(node);
}

void
lint_copy(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	struct model_rel *r;

	if (!n.name) {
		lint_expressions(j, tree_get(in, "query"));
		return;
	}
	r = model_find(j->m, n);
	if (lint_missing(j, r, n))
		return;
	if (!tree_flag(in, "is_from")) {
		lint_take(j, r, 1, 0);
		return;
	}
	lint_take(j, r, 3, 0);
	judge_write(j, r);
	if (!tree_text(in, "filename"))
		lint_harm(j, NULL, "copy-rows", &(struct harm){ .noted = 1 },
		    "rows of %s stand in the script", r->shown);
}
