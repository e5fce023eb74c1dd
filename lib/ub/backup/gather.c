#include "ub/backup/gather.h"

#include "base/mem.h"
#include "base/text.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/pool.h"
#include "ub/backup/collect.h"
#include "ub/backup/snapshot.h"

#define LOCK_WAIT_MS 30000 /* for a table's lock, when nothing else is said */

static int
open_one(struct gather *g, size_t i, const struct source_db *src,
    struct err *e)
{
	int64_t wait = g->cli->common.lock_timeout_ms;
	struct manifest_db *m = &g->m->dbs[i];
	struct dump_opts o = { .dsn = &src->dsn, .bindir = src->bindir,
		.jobs = g->jobs,
		.lock_timeout_ms = wait > 0 ? wait : LOCK_WAIT_MS };
	char *name = text_name_escape(src->name);

	m->name = mem_dup(src->name);
	m->folder = mem_printf("db/%s", name);
	free(name);
	if (g->keep_snapshot && snapshot_make(&src->dsn, g->part->id, wait,
				    &m->snapshot, e))
		return -1;
	o.read_from = m->snapshot;
	return dump_open(&o, m, &g->dumps[i], e);
}

int
gather_open(struct gather *g, struct err *e)
{
	const struct source *src = g->src;
	size_t i;

	for (i = 0; i < src->n_dbs; i++) /* all first: they move in memory */
		manifest_add_db(g->m);
	g->dumps = mem_alloc((src->n_dbs + 1) * sizeof(*g->dumps));
	for (i = 0; i < src->n_dbs; i++)
		if (open_one(g, i, &src->dbs[i], e))
			return -1;
	return 0;
}

static int
measure(const struct gather *g, struct space_need *out, struct err *e)
{
	const struct source_tree *t;
	struct path_usage u;
	size_t i;

	for (i = 0; i < g->m->n_dbs; i++)
		out->db_bytes += g->m->dbs[i].size_bytes;
	for (i = 0; i < g->src->n_trees; i++) {
		t = &g->src->trees[i];
		if (path_usage(t->path, &u, e))
			return -1;
		out->tree_bytes += u.bytes;
	}
	return 0;
}

int
gather_check_space(const struct gather *g, const char *backups,
    const struct set *last, int64_t *estimate, struct err *e)
{
	struct space_need need = { 0 };

	if (measure(g, &need, e))
		return -1;
	*estimate = space_estimate(&need, last);
	return space_check(backups, *estimate, e);
}

/* "db/shop: dumping database shop" */
static void
begin_step(struct gather *g, const char *id, const char *verb,
    const char *name)
{
	char *what = mem_printf("%s %s", verb, name);

	cli_step(g->cli, id, what, 0);
	free(what);
}

static int
dump_all(struct gather *g, struct err *e)
{
	const struct manifest_db *d;
	char *file;
	size_t i;
	int r = 0;

	for (i = 0; i < g->m->n_dbs && r == 0; i++) {
		d = &g->m->dbs[i];
		begin_step(g, d->folder, "dumping database", d->dbname);
		r = dump_run(g->dumps[i], g->part->dir, e);
		cli_step_end(g->cli, d->folder);
	}
	if (r || g->m->n_dbs == 0)
		return r;
	file = partial_path(g->part, "db/globals.sql", e);
	r = file ? dump_globals(g->dumps[0], file, e) : -1;
	if (r == 1)
		log_warn("dump.globals",
		    "roles and tablespaces are not in the set: this role may "
		    "not read them");
	free(file);
	return r < 0 ? -1 : 0;
}

static int
pack_all(struct gather *g, struct err *e)
{
	const struct source_tree *t;
	size_t i;
	int r = 0;

	for (i = 0; i < g->src->n_trees && r == 0; i++) {
		t = &g->src->trees[i];
		begin_step(g, t->name, "packing", t->path);
		r = collect_tree(g->part, t, g->m, e);
		cli_step_end(g->cli, t->name);
	}
	return r;
}

/* The two halves of the work touch different lists of the manifest. */
static int
half(void *ctx, size_t i, struct err *e)
{
	return i == 0 ? dump_all(ctx, e) : pack_all(ctx, e);
}

static int
small_parts(struct gather *g, struct err *e)
{
	const struct source *src = g->src;
	size_t i;

	for (i = 0; i < src->configs.n; i++)
		if (collect_config(g->part, src->configs.v[i], g->m, e))
			return -1;
	for (i = 0; i < src->n_containers; i++)
		if (collect_container(g->part, &src->containers[i], g->m, e))
			return -1;
	return 0;
}

int
gather_run(struct gather *g, struct err *e)
{
	if (pool_run(2, 2, half, g, e))
		return -1;
	return small_parts(g, e);
}

void
gather_release(struct gather *g)
{
	const struct manifest_db *d;
	struct err err = { 0 };
	size_t i;

	for (i = 0; g->dumps && i < g->m->n_dbs; i++) {
		dump_free(g->dumps[i]);
		d = &g->m->dbs[i];
		if (!d->snapshot || g->published)
			continue;
		if (snapshot_drop(d, source_find_db(g->src, d->name), &err))
			log_warn("snapshot.left", "database %s stays: %s",
			    d->snapshot, err.msg);
		err_release(&err);
	}
	free(g->dumps);
	g->dumps = NULL;
}
