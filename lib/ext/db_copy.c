/* db_copy.c - COPY … FROM STDIN. */
#include <libpq-fe.h>

#include "ext/db_priv.h"
#include "sys/sig.h"

/* Always -1. */
static int
fail(struct db *db, struct err *e)
{
	db_error_query(db, NULL, e);
	db_give_up(db);
	return -1;
}

/* The server refused: its answer says why. Always -1. */
static int
refused(struct db *db, struct err *e)
{
	if (db_finish(db, NULL, e) == 0)
		db_error_query(db, NULL, e);
	db_give_up(db);
	return -1;
}

int
db_copy_begin(struct db *db, const char *sql, struct err *e)
{
	PGresult *res;
	int taken;

	if (db_ready(db, e))
		return -1;
	if (!PQsendQuery(db->conn, sql))
		return fail(db, e);
	if (db_await(db, 0, db->shield) == DB_END_SIGNAL) {
		db_give_up(db);
		return sig_check(e);
	}
	res = PQgetResult(db->conn);
	taken = PQresultStatus(res) == PGRES_COPY_IN;
	if (!taken)
		db_error_query(db, res, e);
	PQclear(res);
	if (taken)
		return 0;
	db_give_up(db);
	return -1;
}

/* All of it, so that libpq never keeps more than one block. */
static int
flush(struct db *db, struct err *e)
{
	int unsent;

	while ((unsent = PQflush(db->conn)) > 0) {
		if (db_wait(PQsocket(db->conn), DB_WAIT_READ | DB_WAIT_WRITE, 0,
		    db->shield) == DB_WAIT_SIGNAL) {
			db_give_up(db);
			return sig_check(e);
		}
		if (!PQconsumeInput(db->conn))
			return fail(db, e);
	}
	return unsent == 0 ? 0 : fail(db, e);
}

int
db_copy_put(struct db *db, const void *data, size_t len, struct err *e)
{
	if (db_ready(db, e))
		return -1;
	switch (PQputCopyData(db->conn, data, (int)len)) {
	case 1:
		return flush(db, e);
	case 0:
		return fail(db, e);
	default:
		return refused(db, e);
	}
}

int
db_copy_end(struct db *db, int64_t *rows, struct err *e)
{
	struct db_rows *r = NULL;

	if (db_ready(db, e))
		return -1;
	if (PQputCopyEnd(db->conn, NULL) <= 0)
		return refused(db, e);
	if (db_finish(db, &r, e)) {
		db_give_up(db);
		return -1;
	}
	*rows = strtoll(PQcmdTuples(r->res), NULL, 10);
	db_rows_free(r);
	return 0;
}
