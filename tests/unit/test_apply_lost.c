/* test_apply_lost.c - the server dies under a migration. */
#include "mig_other.h"
#include "mig_run.h"

static struct db *look;

struct killer {
	pthread_t thread;
	const char *when;
};

static void *
kill_work(void *arg)
{
	struct killer *k = arg;
	struct err err = { 0 };
	char *yes = NULL;
	int i;

	for (i = 0; i < 500 && !(yes && *yes == 't'); i++) {
		free(yes);
		if (db_value(look, k->when, NULL, &yes, &err))
			break;
		other_pause(10);
	}
	free(yes);
	err_release(&err);
	pg_sh("pg_halt", "immediate");
	return NULL;
}

/* Run it, and end the server when this is true; then start it again. */
static void
run_killed(const char *name, const char *text, const char *when)
{
	struct killer k = { .when = when };

	look = pgsql_open("postgres");
	if (pthread_create(&k.thread, NULL, kill_work, &k))
		exit(1);
	run(name, text);
	pthread_join(k.thread, NULL);
	db_close(look);
	if (pg_sh("pg_resume", NULL))
		exit(1);
	db_close(db);
	db = pgsql_open("postgres");
	run_with.db = db;
}

#define SLEEPS "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE" \
	" wait_event = 'PgSleep')"
#define BUILDS "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE" \
	" query ~ '^CREATE INDEX' AND wait_event_type = 'Lock')"

static void
test_in_transaction(void)
{
	run_start(MIGRATE_PRISMA);
	run_killed("1", "CREATE TABLE t (a int);\n SELECT pg_sleep(30)",
	    SLEEPS);
	tap_ok(e.code == ERR_LATER && strstr(run_said, "1:2:2") != NULL,
	    "within a statement: %s", run_said);
	run_ended("atomic 0/0/1", "nothing is changed, for sure");
	mig_is(db, "SELECT to_regclass('public.t')", "(null)", "nothing is");
	run_is("1", "CREATE TABLE t (a int)", "0", "it can be run");
	run_killed("2", "CREATE FUNCTION wait() RETURNS trigger LANGUAGE"
	    " plpgsql AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;"
	    " CREATE CONSTRAINT TRIGGER late AFTER INSERT ON t DEFERRABLE"
	    " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait();"
	    " INSERT INTO t VALUES (1)", SLEEPS);
	run_ended("atomic 0/0/1 unknown", "at COMMIT nobody knows");
	mig_is(db, "SELECT count(*) FROM public._prisma_migrations", "1",
	    "it was not done");
}

static void
test_in_steps(void)
{
	static const char text[] = "CREATE TABLE s (a int); INSERT INTO s"
	    " VALUES (1); VACUUM s; CREATE INDEX CONCURRENTLY ON s (a);"
	    " INSERT INTO s VALUES (2); SELECT pg_sleep(";
	char *slow = mem_printf("%s30); VACUUM s", text);
	char *quick = mem_printf("%s0); VACUUM s", text);
	struct db *writer;

	run_killed("2", "SELECT pg_sleep(30); VACUUM", SLEEPS);
	run_ended("split 0/0/2 changed", "that it is begun stays");
	mig_is(db, "SELECT string_agg(step || coalesce(note, '-'), ' ') FROM"
	    " public.ub_migrate_steps", "-1-", "but it is known as ours");
	run_is("2", "VACUUM", "0", "so it can be changed");
	mig_is(db, "SELECT to_regclass('public.ub_migrate_steps')", "(null)",
	    "and it is forgotten");
	run_killed("3", slow, SLEEPS);
	run_ended("split 3/0/5 changed", "later, some stay");
	/* The step that was killed is no longer what it was. */
	run_is("3", quick, "0", "it goes on");
	run_ended("split 2/3/5", "behind them");
	mig_is(db, "SELECT string_agg(a::text, ' ') FROM public.s", "1 2",
	    "each once");
	writer = pgsql_open("postgres");
	pgsql_do(writer, "BEGIN; INSERT INTO public.s VALUES (3)");
	run_killed("4", "CREATE INDEX CONCURRENTLY ON s (a);"
	    " CREATE INDEX CONCURRENTLY i ON s (a)", BUILDS);
	db_close(writer);
	run_ended("split 0/0/2 changed", "an index by half");
	mig_is(db, "SELECT count(*) FROM pg_index WHERE NOT indisvalid", "1",
	    "is left");
	run_is("4", "CREATE INDEX CONCURRENTLY k ON s (a)",
	    "4 migrate.steps 4: step 1 of it has been run, and is another "
	    "one now", "what was begun is not to be changed");
	run_is("4", "CREATE INDEX CONCURRENTLY ON s (a);"
	    " CREATE INDEX CONCURRENTLY i ON s (a)", "0", "it goes on");
	mig_is(db, "SELECT string_agg(relname || ' ' || indisvalid, ', '"
	    " ORDER BY relname) FROM pg_index JOIN pg_class c ON c.oid ="
	    " indexrelid WHERE indrelid = 'public.s'::regclass",
	    "i true, s_a_idx true, s_a_idx1 true", "all are good");
	free(slow);
	free(quick);
}

/* A block alone that was under way: only people can tell. */
static void
test_in_a_block(void)
{
	static const char text[] = "-- ub: no-transaction\nDO $$ BEGIN"
	    " CREATE TABLE b (a int); COMMIT; PERFORM pg_sleep(30); END $$";

	run_killed("5", text, SLEEPS);
	run_ended("split 0/0/1 changed", "a block by half");
	run_is("5", text, "4 migrate.steps 5: step 1 was begun, and nobody "
	    "knows whether it came to its end", "nobody knows");
	run_is("5", text, "4 migrate.steps 5: step 1 was begun, and nobody "
	    "knows whether it came to its end", "nor later");
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	test_in_transaction();
	test_in_steps();
	test_in_a_block();
	run_end();
	return tap_done();
}
