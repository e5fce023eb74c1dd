/* tables.c - the tables whose rows pg_dump dumps. */
#include "ub/dump/tables.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/mem.h"

/* Extensions below 16384 are initdb's own: pg_dump leaves them out. */
#define SELECT_TABLES \
	"SELECT c.oid::int8 AS oid, n.nspname, c.relname, c.relpages," \
	" nullif(x.cond, '') AS cond" \
	" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace" \
	" LEFT JOIN LATERAL (" \
	"  SELECT e.extcondition[i] AS cond" \
	"  FROM pg_extension e, generate_subscripts(e.extconfig, 1) i" \
	"  WHERE e.extconfig[i] = c.oid AND e.oid >= 16384 LIMIT 1" \
	" ) x ON true "

static const char sql_all[] = SELECT_TABLES
    "WHERE c.relkind = 'r'"
    " AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
    " AND (c.relpersistence = 'p'"
    "  OR c.relpersistence = 'u' AND NOT pg_is_in_recovery())"
    " AND (x.cond IS NOT NULL OR NOT EXISTS ("
    "  SELECT FROM pg_depend d"
    "  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid"
    "  AND d.refclassid = 'pg_extension'::regclass"
    "  AND d.deptype = 'e'))"
    " ORDER BY c.relpages DESC, c.oid";

static const char sql_one[] = SELECT_TABLES "WHERE c.oid = $1::oid";

static void
append(struct dump_tables *t, const struct db_rows *r)
{
	struct dump_table *new;
	int i, n = db_count(r);

	t->v = mem_grow(t->v, t->n + (size_t)n + 1, sizeof(*t->v));
	for (i = 0; i < n; i++) {
		new = &t->v[t->n++];
		new->oid = db_get_int(r, i, "oid");
		new->pages = db_get_int(r, i, "relpages");
		new->rows = -1;
		new->schema = mem_dup(db_get(r, i, "nspname"));
		new->name = mem_dup(db_get(r, i, "relname"));
		new->where = mem_dup(db_get(r, i, "cond"));
	}
}

int
dump_tables_read(struct db *db, struct dump_tables *out, struct err *e)
{
	struct db_rows *r = NULL;

	dump_tables_release(out);
	if (db_query(db, sql_all, NULL, &r, e) != 0)
		return -1;
	append(out, r);
	db_rows_free(r);
	return 0;
}

int
dump_tables_add(struct db *db, int64_t oid, struct dump_tables *t,
    struct err *e)
{
	char *number = mem_printf("%" PRId64, oid);
	const char *params[] = { number, NULL };
	struct db_rows *r = NULL;
	int rc = db_query(db, sql_one, params, &r, e);

	free(number);
	if (rc != 0)
		return -1;
	append(t, r);
	rc = db_count(r) == 0;
	db_rows_free(r);
	return rc;
}

char *
dump_tables_name(const struct dump_table *t)
{
	char *schema = db_ident(t->schema), *name = db_ident(t->name);
	char *both = mem_printf("%s.%s", schema, name);

	free(schema);
	free(name);
	return both;
}

int
dump_tables_lock(struct db *db, const struct dump_tables *t, int64_t ms,
    struct err *e)
{
	struct buf b = { 0 };
	char *name;
	size_t i;
	int rc;

	if (t->n == 0)
		return 0;
	for (i = 0; i < t->n; i++) {
		name = dump_tables_name(&t->v[i]);
		buf_printf(&b, "%s%s", i ? ", ONLY " : "ONLY ", name);
		free(name);
	}
	rc = db_exec(db, e, "SET LOCAL lock_timeout = %" PRId64, ms);
	if (rc == 0)
		rc = db_exec(db, e, "LOCK TABLE %s IN ACCESS SHARE MODE",
		    buf_text(&b));
	if (rc == 0)
		rc = db_exec(db, e, "SET LOCAL lock_timeout = 0");
	buf_release(&b);
	return rc;
}

static int
by_oid(const void *a, const void *b)
{
	const struct dump_table *x = a, *y = b;

	return (x->oid > y->oid) - (x->oid < y->oid);
}

void
dump_tables_sort(struct dump_tables *t)
{
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), by_oid);
}

struct dump_table *
dump_tables_find(const struct dump_tables *t, int64_t oid)
{
	struct dump_table key = { .oid = oid };

	if (t->n == 0)
		return NULL;
	return bsearch(&key, t->v, t->n, sizeof(*t->v), by_oid);
}

int
dump_tables_same(const struct dump_tables *a, const struct dump_tables *b)
{
	size_t i;

	/* Both are in one order unless the sizes changed between. */
	if (a->n != b->n)
		return 0;
	for (i = 0; i < a->n; i++)
		if (a->v[i].oid != b->v[i].oid)
			return 0;
	return 1;
}

void
dump_tables_release(struct dump_tables *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		free(t->v[i].schema);
		free(t->v[i].name);
		free(t->v[i].where);
	}
	free(t->v);
	*t = (struct dump_tables){ 0 };
}
