/* test_resolve.c - what somebody has decided. */
#include "ub/migrate/resolve.h"

#include "mig_project.h"
#include "ub/migrate/record.h"

#define URL "database.url=dbname=postgres"
#define SET(...) (const char *const []){ __VA_ARGS__, NULL }

static struct cli cli;
static struct project p;

/* Decide; "done, done", with + if the ledger was made, or the error. */
static void
resolves(enum resolve_what what, const char *name, const char *want,
    const char *text)
{
	struct resolve r = { .what = what, .name = name };
	struct buf b = { 0 };
	size_t i;

	if (project_look(&p, &e) || resolve_run(&cli, &p, &r, &e))
		buf_printf(&b, "%d %s %s", (int)e.code, e.kind, e.msg);
	else
		for (i = 0; i < r.done.n; i++)
			buf_printf(&b, "%s%s", i ? " " : r.created ? "+" : "",
			    r.done.v[i]);
	tap_is(buf_text(&b), want, text);
	err_release(&e);
	buf_release(&b);
	resolve_release(&r);
	mig_is(p.db, "SELECT count(*) FROM pg_locks WHERE locktype ="
	    " 'advisory' AND pid = pg_backend_pid()", "0", "no lock is kept");
}

/* A letter for each: applied, pending, failed, edited. */
static void
state_is(const char *want, const char *text)
{
	struct buf b = { 0 };
	size_t i;

	if (project_look(&p, &e))
		buf_puts(&b, e.msg);
	for (i = 0; i < p.state.n; i++)
		buf_putc(&b, !p.state.v[i].file ? '?' : p.state.v[i].edited &&
		    p.state.v[i].state != MIGRATE_FAILED ? 'e' :
		    "apf"[p.state.v[i].state]);
	tap_is(buf_text(&b), want, text);
	buf_release(&b);
	err_release(&e);
}

