/* test_db_script.c - statements of a script, as psql runs them. */
#include <stdlib.h>

#include "mig.h"
#include "sys/sig.h"

static struct db *db;
static struct err e;
static size_t did;

static int
script(const char *sql, const char *rows, size_t len, int64_t *n)
{
	const struct db_script s = { .sql = sql, .len = strlen(sql),
		.rows = rows, .rows_len = len };
	struct db_done done = { 0 };
	int r = db_script(db, &s, &done, &e);

	did = done.statements;
	if (n)
		*n = done.rows;
	return r;
}

static void
runs(const char *sql, int64_t want)
{
	int64_t n = -1;
	int r = script(sql, NULL, 0, &n);

	tap_ok(r == 0 && n == want, "%s: %d rows%s", sql, (int)n,
	    e.msg ? e.msg : "");
	err_release(&e);
}

static void
fails(const char *sql, const char *state)
{
	tap_ok(script(sql, NULL, 0, NULL) == -1, "%s", sql);
	tap_is(err_detail_get(&e, "sqlstate"), state, "fails");
	tap_ok(db_tx(db) == DB_TX_NONE, "the session lives");
	err_release(&e);
}

static void
test_statements(void)
{
	runs("CREATE TABLE t (a int)", 0);
	runs("INSERT INTO t VALUES (1), (2)", 2);
	runs("SELECT * FROM t", 2);
	runs("UPDATE t SET a = 3 WHERE a = 2", 1);
	runs("VACUUM t", 0);
	runs("-- nothing", 0);
	runs("CREATE INDEX CONCURRENTLY ON t (a)", 0);
	runs("COPY t TO STDOUT", 2);
	runs("COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000))"
	    " TO STDOUT (FORMAT binary)", 20000);
	fails("COPY (SELECT 1/(9999 - i) FROM generate_series(1, 20000) i)"
	    " TO STDOUT", "22012");
	fails("SELECT nosuch", "42703");
	fails("COPY t FROM STDIN", "57014");
	fails("COPY nosuch FROM STDIN", "42P01");
	tap_ok(script("SELECT 1 garbage here", NULL, 8, NULL) == -1,
	    "a length counts");
	err_release(&e);
}

static void
test_several(void)
{
	runs("CREATE TABLE s (a int CHECK (a < 9)); INSERT INTO s VALUES (1),"
	    " (2); UPDATE s SET a = 3; SELECT 1", 5);
	tap_ok(did == 4, "four are done: %d", (int)did);
	runs("BEGIN", 0);
	tap_ok(script("INSERT INTO s VALUES (4); INSERT INTO s VALUES (9);"
	    " INSERT INTO s VALUES (5)", NULL, 0, NULL) == -1 && did == 1,
	    "the second one fails: %s", e.msg ? e.msg : "");
	tap_is(err_detail_get(&e, "sqlstate"), "23514", "by its check");
	err_release(&e);
	tap_ok(db_tx(db) == DB_TX_FAILED, "in a transaction");
	runs("ROLLBACK", 0);
	tap_ok(script("INSERT INTO s VALUES (4); SELECT nosuch", NULL, 0, NULL)
	    == -1 && did == 1, "at a place: %s", e.msg ? e.msg : "");
	tap_is(err_detail_get(&e, "position"), "34", "in the whole text");
	err_release(&e);
	tap_ok(script("DROP TABLE s; DROP TABLE", NULL, 0, NULL) == -1 &&
	    did == 0, "parsed before any is run: %s", e.msg ? e.msg : "");
	err_release(&e);
	runs("DROP TABLE s", 0);
	tap_ok(did == 1, "one: %d", (int)did);
}

static void
test_copy(void)
{
	struct buf b = { 0 };
	int64_t n;
	int r;

	r = script("COPY t FROM STDIN", "5\n6\n", 4, &n);
	tap_ok(r == 0 && n == 2, "two rows: %d", (int)n);
	r = script("COPY t FROM STDIN", "", 0, &n);
	tap_ok(r == 0 && n == 0, "no rows");
	while (b.len < 10 << 20)
		buf_puts(&b, "1234567\n");
	r = script("COPY t FROM STDIN", b.data, b.len, &n);
	tap_ok(r == 0 && n == (10 << 20) / 8, "many: %d", (int)n);
	memcpy(b.data, "x", 1);
	r = script("COPY t FROM STDIN", b.data, b.len, &n);
	tap_ok(r == -1 && db_tx(db) == DB_TX_NONE, "a bad one first: %s",
	    e.msg ? e.msg : "");
	tap_is(err_detail_get(&e, "sqlstate"), "22P02", "is named");
	err_release(&e);
	r = script("INSERT INTO t VALUES (1)", "7\n", 2, &n);
	tap_ok(r == 0 && n == 1, "rows that nobody asks for");
	buf_release(&b);
}

static void
test_tx(void)
{
	tap_ok(db_tx(db) == DB_TX_NONE, "none");
	runs("BEGIN", 0);
	tap_ok(db_tx(db) == DB_TX_OPEN, "open");
	script("SELECT 1/0", NULL, 0, NULL);
	err_release(&e);
	tap_ok(db_tx(db) == DB_TX_FAILED, "failed");
	runs("ROLLBACK", 0);
	tap_ok(db_tx(db) == DB_TX_NONE, "none again");
}

static void
test_system_id(void)
{
	struct db *weak;
	char *id = db_system_id(db), *same;

	tap_ok(id && strlen(id) > 15 && strspn(id, "0123456789") ==
	    strlen(id), "the cluster's: %s", id ? id : "-");
	pgsql_do(db, "CREATE ROLE weak LOGIN");
	weak = pg_session("dbname=postgres user=weak");
	same = db_system_id(weak);
	tap_is(same, id, "for everybody");
	free(same);
	pgsql_do(db, "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM"
	    " PUBLIC");
	same = db_system_id(weak);
	tap_is(same, NULL, "unless it is forbidden");
	free(same);
	free(id);
	db_close(weak);
}

static void
test_lost(void)
{
	struct db *killer = pgsql_open("postgres");
	char *sql = mem_printf("SELECT pg_terminate_backend(%d)", db_pid(db));
	char *id;

	pgsql_do(killer, sql);
	tap_ok(script("SELECT 1", NULL, 0, NULL) == -1 && e.code == ERR_LATER
	    && db_tx(db) == DB_TX_GONE, "gone: %s", e.msg ? e.msg : "");
	err_release(&e);
	tap_ok(script("COPY t TO STDOUT", NULL, 0, NULL) == -1, "and stays");
	err_release(&e);
	id = db_system_id(db);
	tap_is(id, NULL, "it tells nothing");
	free(id);
	free(sql);
	db_close(killer);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	pgsql_do(db, "SET search_path = public");
	test_statements();
	test_several();
	test_copy();
	test_tx();
	test_system_id();
	test_lost();
	db_close(db);
	return tap_done();
}
