/* take.c - the locks that a statement takes. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* The relation's content is locked against all, or against writers? */
static void
note(struct judge *j, const char *name, int mode, int flags)
{
	struct lint_now *tx = &j->l->tx;

	if (mode >= 5 && !vec_has(&tx->strong, name))
		vec_add(&tx->strong, name);
	if (mode < 8 || (flags & TAKE_KIN) || vec_has(&tx->locked, name))
		return;
	vec_add(&tx->locked, name);
	if (tx->locked.n < 2 || tx->told_two || j->alone)
		return;
	tx->told_two = 1;
	lint_harm(j, NULL, "two-exclusive-locks", &(struct harm){ .told = 1 },
	    "locks %s for all others while %s is locked so, too", name,
	    tx->locked.v[0]);
}

static void
put(struct judge *j, const char *name, int mode, int flags)
{
	struct lint_stmt *s = j->s;
	struct lint_take *t = NULL;
	size_t i;

	for (i = 0; i < s->n_takes && !t; i++)
		if (strcmp(s->takes[i].relation, name) == 0)
			t = &s->takes[i];
	if (!t) {
		s->takes = mem_grow(s->takes, s->n_takes + 1,
		    sizeof(*s->takes));
		t = &s->takes[s->n_takes++];
		*t = (struct lint_take){ .relation = mem_dup(name) };
	}
	if (mode > t->mode)
		t->mode = mode;
	t->scan |= (flags & TAKE_SCAN) != 0;
	t->rewrite |= (flags & TAKE_REWRITE) != 0;
	if (mode >= 5 && !(flags & TAKE_DEAD) &&
	    s->verdict.lock < LINT_LOCK_BRIEF)
		s->verdict.lock = LINT_LOCK_BRIEF;
}

void
lint_take(struct judge *j, const struct model_rel *r, int mode, int flags)
{
	int table = r->kind == 0 || strchr("rpmf", r->kind) != NULL;

	if (r->fresh || (r->gone && j->m->db) || r->kind == 'c')
		return;
	/* Its rows are its partitions', or there is none to read. */
	if (r->empty)
		flags &= ~TAKE_SCAN;
	if (r->kind == 'p')
		flags &= ~(TAKE_SCAN | TAKE_REWRITE);
	put(j, r->shown, mode, flags);
	if (table)
		note(j, r->shown, mode, flags);
}

void
lint_take_text(struct judge *j, const char *name, int mode, int flags)
{
	/* Only the catalog knows if there is anything to read. */
	struct model_rel *r = j->m->db && (flags & TAKE_SCAN) ?
	    model_find_text(j->m, name) : model_peek_text(j->m, name);

	if (r)
		lint_take(j, r, mode, flags);
	else
		put(j, name, mode, flags);
}

void
lint_take_kin(struct judge *j, const struct model_rel *r, int mode, int flags)
{
	json_t *kin = tree_get(r->facts, "kin");
	size_t i;

	for (i = 0; i < json_array_size(kin); i++)
		lint_take_text(j, tree_text(json_array_get(kin, i), "name"),
		    mode, flags | TAKE_KIN);
}

void
lint_take_indexes(struct judge *j, const struct model_rel *r, int mode)
{
	const char *name;
	json_t *index;

	if (r->fresh || r->gone)
		return;
	json_object_foreach (tree_get(r->facts, "indexes"), name, index) {
		if (tree_text(index, "name"))
			lint_take_text(j, tree_text(index, "name"), mode,
			    TAKE_KIN);
	}
}

void
lint_take_sequences(struct judge *j, const struct model_rel *r, int mode,
    int rewrite)
{
	json_t *list = tree_get(r->facts, "sequences");
	size_t i;

	for (i = 0; !r->fresh && i < json_array_size(list); i++)
		lint_take_text(j, tree_text(json_array_get(list, i), "name"),
		    mode, TAKE_KIN | (rewrite ? TAKE_REWRITE : 0));
}

void
lint_take_keys(struct judge *j, const struct model_rel *parent, int incoming,
    int flags)
{
	json_t *list = tree_get(parent->facts, "incoming"), *k;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		lint_take_text(j, tree_text(json_array_get(list, i), "table"),
		    incoming, flags | TAKE_KIN);
	json_object_foreach (tree_get(parent->facts, "constraints"), name, k)
		if (tree_text(k, "ref"))
			lint_take_text(j, tree_text(k, "ref"), 6, TAKE_KIN);
}

