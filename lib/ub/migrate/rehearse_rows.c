/* rehearse_rows.c - how many rows the tables have. */
#include "base/mem.h"
#include "ub/dump/counts.h"
#include "ub/migrate/rehearse_priv.h"
#include "ub/migrate/trail.h"

/* Planning looks into functions of index expressions, and these may need the
 * path that the application has. */
static int
begin(struct db *db, struct err *e)
{
	return db_exec(db, e, "SET jit = off; RESET search_path;"
	    " BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

static int
finish(struct db *db, int r, struct err *e)
{
	struct err ignored = { 0 };

	if (db_exec(db, r ? &ignored : e, "ROLLBACK;"
	    " SELECT pg_catalog.set_config('search_path', 'pg_catalog',"
	    " false)"))
		r = -1;
	err_release(&ignored);
	return r;
}

static void
take_counted(const struct manifest_db *d, struct dump_table *t)
{
	size_t i;

	for (i = 0; i < d->n_tables; i++)
		if (strcmp(d->tables[i].name, t->name) == 0 &&
		    strcmp(d->tables[i].schema, t->schema) == 0)
			t->rows = d->tables[i].rows;
}

static int
count_rest(struct db *db, struct dump_tables *t, struct err *e)
{
	size_t i;
	int r = begin(db, e);

	for (i = 0; i < t->n && r == 0; i++)
		if (t->v[i].rows < 0)
			r = dump_counts_one(db, &t->v[i], e);
	return finish(db, r, e);
}

int
rehearse_rows_before(struct db *db, const struct manifest_db *d,
    struct dump_tables *out, struct err *e)
{
	size_t i;

	if (dump_tables_read(db, out, e))
		return -1;
	for (i = 0; i < out->n; i++)
		take_counted(d, &out->v[i]);
	return count_rest(db, out, e);
}

static int
is_ledger(const struct ledger *l, const struct dump_table *t)
{
	return l->schema && strcmp(t->schema, l->schema) == 0 &&
	    (strcmp(t->name, l->table) == 0 ||
	    strcmp(t->name, TRAIL_TABLE) == 0);
}

static struct rehearse_table *
add(struct rehearse *out, char *name)
{
	struct rehearse_table *t;

	out->tables = mem_grow(out->tables, out->n_tables + 1,
	    sizeof(*out->tables));
	t = &out->tables[out->n_tables++];
	*t = (struct rehearse_table){ .name = name, .rows_before = -1,
		.rows_after = -1 };
	return t;
}

static char *
shown(const struct dump_table *t)
{
	return mem_printf("%s.%s", t->schema, t->name);
}

static int
is_same_name(const struct dump_table *a, const struct dump_table *b)
{
	return strcmp(a->name, b->name) == 0 &&
	    strcmp(a->schema, b->schema) == 0;
}

/* One that was there. */
static void
compare(const struct rehearse_measure *m, const struct rehearse_rel *r,
    const struct dump_table *was, const struct dump_table *is)
{
	struct rehearse_table *t;

	if (r->reads_us + r->writes_us == 0 && (!was || (is &&
	    was->rows == is->rows && is_same_name(was, is))))
		return;
	t = add(m->out, mem_dup(r->first));
	t->reads_us = r->reads_us;
	t->writes_us = r->writes_us;
	if (was)
		t->rows_before = was->rows;
	if (is)
		t->rows_after = is->rows;
	if (was && is && !is_same_name(was, is))
		t->renamed_to = shown(is);
}

static int
by_name(const void *a, const void *b)
{
	const struct rehearse_table *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int
rehearse_rows_after(struct db *db, const struct rehearse_measure *m,
    struct dump_tables *before, int well, struct err *e)
{
	const struct ledger *l = &m->out->p.ledger;
	const struct rehearse_rel *r;
	struct dump_tables now = { 0 };
	const struct dump_table *was;
	size_t i;
	int ret = well ? dump_tables_read(db, &now, e) : 0;

	if (ret == 0 && well)
		ret = count_rest(db, &now, e);
	dump_tables_sort(before);
	dump_tables_sort(&now);
	for (i = 0; i < m->shape.n; i++) {
		r = &m->shape.v[i];
		was = dump_tables_find(before, r->oid);
		compare(m, r, was, well ?
		    dump_tables_find(&now, r->oid) : was);
	}
	for (i = 0; i < m->out->n_tables && !well; i++)
		m->out->tables[i].rows_after = -1;
	for (i = 0; i < now.n; i++)
		if (!rehearse_shape_find(&m->shape, now.v[i].oid) &&
		    !is_ledger(l, &now.v[i]))
			add(m->out, shown(&now.v[i]))->rows_after =
			    now.v[i].rows;
	if (m->out->n_tables > 0)
		qsort(m->out->tables, m->out->n_tables,
		    sizeof(*m->out->tables), by_name);
	dump_tables_release(&now);
	return ret;
}
