/* test_apply.c - migrations in one transaction with their row. */
#include "ext/hash.h"
#include "mig_run.h"

static void
test_whole(void)
{
	run_start(MIGRATE_PRISMA);
	run_is("1", "CREATE TABLE a (i int); INSERT INTO a VALUES (1), (2);",
	    "0", "it runs");
	run_ended("atomic 0/0/1", "in one");
	tap_ok(ran.statements == 2 && ran.rows == 2 && ran.attempts == 1,
	    "%zu statements, %d rows", ran.statements, (int)ran.rows);
	mig_is(db, "SELECT count(*) FROM public._prisma_migrations WHERE"
	    " finished_at IS NOT NULL", "1", "with its row");
	run_is("2", "", "0", "an empty one");
	run_is("3", "\xef\xbb\xbf-- nothing\r\n", "0", "comments alone");
	run_is("4", "BEGIN ISOLATION LEVEL SERIALIZABLE; CREATE TABLE iso AS"
	    " SELECT current_setting('transaction_isolation'); COMMIT;",
	    "0", "its own kind of transaction");
	mig_is(db, "SELECT * FROM public.iso", "serializable", "is kept");
}

static void
test_fails(void)
{
	run_start(MIGRATE_PRISMA);
	run_is("1", "CREATE TABLE a (i int);\n/* \xc3\xa4 */ SELECT '\xe2\x82"
	    "\xac', nosuch;\n", "3 migrate.sql 1:2:21: column \"nosuch\" "
	    "does not exist", "an error has its place");
	tap_is(err_detail_get(&e, "line"), "2", "line");
	tap_is(err_detail_get(&e, "column"), "21", "column");
	tap_is(err_detail_get(&e, "sqlstate"), "42703", "sqlstate");
	tap_is(err_detail_get(&e, "statement"), "SELECT '\xe2\x82\xac', "
	    "nosuch", "statement");
	run_ended("atomic 0/0/1", "nothing is changed");
	mig_is(db, "SELECT count(*) FROM pg_class WHERE relnamespace ="
	    " 'public'::regnamespace", "0", "nothing is there, nor a ledger");
	run_is("1", "CREATE TABLE a (i int);", "0", "so it can be run");
	run_is("2", "SELECT 1", "0", "and the next");
	run_is("3", "CREATE TABLE b (i int); SELECT 1/0; SELECT 2",
	    "3 migrate.sql 3:1:25: division by zero", "no place: its start");
	mig_is(db, "SELECT to_regclass('public.b')", "(null)", "taken back");
	mig_is(db, "SELECT count(*) FROM public._prisma_migrations", "2",
	    "and no row");
	run("3", "CREATE TABLE u (i int UNIQUE DEFERRABLE INITIALLY"
	    " DEFERRED);\nINSERT INTO u VALUES (1), (1);\nSELECT 1;");
	tap_ok(e.code == ERR_TROUBLE && strstr(e.msg, "\"u_i_key\""),
	    "what fails at the end: %s", e.msg);
	run_ended("atomic 0/0/1", "is taken back");
	mig_is(db, "SELECT to_regclass('public.u')", "(null)", "it is");
	run_is("3", "BEGIN; VACUUM; COMMIT", "3 migrate.sql 3:1:8: VACUUM "
	    "cannot run inside a transaction block", "what it cannot");
	tap_ok(e.hint && strstr(e.hint, "-- ub: no-transaction"),
	    "and how it could: %s", e.hint ? e.hint : "");
	run_is("3", "DO $$ BEGIN COMMIT; END $$", "3 migrate.sql 3:1:1: "
	    "invalid transaction termination", "nor so");
	tap_ok(e.hint && strstr(e.hint, "-- ub: no-transaction"), "how");
	run_is("3", "COPY a FROM stdin;\n1\nx\n\\.\n", "3 migrate.sql 3:1:1: "
	    "invalid input syntax for type integer: \"x\"", "bad rows");
	run_is("3", "COPY a FROM stdin;\n1\n2\n\\.\nSELECT 1;", "0",
	    "good rows");
	mig_is(db, "SELECT sum(i) FROM public.a", "3", "are there");
	run_is("4", "INSERT INTO a SELECT generate_series(3, 100000);"
	    " COPY a TO stdout; COPY (SELECT 1/(i - 7) FROM a) TO stdout",
	    "3 migrate.sql 4:1:68: division by zero", "rows for nobody");
	run_is("4", "COPY (SELECT 1 FROM generate_series(1, 10000)) TO stdout;"
	    " SELECT 1", "0", "so they are dropped");
	tap_ok(db_tx(db) == DB_TX_NONE, "the session lives");
}

#define RAISES(state) "DO $$ BEGIN RAISE 'x' USING ERRCODE = '" state \
	"'; END $$"

/* A script that fails by itself fails again later; what waiting helps is
 * something else. */
