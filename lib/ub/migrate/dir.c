#include "ub/migrate/dir.h"

#include "base/mem.h"
#include "sys/path.h"
#include "ub/migrate/dir_priv.h"
#include "ub/migrate/name.h"

typedef int name_fn(const char *name, struct migrate_name *out);

static name_fn *const names_of[] = { /* Prisma's are folders */
	[MIGRATE_DBMATE] = migrate_name_dbmate,
	[MIGRATE_GOLANG] = migrate_name_golang,
	[MIGRATE_FLYWAY] = migrate_name_flyway,
};

static void
release_name(struct migrate_name *n)
{
	free(n->version);
	free(n->about);
	*n = (struct migrate_name){ 0 };
}

static int
list(const char *path, struct vec *names, struct err *e)
{
	vec_release(names);
	if (!path_is_dir(path))
		return err_set(e, ERR_USAGE, "migrate.dir",
		    "there is no folder '%s' of migrations", path);
	return path_list_marked(path, names, e);
}

/* golang-migrate's names are dbmate's, too: the longer form counts. */
static enum migrate_tool
tool_of(const char *dir, const char *name)
{
	static const enum migrate_tool order[] = { MIGRATE_GOLANG,
		MIGRATE_FLYWAY, MIGRATE_DBMATE };
	struct migrate_name n = { 0 };
	size_t i;
	int r;

	if (migrate_prisma_is(dir, name))
		return MIGRATE_PRISMA;
	for (i = 0; i < UB_LEN(order); i++) {
		r = names_of[order[i]](name, &n);
		release_name(&n);
		if (r)
			return order[i];
	}
	return MIGRATE_NONE;
}

int
migrate_dir_guess(const char *path, struct migrate_dir *d,
    enum migrate_tool *out, struct err *e)
{
	const struct vec *names = &d->names;
	enum migrate_tool t;
	int r = list(path, &d->names, e);
	size_t i;

	*out = MIGRATE_NONE;
	for (i = 0; i < names->n && r == 0; i++) {
		/* With thousands of them, each look counts. */
		if (*out == MIGRATE_PRISMA && !strchr(names->v[i], '.'))
			continue;
		t = tool_of(path, names->v[i]);
		if (*out != MIGRATE_NONE && t != MIGRATE_NONE && t != *out) {
			r = err_set(e, ERR_USAGE, "migrate.tool",
			    "'%s' has migrations of %s and of %s", path,
			    migrate_tool_name(*out), migrate_tool_name(t));
			err_hint(e, "say which: migrate.ledger");
		}
		if (t != MIGRATE_NONE)
			*out = t;
	}
	if (r == 0 && *out == MIGRATE_NONE && migrate_flyway_below(path, names))
		*out = MIGRATE_FLYWAY;
	return r;
}

void
migrate_dir_add(struct migrate_dir *d, const struct migration *m)
{
	/* One grow for each power of two. */
	if ((d->n & (d->n - 1)) == 0)
		d->v = mem_grow(d->v, d->n ? 2 * d->n : 1, sizeof(*d->v));
	d->v[d->n++] = *m;
}

static int
add_file(struct migrate_dir *d, const char *path, const char *name,
    enum migrate_tool t, struct err *e)
{
	struct migrate_name n = { 0 };
	struct migration m = { 0 };
	int r = names_of[t](path_base(name), &n);

	if (r < 0)
		err_set(e, ERR_USAGE, "migrate.dir",
		    "'%s' is no name that %s takes", name,
		    migrate_tool_name(t));
	if (r <= 0) {
		release_name(&n);
		return r;
	}
	m.version = n.version;
	m.about = n.about;
	m.name = mem_dup(name);
	*(n.down ? &m.down : &m.path) = path_join(path, name);
	if (t == MIGRATE_FLYWAY)
		m.script = m.path + strlen(m.path) - strlen(name);
	migrate_dir_add(d, &m);
	return 0;
}

/* Prisma and dbmate by name; by version else, the repeatable ones last. */
static int
by_order(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;
	int r;

	if (!x->version || !y->version)
		return x->version ? -1 : y->version ? 1 :
		    strcmp(x->about, y->about);
	r = migrate_version_order(x->version, y->version);
	return r ? r : strcmp(x->name, y->name);
}

