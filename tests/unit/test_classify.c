/* test_classify.c - what refuses a transaction, by the words and by the
 * server's own answer. */
#include "ub/migrate/classify.h"

#include "pgsql.h"
#include "tap.h"

static struct db *db;

static enum stmt_kind
kind_of(const char *sql)
{
	return classify(&(struct split_stmt){ .sql = sql,
	    .len = strlen(sql) });
}

/* Statements whose answer in a transaction must be 25001, or not. */
static const struct {
	const char *sql;
	enum stmt_kind kind;
} asked[] = {
	{ "CREATE DATABASE d1", STMT_ALONE },
	{ "create /* x */ DATABASE d1", STMT_ALONE },
	{ "DROP DATABASE IF EXISTS nosuch", STMT_ALONE },
	{ "ALTER DATABASE other SET TABLESPACE pg_default", STMT_ALONE },
	{ "ALTER DATABASE other SET search_path = a", STMT_PLAIN },
	{ "ALTER DATABASE other CONNECTION LIMIT 9", STMT_PLAIN },
	{ "CREATE TABLESPACE s LOCATION '/nosuch'", STMT_ALONE },
	{ "DROP TABLESPACE IF EXISTS s", STMT_ALONE },
	{ "ALTER TABLESPACE pg_default SET (seq_page_cost = 1)", STMT_PLAIN },
	{ "ALTER SYSTEM SET work_mem = '5MB'", STMT_ALONE },
	{ "CREATE SUBSCRIPTION s CONNECTION 'host=/nosuch' PUBLICATION p",
	  STMT_ALONE },
	{ "ALTER SUBSCRIPTION sub REFRESH PUBLICATION", STMT_ALONE },
	{ "ALTER SUBSCRIPTION sub SET PUBLICATION p", STMT_ALONE },
	{ "ALTER SUBSCRIPTION sub ADD PUBLICATION q", STMT_ALONE },
	{ "ALTER SUBSCRIPTION sub DISABLE", STMT_PLAIN },
	{ "ALTER SUBSCRIPTION sub SET (binary = true)", STMT_PLAIN },
	{ "DROP SUBSCRIPTION sub", STMT_ALONE },
	{ "CREATE INDEX CONCURRENTLY ON t (a)", STMT_ALONE },
	{ "CREATE INDEX -- one\nCONCURRENTLY i1 ON t (a)", STMT_ALONE },
	{ "CREATE UNIQUE\tINDEX\fCONCURRENTLY i1 ON t (a)", STMT_ALONE },
	{ "create index concurrently if not exists i on t (a)", STMT_ALONE },
	{ "CREATE INDEX \"concurrently\" ON t (a)", STMT_PLAIN },
	{ "CREATE INDEX ON t (a)", STMT_PLAIN },
	{ "CREATE INDEX ON t ((a + 1)) WHERE a > 0", STMT_PLAIN },
	{ "DROP INDEX CONCURRENTLY IF EXISTS ti", STMT_ALONE },
	{ "DROP INDEX IF EXISTS ti", STMT_PLAIN },
	{ "REINDEX TABLE CONCURRENTLY t", STMT_ALONE },
	{ "REINDEX (VERBOSE, CONCURRENTLY) TABLE t", STMT_ALONE },
	{ "REINDEX (CONCURRENTLY true) INDEX ti", STMT_ALONE },
	{ "REINDEX (CONCURRENTLY off) TABLE t", STMT_MAY },
	{ "REINDEX (CONCURRENTLY 0, VERBOSE) TABLE t", STMT_MAY },
	{ "REINDEX (VERBOSE) TABLE t", STMT_MAY },
	{ "REINDEX INDEX ti", STMT_MAY },
	{ "REINDEX SCHEMA public", STMT_ALONE },
	{ "REINDEX (VERBOSE) DATABASE postgres", STMT_ALONE },
	{ "REINDEX SYSTEM CONCURRENTLY postgres", STMT_ALONE },
	{ "VACUUM", STMT_ALONE },
	{ "VACUUM (FULL, ANALYZE) t", STMT_ALONE },
	{ "ANALYZE t", STMT_PLAIN },
	{ "CLUSTER", STMT_ALONE },
	{ "CLUSTER VERBOSE", STMT_ALONE },
	{ "CLUSTER t USING ti", STMT_MAY },
	{ "DISCARD ALL", STMT_ALONE },
	{ "DISCARD PLANS", STMT_PLAIN },
	{ "ALTER TABLE parts DETACH PARTITION part1 CONCURRENTLY",
	  STMT_ALONE },
	{ "ALTER TABLE parts DETACH PARTITION part1", STMT_PLAIN },
	{ "ALTER TABLE parts DETACH PARTITION part1 FINALIZE", STMT_PLAIN },
	{ "ALTER TABLE t ADD COLUMN \"detach\" int, ADD concurrently int",
	  STMT_PLAIN },
	{ "REFRESH MATERIALIZED VIEW CONCURRENTLY mv", STMT_PLAIN },
	{ "ALTER TYPE colour ADD VALUE 'blue'", STMT_PLAIN },
	{ "DROP OWNED BY nobody1", STMT_PLAIN },
	{ "CHECKPOINT", STMT_PLAIN },
	{ "LISTEN x", STMT_PLAIN },
	{ "TRUNCATE t", STMT_PLAIN },
	{ "LOCK TABLE t", STMT_PLAIN },
	{ "PREPARE p1 AS SELECT 1", STMT_PLAIN },
	{ "EXPLAIN ANALYZE SELECT 1", STMT_PLAIN },
	{ "SELECT 'CREATE DATABASE x'", STMT_PLAIN },
	{ "SAVEPOINT s", STMT_PLAIN },
	{ "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", STMT_PLAIN },
	{ "DO $$ BEGIN NULL; END $$", STMT_CALL },
	{ "CALL nothing()", STMT_CALL },
};

