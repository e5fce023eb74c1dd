#include "ub/restore/stage.h"

#include <errno.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "ext/pack.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/sig.h"
#include "ub/load.h"
#include "ub/restore/dbswap.h"
#include "ub/restore/mountswap.h"
#include "ub/restore/treeswap.h"

#define CONFIG_MAX (64 * 1024 * 1024)

/* What the thread for the databases has. */
struct loading {
	const struct stage *s;
	struct err err;
	int r;
};

static char *
step_begin(const struct stage *s, const char *kind, const char *name,
    int64_t size)
{
	char *id = mem_printf("%s/%s", kind, name);
	char *what = mem_printf("restoring %s '%s'",
	    strcmp(kind, "load") == 0 ? "database" : "files", name);

	cli_step(s->cli, id, what, size);
	free(what);
	return id;
}

static void
step_end(const struct stage *s, char *id)
{
	cli_step_end(s->cli, id);
	free(id);
}

/* Bytes of the files in a database's folder: what pg_restore reads. */
static int64_t
folder_size(const struct set *s, const char *folder)
{
	size_t n = strlen(folder), i;
	int64_t sum = 0;

	for (i = 0; i < s->m.n_files; i++)
		if (strncmp(s->m.files[i].path, folder, n) == 0 &&
		    s->m.files[i].path[n] == '/')
			sum += s->m.files[i].size;
	return sum;
}

static int
find_oid(const struct plan_db *p, struct op_db *d, struct err *e)
{
	const struct db_opts o = { 0 };
	struct db *db = db_open(&p->admin, &o, e);
	int r = db ? dbswap_oid(db, d->fresh, &d->fresh_oid, e) : -1;

	db_close(db);
	if (r == 0 && !d->fresh_oid)
		r = err_set(e, ERR_TROUBLE, "restore.moved",
		    "database '%s' vanished after it was made", d->fresh);
	return r;
}

static int
load_one(const struct stage *s, size_t i, struct err *e)
{
	struct op_db *d = &s->plan->op.dbs[i];
	struct plan_db *p = &s->plan->dbs[i];
	struct load l = { .set = s->set, .db = p->m, .admin = &p->admin,
		.target = d->fresh, .tools = &p->tools, .jobs = s->jobs,
		.analyze = 1 };
	char *id;
	int r;

	if (d->kept)
		return 0;
	id = step_begin(s, "load", d->name, folder_size(s->set, p->m->folder));
	r = load_database(&l, e);
	if (r == 0)
		r = find_oid(p, d, e);
	step_end(s, id);
	return r;
}

static void *
load_all(void *ctx)
{
	struct loading *l = ctx;
	size_t i;

	for (i = 0; i < l->s->plan->op.n_dbs && l->r == 0; i++) {
		l->r = sig_check(&l->err);
		if (l->r == 0)
			l->r = load_one(l->s, i, &l->err);
	}
	return NULL;
}

/* The archive of a single file holds just that one. */
static int
take_file(const char *dir, const char *to, struct err *e)
{
	struct vec names = { 0 };
	char *from = NULL;
	int r = path_list(dir, &names, e);

	if (r == 0 && names.n != 1)
		r = err_set(e, ERR_NO, "restore.archive",
		    "the archive of a single file holds %zu", names.n);
	if (r == 0) {
		from = path_join(dir, names.v[0]);
		r = path_rename(from, to, e);
	}
	free(from);
	vec_release(&names);
	return r ? -1 : path_remove(dir, e);
}

static int
extract(const struct stage *s, struct op_tree *t,
    const struct manifest_tree *m, struct err *e)
{
	struct pack_stats stats = { 0 };
	char *file = set_path(s->set, m->file), *half = treeswap_half(t);
	int r = path_mkdir(half, 0700, e);

	if (r == 0)
		r = pack_extract(file, half, &stats, e);
	pack_stats_release(&stats);
	if (r == 0 && t->mount)
		r = mountswap_strip(half, e);
	if (r == 0)
		r = m->is_file ? take_file(half, t->fresh, e)
			       : path_rename(half, t->fresh, e);
	if (r == 0 && t->mount)
		r = mountswap_list(t->fresh, &t->list, e);
	free(half);
	free(file);
	return r;
}

/* Mode as in the set, owner as it is now. */
static int
copy_config(const struct stage *s, const struct op_tree *t,
    const struct manifest_config *m, struct err *e)
{
	char *file = set_path(s->set, m->file);
	struct buf b = { 0 };
	struct stat st;
	int r = io_slurp(file, CONFIG_MAX, &b, e);

	if (r == 0)
		r = io_create(t->fresh, buf_text(&b), b.len, e);
	if (r == 0 && stat(t->live, &st) == 0 && geteuid() == 0 &&
	    chown(t->fresh, st.st_uid, st.st_gid))
		r = err_sys(e, "cannot set the owner of '%s'", t->fresh);
	if (r == 0 && chmod(t->fresh, m->mode & 07777))
		r = err_sys(e, "cannot set the mode of '%s'", t->fresh);
	buf_release(&b);
	free(file);
	return r;
}

static int
tree_one(const struct stage *s, size_t i, struct err *e)
{
	struct op_tree *t = &s->plan->op.trees[i];
	struct plan_tree *p = &s->plan->trees[i];
	char *id = step_begin(s, "extract", t->name,
	    p->tree ? p->tree->size_bytes : 0);
	int r = p->tree ? extract(s, t, p->tree, e)
			: copy_config(s, t, p->config, e);

	t->fresh_ino = treeswap_ino(t->fresh);
	step_end(s, id);
	return r;
}

static int
tree_all(const struct stage *s, struct err *e)
{
	size_t i;

	for (i = 0; i < s->plan->op.n_trees; i++)
		if (sig_check(e) || tree_one(s, i, e))
			return -1;
	return 0;
}

int
stage_run(const struct stage *s, struct err *e)
{
	struct loading l = { .s = s };
	pthread_t thread;
	int r;

	/* Trees in this thread: it is the one whose folder may change. */
	errno = pthread_create(&thread, NULL, load_all, &l);
	if (errno)
		return err_sys(e, "cannot start a thread");
	r = tree_all(s, e);
	pthread_join(thread, NULL);
	err_merge(e, &l.err);
	if (r || l.r)
		return -1;
	plan_done(s->plan, "load");
	plan_done(s->plan, "extract");
	return 0;
}
