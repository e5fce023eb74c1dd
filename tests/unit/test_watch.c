/* test_watch.c - whom we block, and who blocks us. */
#include "ub/migrate/watch.h"

#include "mig.h"
#include "mig_other.h"
#include "sys/clock.h"

static struct db *db, *other, *third;
static struct dsn dsn;
static struct err e;

static struct watch *
start(int64_t sessions, int64_t ms)
{
	struct watch *w = watch_start(&dsn, db,
	    (struct watch_limits){ .sessions = sessions, .ms = ms }, &e);

	if (!w)
		pgsql_bail("watch", &e);
	return w;
}

#define QUESTIONS "SELECT count(*) FROM pg_stat_activity WHERE query LIKE" \
	" '%pg_blocking_pids(a.pid)%' AND pid <> pg_backend_pid()"

static void
test_quick(void)
{
	struct watch *w = start(0, 100);
	struct watch_seen seen = { 0 };
	int i;

	for (i = 0; i < 40; i++) {
		watch_begin(w);
		pgsql_do(db, "SELECT pg_sleep(0.01)");
		watch_end(w, &seen);
	}
	mig_is(db, QUESTIONS, "0", "quick steps cost nothing");
	watch_begin(w);
	pgsql_do(db, "SELECT pg_sleep(0.3)");
	mig_is(db, QUESTIONS, "1", "a slow one is watched");
	watch_end(w, &seen);
	tap_ok(!seen.blockers && !seen.blocked && !seen.called_off &&
	    !seen.blocked_ms, "nothing is seen");
	watch_seen_release(&seen);
	watch_stop(w);
	watch_stop(NULL);
}

static void
test_blockers(void)
{
	struct other o = { .db = other, .ms = 500, .sql = "COMMIT" };
	struct watch_seen seen = { 0 };
	struct watch *w = start(0, 0);

	pgsql_do(other, "SET application_name = 'shop';"
	    " BEGIN; SELECT\n  1 FROM t");
	other_start(&o);
	watch_begin(w);
	pgsql_do(db, "ALTER TABLE t ADD b int");
	watch_end(w, &seen);
	tap_ok(seen.blockers && strstr(seen.blockers, "(shop, idle in "
	    "transaction for 0.") && strstr(seen.blockers, "1 FROM t"),
	    "%s", seen.blockers ? seen.blockers : "-");
	tap_ok(seen.blocked == 0 && !seen.called_off, "nobody waits for us");
	other_end(&o);
	watch_begin(w);
	watch_end(w, &seen);
	tap_ok(!seen.blockers, "and it is gone with its step");
	watch_seen_release(&seen);
	watch_stop(w);
}

static void
test_budget(void)
{
	struct other o = { .db = other, .sql = "SELECT 1 FROM t" };
	struct other p = { .db = third, .sql = "SELECT 2 FROM t" };
	struct watch_seen seen = { 0 };
	struct watch *w = start(1, 300);
	int64_t began = clock_ms();
	int r;

	pgsql_do(db, "BEGIN; LOCK TABLE t");
	other_start(&o);
	watch_begin(w);
	r = db_exec(db, &e, "SELECT pg_sleep(1)");
	watch_end(w, &seen);
	tap_ok(r == 0 && !seen.called_off && seen.blocked == 1 &&
	    seen.blocked_ms > 400, "one may wait: %d ms",
	    (int)seen.blocked_ms);
	other_start(&p);
	watch_begin(w);
	began = clock_ms();
	r = db_exec(db, &e, "SELECT pg_sleep(20)");
	tap_ok(r == -1 && strcmp(err_detail_get(&e, "sqlstate"), "57014") == 0
	    && clock_ms() - began < 5000, "two may not: %s", e.msg);
	err_release(&e);
	watch_end(w, &seen);
	tap_ok(seen.called_off && seen.blocked == 2, "called off");
	pgsql_do(db, "ROLLBACK");
	/* What comes next is not hit. */
	watch_begin(w);
	r = db_exec(db, &e, "SELECT pg_sleep(0.6)");
	watch_end(w, &seen);
	tap_ok(r == 0 && !seen.called_off, "the next is not: %s",
	    e.msg ? e.msg : "");
	other_end(&o);
	other_end(&p);
	watch_seen_release(&seen);
	watch_stop(w);
}

/* Of another role's session the server tells an ordinary one next to
 * nothing. */