static void
start(const char *files)
{
	char *bad;

	project_release(&p);
	pgsql_do(db, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
	proj_start(files, SET(URL));
	bad = proj_open(&p);
	if (bad) {
		printf("Bail out! %s\n", bad);
		exit(1);
	}
}

static void
test_prisma(void)
{
	start("migrations/1_a/migration.sql migrations/2_b/migration.sql "
	    "migrations/3_c/migration.sql");
	resolves(RESOLVE_ROLLED_BACK, "1_a", "2 migrate.resolve migration "
	    "'1_a' has not failed", "nothing has failed");
	resolves(RESOLVE_EDITED, "1_a", "2 migrate.resolve migration '1_a' "
	    "was not edited", "nor edited");
	resolves(RESOLVE_APPLIED, "4", "2 migrate.name there is no migration "
	    "'4'", "none of that name");
	cli.common.dry_run = 1;
	resolves(RESOLVE_APPLIED, "1", "1_a", "only to see");
	resolves(RESOLVE_BASELINE, "2_b", "1_a 2_b", "only to see");
	cli.common.dry_run = 0;
	mig_is(db, "SELECT to_regclass('public._prisma_migrations')",
	    "(null)", "changes nothing");
	resolves(RESOLVE_BASELINE, "2_b", "+1_a 2_b", "a baseline");
	state_is("aap", "up to it");
	resolves(RESOLVE_BASELINE, "3_c", "4 migrate.baseline the ledger "
	    "public._prisma_migrations holds migrations already", "twice");
	resolves(RESOLVE_APPLIED, "2_b", "2 migrate.resolve migration '2_b' "
	    "is applied already", "it is");
	pgsql_do(db, "UPDATE public._prisma_migrations SET checksum = 'x'"
	    " WHERE migration_name = '1_a'; INSERT INTO"
	    " public._prisma_migrations (id, checksum, migration_name)"
	    " VALUES ('x', 'y', '3_c'), ('z', 'y', '0_gone')");
	state_is("eaf?", "edited, failed, and without a file");
	resolves(RESOLVE_EDITED, "1_a", "1_a", "right as it is");
	resolves(RESOLVE_APPLIED, "0_gone", "2 migrate.resolve migration "
	    "'0_gone' has no file", "no file");
	resolves(RESOLVE_ROLLED_BACK, "3_c", "3_c", "taken back");
	state_is("aap?", "so it is to come");
	resolves(RESOLVE_ROLLED_BACK, "3_c", "2 migrate.resolve migration "
	    "'3_c' has not failed", "not twice");
	resolves(RESOLVE_APPLIED, "3_c", "3_c", "or counts");
	state_is("aaa?", "as applied");
}

static void
test_golang(void)
{
	start("migrations/1_a.up.sql migrations/2_b.up.sql "
	    "migrations/3_c.up.sql");
	resolves(RESOLVE_BASELINE, "2", "+1_a 2_b",
	    "one row for all");
	mig_is(db, "SELECT string_agg(version || ' ' || dirty, ',') FROM"
	    " public.schema_migrations", "2 false", "as it has it");
	pgsql_do(db, "UPDATE public.schema_migrations SET version = 3,"
	    " dirty = true");
	resolves(RESOLVE_ROLLED_BACK, "3", "3_c", "taken back");
	state_is("aap", "to the one before");
	pgsql_do(db, "UPDATE public.schema_migrations SET version = 1,"
	    " dirty = true");
	resolves(RESOLVE_ROLLED_BACK, "1", "1_a", "and the first");
	state_is("ppp", "to nothing");
	resolves(RESOLVE_APPLIED, "2", "2 migrate.resolve migration "
	    "'2' comes after '1_a', which is not applied, and "
	    "golang-migrate has one row for all", "not over others");
	resolves(RESOLVE_APPLIED, "1", "1_a", "the next");
	state_is("app", "counts");
}

static void
test_flyway(void)
{
	start("migrations/V1__a.sql migrations/V2.0__b.sql "
	    "migrations/V3__c.sql migrations/R__v.sql");
	resolves(RESOLVE_BASELINE, "R__v.sql", "2 migrate.resolve migration "
	    "'R__v.sql' has no version", "what has no version");
	resolves(RESOLVE_BASELINE, "V2.0__b.sql",
	    "+V1__a V2.0__b", "one row");
	state_is("aapp", "for both");
	mig_is(db, "SELECT string_agg(type, ' ') FROM"
	    " public.flyway_schema_history", "BASELINE", "of its kind");
	resolves(RESOLVE_APPLIED, "R__v.sql", "R__v", "a repeatable one");
	resolves(RESOLVE_APPLIED, "V3__c.sql", "V3__c", "a version");
	pgsql_do(db, "UPDATE public.flyway_schema_history SET checksum = 1,"
	    " version = nullif('0' || version || '.0', NULL) WHERE type ="
	    " 'SQL'");
	state_is("aaee", "edited, and in other words");
	resolves(RESOLVE_EDITED, "V3__c.sql", "V3__c", "right as it is");
	resolves(RESOLVE_EDITED, "R__v.sql", "R__v", "and the other");
	state_is("aaaa", "all");
}

static void
test_dbmate(void)
{
	start("migrations/1_a.sql migrations/2_b.sql");
	pgsql_do(db, "CREATE TABLE public.ub_migrate_steps (migration text"
	    " NOT NULL, step int NOT NULL, sum text NOT NULL, note text,"
	    " begun timestamptz, done timestamptz, PRIMARY KEY (migration,"
	    " step)); INSERT INTO public.ub_migrate_steps (migration, step,"
	    " sum, done) VALUES ('1_a', 0, 'x', now())");
	resolves(RESOLVE_ROLLED_BACK, "1_a.sql", "+1_a",
	    "what we have begun ourselves");
	mig_is(db, "SELECT to_regclass('public.ub_migrate_steps')", "(null)",
	    "is forgotten");
	resolves(RESOLVE_BASELINE, "2_b.sql", "1_a 2_b", "all");
	state_is("aa", "are applied");
}

static void
test_refused(void)
{
	struct db *other = pgsql_open("postgres");
	struct resolve r = { .what = RESOLVE_APPLIED, .name = "1_a.sql" };

	start("migrations/1_a.sql");
	pgsql_do(other, "SELECT pg_advisory_lock(8458372998098285153)");
	tap_ok(project_look(&p, &e) == 0 && resolve_run(&cli, &p, &r, &e)
	    == -1 && strcmp(e.kind, "migrate.lock") == 0,
	    "another one is at it");
	err_release(&e);
	state_is("p", "nothing is written");
	db_close(other);
	project_release(&p);
	proj_start("README", SET(URL, "migrate.ledger=alembic"));
	free(proj_open(&p));
	resolves(RESOLVE_APPLIED, "1", "2 migrate.driven the ledger of "
	    "alembic is written by its own program alone", "not ours");
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	test_prisma();
	test_golang();
	test_flyway();
	test_dbmate();
	test_refused();
	project_release(&p);
	proj_end();
	return tap_done();
}
