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

/* What is ours goes along, and is not seen. */
static void
with_ours(const char *ahead, const char *sql, const char *rows,
    const char *behind, const char *want)
{
	const struct db_script s = { .sql = sql, .len = strlen(sql),
		.rows = rows, .rows_len = rows ? strlen(rows) : 0,
		.ahead = ahead, .behind = behind };
	struct db_done done = { 0 };
	int r = db_script(db, &s, &done, &e);
	const char *at = err_detail_get(&e, "position");
	char *got = mem_printf("%d %d+%d %s%s%s%s%s", r, done.ahead,
	    (int)done.statements, db_tx(db) == DB_TX_OPEN ? "open" :
	    db_tx(db) == DB_TX_FAILED ? "failed" : "none", r ? ": " : "",
	    r ? err_detail_get(&e, "message") : "", at ? " at " : "",
	    at ? at : "");

	tap_is(got, want, sql);
	free(got);
	err_release(&e);
	if (db_tx(db) != DB_TX_NONE)
		pgsql_do(db, "ROLLBACK");
}

static void
test_ours(void)
{
	static const char role[] = "SET LOCAL ROLE pg_monitor; SELECT 1";

	with_ours("BEGIN", "SELECT 1", NULL, NULL, "0 1+1 open");
	with_ours("BEGIN", "SELECT 1 -- end", NULL, role, "0 1+3 open");
	with_ours("BEGIN", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
	    NULL, role, "0 1+3 open");
	with_ours("BEGIN", "COPY t FROM STDIN", "1\n", NULL, "0 1+1 open");
	with_ours("BEGIN", "COPY t FROM STDIN", "x\n", NULL, "-1 1+0 failed: "
	    "invalid input syntax for type integer: \"x\"");
	with_ours("BEGIN", "SELECT '\xc3\xa4', nosuch", NULL, role, "-1 1+0 "
	    "failed: column \"nosuch\" does not exist at 13");
	with_ours("BEGIN", "SELECT 1; SELECT 1/0", NULL, role, "-1 1+1 "
	    "failed: division by zero");
	with_ours("BEGIN", "SELECT 1 +", NULL, role, "-1 0+0 none: syntax "
	    "error at end of input at 11");
	with_ours("BEGIN", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC"
	    " SELECT 1", NULL, role, "-1 0+0 none: syntax error at end of "
	    "input at 54");
	with_ours("BEGIN", "SELECT 1 1", NULL, role, "-1 0+0 none: syntax "
	    "error at or near \"1\" at 10");
	with_ours("BEGIN", "SELECT 1", NULL, "SELECT 1/0", "-1 1+1 failed: "
	    "division by zero");
}

/* A COMMIT that is refused is not sent again, whatever it says. */
static void
test_refused(void)
{
	pgsql_do(db, "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
	    " $$ BEGIN RAISE 'no' USING ERRCODE = '42601'; END $$; CREATE"
	    " CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE INITIALLY"
	    " DEFERRED FOR EACH ROW EXECUTE FUNCTION no()");
	pgsql_do(db, "BEGIN; INSERT INTO t VALUES (77)");
	with_ours("COMMIT", "SELECT 1", NULL, "SELECT 2", "-1 0+0 none: no");
	pgsql_do(db, "BEGIN");
	with_ours("COMMIT", "SELECT 1/0", NULL, "SELECT 2", "-1 1+0 none: "
	    "division by zero");
	runs("SELECT FROM t WHERE a = 77", 0);
	pgsql_do(db, "DROP TRIGGER c ON t");
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
	test_ours();
	test_refused();
	test_copy();
	test_tx();
	test_system_id();
	test_lost();
	db_close(db);
	return tap_done();
}
