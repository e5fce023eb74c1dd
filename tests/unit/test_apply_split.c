/* test_apply_split.c - migrations in several steps: failed, gone on with. */
#include "mig_run.h"

/* A row for each step: "0 done, 1 begun". */
#define MARKS "SELECT string_agg(step || CASE WHEN done IS NULL THEN" \
	" ' begun' ELSE ' done' END, ', ' ORDER BY step)" \
	" FROM public.ub_migrate_steps WHERE step >= 0"
#define NO_MARKS "SELECT to_regclass('public.ub_migrate_steps')"
#define ROWS "SELECT string_agg(migration_name || CASE WHEN finished_at IS" \
	" NULL THEN ' open' ELSE '' END || CASE WHEN logs IS NULL THEN ''" \
	" ELSE ' logs' END, ', ' ORDER BY started_at)" \
	" FROM public._prisma_migrations"
#define INVALID "SELECT count(*) FROM pg_index WHERE NOT indisvalid"

static void
test_works(void)
{
	run_start(MIGRATE_PRISMA);
	run_is("1", "CREATE TABLE t (a int);\n"
	    "CREATE INDEX CONCURRENTLY i ON t (a); VACUUM t;\n"
	    "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);", "0",
	    "it runs");
	run_ended("split 4/0/4", "in steps");
	mig_is(db, ROWS, "1", "one row");
	mig_is(db, NO_MARKS, "(null)", "and no trail");
	mig_is(db, "SELECT indisvalid FROM pg_index WHERE indexrelid ="
	    " 'public.i'::regclass", "t", "a good index");
	run_is("2", "BEGIN; CREATE TABLE x (a int); ROLLBACK;"
	    " CREATE TABLE y (a int)", "0", "one block is taken back");
	run_ended("own 2/0/2", "as it says");
	mig_is(db, "SELECT concat(to_regclass('public.x'),"
	    " to_regclass('public.y'))", "y", "and so it is");
	run_is("3", "SET lock_timeout = '100ms'; CREATE INDEX CONCURRENTLY j"
	    " ON t (a); DROP INDEX CONCURRENTLY i; ALTER TABLE t ADD b int",
	    "0", "what others cannot");
	run_is("4", "SET lock_timeout = '7s'; DROP INDEX CONCURRENTLY j;"
	    " VACUUM t; CREATE TABLE z AS SELECT"
	    " current_setting('lock_timeout') AS l", "0", "its own limit");
	mig_is(db, "SELECT l FROM public.z", "7s", "is kept");
}

/* A step fails; the file stays, or is mended, and it goes on. */
static void
test_resume(void)
{
	static const char bad[] = "CREATE TABLE t (a int);\nVACUUM t;\n"
	    "INSERT INTO t VALUES (1);\nINSERT INTO nosuch VALUES (1);\n"
	    "VACUUM t;";
	static const char good[] = "CREATE TABLE t (a int);\nVACUUM t;\n"
	    "INSERT INTO t VALUES (1);\nINSERT INTO t VALUES (7);\nVACUUM t;";

	run_start(MIGRATE_PRISMA);
	run_is("1", bad, "3 migrate.sql 1:4:13: relation \"nosuch\" does not "
	    "exist", "the third fails");
	run_ended("split 2/0/4 changed", "two stay");
	mig_is(db, MARKS, "0 done, 1 done", "the trail says so");
	mig_is(db, ROWS, "1 open logs", "and the ledger");
	mig_is(db, "SELECT count(*) FROM public.t", "0", "nothing of it");
	run_with.create = 0;
	run("1", bad);
	run_ended("split 0/2/4 changed", "again");
	run_is("1", "CREATE TABLE u (a int);\nVACUUM t", "4 migrate.steps 1: "
	    "step 1 of it has been run, and is another one now", "changed");
	run_ended("split 0/0/2", "refused: this run has changed nothing");
	run_is("1", "CREATE TABLE t (a int)", "4 migrate.steps 1: step 2 of "
	    "it has been run, and is another one now", "too short");
	run_is("1", good, "0", "mended");
	run_ended("split 2/2/4", "it goes on");
	mig_is(db, "SELECT count(*) FROM public.t", "2", "each once");
	mig_is(db, ROWS, "1", "one row");
	mig_is(db, NO_MARKS, "(null)", "and no trail");
}

