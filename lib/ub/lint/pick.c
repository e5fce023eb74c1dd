#include "ub/lint/pick.h"

#include <sys/stat.h>

#include "base/mem.h"
#include "sys/path.h"
#include "ub/lint/pick_priv.h"

static void
add_dir(struct picking *p, const struct migrate_dir *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		lint_pick_add(p, d->v[i].path);
}

/* Of a folder that is in nobody's layout. */
static int
add_plain(struct picking *p, const char *folder, struct err *e)
{
	struct vec names = { 0 };
	int r = path_list(folder, &names, e);
	char *path;
	size_t i, n;

	for (i = 0; i < names.n && r == 0; i++) {
		n = strlen(names.v[i]);
		path = path_join(folder, names.v[i]);
		if (n > 4 && strcmp(names.v[i] + n - 4, ".sql") == 0 &&
		    !path_is_dir(path))
			lint_pick_add(p, path);
		free(path);
	}
	vec_release(&names);
	return r;
}

static int
is_same(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}

static int
add_folder(struct picking *p, const char *folder, struct err *e)
{
	struct migrate_dir d = { 0 };
	enum migrate_tool t;
	int r;

	if (p->from->dir && p->from->folder &&
	    is_same(folder, p->from->folder)) {
		add_dir(p, p->from->dir);
		return 0;
	}
	if (migrate_dir_guess(folder, &d, &t, e))
		r = -1;
	else if (t == MIGRATE_NONE)
		r = add_plain(p, folder, e);
	else if ((r = migrate_dir_read(folder, t, &d, e)) == 0)
		add_dir(p, &d);
	migrate_dir_release(&d);
	return r;
}

static int
add_operand(struct picking *p, const char *path, struct err *e)
{
	struct stat st;
	char *dir;
	int r = 0;

	if (stat(path, &st)) {
		err_sys(e, "cannot lint '%s'", path);
		return err_as(e, ERR_USAGE, "lint.file");
	}
	if (S_ISDIR(st.st_mode))
		return p->from->since && lint_pick_changed(p, path, e) ? -1 :
		    add_folder(p, path, e);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_USAGE, "lint.file",
		    "cannot lint '%s': it is not a regular file", path);
	if (p->from->since) {
		dir = path_dir(path);
		r = lint_pick_changed(p, dir, e);
		free(dir);
	}
	if (r == 0)
		lint_pick_add(p, path);
	return r;
}

static int
add_changed(struct picking *p, struct err *e)
{
	int r = lint_pick_changed(p, p->from->folder, e);

	if (r == 0 && p->from->dir)
		add_dir(p, p->from->dir);
	return r;
}

static void
add_pending(struct picking *p, const struct migrate_state *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].file && s->v[i].state != MIGRATE_APPLIED)
			lint_pick_add(p, s->v[i].file->path);
}

static struct lint_pick *
pick_of(const struct lint_picks *o, const struct migration *m)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		if (o->v[i].migration == m)
			return &o->v[i];
	return NULL;
}

static void
judge_state(struct lint_picks *o, const struct migrate_state *s)
{
	struct lint_pick *at;
	int gap = 0;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (!s->v[i].file)
			continue;
		at = pick_of(o, s->v[i].file);
		if (at)
			at->unsure = gap || s->v[i].state != MIGRATE_PENDING;
		else if (s->v[i].state != MIGRATE_APPLIED)
			gap = 1;
	}
}

int
lint_pick(const struct lint_pick_from *from, struct lint_picks *out,
    struct err *e)
{
	struct picking p = { .from = from, .out = out };
	size_t i;
	int r = 0;

	lint_pick_begin(&p);
	if (from->files && from->files->n > 0) {
		for (i = 0; i < from->files->n && r == 0; i++)
			r = add_operand(&p, from->files->v[i], e);
	} else if (from->since) {
		r = add_changed(&p, e);
	} else if (from->state) {
		add_pending(&p, from->state);
	} else if (from->dir) {
		add_dir(&p, from->dir);
	}
	lint_pick_order(out);
	if (from->state)
		judge_state(out, from->state);
	lint_pick_end(&p);
	if (r)
		lint_picks_release(out);
	return r;
}

void
lint_picks_release(struct lint_picks *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->v[i].name);
		free(p->v[i].path);
		free(p->v[i].inside);
	}
	free(p->v);
	*p = (struct lint_picks){ 0 };
}
