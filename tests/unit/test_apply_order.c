/* test_apply_order.c - the session, put in order as a migration ends. */
#include "mig_run.h"

static struct db *other;
static struct locks l;

static void
start(void)
{
	const char *names[2] = { "public", "_prisma_migrations" };

	run_start(MIGRATE_PRISMA);
	locks_choose(&l, MIGRATE_PRISMA, names, "postgres", 0);
	run_with.locks = &l;
	tap_ok(locks_take(db, &l, 0, &e) == 0, "locks");
}

static void
end(void)
{
	run_with.locks = NULL;
	locks_drop(db);
	locks_drop(other);
}

static void
test_kept(void)
{
	start();
	run_is("1", "CREATE TABLE a (i int)", "0", "one");
	tap_ok(ran.in_order, "it leaves the session in order");
	run_is("2", "SELECT pg_advisory_unlock_all()", "0", "no locks");
	tap_ok(ran.in_order, "they are had again");
	run_is("3", "CREATE TABLE b (i int); SELECT nosuch", "3 migrate.sql "
	    "3:1:32: column \"nosuch\" does not exist", "one that fails");
	tap_ok(!ran.in_order, "leaves it as it is");
	run_is("3", "CREATE INDEX CONCURRENTLY ON a (i)", "0",
	    "in steps");
	tap_ok(!ran.in_order, "so do they");
	run_is("4", "SET work_mem = '77MB'", "0", "a setting");
	tap_ok(ran.in_order, "in order again");
	mig_is(db, "SELECT current_setting('work_mem') = '77MB'", "f",
	    "without it");
	end();
}

/* At the second statement another one takes what the first let go of. */
static int
take(void *ctx, const struct apply_stmt *s, struct err *err)
{
	(void)ctx;
	return s->index == 1 ? locks_take(other, &l, 0, err) : 0;
}

static void
test_lost(void)
{
	start();
	run_with.before = take;
	run_is("1", "SELECT pg_advisory_unlock_all(); SELECT 1", "0",
	    "a lock that another has now");
	tap_ok(!ran.in_order, "that is seen");
	run_with.before = NULL;
	run("2", "CREATE TABLE a (i int)");
	tap_ok(strncmp(run_said, "5 migrate.lock another migration is running",
	    43) == 0, "and the next is refused: %s", run_said);
	mig_is(db, "SELECT to_regclass('public.a')", "(null)", "not run");
	end();
}

/* What comes behind COMMIT does not undo it. */
static void
test_setup_fails(void)
{
	start();
	run_with.in_order = 1;
	run_with.schema = NULL;
	run_with.lock_timeout_ms = -5;
	run_is("1", "CREATE TABLE public.a (i int)", "0", "done");
	tap_ok(!ran.in_order, "but the session is not in order");
	mig_is(db, "SELECT count(*) FROM public._prisma_migrations", "1",
	    "it has its row");
	run("2", "CREATE TABLE public.b (i int)");
	tap_ok(e.code == ERR_TROUBLE && strstr(e.msg, "lock_timeout"),
	    "the next says why: %s", e.msg);
	mig_is(db, "SELECT to_regclass('public.b')", "(null)", "not run");
	end();
}

/* An error of syntax, as if the server had not understood the text. */
static void
test_refused(void)
{
	start();
	run_is("1", "CREATE TABLE a (i int); CREATE FUNCTION f() RETURNS"
	    " trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE 'x' USING ERRCODE ="
	    " '42601'; END $f$; CREATE CONSTRAINT TRIGGER c AFTER INSERT ON a"
	    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION"
	    " f(); INSERT INTO a VALUES (1)", "3 migrate.sql 1: at COMMIT: x",
	    "refused at its end");
	tap_ok(!ran.in_order && !ran.unknown, "that is known");
	mig_is(db, "SELECT to_regclass('public.a')", "(null)", "taken back");
	end();
}

/* The ledger is ours, whatever role the statements have taken on. */
static void
test_role(void)
{
	start();
	pgsql_do(db, "CREATE ROLE weak");
	pgsql_do(db, "GRANT ALL ON SCHEMA public TO weak");
	run_is("1", "CREATE TABLE a (t text); INSERT INTO a SELECT"
	    " set_config('role', 'weak', false); CREATE TABLE b (i int)", "0",
	    "all in one message");
	mig_is(db, "SELECT string_agg(relname || ' ' || relowner::regrole,"
	    " ', ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND"
	    " relnamespace = 'public'::regnamespace",
	    "_prisma_migrations postgres, a postgres, b weak", "whose");
	run_is("2", "CREATE TABLE c (i int)", "0", "the next");
	mig_is(db, "SELECT relowner::regrole FROM pg_class WHERE relname ="
	    " 'c'", "postgres", "is ours again");
	run_is("3", "INSERT INTO a SELECT set_config('role', 'weak', false);\n"
	    "CREATE INDEX CONCURRENTLY ON b (i);\nCREATE TABLE d (i int)",
	    "0", "in steps");
	mig_is(db, "SELECT relowner::regrole FROM pg_class WHERE relname ="
	    " 'd'", "weak", "the role lasts");
	run_is("4", "", "0", "until the next");
	mig_is(db, "SELECT count(*) FROM public._prisma_migrations WHERE"
	    " finished_at IS NOT NULL", "4", "but each row is ours");
	end();
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	other = pgsql_open("postgres");
	test_kept();
	test_lost();
	test_setup_fails();
	test_refused();
	test_role();
	db_close(other);
	run_end();
	return tap_done();
}