static void
test_alone_fails(void)
{
	run_start(MIGRATE_PRISMA);
	run_is("1", "CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)",
	    "0", "a table");
	run_is("2", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
	    "3 migrate.sql 2:1:1: could not create unique index \"i\"",
	    "a bad index");
	run_ended("split 0/0/1", "nothing is changed");
	mig_is(db, INVALID, "0", "none is left");
	mig_is(db, NO_MARKS, "(null)", "no trail");
	mig_is(db, ROWS, "1", "no row");
	run_is("2", "CREATE UNIQUE INDEX CONCURRENTLY ON t (a)",
	    "3 migrate.sql 2:1:1: could not create unique index \"t_a_idx\"",
	    "without a name");
	mig_is(db, INVALID, "0", "none is left");
	/* What failed is tried again, and never taken for done. */
	run_is("3", "CREATE TABLE u (a int); VACUUM nosuch; SELECT 1",
	    "3 migrate.sql 3:1:25: relation \"nosuch\" does not exist",
	    "a step alone");
	run_ended("split 1/0/3 changed", "fails");
	mig_is(db, MARKS, "0 done", "only what is done is known");
	run_is("3", "CREATE TABLE u (a int); VACUUM nosuch; SELECT 1",
	    "3 migrate.sql 3:1:25: relation \"nosuch\" does not exist",
	    "and again");
	run_is("3", "CREATE TABLE u (a int); CREATE INDEX CONCURRENTLY i ON"
	    " nosuch (a)", "3 migrate.sql 3:1:25: relation \"nosuch\" does "
	    "not exist", "an index");
	run("3", "CREATE TABLE u (a int); CREATE INDEX CONCURRENTLY i ON"
	    " nosuch (a)");
	run_ended("split 0/1/2 changed", "and again");
	run_is("3", "CREATE TABLE u (a int); DROP INDEX CONCURRENTLY nosuch",
	    "3 migrate.sql 3:1:25: index \"nosuch\" does not exist", "a drop");
	run("3", "CREATE TABLE u (a int); DROP INDEX CONCURRENTLY nosuch");
	run_ended("split 0/1/2 changed", "and again");
	run_is("3", "CREATE TABLE u (a int); CREATE DATABASE postgres",
	    "3 migrate.sql 3:1:25: database \"postgres\" already exists",
	    "a database");
	run("3", "CREATE TABLE u (a int); CREATE DATABASE postgres");
	run_ended("split 0/1/2 changed", "and again");
	run_is("3", "CREATE TABLE u (a int); VACUUM", "0", "in the end");
}

static void
test_calls(void)
{
	static const char half[] = "-- ub: no-transaction\nDO $$ BEGIN"
	    " CREATE TABLE h (a int); COMMIT; SELECT 1/0; END $$";

	run_start(MIGRATE_PRISMA);
	run_is("1", "-- ub: no-transaction\nDO $$ BEGIN CREATE TABLE t"
	    " (a int); COMMIT; DROP TABLE t; END $$; SELECT 1; REINDEX SYSTEM"
	    " postgres", "0", "a block that commits");
	run_is("2", half, "3 migrate.sql 2:2:1: division by zero", "half");
	run_ended("split 0/0/1 changed", "may have changed what it likes");
	mig_is(db, "SELECT to_regclass('public.h')", "h", "and did");
	mig_is(db, ROWS, "1, 2 open logs", "so it has failed");
	run_is("2", half, "4 migrate.steps 2: step 1 was begun, and nobody "
	    "knows whether it came to its end", "somebody must look");
	run_is("2", "-- ub: no-transaction\nDO $$ BEGIN NULL; END $$",
	    "4 migrate.steps 2: step 1 of it has been run, and is another "
	    "one now", "changed");
	run_is("3", "CREATE TABLE p (a int) PARTITION BY LIST (a);"
	    " CREATE INDEX pi ON p (a); CREATE TABLE p1 PARTITION OF p"
	    " FOR VALUES IN (1); REINDEX TABLE p", "3 migrate.sql 3:1:123: "
	    "REINDEX TABLE cannot run inside a transaction block", "parts");
	run_is("3", "-- ub: no-transaction\nCREATE TABLE p (a int) PARTITION"
	    " BY LIST (a); CREATE INDEX pi ON p (a); CREATE TABLE p1 PARTITION"
	    " OF p FOR VALUES IN (1); REINDEX TABLE p; CLUSTER p USING pi",
	    "0", "on its own");
}