static void
test_asked(void)
{
	struct err e = { 0 };
	const char *state;
	int refused;
	size_t i;

	for (i = 0; i < UB_LEN(asked); i++) {
		pgsql_do(db, "BEGIN");
		db_exec(db, &e, "%s", asked[i].sql);
		state = err_detail_get(&e, "sqlstate");
		refused = state && strcmp(state, "25001") == 0;
		tap_ok(kind_of(asked[i].sql) == asked[i].kind &&
		    refused == (asked[i].kind == STMT_ALONE),
		    "%s: %d, %s", asked[i].sql, (int)kind_of(asked[i].sql),
		    state ? state : "runs");
		err_release(&e);
		pgsql_do(db, "ROLLBACK");
	}
}

/* What may: only the catalog knows. */
static void
test_may(void)
{
	static const char *const sql[] = { "REINDEX TABLE parts",
		"REINDEX INDEX parts_a_idx",
		"CLUSTER parts USING parts_a_idx" };
	struct err e = { 0 };
	const char *state;
	size_t i;

	for (i = 0; i < UB_LEN(sql); i++) {
		pgsql_do(db, "BEGIN");
		db_exec(db, &e, "%s", sql[i]);
		state = err_detail_get(&e, "sqlstate");
		tap_ok(kind_of(sql[i]) == STMT_MAY, "%s may", sql[i]);
		tap_is(state, "25001", "and does, of partitions");
		err_release(&e);
		pgsql_do(db, "ROLLBACK");
	}
}

static void
test_control(void)
{
	static const struct {
		const char *sql;
		enum stmt_kind kind;
	} t[] = {
		{ "BEGIN", STMT_BEGIN },
		{ "begin/**/work", STMT_BEGIN },
		{ "BEGIN ISOLATION LEVEL SERIALIZABLE", STMT_BEGIN },
		{ "START TRANSACTION READ ONLY", STMT_BEGIN },
		{ "START", STMT_PLAIN },
		{ "COMMIT", STMT_COMMIT }, { "END", STMT_COMMIT },
		{ "END WORK AND NO CHAIN", STMT_COMMIT },
		{ "COMMIT TRANSACTION", STMT_COMMIT },
		{ "COMMIT AND NO CHAIN", STMT_COMMIT },
		{ "COMMIT AND CHAIN", STMT_CHAIN },
		{ "COMMIT WORK\nAND /* no */ CHAIN", STMT_CHAIN },
		{ "ROLLBACK", STMT_ROLLBACK }, { "ABORT", STMT_ROLLBACK },
		{ "ABORT WORK", STMT_ROLLBACK },
		{ "ROLLBACK AND CHAIN", STMT_CHAIN },
		{ "ROLLBACK TO SAVEPOINT s", STMT_PLAIN },
		{ "ROLLBACK TO s", STMT_PLAIN },
		{ "ROLLBACK WORK TO s", STMT_PLAIN },
		{ "ROLLBACK TRANSACTION TO SAVEPOINT s", STMT_PLAIN },
		{ "RELEASE s", STMT_PLAIN },
		{ "PREPARE TRANSACTION 'x'", STMT_PREPARE },
		{ "PREPARE transactions AS SELECT 1", STMT_PLAIN },
		{ "COMMIT PREPARED 'x'", STMT_PREPARE },
		{ "ROLLBACK PREPARED 'x'", STMT_PREPARE },
		{ "\"commit\"", STMT_PLAIN }, { "commits", STMT_PLAIN },
		{ "do_it", STMT_PLAIN }, { "", STMT_PLAIN },
		{ "CLUSTER (VERBOSE)", STMT_ALONE }, /* 17 and later */
	};
	size_t i;

	for (i = 0; i < UB_LEN(t); i++)
		tap_ok(kind_of(t[i].sql) == t[i].kind, "%s: %d", t[i].sql,
		    (int)kind_of(t[i].sql));
}

