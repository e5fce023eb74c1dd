/* index.c - indexes are built, and tables written anew. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

static json_t *
keys_of(json_t *in)
{
	json_t *params = tree_get(in, "indexParams"), *list = json_array();
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(params); i++) {
		name = tree_text(tree_as(json_array_get(params, i),
		    "IndexElem"), "name");
		json_array_append_new(list, json_string(name ? name : ""));
	}
	return list;
}

/*
 * ON ONLY a partitioned table, which has no rows itself: nothing is built, and
 * nothing refused before the partitions' indexes are attached. Nobody writes
 * it of another kind of table, so it is taken for one if that is not known.
 */
static int
is_hollow(json_t *in, const struct model_rel *r)
{
	return !tree_flag(tree_get(in, "relation"), "inh") &&
	    (r->kind == 'p' || r->kind == 0);
}

/* A partitioned table's index is one of all its partitions. */
static void
judge_build(struct judge *j, struct model_rel *r, const char *name,
    int hollow)
{
	lint_take(j, r, 5, hollow ? 0 : TAKE_SCAN);
	if (hollow)
		return;
	if (r->kind == 'p')
		lint_take_kin(j, r, 5, TAKE_SCAN);
	lint_harm(j, r, "create-index", &(struct harm){
	    .lock = LINT_LOCK_SCAN }, "%s%s is built while writes to %s wait",
	    name ? "index " : "an index", name ? name : "", r->shown);
}

/* Does it refuse what the old code may write? */
static void
judge_unique(struct judge *j, struct model_rel *r, const char *name,
    json_t *keys)
{
	const char *first = json_string_value(json_array_get(keys, 0));

	if (model_has_index(r, keys, 1) || (json_array_size(keys) == 1 &&
	    lint_new_column(r, first)))
		return;
	lint_harm(j, r, "create-unique-index", &(struct harm){
	    .compat = LINT_COMPAT_WRITER }, "%s%s refuses duplicates in %s",
	    name ? "unique index " : "a unique index", name ? name : "",
	    r->shown);
}

static void
judge_gently(struct judge *j, json_t *in, struct model_rel *r,
    const char *name)
{
	json_t *old = model_index(r, name);

	lint_take(j, r, 4, TAKE_SCAN);
	if (tree_flag(in, "if_not_exists") &&
	    !(r->whole && !old) && !r->fresh) {
		if (!old || json_is_false(tree_get(old, "valid")))
			lint_harm(j, r, "concurrently-if-not-exists",
			    &(struct harm){ .told = 1 },
			    old ? "index %s of %s is there, and INVALID: "
			    "others than ub-migrate take it for a good one" :
			    "if an attempt to build %s on %s has failed, "
			    "others than ub-migrate take its INVALID index "
			    "for a good one", name ? name : "it",
			    r->shown);
	}
	if (r->kind == 'p')
		lint_harm(j, r, "create-index", &(struct harm){ .fails = 1 },
		    "%s is partitioned, and no index of it can be built "
		    "CONCURRENTLY", r->shown);
}

static void
define(struct judge *j, json_t *in, struct model_rel *r, json_t *keys)
{
	const char *name = tree_text(in, "idxname");
	const char *first = json_string_value(json_array_get(keys, 0));
	struct tree_name made = { .schema = r->schema };
	char *given = name ? mem_dup(name) : mem_printf("%s_%s_idx", r->name,
	    first && *first ? first : "expr");

	made.name = given;
	model_set(r, "indexes", given, json_pack("{s:b, s:b, s:b, s:O, s:b}",
	    "unique", tree_flag(in, "unique"), "valid", 1, "partial",
	    tree_get(in, "whereClause") != NULL, "keys", keys, "fresh", 1));
	json_object_set_new(model_make(j->m, made, 'i', 0)->facts, "table",
	    json_string(r->shown));
	free(given);
}

void
lint_create_index(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	const char *name = tree_text(in, "idxname");
	int gently = tree_flag(in, "concurrent"), hollow;
	struct tree_name made;
	struct model_rel *r;
	json_t *keys;

	if (!n.name)
		return;
	lint_style_name(j, n);
	r = model_find(j->m, n);
	if (lint_missing(j, r, n))
		return;
	made = (struct tree_name){ r->schema, name };
	if (name && !tree_flag(in, "if_not_exists"))
		lint_taken(j, made);
	if (tree_flag(in, "if_not_exists") && !gently &&
	    model_index(r, name)) {
		lint_take(j, r, 5, 0);
		return;
	}
	if (!tree_flag(in, "if_not_exists") && !gently)
		lint_style_robust(j, "IF NOT EXISTS");
	hollow = !gently && is_hollow(in, r);
	if (gently)
		judge_gently(j, in, r, name);
	else
		judge_build(j, r, name, hollow);
	keys = keys_of(in);
	if (tree_flag(in, "unique") && !hollow)
		judge_unique(j, r, name, keys);
	define(j, in, r, keys);
	json_decref(keys);
	if (gently)
		lint_no_transaction(j, "CREATE INDEX CONCURRENTLY");
}