static void
test_own_fault(void)
{
	run_start(MIGRATE_PRISMA);
	run_is("1", "SET statement_timeout = 50; SELECT pg_sleep(5)",
	    "3 migrate.sql 1:1:29: canceling statement due to statement "
	    "timeout", "its own time limit");
	run_ended("atomic 0/0/1", "nothing is changed");
	run_is("1", RAISES("08006"), "3 migrate.sql 1:1:1: x",
	    "no connection of ours");
	run_is("1", "CREATE TABLE a (i int); CREATE FUNCTION f() RETURNS"
	    " trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE 'x' USING ERRCODE ="
	    " '08006'; END $f$; CREATE CONSTRAINT TRIGGER c AFTER INSERT ON a"
	    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION"
	    " f(); INSERT INTO a VALUES (1)", "3 migrate.sql 1: at COMMIT: x",
	    "nor at its end");
	run_is("1", "-- ub: no-transaction\nSET statement_timeout = 50;\n"
	    "SELECT pg_sleep(5)", "3 migrate.sql 1:3:1: canceling statement "
	    "due to statement timeout", "in steps");
	run_start(MIGRATE_PRISMA);
	run_is("1", RAISES("57P01"), "5 migrate.sql 1:1:1: x", "shutdown");
	run_is("1", RAISES("53300"), "5 migrate.sql 1:1:1: x", "too many");
	run_is("1", RAISES("55P03"), "5 migrate.busy tried 1 time: 1:1:1: x",
	    "a lock");
	run_is("1", RAISES("40001"), "5 migrate.busy tried 1 time: 1:1:1: x",
	    "two at once");
}

/* What is sent at once fails where it stands. */
static void
test_together(void)
{
	struct buf b = { 0 };
	int i;

	run_start(MIGRATE_PRISMA);
	run_is("1", "CREATE TABLE a (i int PRIMARY KEY, t timestamptz DEFAULT"
	    " statement_timestamp());\nINSERT INTO a VALUES (1);\n"
	    "INSERT INTO a VALUES (2), (3);;; INSERT INTO a VALUES (4)", "0",
	    "several");
	tap_ok(ran.statements == 4 && ran.rows == 4, "%zu, %d rows",
	    ran.statements, (int)ran.rows);
	mig_is(db, "SELECT count(DISTINCT t) FROM public.a", "1", "at once");
	run_is("2", "INSERT INTO a VALUES (5);\nINSERT INTO a VALUES (6);\n"
	    "  INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (nosuch);",
	    "3 migrate.sql 2:3:3: duplicate key value violates unique "
	    "constraint \"a_pkey\"", "the third");
	tap_is(err_detail_get(&e, "statement"), "INSERT INTO a VALUES (1)",
	    "its text");
	run_is("2", "INSERT INTO a VALUES (5); -- \xc3\xa4\xc3\xa4\n"
	    "/* \xe2\x82\xac */ UPDATE a SET nosuch = 1; DELETE FROM a",
	    "3 migrate.sql 2:2:22: column \"nosuch\" of relation \"a\" does "
	    "not exist", "a place in the second");
	tap_is(err_detail_get(&e, "statement"), "UPDATE a SET nosuch = 1",
	    "its text");
	run_is("2", "INSERT INTO a VALUES (5);\nINSERT INTO a VALUES (6);\n"
	    "INSERT INTO a VALUE (7);\n", "3 migrate.sql 2:3:15: syntax "
	    "error at or near \"VALUE\"", "before any is run");
	tap_is(err_detail_get(&e, "statement"), "INSERT INTO a VALUE (7)",
	    "its text");
	run_is("2", "INSERT INTO a VALUES (5);\nINSERT INTO a VALUES (6",
	    "3 migrate.sql 2:2:1: syntax error at end of input", "torn");
	run_is("2", "INSERT INTO a VALUES (5);\n\\restrict x\n"
	    "INSERT INTO a VALUES (6);\n\\unrestrict x\n"
	    "INSERT INTO a VALUES (7) -- the end", "0", "psql's between");
	for (i = 1; i <= 3000; i++)
		buf_printf(&b, "INSERT INTO a VALUES (%d000);\n%s", i,
		    i % 1000 ? "" : "SELECT 1;\n");
	run_is("3", buf_text(&b), "0", "many");
	tap_ok(ran.statements == 3003 && ran.rows == 3003, "%zu, %d rows",
	    ran.statements, (int)ran.rows);
	buf_puts(&b, "INSERT INTO a VALUES (3000);");
	run_is("4", buf_text(&b), "3 migrate.sql 4:1:1: duplicate key value "
	    "violates unique constraint \"a_pkey\"", "many again");
	buf_release(&b);
}