static void
index_is(const char *sql, enum classify_work what, const char *name,
    const char *table)
{
	struct split_stmt st = { .sql = sql, .len = strlen(sql) };
	struct classify_index x;

	classify_index(&st, &x);
	tap_ok(x.what == what, "%s: %d", sql, (int)x.what);
	tap_is(x.name, name, "its name");
	tap_is(x.table, table, "its table");
	classify_index_release(&x);
	tap_ok(!x.name && !x.table, "released");
}

static void
test_index(void)
{
	index_is("CREATE INDEX CONCURRENTLY i ON t (a)", CLASSIFY_CREATE,
	    "i", "t");
	index_is("create unique index concurrently if not exists \"I a\" "
	    "on only \"S\".\"T\"\"x\" using btree (a)", CLASSIFY_CREATE,
	    "\"I a\"", "\"S\".\"T\"\"x\"");
	index_is("CREATE INDEX CONCURRENTLY ON s.t(a)", CLASSIFY_CREATE,
	    NULL, "s.t");
	index_is("CREATE INDEX CONCURRENTLY \"on\" ON t(a)", CLASSIFY_CREATE,
	    "\"on\"", "t");
	index_is("CREATE INDEX CONCURRENTLY u&\"d\\0061t\" ON s/**/.t (a)",
	    CLASSIFY_CREATE, "\"dat\"", "s.t");
	index_is("CREATE INDEX CONCURRENTLY i ON s . U&\"T!0061\" UESCAPE '!'"
	    " USING btree (a)", CLASSIFY_CREATE, "i", "\"s\".\"Ta\"");
	index_is("CREATE INDEX i ON t (a)", CLASSIFY_NONE, NULL, NULL);
	index_is("DROP INDEX CONCURRENTLY s.\"I\"", CLASSIFY_DROP,
	    "s.\"I\"", NULL);
	index_is("DROP INDEX CONCURRENTLY IF EXISTS i CASCADE",
	    CLASSIFY_DROP, "i", NULL);
	index_is("DROP INDEX i", CLASSIFY_NONE, NULL, NULL);
	index_is("REINDEX INDEX CONCURRENTLY i", CLASSIFY_REBUILD, "i", NULL);
	index_is("REINDEX (CONCURRENTLY) TABLE s.t", CLASSIFY_REBUILD, NULL,
	    "s.t");
	index_is("REINDEX (CONCURRENTLY off) TABLE s.t", CLASSIFY_NONE, NULL,
	    NULL);
	index_is("REINDEX SCHEMA s", CLASSIFY_NONE, NULL, NULL);
	index_is("REINDEX SYSTEM CONCURRENTLY d", CLASSIFY_NONE, NULL, NULL);
	index_is("REINDEX (CONCURRENTLY) DATABASE d", CLASSIFY_REBUILD, NULL,
	    NULL);
	index_is("REINDEX SCHEMA CONCURRENTLY s", CLASSIFY_REBUILD, NULL, NULL);
	index_is("", CLASSIFY_NONE, NULL, NULL);
}

#define ST(text) &(struct split_stmt){ .sql = text, .len = strlen(text) }