void
lint_take_rewrite(struct judge *j, struct model_rel *r)
{
	json_t *kin = tree_get(r->facts, "kin");
	size_t i;

	lint_take(j, r, 8, TAKE_REWRITE | TAKE_SCAN);
	if (r->kind != 'p')
		lint_take_indexes(j, r, 8);
	for (i = 0; i < json_array_size(kin); i++) {
		struct model_rel *k = model_find_text(j->m,
		    tree_text(json_array_get(kin, i), "name"));

		lint_take(j, k, 8, TAKE_REWRITE | TAKE_SCAN | TAKE_KIN);
		if (k->kind != 'p')
			lint_take_indexes(j, k, 8);
	}
}

void
lint_take_list(struct judge *j, json_t *list)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		lint_take_text(j, tree_text(json_array_get(list, i), "name"),
		    8, TAKE_KIN);
}

const char *
lint_view_in(struct judge *j, json_t *list)
{
	const struct model_rel *view;
	const char *kind, *name;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		kind = tree_text(json_array_get(list, i), "kind");
		name = tree_text(json_array_get(list, i), "name");
		view = model_peek_text(j->m, name);
		if (kind && strchr("vm", *kind) &&
		    !(view && (view->gone || view->fresh)))
			return name;
	}
	return NULL;
}

static void
rename_in(struct vec *v, const char *was, const char *now)
{
	size_t i;

	for (i = 0; i < v->n; i++) {
		if (strcmp(v->v[i], was) != 0)
			continue;
		free(v->v[i]);
		v->v[i] = mem_dup(now);
	}
}

void
lint_take_renamed(struct judge *j, const char *was, const char *now)
{
	rename_in(&j->l->tx.locked, was, now);
	rename_in(&j->l->tx.strong, was, now);
}

void
lint_tx_end(struct lint *l)
{
	struct lint_now *tx = &l->tx;

	vec_release(&tx->locked);
	vec_release(&tx->strong);
	vec_release(&tx->values);
	tx->number++;
	tx->told_two = tx->told_write = 0;
}

/* In one it fails; else it ends the one before, and begins another. */
void
lint_no_transaction(struct judge *j, const char *name)
{
	int inside = j->l->tx.block || j->routine;

	if (j->s->verdict.tx < LINT_TX_NOT)
		j->s->verdict.tx = LINT_TX_NOT;
	if (inside)
		lint_harm(j, NULL, "concurrently-in-transaction",
		    &(struct harm){ .fails = 1 },
		    "%s cannot run in a transaction (SQLSTATE 25001)", name);
	else if (j->f->n_stmts > 1)
		lint_harm(j, NULL, "concurrently-beside-others",
		    &(struct harm){ .noted = 1 },
		    "%s runs outside of the transaction of the others", name);
	if (!inside)
		lint_tx_end(j->l);
}

void
lint_take_reference(struct judge *j, const char *who, json_t *con)
{
	struct tree_name n = tree_range(tree_get(con, "pktable"));
	struct model_rel *ref;

	if (!tree_is(con, "contype", "CONSTR_FOREIGN") || !n.name)
		return;
	ref = model_find(j->m, n);
	lint_take(j, ref, 6, 0);
	if (ref->kind == 'p')
		lint_take_kin(j, ref, 6, 0);
	lint_harm(j, ref, "references-table", &(struct harm){ .noted = 1,
	    .lock = LINT_LOCK_BRIEF }, "the foreign key of %s locks %s "
	    "against writes until the transaction ends", who, ref->shown);
}

void
lint_lock_table(struct judge *j, json_t *in)
{
	json_t *rels = tree_get(in, "relations");
	int mode = (int)tree_number(in, "mode");
	struct model_rel *r;
	struct tree_name n;
	size_t i;

	for (i = 0; i < json_array_size(rels); i++) {
		n = tree_range(tree_as(json_array_get(rels, i), "RangeVar"));
		if (!n.name)
			continue;
		r = model_find(j->m, n);
		lint_take(j, r, mode, 0);
		lint_take_kin(j, r, mode, 0);
		if (mode >= 5)
			lint_harm(j, r, "lock-table", &(struct harm){
			    .told = 1 }, "locks %s in %s mode until the "
			    "transaction ends", r->shown,
			    lint_mode_name(mode));
	}
}
