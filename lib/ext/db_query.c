/* db_query.c - statements: sent, waited for, called off. */
#include <libpq-fe.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/db_priv.h"
#include "sys/clock.h"
#include "sys/sig.h"

/* How long a server may take to answer that it has cancelled. */
#define CANCEL_MS 5000

void
db_give_up(struct db *db)
{
	PQfinish(db->conn);
	db->conn = NULL;
}

static int
is_good(const PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		return 1;
	default:
		return 0;
	}
}

static int
is_copy(const PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_COPY_IN:
	case PGRES_COPY_OUT:
	case PGRES_COPY_BOTH:
		return 1;
	default:
		return 0;
	}
}

static void
count(PGresult *res, struct db_done *sum)
{
	if (PQresultStatus(res) != PGRES_COMMAND_OK &&
	    PQresultStatus(res) != PGRES_TUPLES_OK)
		return;
	sum->statements++;
	sum->rows += strtoll(PQcmdTuples(res), NULL, 10);
}

PGresult *
db_collect(struct db *db, enum db_end *late, struct db_done *sum)
{
	int64_t deadline = db->timeout_ms ? clock_ms() + db->timeout_ms : 0;
	PGresult *kept = NULL, *res;
	int shield = db->shield;
	enum db_end end;

	*late = DB_END_DONE;
	for (;;) {
		end = db_await(db, deadline, shield);
		if (end != DB_END_DONE && *late != DB_END_DONE) {
			/* Not even the cancelling was answered. */
			PQclear(kept);
			db_give_up(db);
			return NULL;
		}
		if (end != DB_END_DONE) {
			*late = end;
			db_wait_cancel(db->conn);
			deadline = clock_ms() + CANCEL_MS;
			shield = 1;
			continue;
		}
		res = PQgetResult(db->conn);
		if (!res)
			return kept;
		if (sum)
			count(res, sum);
		if (kept && !is_good(kept)) {
			PQclear(res);
			continue;
		}
		PQclear(kept);
		kept = res;
		if (is_copy(res))
			return kept;
	}
}

/* What a wait that was called off means for the caller. */
static int
called_off(struct db *db, enum db_end why, struct err *e)
{
	if (!db->conn)
		return err_set(e, ERR_LATER, "db.gone",
		    "cannot query database %s: no answer, "
		    "not even to cancelling it", db->where);
	if (why == DB_END_SIGNAL)
		return sig_check(e);
	return db_error_late(db, "query", db->timeout_ms, e);
}

int
db_take(struct db *db, PGresult *res, enum db_end late, struct db_rows **rows,
    struct err *e)
{
	int rc = 0;

	if (res && is_good(res)) {
		/* Done, though perhaps a moment after it was called off. */
	} else if (res && is_copy(res)) {
		db_give_up(db);
		rc = err_set(e, ERR_TROUBLE, "db.sql",
		    "cannot query database %s: no COPY here", db->where);
	} else if (late != DB_END_DONE) {
		rc = called_off(db, late, e);
	} else {
		rc = db_error_query(db, res, e);
	}
	if (rc == 0 && rows) {
		*rows = mem_alloc(sizeof(**rows));
		(*rows)->res = res;
	} else {
		PQclear(res);
	}
	return rc;
}

int
db_finish(struct db *db, struct db_rows **rows, struct err *e)
{
	enum db_end late;
	PGresult *res = db_collect(db, &late, NULL);

	return db_take(db, res, late, rows, e);
}

int
db_ready(struct db *db, struct err *e)
{
	if (!db->conn)
		return db_error_query(db, NULL, e);
	return db->shield ? 0 : sig_check(e);
}

int
db_query(struct db *db, const char *sql, const char *const *params,
    struct db_rows **rows, struct err *e)
{
	int n = 0;

	if (rows)
		*rows = NULL;
	while (params && params[n])
		n++;
	if (db_ready(db, e) < 0)
		return -1;
	if (!PQsendQueryParams(db->conn, sql, n, NULL, params, NULL, NULL, 0))
		return db_error_query(db, NULL, e);
	return db_finish(db, rows, e);
}

/* As db_query(), but several statements; the last one's result counts. */
static int
run(struct db *db, const char *sql, struct db_rows **rows, struct err *e)
{
	if (db_ready(db, e) < 0)
		return -1;
	if (!PQsendQuery(db->conn, sql))
		return db_error_query(db, NULL, e);
	return db_finish(db, rows, e);
}

int
db_exec(struct db *db, struct err *e, const char *fmt, ...)
{
	struct buf sql = {0};
	va_list ap;
	int rc;

	va_start(ap, fmt);
	buf_vprintf(&sql, fmt, ap);
	va_end(ap);
	rc = run(db, buf_text(&sql), NULL, e);
	buf_release(&sql);
	return rc;
}

/* rows are let go. */
static char *
take_value(struct db_rows *rows)
{
	char *out = NULL;

	if (PQntuples(rows->res) > 0 && PQnfields(rows->res) > 0 &&
	    !PQgetisnull(rows->res, 0, 0))
		out = mem_dup(PQgetvalue(rows->res, 0, 0));
	db_rows_free(rows);
	return out;
}

int
db_value(struct db *db, const char *sql, const char *const *params,
    char **out, struct err *e)
{
	struct db_rows *rows;
	int r = db_query(db, sql, params, &rows, e);

	*out = r == 0 ? take_value(rows) : NULL;
	return r;
}

int
db_exec_value(struct db *db, const char *sql, char **out, struct err *e)
{
	struct db_rows *rows;
	int r = run(db, sql, &rows, e);

	*out = r == 0 ? take_value(rows) : NULL;
	return r;
}

char *
db_system_id(struct db *db)
{
	struct err ignored = { 0 };
	char *id = NULL;

	/* Some hosts of databases forbid it. */
	if (db_value(db, "SELECT system_identifier FROM"
	    " pg_catalog.pg_control_system()", NULL, &id, &ignored))
		id = NULL;
	err_release(&ignored);
	return id;
}
