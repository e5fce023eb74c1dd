/* pick_add.c - the list of what is to be judged, as it grows. */
#include "base/mem.h"
#include "ext/repo.h"
#include "sys/path.h"
#include "ub/lint/pick_priv.h"
#include "ub/migrate/name.h"

char *
lint_pick_place(const char *path)
{
	char *abs = path_abs(path), *dir = path_dir(abs);
	char *real = realpath(dir, NULL), *place;

	place = path_join(real ? real : dir, path_base(abs));
	free(real);
	free(dir);
	free(abs);
	return place;
}

static int
by_place(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return strcmp(x->place, y->place);
}

void
lint_pick_begin(struct picking *p)
{
	const struct migrate_dir *d = p->from->dir;
	size_t i, n = d ? d->n : 0;

	p->cwd = path_abs(".");
	p->known = mem_alloc((n + 1) * sizeof(*p->known));
	for (i = 0; i < n; i++)
		p->known[i] =
		    (struct known){ lint_pick_place(d->v[i].path), &d->v[i] };
	p->n_known = n;
	qsort(p->known, n, sizeof(*p->known), by_place);
}

void
lint_pick_end(struct picking *p)
{
	size_t i;

	for (i = 0; i < p->n_known; i++)
		free(p->known[i].place);
	free(p->known);
	vec_release(&p->asked);
	vec_release(&p->changed);
	free(p->cwd);
}

const char *
lint_pick_inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	if (strncmp(path, folder, n) != 0)
		return NULL;
	if (n > 0 && folder[n - 1] == '/')
		return path + n;
	return path[n] == '/' ? path + n + 1 : NULL;
}

/* The way to it that was taken, if that is inside; else where it is. */
static char *
shown(const struct picking *p, const char *abs, const char *place)
{
	const char *name = lint_pick_inside(abs, p->cwd);

	if (!name)
		name = lint_pick_inside(place, p->cwd);
	return mem_dup(name ? name : abs);
}

static enum migrate_tool
guess(const char *path)
{
	static const struct {
		int (*fn)(const char *name, struct migrate_name *out);
		enum migrate_tool tool;
	} order[] = {
		{ migrate_name_golang, MIGRATE_GOLANG },
		{ migrate_name_flyway, MIGRATE_FLYWAY },
		{ migrate_name_dbmate, MIGRATE_DBMATE },
	};
	struct migrate_name n = { 0 };
	size_t i;
	int r = 0;

	for (i = 0; i < UB_LEN(order) && r == 0; i++) {
		r = order[i].fn(path_base(path), &n);
		free(n.version);
		free(n.about);
		n = (struct migrate_name){ 0 };
	}
	return r ? order[i - 1].tool : MIGRATE_NONE;
}

int
lint_pick_changed(struct picking *p, const char *folder, struct err *e)
{
	if (vec_has(&p->asked, folder))
		return 0;
	vec_add(&p->asked, folder);
	return repo_changed(folder, p->from->since, &p->changed, e);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
is_left_out(const struct picking *p, const char *place)
{
	return p->from->since && (p->changed.n == 0 || !bsearch(&place,
	    p->changed.v, p->changed.n, sizeof(*p->changed.v), by_text));
}

void
lint_pick_add(struct picking *p, const char *path)
{
	struct lint_picks *o = p->out;
	struct known key = { .place = lint_pick_place(path) }, *found;
	struct lint_pick new = { 0 };
	size_t i;

	if (is_left_out(p, key.place)) {
		free(key.place);
		return;
	}
	new.path = path_abs(path);
	found = bsearch(&key, p->known, p->n_known, sizeof(*p->known),
	    by_place);
	new.migration = found ? found->m : NULL;
	new.tool = found ? p->from->tool : guess(path);
	new.name = shown(p, new.path, key.place);
	for (i = 0; i < o->n; i++)
		if (found ? o->v[i].migration == found->m :
		    strcmp(o->v[i].path, new.path) == 0)
			break;
	free(key.place);
	if (i < o->n) {
		free(new.path);
		free(new.name);
		return;
	}
	/* One grow for each power of two. */
	if ((o->n & (o->n - 1)) == 0)
		o->v = mem_grow(o->v, o->n ? 2 * o->n : 1, sizeof(*o->v));
	o->v[o->n++] = new;
}

static int
by_order(const void *a, const void *b)
{
	const struct lint_pick *x = a, *y = b;

	return x->migration < y->migration ? -1 : 1;
}

void
lint_pick_order(struct lint_picks *o)
{
	struct lint_pick *v = mem_alloc((o->n + 1) * sizeof(*v));
	size_t i, n = 0;

	for (i = 0; i < o->n; i++)
		if (o->v[i].migration)
			v[n++] = o->v[i];
	qsort(v, n, sizeof(*v), by_order);
	for (i = n = 0; i < o->n; i++)
		if (o->v[i].migration)
			o->v[i] = v[n++];
	free(v);
}
