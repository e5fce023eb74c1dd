#include "ub/verify.h"

#include <pthread.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/pool.h"
#include "ub/verify/folder.h"
#include "ub/verify/head.h"
#include "ub/verify/member.h"

struct verify {
	struct member_job job;
	struct verify_report *report;
	enum folder_state *state; /* of each file of the manifest */
	size_t *order;            /* of those that are read, largest first */
	pthread_mutex_t lock;     /* for report */
};

static void
finding(void *ctx, const char *member, const char *what)
{
	struct verify_report *r = ctx;

	vec_add(&r->findings, member);
	vec_add(&r->findings, what);
}

static int
check_one(void *ctx, size_t n, struct err *e)
{
	struct verify *v = ctx;
	size_t i = v->order[n];
	const char *path = v->job.set->m.files[i].path;
	struct member m = { 0 };
	struct err bad = { 0 };
	int r = member_check(&v->job, i, &m, &bad);

	pthread_mutex_lock(&v->lock);
	v->report->files++;
	v->report->bytes += m.bytes;
	v->report->rows += m.rows;
	v->report->entries += m.entries;
	if (r && bad.code == ERR_NO)
		finding(v->report, path, bad.msg);
	else if (r)
		err_merge(e, &bad);
	pthread_mutex_unlock(&v->lock);
	err_release(&bad);
	return e->code ? -1 : 0;
}

/* Sizes by index, for the sort; qsort() takes no context. */
struct sized {
	int64_t size;
	size_t i;
};

static int
largest_first(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return x->i < y->i ? -1 : 1;
}

/*
 * The files to read, the largest first; how many. One of another size is
 * known to be damaged.
 */
static size_t
make_order(struct verify *v)
{
	const struct manifest *m = &v->job.set->m;
	struct sized *s = mem_alloc((m->n_files + 1) * sizeof(*s));
	size_t i, n = 0;

	v->order = mem_alloc((m->n_files + 1) * sizeof(*v->order));
	for (i = 0; i < m->n_files; i++)
		if (v->state[i] == FOLDER_SOUND)
			s[n++] = (struct sized){ m->files[i].size, i };
	qsort(s, n, sizeof(*s), largest_first);
	for (i = 0; i < n; i++)
		v->order[i] = s[i].i;
	free(s);
	return n;
}

/* Its rows are counted in a file of its own; else nobody would count them. */
static void
map_table(struct verify *v, const struct manifest_table *t)
{
	const struct manifest *m = &v->job.set->m;
	const struct manifest_file *f =
	    t->file ? manifest_find(m, t->file) : NULL;
	char *what;

	if (f && !v->job.tables[f - m->files]) {
		v->job.tables[f - m->files] = t;
	} else if (f || t->rows > 0) {
		what = mem_printf("it gives \"%s\".\"%s\" no file of its own",
		    t->schema, t->name);
		finding(v->report, MANIFEST_NAME, what);
		free(what);
	}
}

static void
map_tables(struct verify *v)
{
	const struct manifest *m = &v->job.set->m;
	size_t i, k;

	v->job.tables =
	    mem_alloc((m->n_files + 1) * sizeof(*v->job.tables));
	for (i = 0; i < m->n_dbs; i++)
		for (k = 0; k < m->dbs[i].n_tables; k++)
			map_table(v, &m->dbs[i].tables[k]);
}

/* Large objects are files of their own, one each. */
static void
check_large_objects(struct verify *v)
{
	const struct manifest *m = &v->job.set->m;
	const struct manifest_db *d;
	char *prefix, *what;
	int64_t n;
	size_t i, k;

	for (i = 0; i < m->n_dbs; i++) {
		d = &m->dbs[i];
		prefix = mem_printf("%s/blob_", d->folder);
		for (k = 0, n = 0; k < m->n_files; k++)
			n += strncmp(m->files[k].path, prefix,
				 strlen(prefix)) == 0;
		if (n != d->large_objects) {
			what = mem_printf("it has %lld large objects, the "
					  "manifest says %lld",
			    (long long)n, (long long)d->large_objects);
			finding(v->report, d->folder, what);
			free(what);
		}
		free(prefix);
	}
}

static int
check_files(struct verify *v, struct err *e)
{
	size_t n = make_order(v);
	int r;

	map_tables(v);
	r = pool_run(n, 0, check_one, v, e);
	if (r == 0 && v->job.level >= SET_LEVEL_READ)
		check_large_objects(v);
	free(v->job.tables);
	free(v->order);
	return r;
}

static int
check(struct verify *v, struct err *e)
{
	const struct set *s = v->job.set;

	if (folder_check(s, v->state, finding, v->report, e) ||
	    head_check(s, finding, v->report, e))
		return -1;
	if (v->job.level > SET_LEVEL_QUICK)
		return folder_check_sums(s, finding, v->report, e) ||
			check_files(v, e)
		    ? -1
		    : 0;
	v->report->files = (int64_t)s->m.n_files;
	return 0;
}

/* The first finding speaks for all. */
static int
judge(const struct set *s, const struct verify_report *out, struct err *e)
{
	const struct vec *f = &out->findings;
	char *manifest;
	int there;

	if (f->n == 0)
		return 0;
	manifest = set_path(s, MANIFEST_NAME);
	there = path_exists(manifest);
	free(manifest);
	/* ub-backup renames what it removes. */
	if (!there)
		return err_set(e, ERR_TROUBLE, "verify.gone",
		    "set %s was removed while it was read", s->m.id);
	if (f->n == 2)
		return err_set(e, ERR_NO, "verify.damage",
		    "set %s is damaged: %s: %s", s->m.id, f->v[0], f->v[1]);
	return err_set(e, ERR_NO, "verify.damage",
	    "set %s is damaged: %s: %s (and %zu more)", s->m.id, f->v[0],
	    f->v[1], f->n / 2 - 1);
}

int
verify_set(const struct set *s, enum set_level level,
    struct verify_report *out, struct err *e)
{
	struct verify v = { .job = { .set = s, .level = level },
		.report = out, .lock = PTHREAD_MUTEX_INITIALIZER };
	int r;

	v.state = mem_alloc((s->m.n_files + 1) * sizeof(*v.state));
	r = check(&v, e);
	free(v.state);
	verify_report_sort(out);
	return r ? -1 : judge(s, out, e);
}
