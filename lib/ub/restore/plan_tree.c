/* Where a tree or a config file goes, and whether it can. */
#include "ub/restore/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/path.h"
#include "ub/restore/confdiff.h"
#include "ub/restore/mounts.h"
#include "ub/restore/treeswap.h"

/*
 * The real place: links followed, as a link would else be replaced by what
 * it leads to. What is not there yet needs a folder that is. Caller owns.
 */
static char *
real_place(const char *path, struct err *e)
{
	char *dir, *real, *place = realpath(path, NULL);

	if (place)
		return place;
	if (errno != ENOENT || path_exists(path)) {
		err_sys(e, "cannot find out where '%s' leads to", path);
		return NULL;
	}
	dir = path_dir(path);
	real = realpath(dir, NULL);
	if (real)
		place = path_join(real, path_base(path));
	else
		err_set(e, ERR_REFUSED, "restore.folder",
		    "there is no folder '%s'", dir);
	free(real);
	free(dir);
	return place;
}

/* Is b inside of a, or the same? Both are real paths. */
static int
holds(const char *a, const char *b)
{
	size_t n = strlen(a);

	return strncmp(a, b, n) == 0 && (!b[n] || b[n] == '/');
}

static int
check_keep_out(const struct plan_call *c, const char *live, struct err *e)
{
	char *real;
	size_t i;
	int bad;

	for (i = 0; i < c->keep_out->n; i++) {
		real = realpath(c->keep_out->v[i], NULL);
		bad = real && holds(live, real);
		free(real);
		if (!bad)
			continue;
		err_set(e, ERR_REFUSED, "restore.inside",
		    "'%s' is inside of '%s', and would be swapped away with "
		    "it", c->keep_out->v[i], live);
		return err_hint(e, "restore the tree elsewhere with --into, or "
		    "give backup.dir and ub.state another place");
	}
	return 0;
}

static int
check_place(const char *live, int mount, struct err *e)
{
	char *below, *dir;
	int r = 0;

	if (strcmp(live, "/") == 0)
		return err_set(e, ERR_REFUSED, "restore.folder",
		    "cannot swap '%s'", live);
	below = mounts_below(live);
	if (below)
		r = err_set(e, ERR_REFUSED, "restore.mount",
		    "there is a file system mounted inside of it, at '%s'",
		    below);
	free(below);
	dir = mount ? mem_dup(live) : path_dir(live);
	if (r == 0 && access(dir, W_OK | X_OK))
		r = err_sys(e, "cannot write in '%s'", dir);
	free(dir);
	return r;
}

/* --into: nothing, or an empty folder, which will be replaced. */
static int
check_new_place(const char *live, struct err *e)
{
	struct vec names = { 0 };
	int r = 0;

	if (!path_exists(live))
		return 0;
	if (path_is_dir(live))
		r = path_list(live, &names, e);
	else
		vec_add(&names, live);
	if (r == 0 && (names.n > 0 || mounts_at(live))) {
		r = err_set(e, ERR_REFUSED, "restore.exists",
		    "'%s' is %s", live,
		    names.n > 0 ? "there already" : "a mount point");
		err_hint(e, "give --into a path that is not there yet");
	}
	vec_release(&names);
	return r;
}

static struct op_tree *
add(const char *kind, const char *name, struct plan *p)
{
	struct op_tree *t = op_add_tree(&p->op);

	p->trees = mem_grow(p->trees, p->op.n_trees, sizeof(*p->trees));
	p->trees[p->op.n_trees - 1] = (struct plan_tree){ 0 };
	t->kind = mem_dup(kind);
	t->name = mem_dup(name);
	return t;
}

static int
place(const struct plan_call *c, const char *path, struct op_tree *t,
    struct err *e)
{
	char *full = path_abs(c->into ? c->into : path);

	t->live = real_place(full, e);
	free(full);
	if (!t->live)
		return -1;
	if (c->into)
		return check_new_place(t->live, e) ||
			check_place(t->live, 0, e)
		    ? -1
		    : 0;
	t->mount = mounts_at(t->live);
	t->live_ino = treeswap_ino(t->live);
	return check_keep_out(c, t->live, e) ||
		check_place(t->live, t->mount, e)
	    ? -1
	    : 0;
}

int
plan_tree(const struct plan_call *c, const struct manifest_tree *m,
    struct plan *p, struct err *e)
{
	const struct source_tree *conf = source_find_tree(c->src, m->name);
	struct op_tree *t = add("files", m->name, p);

	p->trees[p->op.n_trees - 1].tree = m;
	if (place(c, conf ? conf->path : m->path, t, e))
		return err_in(e, "tree '%s'", m->name);
	if (t->mount && m->is_file)
		return err_set(e, ERR_REFUSED, "restore.mount",
		    "'%s' is a mount point, but the set holds a single file",
		    t->live);
	return 0;
}

/* The configured file of the same base name, if there is just one. */
static const char *
config_path(const struct plan_call *c, const struct manifest_config *m)
{
	const struct vec *v = &c->src->configs;
	const char *found = NULL;
	size_t i, n = 0;

	for (i = 0; i < v->n; i++) {
		if (strcmp(v->v[i], m->path) == 0)
			return m->path;
		if (strcmp(path_base(v->v[i]), path_base(m->path)) != 0)
			continue;
		found = v->v[i];
		n++;
	}
	return n == 1 ? found : m->path;
}

int
plan_config(const struct plan_call *c, const struct manifest_config *m,
    struct plan *p, struct err *e)
{
	struct op_tree *t = add("config", path_base(m->path), p);
	char *file;
	int same = 0, r;

	p->trees[p->op.n_trees - 1].config = m;
	if (place(c, config_path(c, m), t, e))
		return err_in(e, "config file '%s'", path_base(m->path));
	if (t->mount)
		return err_set(e, ERR_REFUSED, "restore.mount",
		    "'%s' is a mount point: restore it with --into", t->live);
	file = set_path(c->set, m->file);
	r = confdiff_show(t->live, file, &same, e);
	free(file);
	if (r == 0 && same)
		op_drop_tree(&p->op);
	return r;
}