/* The way back of golang-migrate joins its way there. */
static void
join_down(struct migrate_dir *d)
{
	struct migration *last = NULL, *m;
	size_t i, n = 0;

	for (i = 0; i < d->n; i++) {
		m = &d->v[i];
		last = n > 0 ? &d->v[n - 1] : NULL;
		if (!last || strcmp(last->version, m->version) != 0 ||
		    (last->path && m->path) || (last->down && m->down)) {
			d->v[n++] = *m;
			continue;
		}
		if (m->path) {
			free(last->name);
			last->name = m->name;
			last->path = m->path;
		} else {
			free(m->name);
			last->down = m->down;
		}
		free(m->version);
		free(m->about);
	}
	d->n = n;
}

static int
check_ways(const struct migrate_dir *d, struct err *e)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (!d->v[i].path)
			return err_set(e, ERR_USAGE, "migrate.dir",
			    "'%s' is a way back without its way there",
			    d->v[i].name);
	return 0;
}

/* What one ledger cannot tell apart: dbmate compares versions as text. */
static int
is_same(const struct migration *a, const struct migration *b,
    enum migrate_tool t)
{
	if (!a->version || !b->version)
		return a->version == b->version &&
		    strcmp(a->about, b->about) == 0;
	return t == MIGRATE_DBMATE ? strcmp(a->version, b->version) == 0 :
	    migrate_version_order(a->version, b->version) == 0;
}

static int
by_version_text(const void *a, const void *b)
{
	const struct migration *x = a, *y = b;

	return strcmp(x->version, y->version);
}

static int
check_versions(const struct migrate_dir *d, enum migrate_tool t,
    struct err *e)
{
	struct migration *v = mem_grow(NULL, d->n + 1, sizeof(*v));
	size_t i;
	int r = 0;

	for (i = 0; i < d->n; i++)
		v[i] = d->v[i];
	if (t == MIGRATE_DBMATE)
		qsort(v, d->n, sizeof(*v), by_version_text);
	for (i = 1; i < d->n && r == 0; i++)
		if (is_same(&v[i - 1], &v[i], t))
			r = err_set(e, ERR_USAGE, "migrate.version",
			    "two migrations are the same to %s: '%s' and '%s'",
			    migrate_tool_name(t), v[i - 1].name, v[i].name);
	free(v);
	return r;
}

/* "0042_add.up.sql" is called "0042_add", in whatever folder. */
static void
shorten(struct migrate_dir *d, enum migrate_tool t)
{
	const char *base;
	char *end;
	size_t i;

	for (i = 0; i < d->n && t != MIGRATE_PRISMA; i++) {
		base = path_base(d->v[i].name);
		memmove(d->v[i].name, base, strlen(base) + 1);
		end = strstr(d->v[i].name, t == MIGRATE_GOLANG ? ".up." :
		    ".sql");
		if (end)
			*end = '\0';
	}
}

int
migrate_dir_read(const char *path, enum migrate_tool t,
    struct migrate_dir *out, struct err *e)
{
	struct vec *names = &out->names;
	int r = names->n > 0 ? 0 : list(path, names, e);
	size_t i;

	if (r == 0 && t == MIGRATE_PRISMA)
		r = migrate_prisma_check(path, e);
	if (r == 0 && t == MIGRATE_FLYWAY)
		r = migrate_flyway_list(path, names, e);
	for (i = 0; i < names->n && r == 0; i++)
		r = names_of[t] ? add_file(out, path, names->v[i], t, e) :
		    migrate_prisma_add(out, path, names->v[i], e);
	if (r == 0 && out->n > 0 &&
	    (t == MIGRATE_GOLANG || t == MIGRATE_FLYWAY))
		qsort(out->v, out->n, sizeof(*out->v), by_order);
	if (r == 0 && t == MIGRATE_GOLANG)
		join_down(out);
	if (r == 0)
		r = check_ways(out, e);
	if (r == 0 && t != MIGRATE_PRISMA)
		r = check_versions(out, t, e);
	if (r == 0)
		shorten(out, t);
	else
		migrate_dir_release(out);
	vec_release(names);
	return r;
}

const char *
migrate_dir_shown(const char *path, const char *root)
{
	size_t n = root ? strlen(root) : 0;

	if (n > 1 && strncmp(path, root, n) == 0 && path[n] == '/')
		return path + n + 1;
	return path;
}

void
migrate_dir_release(struct migrate_dir *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		free(d->v[i].version);
		free(d->v[i].name);
		free(d->v[i].about);
		free(d->v[i].path);
		free(d->v[i].down);
		free(d->v[i].sum);
	}
	free(d->v);
	vec_release(&d->names);
	*d = (struct migrate_dir){ 0 };
}