static void
test_ordinary(void)
{
	struct dsn d = { 0 };
	struct db *weak = pg_session("dbname=postgres user=weak");
	struct other o = { .db = other, .sql = "SELECT 1 FROM mine" };
	struct watch_seen seen = { 0 };
	struct watch *w;

	if (dsn_parse(&d, "dbname=postgres user=weak", NULL, &e))
		pgsql_bail("weak", &e);
	w = watch_start(&d, weak, (struct watch_limits){ 0, 300 }, &e);
	pgsql_do(weak, "BEGIN; LOCK TABLE public.mine");
	other_start(&o);
	watch_begin(w);
	tap_ok(db_exec(weak, &e, "SELECT pg_sleep(4)") == -1, "ended");
	err_release(&e);
	watch_end(w, &seen);
	tap_ok(seen.called_off && seen.blocked == 1, "it is called off, too");
	pgsql_do(weak, "ROLLBACK");
	other_end(&o);
	o = (struct other){ .db = third, .ms = 500, .sql = "COMMIT" };
	pgsql_do(third, "SET application_name = 'shop'; BEGIN;"
	    " SELECT 1 FROM mine");
	other_start(&o);
	watch_begin(w);
	pgsql_do(weak, "BEGIN; LOCK TABLE public.mine; COMMIT");
	watch_end(w, &seen);
	tap_ok(seen.blockers && strstr(seen.blockers, "(shop, ?): "), "%s",
	    seen.blockers ? seen.blockers : "-");
	other_end(&o);
	watch_seen_release(&seen);
	watch_stop(w);
	dsn_release(&d);
	db_close(weak);
}

/* Many short steps while others wait: none is hit that is not meant. */
static void
test_races(void)
{
	struct other o = { .db = other, .sql = "SELECT 1 FROM t" };
	struct watch_seen seen = { 0 };
	struct watch *w = start(0, 1);
	int i, hit = 0, wrong = 0, r;

	pgsql_do(db, "BEGIN; LOCK TABLE t");
	other_start(&o);
	for (i = 0; i < 16; i++) {
		watch_begin(w);
		r = db_exec(db, &e, "SAVEPOINT s; SELECT pg_sleep(0.%d)",
		    24 + i % 4);
		watch_end(w, &seen);
		/* Between steps nothing is ever called off. */
		wrong += r && !seen.called_off;
		hit += r != 0;
		err_release(&e);
		if (db_exec(db, &e, "ROLLBACK TO s"))
			wrong++;
		err_release(&e);
	}
	tap_ok(wrong == 0 && hit > 0,
	    "of 16 steps %d were called off, %d by mistake", hit, wrong);
	pgsql_do(db, "ROLLBACK");
	other_end(&o);
	watch_seen_release(&seen);
	watch_stop(w);
}

static void
test_dead(void)
{
	struct dsn bad = { 0 };
	struct watch_seen seen = { 0 };
	struct watch *w;

	pgsql_dsn(&bad, "nosuch");
	w = watch_start(&bad, db, (struct watch_limits){ 0 }, &e);
	tap_ok(!w && strstr(e.msg, "nosuch"), "no such database: %s", e.msg);
	err_release(&e);
	dsn_release(&bad);
	w = start(0, 100);
	pgsql_do(other, "SELECT pg_terminate_backend(pid) FROM"
	    " pg_stat_activity WHERE backend_type = 'client backend' AND"
	    " application_name <> 'test'");
	watch_begin(w);
	pgsql_do(db, "SELECT pg_sleep(0.4)");
	watch_end(w, &seen);
	tap_ok(!seen.called_off, "without its session it only says so");
	watch_stop(w);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	other = pgsql_open("postgres");
	third = pgsql_open("postgres");
	pgsql_dsn(&dsn, "postgres");
	pgsql_do(db, "SET search_path = public; CREATE TABLE t (a int);"
	    " CREATE ROLE weak LOGIN; CREATE TABLE mine (a int);"
	    " ALTER TABLE mine OWNER TO weak");
	pgsql_do(other, "SET search_path = public");
	pgsql_do(third, "SET search_path = public");
	test_quick();
	test_blockers();
	test_budget();
	test_ordinary();
	test_races();
	pgsql_do(other, "SET application_name = 'test'");
	test_dead();
	db_close(third);
	db_close(other);
	db_close(db);
	dsn_release(&dsn);
	return tap_done();
}
