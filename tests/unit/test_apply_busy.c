/* test_apply_busy.c - migrations among sessions that are in their way. */
#include "mig_other.h"
#include "mig_run.h"

static struct db *other;
static struct dsn dsn;

/* Our statement waits for a lock. */
#define WAITS "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE" \
	" application_name = 'test' AND wait_event_type = 'Lock')"
/* Cancel it. */
#define CANCEL "SELECT pg_cancel_backend(pid) FROM pg_stat_activity" \
	" WHERE query ~* '^(CREATE|DROP|ALTER|VACUUM) '"

static void
start(struct watch_limits limits)
{
	run_start(MIGRATE_PRISMA);
	pgsql_do(db, "CREATE TABLE public.t (a int); INSERT INTO public.t"
	    " VALUES (1)");
	run_with.watch = watch_start(&dsn, db, limits, &e);
	if (!run_with.watch)
		pgsql_bail("watch", &e);
}

static void
end(void)
{
	watch_stop(run_with.watch);
	run_with.watch = NULL;
}

static void
test_lock(void)
{
	struct other o = { .db = other, .ms = 400, .sql = "COMMIT",
		.when = WAITS };

	start((struct watch_limits){ 0 });
	pgsql_do(other, "BEGIN; SELECT * FROM public.t");
	run("1", "CREATE TABLE u (i int); ALTER TABLE t ADD b int");
	tap_is(run_said, "5 migrate.busy tried 1 time: 1:1:25: canceling "
	    "statement due to lock timeout", "a lock that is not to be had");
	tap_ok(e.hint && strstr(e.hint, "in the way: pid ") && strstr(e.hint,
	    "(test, idle in transaction for 0.") && strstr(e.hint,
	    " s): BEGIN; SELECT * FROM public.t"), "who has it: %s",
	    e.hint ? e.hint : "");
	run_ended("atomic 0/0/1", "nothing is changed");
	run_with.retries = 9;
	other_start(&o);
	run_is("1", "CREATE TABLE u (i int); ALTER TABLE t ADD b int", "0",
	    "until it is");
	other_end(&o);
	tap_ok(ran.attempts > 1, "%d attempts", (int)ran.attempts);
	tap_ok(ran.seen.blockers != NULL, "and who was in the way");
	mig_is(db, "SELECT count(*) FROM public._prisma_migrations", "1",
	    "one row");
	end();
}

/* One alone is tried again, too, where nothing of it stays. */
static void
test_alone(void)
{
	struct other o = { .db = other, .ms = 400, .sql = "COMMIT",
		.when = WAITS };

	start((struct watch_limits){ 0 });
	pgsql_do(other, "BEGIN; LOCK TABLE public.t");
	run("1", "VACUUM t");
	tap_is(run_said, "5 migrate.busy tried 1 time: 1:1:1: canceling "
	    "statement due to lock timeout", "not to be had");
	run_with.retries = 2;
	run("1", "VACUUM t");
	tap_is(run_said, "5 migrate.busy tried 3 times: 1:1:1: canceling "
	    "statement due to lock timeout", "nor with patience");
	run_ended("split 0/0/1", "nothing is changed");
	run_with.retries = 9;
	run_with.create = 1;
	other_start(&o);
	run_is("1", "VACUUM t", "0", "until it is");
	other_end(&o);
	tap_ok(ran.attempts > 1, "%d attempts", (int)ran.attempts);
	mig_is(db, "SELECT current_setting('lock_timeout')", "300ms",
	    "with the same limit");
	end();
}

#define BY_HALF "SET statement_timeout = '1s';" \
	" ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY; VACUUM t"

/* One that has done half its work is gone on with. */
static void
test_alone_by_half(void)
{
	struct db *third = pgsql_open("postgres");
	struct other o = { .db = third, .ms = 800, .sql = "COMMIT",
		.when = WAITS };

	start((struct watch_limits){ 0 });
	run_with.retries = 2;
	pgsql_do(db, "CREATE TABLE public.p (a int) PARTITION BY LIST (a);"
	    " CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1)");
	pgsql_do(third, "BEGIN; SELECT * FROM public.p");
	run("1", BY_HALF);
	tap_is(run_said, "3 migrate.sql 1:1:31: canceling "
	    "statement due to statement timeout", "a partition by half");
	run_ended("split 1/0/3 changed", "is something that stays");
	mig_is(db, "SELECT count(*) FROM pg_inherits WHERE inhdetachpending",
	    "1", "is known to the server");
	pgsql_do(third, "COMMIT");
	run_with.create = 0;
	run_is("1", BY_HALF, "0", "goes on");
	mig_is(db, "SELECT count(*) FROM pg_inherits", "0", "and is detached");
	pgsql_do(db, "ALTER TABLE public.p ATTACH PARTITION public.p1"
	    " FOR VALUES IN (1)");
	pgsql_do(third, "BEGIN; SELECT * FROM public.p");
	other_start(&o);
	run_is("2", "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "0",
	    "without a limit it waits for others");
	other_end(&o);
	mig_is(db, "SELECT current_setting('lock_timeout')", "300ms",
	    "which comes back then");
	db_close(third);
	end();
}