static void
test_words(void)
{
	static const char *const yes[] = { "SET a = 1", "set session a = 1",
		"SET ROLE x", "SET SESSION AUTHORIZATION x", "RESET ALL",
		"SELECT set_config('a', '', false)",
		"SELECT pg_catalog . set_config('search_path', '', false)" };
	static const char *const no[] = { "SET LOCAL a = 1",
		"SET CONSTRAINTS ALL DEFERRED", "SELECT 1", "",
		"SET TRANSACTION READ ONLY", "UPDATE t SET a = 1" };
	size_t i;

	for (i = 0; i < UB_LEN(yes); i++)
		tap_ok(classify_sets(ST(yes[i])), "%s lasts", yes[i]);
	for (i = 0; i < UB_LEN(no); i++)
		tap_ok(!classify_sets(ST(no[i])), "%s does not", no[i]);
	tap_ok(classify_temporary(ST("CREATE TEMP TABLE t (a int)")) &&
	    classify_temporary(ST("create or replace local temporary view v"))
	    && classify_temporary(ST("SELECT 1 INTO TEMP t")) &&
	    !classify_temporary(ST("SELECT temp FROM t")) &&
	    !classify_temporary(ST("CREATE TABLE temp (a int)")) &&
	    !classify_temporary(ST("CREATE TEMP TABLE t (a int) ON COMMIT"
	    " DROP")), "gone with the session");
	tap_ok(classify_begins(ST("/**/creATE x"), "create") &&
	    !classify_begins(ST("\"create\" x"), "create"), "begins");
}

static void
test_detach(void)
{
	static const struct {
		const char *sql, *table, *part;
	} cases[] = {
		{ "ALTER TABLE p DETACH PARTITION q CONCURRENTLY", "p", "q" },
		{ "alter table if exists only a . \"P p\" * detach /**/"
		  " partition \"x\".q concurrently", "a.\"P p\"",
		  "\"x\".q" },
		{ "ALTER TABLE U&\"\\0070\" DETACH PARTITION q CONCURRENTLY",
		  "\"p\"", "q" },
		{ "ALTER TABLE p DETACH PARTITION q", NULL, NULL },
		{ "ALTER TABLE p DETACH PARTITION q FINALIZE", NULL, NULL },
		{ "ALTER SYSTEM RESET ALL", NULL, NULL },
	};
	struct classify_detach x;
	size_t i;

	for (i = 0; i < UB_LEN(cases); i++) {
		tap_ok(classify_detach(ST(cases[i].sql), &x) ==
		    (cases[i].table != NULL), "%s", cases[i].sql);
		tap_is(x.table, cases[i].table, "its table");
		tap_is(x.part, cases[i].part, "its partition");
		classify_detach_release(&x);
	}
}

static void
test_finalize(void)
{
	static const char sql[] = "ALTER TABLE p DETACH PARTITION"
	    " concurrently CONCURRENTLY -- concurrently";
	struct split_stmt st = { .sql = sql, .len = sizeof(sql) - 1 };
	char *text = classify_finalize(&st);

	tap_is(text, "ALTER TABLE p DETACH PARTITION concurrently FINALIZE"
	    " -- concurrently", "the other half of a DETACH");
	free(text);
}

int
main(void)
{
	test_detach();
	test_finalize();
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	pgsql_do(db, "CREATE DATABASE other");
	pgsql_do(db, "CREATE ROLE nobody1");
	pgsql_do(db, "SET search_path = public");
	pgsql_do(db, "CREATE TABLE t (a int); CREATE INDEX ti ON t (a);"
	    " CREATE TABLE parts (a int) PARTITION BY LIST (a);"
	    " CREATE INDEX parts_a_idx ON parts (a);"
	    " CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);"
	    " CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a;"
	    " CREATE UNIQUE INDEX ON mv (a);"
	    " CREATE TYPE colour AS ENUM ('red');"
	    " CREATE PROCEDURE nothing() LANGUAGE sql AS ''");
	pgsql_do(db, "CREATE SUBSCRIPTION sub CONNECTION 'host=/nosuch'"
	    " PUBLICATION p WITH (connect = false)");
	pgsql_do(db, "ALTER SUBSCRIPTION sub ENABLE");
	test_asked();
	test_may();
	test_control();
	test_index();
	test_words();
	pgsql_do(db, "ALTER SUBSCRIPTION sub DISABLE");
	pgsql_do(db, "ALTER SUBSCRIPTION sub SET (slot_name = NONE)");
	pgsql_do(db, "DROP SUBSCRIPTION sub");
	db_close(db);
	return tap_done();
}
