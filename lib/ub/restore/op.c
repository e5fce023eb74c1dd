#include "ub/restore/op.h"

#include "base/mem.h"
#include "sys/path.h"

static const char *const states[] = {
	[OP_STAGING] = "staging",
	[OP_SWAPPING] = "swapping",
	[OP_REVERTING] = "reverting",
	[OP_RESTORED] = "restored",
	[OP_UNDOING] = "undoing",
	[OP_UNDONE] = "undone",
	[OP_COMMITTING] = "committing",
	[OP_COMMITTED] = "committed",
	[OP_CANCELLED] = "cancelled",
	[OP_BESIDE] = "beside",
};

const char *
op_state_name(enum op_state s)
{
	return states[s];
}

struct op_db *
op_add_db(struct op *o)
{
	o->dbs = mem_grow(o->dbs, o->n_dbs + 1, sizeof(*o->dbs));
	o->dbs[o->n_dbs] = (struct op_db){ 0 };
	return &o->dbs[o->n_dbs++];
}

struct op_tree *
op_add_tree(struct op *o)
{
	o->trees = mem_grow(o->trees, o->n_trees + 1, sizeof(*o->trees));
	o->trees[o->n_trees] = (struct op_tree){ 0 };
	return &o->trees[o->n_trees++];
}

int
op_is_open(const struct op *o)
{
	switch (o->state) {
	case OP_STAGING:
	case OP_SWAPPING:
	case OP_REVERTING:
	case OP_UNDOING:
	case OP_COMMITTING:
		return 1;
	case OP_RESTORED:
	case OP_UNDONE:
	case OP_COMMITTED:
	case OP_CANCELLED:
	case OP_BESIDE:
		break;
	}
	return 0;
}

void
op_names(const struct op *o, struct vec *names)
{
	size_t i;

	for (i = 0; i < o->n_dbs; i++)
		vec_add(names, o->dbs[i].live);
	for (i = 0; i < o->n_trees && o->n_dbs == 0; i++)
		vec_add(names, o->trees[i].name);
}

static void
release_db(struct op_db *d)
{
	char *const text[] = { d->name, d->host, d->port, d->user,
		d->system_id, d->live, d->fresh, d->old, d->undone };
	size_t i;

	for (i = 0; i < UB_LEN(text); i++)
		free(text[i]);
}

static void
release_tree(struct op_tree *t)
{
	char *const text[] = { t->kind, t->name, t->live, t->fresh, t->old,
		t->undone };
	size_t i;

	for (i = 0; i < UB_LEN(text); i++)
		free(text[i]);
	vec_release(&t->list);
}

void
op_drop_tree(struct op *o)
{
	release_tree(&o->trees[--o->n_trees]);
}

void
op_release(struct op *o)
{
	size_t i;

	for (i = 0; i < o->n_dbs; i++)
		release_db(&o->dbs[i]);
	for (i = 0; i < o->n_trees; i++)
		release_tree(&o->trees[i]);
	free(o->dbs);
	free(o->trees);
	free(o->id);
	free(o->set);
	free(o->file);
	*o = (struct op){ 0 };
}

static int
newest_first(const void *a, const void *b)
{
	const struct op *x = a, *y = b;

	if (x->created_at != y->created_at)
		return x->created_at > y->created_at ? -1 : 1;
	/* "…-10" was after "…-9". */
	if (strlen(x->id) != strlen(y->id))
		return strlen(x->id) > strlen(y->id) ? -1 : 1;
	return strcmp(y->id, x->id);
}

static int
is_record(const char *name)
{
	size_t n = strlen(name);

	return *name != '.' && n > 5 && strcmp(name + n - 5, ".json") == 0;
}

int
op_list(const char *dir, struct op_list *out, struct err *e)
{
	struct vec names = { 0 };
	size_t i;
	char *file;
	int r = 0;

	if (!path_exists(dir))
		return 0;
	if (path_list(dir, &names, e))
		return -1;
	for (i = 0; i < names.n && r == 0; i++) {
		if (!is_record(names.v[i]))
			continue;
		out->v = mem_grow(out->v, out->n + 1, sizeof(*out->v));
		out->v[out->n] = (struct op){ 0 };
		file = path_join(dir, names.v[i]);
		r = op_read(file, &out->v[out->n++], e);
		free(file);
	}
	vec_release(&names);
	if (r == 0 && out->n > 1)
		qsort(out->v, out->n, sizeof(*out->v), newest_first);
	return r;
}

void
op_list_release(struct op_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		op_release(&l->v[i]);
	free(l->v);
	*l = (struct op_list){ 0 };
}
