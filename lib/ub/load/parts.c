#include "ub/load/parts.h"

#include <inttypes.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "ub/load/shadow.h"

#define ROW_BYTES 32 /* of gzip that take as long as a row's own work */

/* Dump ids, sorted. */
struct ids {
	int64_t *v;
	size_t n;
};

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int
has(const struct ids *s, int64_t id)
{
	return s->n > 0 &&
	    bsearch(&id, s->v, s->n, sizeof(id), by_number) != NULL;
}

static void
sort(struct ids *s)
{
	if (s->n > 0)
		qsort(s->v, s->n, sizeof(*s->v), by_number);
}

/* "db/shop/3342.dat.gz" holds item 3342; 0 if it is not gzip. */
static int64_t
gzip_id(const char *file)
{
	char *end;
	int64_t id = file ? strtoll(path_base(file), &end, 10) : 0;

	return id > 0 && strcmp(end, ".dat.gz") == 0 ? id : 0;
}

static int
by_id(const void *a, const void *b)
{
	const struct load_data *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static double
weight(const struct load_data *d)
{
	return (double)d->file->size + ROW_BYTES * (double)d->table->rows;
}

static int
by_weight(const void *a, const void *b)
{
	const struct load_data *x = a, *y = b;
	double m = weight(x), n = weight(y);

	return m > n ? -1 : m < n ? 1 : by_id(a, b);
}

/* What of the manifest could be ours, sorted by dump id. */
static void
candidates(const struct load *l, struct load_parts *p)
{
	const struct manifest_table *t;
	const struct manifest_file *f;
	int64_t id;
	size_t i;

	p->v = mem_alloc((l->db->n_tables + 1) * sizeof(*p->v));
	for (i = 0; i < l->db->n_tables; i++) {
		t = &l->db->tables[i];
		id = gzip_id(t->file);
		f = id ? manifest_find(&l->set->m, t->file) : NULL;
		if (f)
			p->v[p->n++] = (struct load_data){ .table = t,
				.id = id, .file = f };
	}
	qsort(p->v, p->n, sizeof(*p->v), by_id);
}

/* Those that the archive has, too; and whose table it makes. */
static void
choose(struct load_parts *p)
{
	struct ids made = { .v = mem_grow(NULL, p->toc.n + 1,
	    sizeof(*made.v)) };
	struct load_data key = { 0 }, *d;
	size_t i, n = 0;

	for (i = 0; i < p->toc.n; i++)
		if (p->toc.v[i].kind == TOC_TABLE)
			made.v[made.n++] = p->toc.v[i].oid;
	sort(&made);
	for (i = 0; i < p->toc.n; i++) {
		key.id = p->toc.v[i].dump_id;
		d = p->toc.v[i].kind != TOC_DATA || p->n == 0 ? NULL :
		    bsearch(&key, p->v, p->n, sizeof(key), by_id);
		if (!d || d->copy)
			continue;
		d->copy = mem_dup(""); /* known when the script is read */
		d->made = has(&made, p->toc.v[i].oid);
	}
	for (i = 0; i < p->n; i++)
		if (p->v[i].copy)
			p->v[n++] = p->v[i];
	p->n = n;
	free(made.v);
}

static int
to_file(const struct buf *text, FILE **f, struct err *e)
{
	*f = tmpfile();
	if (!*f)
		return err_sys(e, "cannot create a temporary file");
	return io_write(fileno(*f), buf_text(text), text->len,
	    "a temporary file", e);
}

/* In the archive's order: privileges, if they came early, go late. */
static int
write_lists(struct load_parts *p, const struct toc *early, struct err *e)
{
	struct ids pre = { .v = mem_grow(NULL, early->n + 1, sizeof(*pre.v)) };
	struct buf before = { 0 }, after = { 0 };
	struct load_data key = { 0 };
	size_t i;
	int r;

	for (i = 0; i < early->n; i++)
		if (early->v[i].kind != TOC_RIGHT)
			pre.v[pre.n++] = early->v[i].dump_id;
	sort(&pre);
	for (i = 0; i < p->toc.n; i++) {
		key.id = p->toc.v[i].dump_id;
		if (p->n > 0 && p->toc.v[i].kind == TOC_DATA &&
		    bsearch(&key, p->v, p->n, sizeof(key), by_id))
			continue;
		buf_printf(has(&pre, key.id) ? &before : &after,
		    "%" PRId64 ";\n", key.id);
	}
	r = to_file(&before, &p->before, e);
	if (r == 0)
		r = to_file(&after, &p->after, e);
	buf_release(&before);
	buf_release(&after);
	free(pre.v);
	return r;
}

/* The folder is gone in a moment. */
static int
read_statements(const struct load *l, struct load_parts *p, const char *dir,
    struct err *e)
{
	struct ids ids = { .v = mem_grow(NULL, p->n + 1, sizeof(*ids.v)) };
	struct load_script s = { 0 };
	struct err ignored = { 0 };
	char *tmp = tmp_dir("ub-load", e);
	size_t i;
	int r = -1;

	for (i = 0; i < p->n; i++)
		ids.v[ids.n++] = p->v[i].id;
	if (tmp)
		r = load_shadow_script(&(struct load_shadow){
		    .tools = l->tools, .dump = dir, .tmp = tmp,
		    .ids = ids.v, .n = ids.n }, &s, e);
	if (tmp)
		path_remove(tmp, &ignored);
	err_release(&ignored);
	free(tmp);
	for (i = 0; i < p->n && r == 0; i++) {
		free(p->v[i].copy);
		p->v[i].copy = mem_dup(s.copies.v[i]);
	}
	if (r == 0)
		p->settings = buf_detach(&s.settings);
	load_script_release(&s);
	free(ids.v);
	return r;
}

int
load_parts_make(const struct load *l, struct load_parts *p, struct err *e)
{
	char *dir = set_path(l->set, l->db->folder);
	struct toc early = { 0 };
	int r = -1;

	if (toc_read(l->tools, dir, NULL, &p->toc, e) ||
	    toc_read(l->tools, dir, "pre-data", &early, e))
		goto out;
	candidates(l, p);
	choose(p);
	if (write_lists(p, &early, e) ||
	    (p->n > 0 && read_statements(l, p, dir, e)))
		goto out;
	if (p->n > 0)
		qsort(p->v, p->n, sizeof(*p->v), by_weight);
	r = 0;
out:
	toc_release(&early);
	free(dir);
	return r;
}

void
load_parts_release(struct load_parts *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		free(p->v[i].copy);
	free(p->v);
	toc_release(&p->toc);
	free(p->settings);
	if (p->before)
		fclose(p->before);
	if (p->after)
		fclose(p->after);
	*p = (struct load_parts){ 0 };
}