static void
test_deadlock(void)
{
	struct other o = { .db = other, .when = WAITS,
		.sql = "ALTER TABLE public.u ADD b int; COMMIT" };

	start((struct watch_limits){ 0 });
	run_with.lock_timeout_ms = 0;
	run_with.retries = 3;
	pgsql_do(db, "CREATE TABLE public.u (a int)");
	pgsql_do(other, "SET deadlock_timeout = '10s'");
	pgsql_do(other, "BEGIN; LOCK TABLE public.t");
	other_start(&o);
	run_is("1", "SET deadlock_timeout = '200ms'; ALTER TABLE u ADD c int;"
	    " ALTER TABLE t ADD d int", "0", "a deadlock");
	other_end(&o);
	tap_ok(ran.attempts == 2, "is tried again: %d", (int)ran.attempts);
	mig_is(db, "SELECT count(*) FROM pg_attribute WHERE attnum > 0 AND"
	    " attrelid IN ('public.t'::regclass, 'public.u'::regclass)", "5",
	    "both are done");
	end();
}

static void
test_budget(void)
{
	struct other o = { .db = other, .ms = 100, .sql =
		"SELECT * FROM public.t", .when = "SELECT EXISTS (SELECT FROM"
		" pg_stat_activity WHERE wait_event = 'PgSleep')" };

	start((struct watch_limits){ .sessions = 0, .ms = 300 });
	other_start(&o);
	run("1", "ALTER TABLE t ADD b int; SELECT pg_sleep(20)");
	other_end(&o);
	tap_is(run_said, "5 migrate.busy tried 1 time: 1:1:26: canceling "
	    "statement due to user request", "others wait for too long");
	tap_ok(ran.seen.called_off && ran.seen.blocked == 1 &&
	    ran.seen.blocked_ms >= 200 && ran.ms < 10000 && e.hint &&
	    strstr(e.hint, "migrate.maxBlocked"), "it is called off: %s",
	    e.hint ? e.hint : "");
	run_ended("atomic 0/0/1", "nothing is changed");
	other_start(&o);
	run("2", "-- ub: no-transaction\nDO $$ BEGIN ALTER TABLE t ADD b int;"
	    " EXECUTE 'SELECT pg_sleep(20)'; END $$");
	tap_ok(e.code == ERR_LATER && strcmp(e.kind, "migrate.busy") == 0,
	    "alone, too: %s", run_said);
	other_end(&o);
	end();
}

/* Where CONCURRENTLY stands when it is called off, clean-up comes; but it
 * does not wait for ever. */
static void
test_cancelled(void)
{
	struct other o = { .db = other, .ms = 50, .sql = CANCEL,
		.when = WAITS };
	struct db *third = pgsql_open("postgres");

	start((struct watch_limits){ 0 });
	pgsql_do(third, "BEGIN; INSERT INTO public.t VALUES (2)");
	other_start(&o);
	run("1", "CREATE INDEX CONCURRENTLY i ON t (a)");
	tap_ok(strstr(run_said, "1:1:1: canceling") && ran.ms < 9000,
	    "%s, in %d ms", run_said, (int)ran.ms);
	run_ended("split 0/0/1 changed", "its rest cannot be had");
	other_end(&o);
	pgsql_do(third, "COMMIT");
	run_with.create = 0;
	run_is("1", "CREATE INDEX CONCURRENTLY i ON t (a)", "0",
	    "later it can");
	mig_is(db, "SELECT count(*) || ' ' || bool_and(indisvalid) FROM"
	    " pg_index WHERE indrelid = 'public.t'::regclass", "1 true",
	    "and is good");
	pgsql_do(third, "BEGIN; SELECT * FROM public.t");
	other_start(&o);
	run("2", "DROP INDEX CONCURRENTLY i");
	run_ended("split 0/0/1 changed", "a DROP by half");
	other_end(&o);
	mig_is(db, "SELECT indisvalid FROM pg_index WHERE indrelid ="
	    " 'public.t'::regclass", "f", "serves no more");
	pgsql_do(third, "COMMIT");
	run_is("2", "DROP INDEX CONCURRENTLY i", "0", "later it is done");
	pgsql_do(db, "CREATE TABLE public.p (a int) PARTITION BY LIST (a);"
	    " CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES IN (1)");
	pgsql_do(third, "BEGIN; SELECT * FROM public.p");
	other_start(&o);
	run("3", "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY");
	run_ended("split 0/0/1 changed", "a partition by half");
	other_end(&o);
	pgsql_do(third, "COMMIT");
	pgsql_do(db, "ALTER TABLE public.p DETACH PARTITION public.p1"
	    " FINALIZE");
	run_is("3", "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "0",
	    "that was finished by hand");
	db_close(third);
	end();
}

/* A cancel that comes late must not keep the transaction open. */
static void
test_late_cancel(void)
{
	char *storm = mem_printf("DO $$ BEGIN FOR i IN 1 .. 300 LOOP PERFORM"
	    " pg_cancel_backend(%d); PERFORM count(*) FROM"
	    " generate_series(1, 300); END LOOP; END $$",
	    db_pid(db));
	struct other o = { .db = other, .sql = storm, .when = "SELECT EXISTS"
		" (SELECT FROM pg_stat_activity WHERE wait_event ="
		" 'PgSleep')" };
	int left = 0, i;

	run_start(MIGRATE_PRISMA);
	for (i = 0; i < 30; i++) {
		other_start(&o);
		run("1", "SELECT pg_sleep(5)");
		left += db_tx(db) != DB_TX_NONE;
		other_end(&o);
		if (db_tx(db) != DB_TX_NONE)
			pgsql_do(db, "ROLLBACK");
	}
	tap_ok(left == 0, "%d of %d were not rolled back", left, i);
	free(storm);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	other = pgsql_open("postgres");
	pgsql_dsn(&dsn, "postgres");
	test_lock();
	test_alone();
	test_alone_by_half();
	test_deadlock();
	test_budget();
	test_cancelled();
	test_late_cancel();
	db_close(other);
	dsn_release(&dsn);
	run_end();
	return tap_done();
}
