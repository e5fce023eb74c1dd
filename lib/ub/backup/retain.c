#include "ub/backup/retain.h"

#include "base/mem.h"
#include "sys/log.h"
#include "sys/path.h"
#include "ub/backup/snapshot.h"

/* Sets before i that did not fail a verification. */
static int64_t
good_before(const struct set_list *l, size_t i)
{
	int64_t good = 0;
	size_t k;

	for (k = 0; k < i; k++)
		good += !l->v[k].failed;
	return good;
}

/* The newest set that was proven at level read or better. */
static int
is_newest_verified(const struct set_list *l, size_t i)
{
	size_t k;

	for (k = 0; k < l->n; k++)
		if (l->v[k].verified >= SET_LEVEL_READ)
			return k == i;
	return 0;
}

int
retain_may_go(const struct retain *r, const struct set_list *l, size_t i)
{
	int64_t keep = r->keep > r->min_keep ? r->keep : r->min_keep;

	if (r->keep == 0)
		return 0;
	return good_before(l, i) >= keep && !is_newest_verified(l, i);
}

/*
 * The set loses its name before its content, so that a run killed here
 * leaves a .partial-*, which the next one sweeps, and no torn set.
 */
static int
remove_set(const struct retain *r, const struct set *s, struct err *e)
{
	char *gone = mem_printf("%s/.partial-%s", r->backups, s->m.id);
	int ret = path_rename(s->dir, gone, e);

	if (ret == 0)
		ret = path_remove(gone, e);
	free(gone);
	return ret;
}

static void
drop_snapshots(const struct set *s, const struct source *src)
{
	const struct manifest_db *d;
	struct err err = { 0 };
	size_t i;

	for (i = 0; i < s->m.n_dbs; i++) {
		d = &s->m.dbs[i];
		if (!d->snapshot)
			continue;
		if (snapshot_drop(d, source_find_db(src, d->name), &err))
			log_warn("snapshot.left",
			    "the snapshot database %s of set %s stays: %s",
			    d->snapshot, s->m.id, err.msg);
		err_release(&err);
	}
}

int
retain_sets(const struct retain *r, const struct source *src,
    struct vec *removed, struct err *e)
{
	struct set_list l = { 0 };
	size_t i;
	int ret = set_list(r->backups, &l, e);

	for (i = 0; i < l.broken.n; i++)
		log_warn("set.broken", "no set, left alone: %s",
		    l.broken.v[i]);
	for (i = l.n; i > 0 && ret == 0; i--) {
		if (!retain_may_go(r, &l, i - 1))
			continue;
		vec_add(removed, l.v[i - 1].m.id);
		if (r->dry_run)
			continue;
		drop_snapshots(&l.v[i - 1], src);
		ret = remove_set(r, &l.v[i - 1], e);
	}
	set_list_release(&l);
	return ret;
}
