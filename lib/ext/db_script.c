/* db_script.c - statements of somebody's script. */
#include <libpq-fe.h>

#include "base/mem.h"
#include "ext/db_priv.h"
#include "sys/sig.h"

/* Bytes of rows that are handed over at once. */
#define BLOCK ((size_t)1 << 18)

#define SYNTAX "42601"

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
		out->statements++;
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

/* What is sent, as one text; its size is known, and may be large. */
static char *
whole(const struct db_script *s, size_t ahead)
{
	size_t behind = s->behind ? strlen(s->behind) + 2 : 0;
	char *sql = mem_alloc(ahead + s->len + behind + 1);

	if (s->ahead)
		stpcpy(stpcpy(sql, s->ahead), ";\n");
	memcpy(sql + ahead, s->sql, s->len);
	/* On a line of its own: the last of it may be a comment. */
	if (s->behind)
		stpcpy(stpcpy(sql + ahead + s->len, "\n;"), s->behind);
	return sql;
}

static int
send_script(struct db *db, const struct db_script *s, struct db_done *out,
    struct err *e)
{
	char *sql;
	int r;

	*out = (struct db_done){ 0 };
	if (db_ready(db, e))
		return -1;
	db->ahead = s->ahead ? strlen(s->ahead) + 2 : 0;
	sql = whole(s, db->ahead);
	r = PQsendQuery(db->conn, sql) ? 0 : db_error_query(db, NULL, e);
	free(sql);
	/* Each row is let go as the next one comes. */
	if (r == 0)
		PQsetSingleRowMode(db->conn);
	if (r == 0)
		r = take_answer(db, s, out, e);
	db->ahead = 0;
	out->ahead = s->ahead && out->statements > 0;
	out->statements -= out->ahead ? 1 : 0;
	return r;
}

/* A text that is not whole fails at what is behind it: then it is sent
 * alone, for what the server says of itself. */
int
db_script(struct db *db, const struct db_script *s, struct db_done *out,
    struct err *e)
{
	int again = s->ahead && s->behind && db_tx(db) == DB_TX_NONE;
	struct db_script alone = *s;
	const char *state;
	int r = send_script(db, s, out, e);

	/* Only if nothing was begun, and nothing was run. */
	if (r == 0 || !again || out->ahead)
		return r;
	state = err_detail_get(e, "sqlstate");
	if (!state || strcmp(state, SYNTAX) != 0)
		return r;
	err_release(e);
	alone.behind = NULL;
	return send_script(db, &alone, out, e);
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
