#include "ub/load/task.h"

#include <inttypes.h>

#include "base/mem.h"

/* Partitions come with the table that they are of. The largest first, as
 * far as it is known: building an index notes the size. */
static const char list[] =
    "SELECT c.relkind, format('%I.%I', n.nspname, c.relname) AS name"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition"
    " AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
    " AND n.nspname <> 'information_schema'"
    " ORDER BY c.relkind = 'r' DESC, c.relpages DESC, c.oid";

static int
differs(const struct load_session *s, const char *what, int64_t got,
    int64_t want, struct err *e)
{
	return err_set(e, ERR_NO, "load.rows",
	    "database '%s': %s: %" PRId64 " after the restore, %" PRId64
	    " in the set", s->db_manifest->name, what, got, want);
}

static int
count(struct load_session *s, const struct manifest_table *t,
    struct err *e)
{
	char *schema = db_ident(t->schema), *name = db_ident(t->name);
	char *sql = mem_printf("SELECT count(*) FROM ONLY %s.%s %s", schema,
	    name, t->where ? t->where : "");
	char *got = NULL, *what = NULL;
	int r = db_value(s->db, sql, NULL, &got, e);

	if (r == 0 && strtoll(got, NULL, 10) != t->rows) {
		what = mem_printf("rows of table %s.%s", t->schema, t->name);
		r = differs(s, what, strtoll(got, NULL, 10), t->rows, e);
	}
	free(what);
	free(got);
	free(sql);
	free(schema);
	free(name);
	return r;
}

static int
count_objects(struct load_session *s, struct err *e)
{
	int64_t want = s->db_manifest->large_objects, n;
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
	struct db_rows *r = NULL;
	int i;

	if (db_query(s->db, list, NULL, &r, e))
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
	db_close(s->db);
	s->db = NULL;
}
