/* counts.c - how many rows the tables have in a dump's snapshot. */
#include "ub/dump/counts.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/mem.h"

/* Small tables go together: a round trip costs more than they do. */
#define BATCH_TABLES 50
#define BATCH_PAGES 1000

static void
add_query(struct buf *b, const struct dump_table *t)
{
	char *name = dump_tables_name(t);

	buf_printf(b, "%sSELECT %" PRId64 "::pg_catalog.int8 AS oid,"
	    " pg_catalog.count(*) AS n FROM ONLY %s %s",
	    b->len ? " UNION ALL " : "", t->oid, name,
	    t->where ? t->where : "");
	free(name);
}

/* Tables v[0 … n-1] by one query. */
static int
count(struct db *db, struct dump_table *v, size_t n, struct err *e)
{
	struct buf sql = { 0 };
	struct db_rows *r = NULL;
	int64_t oid;
	size_t i;
	int row, rc;

	for (i = 0; i < n; i++)
		add_query(&sql, &v[i]);
	rc = db_query(db, buf_text(&sql), NULL, &r, e);
	for (row = 0; rc == 0 && row < db_count(r); row++) {
		oid = db_get_int(r, row, "oid");
		for (i = 0; i < n; i++)
			if (v[i].oid == oid)
				v[i].rows = db_get_int(r, row, "n");
	}
	db_rows_free(r);
	buf_release(&sql);
	return rc;
}

static size_t
batch(const struct dump_table *v, size_t n)
{
	int64_t pages = 0;
	size_t i;

	for (i = 0; i < n && i < BATCH_TABLES; i++) {
		pages += v[i].pages;
		if (i > 0 && pages > BATCH_PAGES)
			break;
	}
	return i;
}

/* The end of the transaction ends its locks, on indexes too. */
static int
begin(struct dump_counts *c, struct err *e)
{
	char *id = db_literal(c->snapshot);
	int rc = db_exec(c->db, e, "BEGIN ISOLATION LEVEL REPEATABLE READ"
	    " READ ONLY; SET TRANSACTION SNAPSHOT %s", id);

	free(id);
	return rc;
}

static int
count_objects(struct dump_counts *c, int64_t *n, struct err *e)
{
	struct db_rows *r = NULL;

	if (begin(c, e) != 0 || db_query(c->db, "SELECT count(*) AS n FROM "
	    "pg_largeobject_metadata", NULL, &r, e) != 0)
		return -1;
	*n = db_get_int(r, 0, "n");
	db_rows_free(r);
	return db_exec(c->db, e, "COMMIT");
}

int
dump_counts_run(struct dump_counts *c, struct dump_tables *t,
    int64_t *large_objects, struct err *e)
{
	struct err own = { 0 };
	size_t i, n;
	/*
	 * More workers would only take the processors from pg_dump. Planning
	 * looks into functions of index expressions, and these may need the
	 * path that the application has.
	 */
	int rc = db_exec(c->db, &own, "SET jit = off; RESET search_path;"
	    " SET max_parallel_workers_per_gather = 0");

	for (i = 0; i < t->n && rc == 0 && !atomic_load(&c->stop); i += n) {
		n = batch(t->v + i, t->n - i);
		rc = begin(c, &own);
		if (rc == 0)
			rc = count(c->db, t->v + i, n, &own);
		if (rc == 0)
			rc = db_exec(c->db, &own, "COMMIT");
	}
	if (rc == 0 && !atomic_load(&c->stop))
		rc = count_objects(c, large_objects, &own);
	/* Its session was ended because pg_dump failed: that one tells. */
	if (atomic_load(&c->stop))
		rc = 0;
	if (rc != 0)
		err_merge(e, &own);
	err_release(&own);
	return rc;
}

int
dump_counts_one(struct db *db, struct dump_table *t, struct err *e)
{
	return count(db, t, 1, e);
}
