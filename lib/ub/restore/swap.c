#include "ub/restore/swap.h"

#include "base/mem.h"
#include "sys/path.h"
#include "ub/load.h"
#include "ub/restore/dbswap.h"
#include "ub/restore/mountswap.h"
#include "ub/restore/server.h"
#include "ub/restore/treeswap.h"

/* The two names that a database and its copy shall have. */
static size_t
names(const struct op_db *d, enum swap_way way, struct dbswap *v)
{
	size_t n = 0;

	if (d->live_oid)
		v[n++] = (struct dbswap){ .oid = d->live_oid,
			.to = way == SWAP_IN ? d->old : d->live };
	if (d->fresh_oid)
		v[n++] = (struct dbswap){ .oid = d->fresh_oid,
			.to = way == SWAP_IN ? d->live :
			    way == SWAP_BACK ? d->fresh : d->undone,
			.optional = way != SWAP_IN };
	return n;
}

/* Those on the server of database i, which is the first of them. */
static int
swap_server(const struct op *o, size_t i, enum swap_way way,
    const struct source *src, struct err *e)
{
	struct dbswap *v = mem_grow(NULL, 2 * o->n_dbs, sizeof(*v));
	struct dsn admin = { 0 };
	size_t n = 0, k;
	int r;

	for (k = i; k < o->n_dbs; k++)
		if (server_same(&o->dbs[i], &o->dbs[k]))
			n += names(&o->dbs[k], way, v + n);
	r = server_admin(&o->dbs[i], src, &admin, e);
	if (r == 0)
		r = dbswap_run(&admin, v, n, e);
	dsn_release(&admin);
	free(v);
	return r;
}

static int
is_first(const struct op *o, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (server_same(&o->dbs[k], &o->dbs[i]))
			return 0;
	return 1;
}

static int
swap_tree(const struct op_tree *t, enum swap_way way, struct err *e)
{
	switch (way) {
	case SWAP_IN:
		return treeswap_in(t, e);
	case SWAP_BACK:
		return treeswap_back(t, e);
	case SWAP_UNDO:
		break;
	}
	return treeswap_undo(t, e);
}

int
swap_all(const struct op *o, enum swap_way way, const struct source *src,
    int *touched, struct err *e)
{
	size_t i;

	for (i = 0; i < o->n_dbs; i++) {
		if (!is_first(o, i))
			continue;
		if (swap_server(o, i, way, src, e)) {
			if (e->code == ERR_CHANGED)
				*touched = 1;
			return -1;
		}
		*touched = 1;
	}
	for (i = 0; i < o->n_trees; i++) {
		*touched = 1;
		if (swap_tree(&o->trees[i], way, e))
			return -1;
	}
	return 0;
}

/* Whatever has that name is ours: the name holds the id of the record. */
static int
drop_db(const struct op_db *d, const struct source *src, struct err *e)
{
	struct dsn admin = { 0 };
	int r;

	if (d->kept)
		return 0;
	r = server_admin(d, src, &admin, e);
	if (r == 0)
		r = load_drop(&admin, d->fresh, e);
	dsn_release(&admin);
	return r;
}

int
swap_drop_fresh(const struct op *o, const struct source *src, struct err *e)
{
	struct err one = { 0 };
	char *half;
	size_t i;
	int r = 0;

	/* All are tried: one that fails leaves no more behind than it must. */
	for (i = 0; i < o->n_trees; i++) {
		half = treeswap_half(&o->trees[i]);
		if (path_remove(o->trees[i].fresh, &one))
			r = -1;
		err_merge(e, &one);
		if (path_remove(half, &one))
			r = -1;
		err_merge(e, &one);
		free(half);
	}
	for (i = 0; i < o->n_dbs; i++) {
		if (drop_db(&o->dbs[i], src, &one))
			r = -1;
		err_merge(e, &one);
	}
	return r;
}

int
swap_prepare_undo(struct op *o, struct err *e)
{
	struct op_tree *t;
	size_t i;

	for (i = 0; i < o->n_trees; i++) {
		t = &o->trees[i];
		if (treeswap_can_undo(t, e) ||
		    (t->mount && mountswap_list(t->old, &t->list, e)))
			return -1;
	}
	return 0;
}