static void
reindex_one(struct judge *j, json_t *in, struct model_rel *r, int gently)
{
	const char *of = tree_text(r->facts, "table");
	struct model_rel *t = of ? model_find_text(j->m, of) : r;
	int index = tree_is(in, "kind", "REINDEX_OBJECT_INDEX");

	if (t != r || !index)
		lint_take(j, t, gently ? 4 : 5, TAKE_SCAN);
	if (index)
		lint_take(j, r, gently ? 4 : 8, TAKE_KIN);
	else
		lint_take_indexes(j, r, gently ? 4 : 8);
	if (!gently)
		lint_harm(j, t, "reindex", &(struct harm){
		    .lock = LINT_LOCK_SCAN }, "%s is built anew while writes "
		    "to %s wait, and most reads", r->shown, t->shown);
}

void
lint_reindex(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	int gently = tree_option_on(tree_get(in, "params"), "concurrently");
	const char *kind = tree_text(in, "kind");
	struct model_rel *r;

	if (n.name) {
		r = model_find(j->m, n);
		reindex_one(j, in, r, gently);
		if (r->kind == 'p' || r->kind == 'I')
			lint_no_transaction(j, "REINDEX of a partitioned "
			    "table");
	} else {
		if (!gently)
			lint_harm(j, NULL, "reindex", &(struct harm){
			    .lock = LINT_LOCK_SCAN }, "all indexes of a %s "
			    "are built anew", kind && strstr(kind, "SCHEMA") ?
			    "schema" : "database");
		lint_no_transaction(j, "REINDEX of more than a table");
	}
	if (gently && n.name)
		lint_no_transaction(j, "REINDEX CONCURRENTLY");
}

void
lint_cluster(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	struct model_rel *r;

	if (!n.name) {
		lint_harm(j, NULL, "rewrite-table", &(struct harm){
		    .lock = LINT_LOCK_REWRITE }, "CLUSTER writes all tables "
		    "anew that were clustered before");
		lint_no_transaction(j, "CLUSTER of all tables");
		return;
	}
	r = model_find(j->m, n);
	lint_take_rewrite(j, r);
	lint_harm(j, r, "rewrite-table", &(struct harm){
	    .lock = LINT_LOCK_REWRITE }, "CLUSTER writes %s anew under a "
	    "lock", r->shown);
	if (r->kind == 'p')
		lint_no_transaction(j, "CLUSTER of a partitioned table");
}

/* VACUUM and ANALYZE. */
void
lint_vacuum(struct judge *j, json_t *in)
{
	json_t *rels = tree_get(in, "rels");
	int vacuum = tree_flag(in, "is_vacuumcmd");
	int full = vacuum && tree_option_on(tree_get(in, "options"), "full");
	struct model_rel *r;
	struct tree_name n;
	size_t i;

	for (i = 0; i < json_array_size(rels); i++) {
		n = tree_range(tree_get(tree_as(json_array_get(rels, i),
		    "VacuumRelation"), "relation"));
		if (!n.name)
			continue;
		r = model_find(j->m, n);
		if (full)
			lint_take_rewrite(j, r);
		else
			lint_take(j, r, 4, 0);
		if (full)
			lint_harm(j, r, "rewrite-table", &(struct harm){
			    .lock = LINT_LOCK_REWRITE }, "VACUUM FULL writes "
			    "%s anew under a lock", r->shown);
	}
	if (full && i == 0)
		lint_harm(j, NULL, "rewrite-table", &(struct harm){
		    .lock = LINT_LOCK_REWRITE }, "VACUUM FULL writes all "
		    "tables anew under a lock");
	if (vacuum)
		lint_no_transaction(j, "VACUUM");
}

void
lint_refresh(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	int gently = tree_flag(in, "concurrent");
	struct model_rel *r;

	if (!n.name)
		return;
	r = model_find(j->m, n);
	lint_take(j, r, gently ? 7 : 8, TAKE_SCAN |
	    (gently ? 0 : TAKE_REWRITE));
	if (gently)
		return;
	lint_take_indexes(j, r, 8);
	lint_harm(j, r, "refresh-view", &(struct harm){
	    .lock = LINT_LOCK_REWRITE }, "%s cannot be read while it is "
	    "refreshed", r->shown);
}