/* A role that the script takes on stays on for the rest of it, and has no
 * say in the ledger. */
static void
test_role(void)
{
	run_start(MIGRATE_PRISMA);
	pgsql_do(db, "DROP ROLE IF EXISTS weak");
	pgsql_do(db, "CREATE ROLE weak");
	pgsql_do(db, "GRANT ALL ON SCHEMA public TO weak");
	run_is("1", "SET ROLE weak; CREATE TABLE t (a int); CREATE INDEX"
	    " CONCURRENTLY i ON t (a); CREATE TABLE u (a int); VACUUM t;"
	    " CREATE INDEX CONCURRENTLY j ON nosuch (a)",
	    "3 migrate.sql 1:1:112: relation \"nosuch\" does not exist",
	    "as another role");
	pgsql_do(db, "RESET ROLE");
	mig_is(db, ROWS, "1 open logs", "its failure is known");
	run_with.create = 0;
	run_is("1", "SET ROLE weak; CREATE TABLE t (a int); CREATE INDEX"
	    " CONCURRENTLY i ON t (a); CREATE TABLE u (a int); VACUUM t",
	    "0", "its end");
	mig_is(db, "SELECT string_agg(relname || ' ' || relowner::regrole,"
	    " ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND"
	    " relnamespace = 'public'::regnamespace",
	    "_prisma_migrations postgres, t weak, u weak", "whose they are");
}

/* A role that the login is given at its start is the session's own. */
static void
test_authorization(void)
{
	run_start(MIGRATE_PRISMA);
	pgsql_do(db, "DROP ROLE IF EXISTS weak");
	pgsql_do(db, "CREATE ROLE weak; GRANT ALL ON SCHEMA public TO weak");
	run_is("1", "SET SESSION AUTHORIZATION weak; CREATE TABLE t (a int);"
	    " CREATE INDEX CONCURRENTLY ON t (a); CREATE TABLE u (a int)",
	    "0", "as another login, in steps");
	mig_is(db, "SELECT string_agg(relname || ' ' || relowner::regrole,"
	    " ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND"
	    " relnamespace = 'public'::regnamespace", "_prisma_migrations"
	    " postgres, t weak, u weak", "which has no part in the ledger");
	pgsql_do(db, "RESET SESSION AUTHORIZATION");
	pgsql_do(db, "DROP OWNED BY weak; DROP ROLE weak");
}

static void
test_given_role(void)
{
	run_start(MIGRATE_PRISMA);
	pgsql_do(db, "DROP ROLE IF EXISTS deployer, keeper");
	pgsql_do(db, "CREATE ROLE keeper; CREATE ROLE deployer LOGIN NOINHERIT"
	    " IN ROLE keeper; ALTER ROLE deployer SET role = keeper;"
	    " GRANT ALL ON SCHEMA public TO keeper");
	run_with.db = pg_session("dbname=postgres user=deployer");
	run_is("1", "CREATE TABLE t (a int)", "0", "in one transaction");
	run_is("2", "SET ROLE NONE; SELECT 1; VACUUM; SET ROLE keeper; CREATE"
	    " TABLE u (a int)", "0", "in steps");
	mig_is(db, "SELECT string_agg(relname || ' ' || relowner::regrole,"
	    " ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND"
	    " relnamespace = 'public'::regnamespace", "_prisma_migrations"
	    " keeper, t keeper, u keeper", "all is its");
	db_close(run_with.db);
}

