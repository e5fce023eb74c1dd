#include "ub/load/task.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ub/load/copy.h"

/*
 * What has no statistics yet, or not those of expressions: their indexes came
 * later. Partitions come with the table that they are of. The largest first,
 * as far as it is known: building an index notes the size.
 */
static const char list[] =
    "SELECT c.relkind, format('%I.%I', n.nspname, c.relname) AS name"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition"
    " AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
    " AND n.nspname <> 'information_schema'"
    " AND (c.oid <> ALL ($1::oid[])"
    " OR EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid"
    " AND i.indexprs IS NOT NULL)"
    " OR EXISTS (SELECT FROM pg_statistic_ext s WHERE s.stxrelid = c.oid))"
    " ORDER BY c.relkind = 'r' DESC, c.relpages DESC, c.oid";

static int
differs(const struct load_session *s, const char *what, int64_t got,
    int64_t want, struct err *e)
{
	return err_set(e, ERR_NO, "load.rows",
	    "database '%s': %s: %" PRId64 " after the restore, %" PRId64
	    " in the set", s->load->db->name, what, got, want);
}

static int
check_rows(const struct load_session *s, const struct manifest_table *t,
    int64_t rows, struct err *e)
{
	char *what;

	if (rows == t->rows)
		return 0;
	what = mem_printf("rows of table %s.%s", t->schema, t->name);
	differs(s, what, rows, t->rows, e);
	free(what);
	return -1;
}

/* The new database has no other reader: nothing to plan, nothing to sync. */
static int
open_loader(struct load_session *s, struct err *e)
{
	const struct db_opts o = { 0 };

	if (s->loader)
		return 0;
	s->loader = db_open(s->dsn, &o, e);
	return s->loader ? db_exec(s->loader, e,
	    "SET synchronous_commit = off; SET jit = off") : -1;
}

/* In the words of load_child_run(): the dump's fault, or a right's. */
static int
explain(const struct load_session *s, const struct manifest_table *t,
    struct err *e)
{
	if (strcmp(e->kind, "db.sql") == 0)
		err_as(e, e->code, "load.restore");
	else if (strcmp(e->kind, "db.right") == 0)
		err_as(e, e->code, "load.right");
	return err_in(e, "cannot load table %s.%s of database '%s'",
	    t->schema, t->name, s->load->db->name);
}

static int
load_rows(struct load_session *s, const struct load_data *d,
    struct vec *found, struct err *e)
{
	char *path = set_path(s->load->set, d->table->file);
	struct load_copy c = { .data = d, .path = path,
		.settings = s->settings, .stop = s->stop, .begun = s->begun,
		.ctx = s->ctx, .analyze = s->load->analyze };
	int r = open_loader(s, e);

	c.db = s->loader;
	if (r == 0)
		r = load_copy(&c, e);
	if (r == 0)
		r = check_rows(s, d->table, c.rows, e);
	else
		explain(s, d->table, e);
	if (c.oid)
		vec_take(found, c.oid);
	free(path);
	return r;
}

static int
count(struct load_session *s, const struct manifest_table *t,
    struct err *e)
{
	char *schema = db_ident(t->schema), *name = db_ident(t->name);
	char *sql = mem_printf("SELECT count(*) FROM ONLY %s.%s %s", schema,
	    name, t->where ? t->where : "");
	char *got = NULL;
	int r = db_value(s->db, sql, NULL, &got, e);

	if (r == 0)
		r = check_rows(s, t, strtoll(got, NULL, 10), e);
	free(got);
	free(sql);
	free(schema);
	free(name);
	return r;
}

static int
count_objects(struct load_session *s, struct err *e)
{
	int64_t want = s->load->db->large_objects, n;
	char *got = NULL;

	if (db_value(s->db, "SELECT count(*) FROM pg_largeobject_metadata",
	    NULL, &got, e))
		return -1;
	n = strtoll(got, NULL, 10);
	free(got);
	return n == want ? 0 : differs(s, "large objects", n, want, e);
}

static int
list_tables(struct load_session *s, struct vec *found, struct err *e)
{
	struct buf oids = { 0 };
	const char *params[] = { NULL, NULL };
	struct db_rows *r = NULL;
	size_t k;
	int i, rc;

	for (k = 0; k < s->analyzed->n; k++)
		buf_printf(&oids, "%s%s", k ? "," : "{", s->analyzed->v[k]);
	buf_puts(&oids, k ? "}" : "{}");
	params[0] = buf_text(&oids);
	rc = db_query(s->db, list, params, &r, e);
	buf_release(&oids);
	if (rc)
		return -1;
	for (i = 0; i < db_count(r); i++) {
		vec_add(found, db_get(r, i, "relkind"));
		vec_add(found, db_get(r, i, "name"));
	}
	db_rows_free(r);
	return 0;
}

static int
dispatch(struct load_session *s, const struct load_task *t,
    struct vec *found, struct err *e)
{
	switch (t->kind) {
	case LOAD_COUNT:
		return count(s, t->table, e);
	case LOAD_OBJECTS:
		return count_objects(s, e);
	case LOAD_LIST:
		return list_tables(s, found, e);
	case LOAD_COPY:
	case LOAD_ANALYZE:
	case LOAD_LAST:
		break;
	}
	return db_exec(s->db, e, "ANALYZE %s", t->name);
}

static int
prepare(struct load_session *s, int wait, struct err *e)
{
	const struct db_opts o = { 0 };

	if (!s->db) {
		s->db = db_open(s->dsn, &o, e);
		s->waits = 1;
		/* Both processors have something to do already. */
		if (!s->db || db_exec(s->db, e,
		    "SET max_parallel_workers_per_gather = 0; SET jit = off"))
			return -1;
	}
	if (s->waits == wait)
		return 0;
	s->waits = wait;
	return db_exec(s->db, e, "SET lock_timeout = %s",
	    wait ? "0" : "'20ms'");
}

int
load_task_run(struct load_session *s, const struct load_task *t, int wait,
    struct vec *found, struct err *e)
{
	const char *state;
	int r;

	if (t->kind == LOAD_COPY)
		return load_rows(s, t->data, found, e);
	db_close(s->loader);
	s->loader = NULL;
	if (prepare(s, wait, e))
		return -1;
	r = dispatch(s, t, found, e);
	if (r == 0 || wait)
		return r;
	state = err_detail_get(e, "sqlstate");
	if (!state || strcmp(state, "55P03") != 0)
		return r;
	err_release(e);
	return 1;
}

void
load_session_release(struct load_session *s)
{
	db_close(s->loader);
	db_close(s->db);
	s->loader = s->db = NULL;
}
