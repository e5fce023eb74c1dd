/* db_script.c - statements of somebody's script. */
#include <libpq-fe.h>

#include "base/mem.h"
#include "ext/db_priv.h"
#include "sys/sig.h"

/* Bytes of rows that are handed over at once. */
#define BLOCK ((size_t)1 << 18)

/* Give the rows of a COPY, in whole or as a refusal that ends it. */
static int
feed(struct db *db, const struct db_script *s, struct err *e)
{
	size_t at, n;

	if (!s->rows)
		return PQputCopyEnd(db->conn, "no rows behind it") > 0 ? 0 :
		    db_error_query(db, NULL, e);
	for (at = 0; at < s->rows_len; at += n) {
		n = s->rows_len - at < BLOCK ? s->rows_len - at : BLOCK;
		if (db_copy_put(db, s->rows + at, n, e))
			return -1;
	}
	return PQputCopyEnd(db->conn, NULL) > 0 ? 0 :
	    db_error_query(db, NULL, e);
}

/* What COPY … TO STDOUT gives: nobody wants it. */
static int
drop_rows(struct db *db, struct db_rows **rows, struct err *e)
{
	int shield = db->shield, called_off = 0, n;
	char *data = NULL;

	while ((n = PQgetCopyData(db->conn, &data, 1)) >= 0) {
		PQfreemem(data);
		data = NULL;
		if (n > 0)
			continue;
		if (db_wait(PQsocket(db->conn), DB_WAIT_READ, 0, shield) ==
		    DB_WAIT_SIGNAL) {
			db_wait_cancel(db->conn);
			shield = called_off = 1;
		} else if (!PQconsumeInput(db->conn)) {
			break;
		}
	}
	if (db_finish(db, rows, e) == 0)
		return 0;
	if (called_off)
		err_release(e);
	return called_off ? sig_check(e) : -1;
}

static int
copy(struct db *db, const struct db_script *s, int in, struct db_done *out,
    struct err *e)
{
	struct db_rows *rows = NULL;
	int r = in ? feed(db, s, e) : 0;

	if (r == 0)
		r = in ? db_finish(db, &rows, e) : drop_rows(db, &rows, e);
	if (r == 0) {
		out->rows = strtoll(PQcmdTuples(rows->res), NULL, 10);
		out->statements = 1;
	}
	db_rows_free(rows);
	return r;
}

static int
take_answer(struct db *db, const struct db_script *s, struct db_done *out,
    struct err *e)
{
	enum db_end late;
	PGresult *res = db_collect(db, &late, out);
	ExecStatusType status = res ? PQresultStatus(res) : PGRES_EMPTY_QUERY;

	if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT)
		return db_take(db, res, late, NULL, e);
	PQclear(res);
	return copy(db, s, status == PGRES_COPY_IN, out, e);
}

int
db_script(struct db *db, const struct db_script *s, struct db_done *out,
    struct err *e)
{
	char *sql;
	int r;

	*out = (struct db_done){ 0 };
	if (db_ready(db, e))
		return -1;
	sql = mem_dupn(s->sql, s->len);
	r = PQsendQuery(db->conn, sql) ? 0 : db_error_query(db, NULL, e);
	free(sql);
	/* Each row is let go as the next one comes. */
	if (r == 0)
		PQsetSingleRowMode(db->conn);
	if (r == 0)
		r = take_answer(db, s, out, e);
	return r;
}

enum db_tx
db_tx(const struct db *db)
{
	if (!db->conn)
		return DB_TX_GONE;
	switch (PQtransactionStatus(db->conn)) {
	case PQTRANS_IDLE:
		return DB_TX_NONE;
	case PQTRANS_INTRANS:
		return DB_TX_OPEN;
	case PQTRANS_INERROR:
		return DB_TX_FAILED;
	default:
		return DB_TX_GONE;
	}
}
