/* test_locks.c - one migrator at a time. */
#include "ub/migrate/locks.h"

#include "mig.h"
#include "mig_other.h"
#include "sys/clock.h"

static struct db *db, *other;
static struct err e;

#define OWN "8458372998098285153"

/* The keys that the server knows to be held, as a tool would name them. */
#define HELD "SELECT string_agg(((classid::int8 << 32) | objid::int8)::text," \
	" ' ' ORDER BY classid, objid) FROM pg_locks WHERE locktype =" \
	" 'advisory' AND objsubid = 1 AND granted AND database =" \
	" (SELECT oid FROM pg_database WHERE datname = current_database())"

static void
chosen(enum migrate_tool t, const char *table, int driven, const char *want)
{
	const char *names[2] = { "public", table };
	struct locks l = { 0 };

	locks_choose(&l, t, names, "mydb", driven);
	tap_ok(locks_take(db, &l, 0, &e) == 0, "%s: %d keys",
	    migrate_tool_name(t), (int)l.n);
	mig_is(db, HELD, want, "as the server has them");
	tap_ok(locks_take(db, &l, 0, &e) == 0, "taken again");
	locks_drop(db);
	mig_is(db, HELD, "(null)", "given back");
}

static void
test_keys(void)
{
	chosen(MIGRATE_PRISMA, "_prisma_migrations", 0, "72707369 " OWN);
	chosen(MIGRATE_GOLANG, "schema_migrations", 0,
	    "616192132 2103762914 " OWN);
	chosen(MIGRATE_FLYWAY, "flyway_schema_history", 0,
	    "77433833903597 " OWN);
	chosen(MIGRATE_DBMATE, "schema_migrations", 0, OWN);
	chosen(MIGRATE_SQITCH, "changes", 0, "75474063 " OWN);
	chosen(MIGRATE_SQITCH, "changes", 1, OWN);
	chosen(MIGRATE_ALEMBIC, "alembic_version", 1, OWN);
}

static void
test_two(void)
{
	const char *names[2] = { "public", "_prisma_migrations" };
	struct other o = { .db = other, .ms = 200,
		.sql = "SELECT pg_advisory_unlock_all()" };
	struct db *elsewhere = pgsql_open("template1");
	struct locks l = { 0 };
	int64_t began;

	locks_choose(&l, MIGRATE_PRISMA, names, "postgres", 0);
	tap_ok(locks_take(elsewhere, &l, 0, &e) == 0, "in another database");
	pgsql_do(other, "SET application_name = 'prisma';"
	    " SELECT pg_advisory_lock(72707369)");
	tap_ok(locks_take(db, &l, 0, &e) == -1 && e.code == ERR_LATER &&
	    strcmp(e.kind, "migrate.lock") == 0 && strstr(e.msg,
	    " (prisma), for ") && strstr(e.msg, "running: pid "), "%s",
	    e.msg ? e.msg : "taken");
	err_release(&e);
	mig_is(db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
	    " AND pid = pg_backend_pid()", "0", "none is kept");
	began = clock_ms();
	tap_ok(locks_take(db, &l, 300, &e) == -1 && clock_ms() - began >= 300
	    && clock_ms() - began < 2000, "after %d ms",
	    (int)(clock_ms() - began));
	err_release(&e);
	other_start(&o);
	tap_ok(locks_take(db, &l, 20000, &e) == 0, "until it lets go: %s",
	    e.msg ? e.msg : "");
	mig_is(db, HELD, "72707369 " OWN, "then it is ours");
	other_end(&o);
	locks_drop(db);
	/* Two keys of 32 bits are another lock. */
	pgsql_do(other, "SELECT pg_advisory_lock(0, 72707369)");
	tap_ok(locks_take(db, &l, 0, &e) == 0, "another kind of key");
	locks_drop(db);
	pgsql_do(other, "SELECT pg_advisory_unlock_all()");
	db_close(elsewhere);
}

static void
test_lost(void)
{
	const char *names[2] = { "public", "_prisma_migrations" };
	struct locks l = { 0 };

	locks_choose(&l, MIGRATE_PRISMA, names, "postgres", 0);
	locks_take(db, &l, 0, &e);
	pgsql_do(db, "DISCARD ALL");
	mig_is(db, HELD, "(null)", "DISCARD ALL lets go of them");
	tap_ok(locks_take(db, &l, 0, &e) == 0, "and they are there again");
	mig_is(db, HELD, "72707369 " OWN, "both");
	pgsql_do(db, "SELECT pg_advisory_unlock(72707369)");
	pgsql_do(other, "SELECT pg_advisory_lock(72707369)");
	tap_ok(locks_take(db, &l, 0, &e) == -1 && e.code == ERR_LATER &&
	    strcmp(e.kind, "migrate.lock") == 0, "another one has one of them");
	err_release(&e);
	mig_is(db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
	    " AND pid = pg_backend_pid()", "0", "then we have none");
	pgsql_do(other, "SELECT pg_advisory_unlock_all()");
	tap_ok(locks_take(db, &l, 0, &e) == 0, "it has let go");
	locks_take(db, &l, 0, &e);
	locks_drop(db);
	mig_is(db, HELD, "(null)", "as often as they were taken");
	tap_ok(!e.msg, "no error: %s", e.msg ? e.msg : "");
}

static void
test_waiters(void)
{
	const char *names[2] = { "public", "_prisma_migrations" };
	struct other o = { .db = other, .sql = "SET lock_timeout = '2s';"
	    " SELECT pg_advisory_lock(72707369)" };
	struct locks l = { 0 };
	struct vec who = { 0 };
	int i;

	locks_choose(&l, MIGRATE_PRISMA, names, "postgres", 0);
	locks_take(db, &l, 0, &e);
	tap_ok(locks_waiters(db, &l, &who, &e) == 0 && who.n == 0, "nobody");
	other_start(&o);
	for (i = 0; i < 200 && who.n == 0; i++) {
		other_pause(10);
		locks_waiters(db, &l, &who, &e);
	}
	tap_ok(who.n == 1 && strstr(who.v[0], "(prisma)") && strncmp(
	    who.v[0], "pid ", 4) == 0, "%s", who.n ? who.v[0] : "-");
	vec_release(&who);
	locks_drop(db);
	other_end(&o);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	other = pgsql_open("postgres");
	test_keys();
	test_two();
	test_lost();
	test_waiters();
	db_close(other);
	db_close(db);
	return tap_done();
}