/* A server that knows of no characters counts bytes. */
static void
test_bytes(void)
{
	run_start(MIGRATE_PRISMA);
	pgsql_do(db, "CREATE DATABASE raw ENCODING 'SQL_ASCII' LC_COLLATE 'C'"
	    " LC_CTYPE 'C' TEMPLATE template0");
	run_with.db = pgsql_open("raw");
	run_is("1", "CREATE TABLE a (t text);\n"
	    "INSERT INTO a VALUES ('\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
	    "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc');\n"
	    "INSERT INTO a VALUES (x);\nINSERT INTO a VALUES (1);\n",
	    "3 migrate.sql 1:3:23: column \"x\" does not exist",
	    "in the third");
	db_close(run_with.db);
}

/* What was agreed to is what is run. */
static void
test_sum(void)
{
	static const char text[] = "CREATE TABLE a (i int)";
	char sum[HASH_HEX_LEN + 1];

	run_start(MIGRATE_PRISMA);
	hash_text(text, strlen(text), sum);
	run_with.sum = sum;
	run_is("1", "CREATE TABLE b (i int)", "4 migrate.changed 1 was "
	    "changed after it was judged", "another text");
	run_ended("atomic 0/0/0", "nothing is run");
	mig_is(db, "SELECT to_regclass('public.b')", "(null)", "nothing is");
	run_is("1", text, "0", "the same one");
}

static int
commit_now(void *ctx, const struct apply_stmt *s, struct err *err)
{
	(void)ctx;
	return s->index == 1 ? db_exec(db, err, "COMMIT") : 0;
}

static int
refuse(void *ctx, const struct apply_stmt *s, struct err *err)
{
	(void)s;
	return err_set(err, ERR_REFUSED, "test.no", "%s", (char *)ctx);
}

static void
test_hooks(void)
{
	char said[] = "not so";

	run_start(MIGRATE_PRISMA);
	run_with.before = commit_now;
	run_is("1", "CREATE TABLE a (i int); SELECT 1; SELECT 2",
	    "3 migrate.escape 1: the statement has ended its transaction",
	    "one that gets away");
	run_ended("atomic 0/0/1 changed", "what was before it stays");
	run_with.before = NULL;
	run_with.after = refuse;
	run_with.ctx = said;
	run_is("2", "CREATE TABLE b (i int)", "4 test.no 2: not so",
	    "called off");
	run_ended("atomic 0/0/1", "nothing is changed");
	mig_is(db, "SELECT to_regclass('public.b')", "(null)", "nothing is");
}

/* Nothing that one leaves behind is there for the next. */
static void
test_session(void)
{
	static const char show[] = "SELECT concat_ws(' ', current_user,"
	    " current_setting('search_path'), current_setting("
	    "'lock_timeout'), current_setting('statement_timeout'),"
	    " current_setting('work_mem') = '77MB', (SELECT count(*) FROM"
	    " pg_locks WHERE locktype = 'advisory' AND pid ="
	    " pg_backend_pid()))";
	const char *names[2] = { "public", "_prisma_migrations" };
	struct locks l = { 0 };

	run_start(MIGRATE_PRISMA);
	locks_choose(&l, MIGRATE_PRISMA, names, "postgres", 0);
	run_with.locks = &l;
	tap_ok(locks_take(db, &l, 0, &e) == 0, "locks");
	pgsql_do(db, "DROP ROLE IF EXISTS weak");
	pgsql_do(db, "CREATE ROLE weak");
	pgsql_do(db, "GRANT ALL ON SCHEMA public TO weak");
	run_is("1", "SET ROLE weak; CREATE TABLE a (i int)", "0",
	    "as another role");
	mig_is(db, "SELECT string_agg(relname || ' ' || relowner::regrole,"
	    " ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND"
	    " relnamespace = 'public'::regnamespace",
	    "_prisma_migrations postgres, a weak",
	    "its tables, but not the ledger");
	run_is("2", "SET search_path = ''; SET work_mem = '77MB';"
	    " SET statement_timeout = '9s'; SET lock_timeout = 0", "0",
	    "settings");
	run_is("3", "SELECT pg_advisory_unlock_all();"
	    " SET SESSION AUTHORIZATION weak", "0", "a lock, a login");
	run_is("4", "CREATE TABLE b (i int)", "0", "the next");
	mig_is(db, show, "postgres public 300ms 0 f 2", "starts afresh");
	run_is("5", "DISCARD ALL", "0", "all");
	run_is("6", "CREATE TABLE c (i int)", "0", "the next");
	mig_is(db, show, "postgres public 300ms 0 f 2", "starts afresh");
	run_is("7", "SET default_transaction_read_only = on", "0",
	    "for reading");
	run_is("8", "CREATE TABLE d (i int)", "0", "the next");
	mig_is(db, "SELECT count(*) FROM public._prisma_migrations"
	    " WHERE finished_at IS NOT NULL", "8", "all are in the ledger");
	run_with.locks = NULL;
	locks_drop(db);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	test_whole();
	test_fails();
	test_own_fault();
	test_together();
	test_bytes();
	test_sum();
	test_hooks();
	test_session();
	run_end();
	return tap_done();
}
