#include "ub/load/copy.h"

#include "base/mem.h"
#include "ext/flate.h"
#include "sys/io.h"
#include "sys/progress.h"
#include "ub/load/script.h"

#define WORTH_IT 65536 /* bytes of gzip; below that TRUNCATE costs more */

struct feed {
	const struct load_copy *c;
	struct flate *flate;
};

static int
on_rows(void *ctx, const void *data, size_t len, struct err *e)
{
	const struct feed *f = ctx;

	if (atomic_load(f->c->stop))
		return err_set(e, ERR_LATER, "load.stop", "told to stop");
	return db_copy_put(f->c->db, data, len, e);
}

static int
on_block(void *ctx, const void *data, size_t len, struct err *e)
{
	struct feed *f = ctx;

	progress_add((int64_t)len);
	return flate_add(f->flate, data, len, e);
}

static int
feed(const struct load_copy *c, struct err *e)
{
	struct feed f = { .c = c };

	f.flate = flate_new(c->path, on_rows, &f);
	if (io_each(c->path, on_block, &f, e) == 0)
		return flate_end(f.flate, e);
	flate_free(f.flate);
	return -1;
}

/*
 * To read a partition's bounds its ancestors are opened for a moment, at the
 * first row. Do it now: once rows can come, we never wait for a lock again,
 * and whoever waits for ours may hold what he likes.
 */
static int
lock_ancestors(struct db *db, const char *table, int *n, struct err *e)
{
	const char *params[] = { table, NULL };
	struct db_rows *r = NULL;
	int i, rc;

	if (db_query(db, "SELECT relid::regclass::text AS name FROM "
	    "pg_partition_ancestors($1::regclass) WHERE relid <> $1::regclass",
	    params, &r, e))
		return -1;
	for (i = 0, rc = 0; i < db_count(r) && rc == 0; i++)
		rc = db_exec(db, e, "LOCK TABLE ONLY %s IN ACCESS SHARE MODE",
		    db_get(r, i, "name"));
	*n = db_count(r);
	db_rows_free(r);
	return rc;
}

/* COPY … (FREEZE) wants a table that is new in the transaction, and rows that
 * are kept in the way of "heap". */
static int
renew(struct db *db, const char *table, int *frozen, struct err *e)
{
	const char *params[] = { table, NULL };
	char *heap = NULL;
	int r = db_value(db, "SELECT 1 FROM pg_class c JOIN pg_am a "
	    "ON a.oid = c.relam WHERE c.oid = $1::regclass "
	    "AND a.amname = 'heap'", params, &heap, e);

	*frozen = heap != NULL;
	free(heap);
	if (r == 0 && *frozen)
		r = db_exec(db, e, "TRUNCATE TABLE ONLY %s", table);
	return r;
}

static int
begin(const struct load_copy *c, const char *table, int *n_ancestors,
    struct err *e)
{
	int frozen = 0, r;
	char *sql;

	/* A snapshot that is kept, as other levels do, forbids FREEZE. */
	if (db_exec(c->db, e, "BEGIN ISOLATION LEVEL READ COMMITTED; %s",
	    c->settings) ||
	    lock_ancestors(c->db, table, n_ancestors, e) ||
	    (c->data->made && c->data->file->size >= WORTH_IT &&
	    renew(c->db, table, &frozen, e)))
		return -1;
	sql = mem_printf("%s%s", c->data->copy,
	    frozen ? " WITH (FREEZE)" : "");
	r = db_copy_begin(c->db, sql, e);
	free(sql);
	return r;
}

static int
analyze(struct load_copy *c, const char *table, struct err *e)
{
	const char *params[] = { table, NULL };

	if (db_exec(c->db, e, "ANALYZE %s", table))
		return -1;
	return db_value(c->db, "SELECT $1::regclass::oid", params, &c->oid,
	    e);
}

int
load_copy(struct load_copy *c, struct err *e)
{
	char *table = load_script_table(c->data->copy);
	int n_ancestors, r = begin(c, table, &n_ancestors, e);

	if (r == 0) {
		c->begun(c->ctx);
		r = feed(c, e);
	}
	if (r == 0)
		r = db_copy_end(c->db, &c->rows, e);
	if (r == 0 && c->analyze && n_ancestors == 0)
		r = analyze(c, table, e);
	if (r == 0)
		r = db_exec(c->db, e, "COMMIT");
	free(table);
	return r;
}
