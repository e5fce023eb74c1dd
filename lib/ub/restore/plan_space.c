/* Is there room for the copies beside? */
#include "ub/restore/plan.h"

#include <sys/stat.h>

#include "base/mem.h"
#include "base/num.h"
#include "sys/path.h"

/* What goes to one file system. */
struct fs {
	char *dir;
	dev_t dev;
	int64_t need;
};

static int
too_little(const char *where, int64_t need, int64_t room, struct err *e)
{
	char *n = num_size_text(need), *r = num_size_text(room);

	err_set(e, ERR_TROUBLE, "restore.space",
	    "not enough room %s: %s needed, %s free", where, n, r);
	free(n);
	free(r);
	return -1;
}

/* Databases whose server tells; those of one server share its room. */
static int
check_dbs(const struct plan *p, struct err *e)
{
	const struct plan_db *d;
	int64_t need = 0, room = -1;
	size_t i;

	for (i = 0; i < p->op.n_dbs; i++) {
		d = &p->dbs[i];
		if (p->op.dbs[i].kept || d->free_bytes < 0)
			continue;
		need += d->m->size_bytes;
		if (room < 0 || d->free_bytes < room)
			room = d->free_bytes;
	}
	if (room < 0 || need <= room)
		return 0;
	return too_little("where the server keeps its data", need, room, e);
}

static struct fs *
find(struct fs *v, size_t *n, const char *live)
{
	struct stat st = { 0 };
	char *dir = path_is_dir(live) ? mem_dup(live) : path_dir(live);
	size_t i;

	if (stat(dir, &st))
		st.st_dev = 0;
	for (i = 0; i < *n && v[i].dev != st.st_dev; i++)
		;
	if (i < *n) {
		free(dir);
		return &v[i];
	}
	v[*n] = (struct fs){ .dir = dir, .dev = st.st_dev };
	return &v[(*n)++];
}

static int
check_trees(const struct plan *p, struct err *e)
{
	struct fs *v = mem_grow(NULL, p->op.n_trees + 1, sizeof(*v));
	char *where;
	int64_t room;
	size_t n = 0, i;
	int r = 0;

	for (i = 0; i < p->op.n_trees; i++)
		if (p->trees[i].tree)
			find(v, &n, p->op.trees[i].live)->need +=
			    p->trees[i].tree->size_bytes;
	for (i = 0; i < n && r == 0; i++) {
		r = path_free_space(v[i].dir, &room, e);
		if (r || v[i].need <= room)
			continue;
		where = mem_printf("at '%s'", v[i].dir);
		r = too_little(where, v[i].need, room, e);
		free(where);
	}
	for (i = 0; i < n; i++)
		free(v[i].dir);
	free(v);
	return r;
}

int
plan_space(const struct plan *p, struct err *e)
{
	return check_dbs(p, e) || check_trees(p, e) ? -1 : 0;
}
