/* drop.c - DROP of relations, and TRUNCATE. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ub/lint/drop.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

void
drop_cascade(struct judge *j, const char *kind, const char *name,
    json_t *list)
{
	struct buf b = { 0 };
	size_t i, n = 0;

	for (i = 0; i < json_array_size(list); i++) {
		json_t *v = json_array_get(list, i);
		const char *other = tree_text(v, "name");
		const char *rk = tree_text(v, "kind");

		if (!other || strcmp(other, name) == 0 || !rk ||
		    !strchr("rvmpf", *rk))
			continue;
		if (n++ < 3)
			buf_printf(&b, "%s%s", n > 1 ? ", " : ": ", other);
	}
	if (n > 3)
		buf_puts(&b, ", …");
	lint_harm(j, NULL, "drop-cascade", &(struct harm){ .told = 1 },
	    "drops all that depends on %s %s%s", kind, name, buf_text(&b));
	buf_release(&b);
}

/* A partition's parent must learn of it, and so must the default one. */
static void
take_parent(struct judge *j, const struct model_rel *r)
{
	const char *parent = tree_text(r->facts, "parent");
	const char *other = tree_text(r->facts, "parentdefault");

	if (!parent || !tree_flag(r->facts, "partition") || r->fresh)
		return;
	lint_take_text(j, parent, 8, TAKE_KIN);
	if (other)
		lint_take_text(j, other, 8, TAKE_KIN);
}

static void
drop_relation(struct judge *j, struct model_rel *r,
    const struct drop_kind *k, int cascade)
{
	struct tree_name n = { r->schema, r->name };
	int part = tree_flag(r->facts, "partition");
	size_t before = j->f->n_findings;
	json_t *list = NULL;

	lint_take(j, r, 8, 0);
	if (!r->fresh)
		list = catalog_dependents(j->m, "relation", n, NULL);
	lint_take_list(j, list);
	take_parent(j, r);
	lint_harm(j, r, k->rule, &(struct harm){ .data = k->data,
	    .compat = LINT_COMPAT_BREAKING },
	    "drops %s %s", part ? "partition" : k->name, r->shown);
	if (strcmp(k->rule, "drop-view") == 0)
		lint_dropped(j, before, "view", r->shown);
	if (cascade && !r->fresh)
		drop_cascade(j, k->name, r->shown, list);
	json_decref(list);
	r->gone = 1;
}

static void
drop_index(struct judge *j, struct model_rel *r, json_t *in)
{
	const char *of = tree_text(r->facts, "table");
	struct model_rel *t = of ? model_find_text(j->m, of) : NULL;
	int gently = tree_flag(in, "concurrent");
	int unique = t && tree_flag(model_index(t, r->name), "unique");
	struct harm h = { .compat = unique ? LINT_COMPAT_READER :
	    LINT_COMPAT_SAFE, .told = !gently && lint_busy(t) };

	if (t)
		lint_take(j, t, gently ? 4 : 8, TAKE_KIN);
	lint_take(j, r, 8, gently ? TAKE_DEAD : 0);
	if (!r->fresh)
		lint_harm(j, t, "drop-index", &h, "drops %sindex %s%s%s%s",
		    unique ? "unique " : "", r->shown, t ? " of " : "",
		    t ? t->shown : "", gently ? "" :
		    " while nobody can read or write the table");
	if (t)
		model_set(t, "indexes", r->name, NULL);
	r->gone = 1;
}

void
drop_one(struct judge *j, json_t *in, json_t *object,
    const struct drop_kind *k)
{
	struct tree_name n = tree_names(tree_get(tree_as(object, "List"),
	    "items"));
	struct model_rel *r;

	if (!n.name)
		return;
	/* So it does where nothing is there to be dropped. */
	if (tree_flag(in, "concurrent"))
		lint_no_transaction(j, "DROP INDEX CONCURRENTLY");
	r = lint_target(j, in, n, tree_text(in, "removeType"));
	if (!r)
		return;
	if (tree_is(in, "removeType", "OBJECT_INDEX"))
		drop_index(j, r, in);
	else
		drop_relation(j, r, k, tree_is(in, "behavior",
		    "DROP_CASCADE"));
}

static int
is_taken(const struct judge *j, const struct model_rel *r)
{
	size_t i;

	for (i = 0; i < j->s->n_takes; i++)
		if (strcmp(j->s->takes[i].relation, r->shown) == 0)
			return 1;
	return 0;
}

/* The table, its heirs, and with CASCADE all that refer to it. */
static void
truncate_one(struct judge *j, struct model_rel *r, int cascade, int flags)
{
	json_t *kin = tree_get(r->facts, "kin"), *from;
	struct model_rel *k;
	size_t i;

	lint_take(j, r, 8, flags);
	lint_take_indexes(j, r, 8);
	for (i = 0; i < json_array_size(kin); i++) {
		k = model_find_text(j->m,
		    tree_text(json_array_get(kin, i), "name"));
		if (!is_taken(j, k))
			truncate_one(j, k, cascade, TAKE_KIN);
	}
	from = tree_get(r->facts, "incoming");
	for (i = 0; cascade && i < json_array_size(from); i++) {
		k = model_find_text(j->m,
		    tree_text(json_array_get(from, i), "table"));
		if (!k->gone && !is_taken(j, k))
			truncate_one(j, k, cascade, TAKE_KIN);
	}
}

void
lint_truncate(struct judge *j, json_t *in)
{
	json_t *rels = tree_get(in, "relations"), *range;
	int cascade = tree_is(in, "behavior", "DROP_CASCADE");
	struct model_rel *r;
	struct tree_name n;
	size_t i;

	for (i = 0; i < json_array_size(rels); i++) {
		range = tree_as(json_array_get(rels, i), "RangeVar");
		n = tree_range(range);
		if (!n.name)
			continue;
		lint_style_name(j, n);
		r = model_find(j->m, n);
		if (r->fresh || lint_missing(j, r, n))
			continue;
		if (tree_flag(range, "inh"))
			truncate_one(j, r, cascade, 0);
		else
			lint_take(j, r, 8, 0);
		if (tree_flag(in, "restart_seqs"))
			lint_take_sequences(j, r, 8, 1);
		lint_harm(j, r, cascade ? "truncate-cascade" : "truncate",
		    &(struct harm){ .compat = cascade ?
		    LINT_COMPAT_BREAKING : LINT_COMPAT_READER,
		    .data = LINT_DATA_LOSES }, "empties %s%s", r->shown,
		    cascade ? " and all tables that refer to it" : "");
	}
}
