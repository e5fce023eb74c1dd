/* rehearse_lock.c - lists of locks. */
#include "base/mem.h"
#include "ub/migrate/rehearse_priv.h"

int
rehearse_mode(const char *name)
{
	static const char *const names[] = { "AccessShareLock",
		"RowShareLock", "RowExclusiveLock",
		"ShareUpdateExclusiveLock", "ShareLock",
		"ShareRowExclusiveLock", "ExclusiveLock",
		"AccessExclusiveLock" };
	size_t i;

	for (i = 0; i < UB_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return (int)i + 1;
	return 0;
}

struct rehearse_held *
rehearse_held_of(struct rehearse_helds *h, int64_t oid, int mode, int *added)
{
	size_t i;

	*added = 0;
	for (i = 0; i < h->n; i++)
		if (h->v[i].oid == oid && h->v[i].mode == mode)
			return &h->v[i];
	*added = 1;
	h->v = mem_grow(h->v, h->n + 1, sizeof(*h->v));
	h->v[h->n] = (struct rehearse_held){ .oid = oid, .mode = mode };
	return &h->v[h->n++];
}

void
rehearse_held_release(struct rehearse_helds *h)
{
	free(h->v);
	*h = (struct rehearse_helds){ 0 };
}

int
rehearse_held_mode(const struct rehearse_helds *h, int64_t oid)
{
	int mode = 0;
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->v[i].oid == oid && h->v[i].mode > mode)
			mode = h->v[i].mode;
	return mode;
}

/* Whoever uses a table uses its indexes and sequences. */
void
rehearse_lock_add(struct rehearse_stmt *st, const struct rehearse_rel *r,
    int mode)
{
	size_t i;

	if (mode < REHEARSE_WORTH && strchr("iIS", r->kind))
		return;
	for (i = 0; i < st->n_locks; i++)
		if (strcmp(st->locks[i].relation, r->name) == 0) {
			if (st->locks[i].mode < mode)
				st->locks[i].mode = mode;
			return;
		}
	st->locks = mem_grow(st->locks, st->n_locks + 1, sizeof(*st->locks));
	st->locks[st->n_locks++] = (struct rehearse_lock){
		.relation = mem_dup(r->name), .mode = mode };
}

static int
by_strength(const void *a, const void *b)
{
	const struct rehearse_lock *x = a, *y = b;

	return x->mode != y->mode ? y->mode - x->mode :
	    strcmp(x->relation, y->relation);
}

void
rehearse_lock_sort(struct rehearse_stmt *st)
{
	if (st->n_locks > 0)
		qsort(st->locks, st->n_locks, sizeof(*st->locks),
		    by_strength);
}