/* What a step has set is set again before what comes behind it. */
static void
test_settings(void)
{
	run_start(MIGRATE_PRISMA);
	pgsql_do(db, "CREATE SCHEMA IF NOT EXISTS other");
	pgsql_do(db, "DROP TABLE IF EXISTS other.t, other.u");
	run("1", "SELECT set_config('search_path', 'other', false); CREATE"
	    " TABLE t (a int); VACUUM t; SELECT 1/0");
	run_ended("split 2/0/3 changed", "fails");
	run_is("1", "SELECT set_config('search_path', 'other', false); CREATE"
	    " TABLE t (a int); VACUUM t; CREATE TABLE u (a int)", "0",
	    "goes on");
	mig_is(db, "SELECT to_regclass('other.u')", "u", "where it began");
	/* What failed first leaves nothing, and its trail says whose it is. */
	run("2", "SELECT 1/0; VACUUM");
	run_ended("split 0/0/2", "nothing is changed");
	mig_is(db, NO_MARKS, "(null)", "no trail");
}

/* Of the first migration there is, not even the ledger stays. */
static void
test_first(void)
{
	run_start(MIGRATE_PRISMA);
	pgsql_do(db, "CREATE TABLE public.t AS SELECT 1 AS a FROM"
	    " generate_series(1, 2)");
	run("1", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)");
	run_ended("split 0/0/1", "nothing is changed");
	mig_is(db, "SELECT string_agg(relname, ' ') FROM pg_class WHERE"
	    " relnamespace = 'public'::regnamespace", "t", "nothing else");
	run_with.create = 0;
	record_create(db, &run_ledger, &e);
	run("1", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)");
	mig_is(db, "SELECT to_regclass('public._prisma_migrations')",
	    "_prisma_migrations", "but one that was there does");
}

/* A script that takes away what is written at its end. */
static void
test_ledger_lost(void)
{
	run_start(MIGRATE_PRISMA);
	run_is("1", "VACUUM; DELETE FROM _prisma_migrations; VACUUM", "0",
	    "the row is gone");
	mig_is(db, ROWS, "1", "and is written all the same");
	run("2", "VACUUM; DROP TABLE _prisma_migrations");
	tap_ok(e.msg && strstr(e.msg, "cannot write the ledger"), "%s",
	    run_said);
	run_ended("split 2/0/2 changed", "its steps stay");
	run_start(MIGRATE_PRISMA);
	run("1", "CREATE TABLE t (a int); DROP TABLE t; VACUUM; DROP TABLE"
	    " ub_migrate_steps");
	run_ended("split 2/0/3 changed", "without its trail");
}

static void
test_tools(void)
{
	static const char fails[] = "CREATE TABLE t (a int); VACUUM t;"
	    " SELECT 1/0";

	run_start(MIGRATE_GOLANG);
	run("3", fails);
	run_ended("split 2/0/3 changed", "golang-migrate's");
	mig_is(db, "SELECT version || ' ' || dirty FROM"
	    " public.schema_migrations", "3 true", "dirty");
	run_start(MIGRATE_FLYWAY);
	run("3", fails);
	mig_is(db, "SELECT version || ' ' || success FROM"
	    " public.flyway_schema_history", "3 false", "Flyway's");
	run_start(MIGRATE_DBMATE);
	run_is("3", "-- migrate:up transaction:false\nCREATE TABLE t (a int);"
	    "VACUUM t; SELECT 1/0;\n-- migrate:down\nDROP TABLE t;",
	    "3 migrate.sql 3:2:34: division by zero", "dbmate's");
	mig_is(db, "SELECT count(*) FROM public.schema_migrations", "0",
	    "has no row");
	mig_is(db, MARKS, "0 done, 1 done", "but a trail");
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	test_works();
	test_resume();
	test_alone_fails();
	test_calls();
	test_role();
	test_given_role();
	test_authorization();
	test_settings();
	test_first();
	test_ledger_lost();
	test_tools();
	run_end();
	return tap_done();
}
