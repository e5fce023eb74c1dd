/* test_project.c - which migrations, which ledger, which database. */
#include "mig_project.h"

#define URL "database.url=dbname=postgres"
#define APP "database.url=postgresql:///postgres?schema=app"
#define NOWHERE "2 migrate.dir there is no folder of migrations below '', " \
	"and no ledger in database 'postgres'"
#define OUTSIDE "4 migrate.ledgers there is no ledger where it is looked " \
	"for, but there is one elsewhere: "

/* "tool/layout dir schema ledger applied/pending", or the error. */
static void
is_project(const char *files, const char *const *set, const char *want,
    const char *what)
{
	struct project p = { 0 };
	char *got;

	proj_start(files, set);
	got = proj_open(&p);
	if (!got)
		got = mem_printf("%s/%s %s %s %s%s.%s %zu/%zu",
		    migrate_tool_name(p.tool), migrate_tool_name(p.layout),
		    p.dir ? p.dir + strlen(root) : "-",
		    p.schema ? p.schema : "-", p.has_ledger ? "" : "new ",
		    p.ledger.schema ? p.ledger.schema : "-",
		    p.ledger.table ? p.ledger.table : "-",
		    p.state.n - p.state.pending, p.state.pending);
	tap_is(got, want, what);
	if (p.db)
		tap_ok(db_tx(p.db) == DB_TX_NONE, "no transaction is open");
	free(got);
	project_release(&p);
}

#define SET(...) (const char *const []){ __VA_ARGS__, NULL }

static void
test_places(void)
{
	is_project("prisma/migrations/1_a/migration.sql", SET(URL),
	    "prisma/prisma /prisma/migrations public new "
	    "public._prisma_migrations 0/1", "Prisma's place");
	is_project("db/migrations/1_a.sql db/migrations/2_b.sql", SET(URL),
	    "dbmate/dbmate /db/migrations - new public.schema_migrations "
	    "0/2", "dbmate's");
	is_project("migrations/1_a.up.sql", SET(URL), "golang-migrate/"
	    "golang-migrate /migrations - new public.schema_migrations 0/1",
	    "golang-migrate's");
	is_project("src/main/resources/db/migration/V1__a.sql", SET(URL),
	    "flyway/flyway /src/main/resources/db/migration - new "
	    "public.flyway_schema_history 0/1", "Flyway's");
	is_project("sql/readme.txt migrations/0001_x.py db/migrations/1_a.sql",
	    SET(URL), "dbmate/dbmate /db/migrations - new "
	    "public.schema_migrations 0/1", "what is none does not count");
	is_project("migrations/1_a.up.sql db/migrations/1_a.sql", SET(URL),
	    "2 migrate.dir there are migrations in '/db/migrations' and in "
	    "'/migrations'", "two places");
	is_project("migrations/1_a.up.sql db/migrations/1_a.sql",
	    SET(URL, "migrate.dir=/nosuch"), "2 migrate.dir there is no "
	    "folder '/nosuch' of migrations", "a folder that is none");
	is_project("README", SET(URL), "2 migrate.dir there is no folder of "
	    "migrations below '', and no ledger in database 'postgres'",
	    "nothing at all");
	is_project("README", SET(URL, "migrate.ledger=alembic"),
	    "alembic/none - - new -.- 0/0", "one with programs");
}

/* A place that is there, and waits for the first migration. */
static void
test_bare(void)
{
	is_project("db/migrations/.gitkeep", SET(URL), "dbmate/dbmate "
	    "/db/migrations - new public.schema_migrations 0/0",
	    "by its name");
	is_project("db/migrations/.gitkeep", SET(URL, "migrate.ledger=flyway"),
	    "flyway/flyway /db/migrations - new "
	    "public.flyway_schema_history 0/0", "by migrate.ledger");
	is_project("migrations/.gitkeep sql/.gitkeep", SET(URL), NOWHERE,
	    "no telling");
	is_project("migrations/.gitkeep", SET(URL), NOWHERE, "nor whose");
	is_project("db/migrations/readme.txt", SET(URL), NOWHERE,
	    "something else is in it");
	is_project("db/migrations/.gitkeep migrations/1_a.up.sql", SET(URL),
	    "golang-migrate/golang-migrate /migrations - new "
	    "public.schema_migrations 0/1", "but not if others are not bare");
	pgsql_do(db, "CREATE TABLE public.schema_migrations (version bigint"
	    " NOT NULL PRIMARY KEY, dirty boolean NOT NULL)");
	is_project("db/migrations/.gitkeep", SET(URL), "golang-migrate/"
	    "golang-migrate /db/migrations - public.schema_migrations 0/0",
	    "by the ledger, rather than by the name");
	is_project("migrations/.gitkeep", SET(URL), "golang-migrate/"
	    "golang-migrate /migrations - public.schema_migrations 0/0",
	    "by the ledger");
	pgsql_do(db, "DROP TABLE public.schema_migrations; CREATE TABLE"
	    " public.alembic_version (version_num varchar(32) PRIMARY KEY)");
	is_project("db/migrations/.gitkeep", SET(URL), "alembic/none - - "
	    "public.alembic_version 0/0", "which may be of programs");
	pgsql_do(db, "DROP TABLE public.alembic_version");
}

static void
test_database(void)
{
	is_project("db/migrations/1_a.sql", NULL, "2 config.missing no "
	    "database is configured", "none");
	is_project("db/migrations/1_a.sql", SET("database.a.url=dbname=x",
	    "database.b.url=dbname=postgres"), "2 config.missing there are "
	    "several databases: which one is migrated?", "several");
	is_project("db/migrations/1_a.sql", SET("database.a.url=dbname=x",
	    "database.b.url=dbname=postgres", "migrate.database=b"),
	    "dbmate/dbmate /db/migrations - new public.schema_migrations "
	    "0/1", "the one");
	is_project("db/migrations/1_a.sql", SET(URL, "migrate.database=c"),
	    "2 config.value migrate.database: there is no database 'c'",
	    "another one");
}

static void
test_ledgers(void)
{
	pgsql_do(db, "CREATE SCHEMA app; CREATE SCHEMA \"Odd 1\"");
	is_project("prisma/migrations/1_a/migration.sql",
	    SET("database.url=postgresql:///postgres?schema=app"),
	    "prisma/prisma /prisma/migrations app new "
	    "app._prisma_migrations 0/1", "in a schema");
	is_project("db/migrations/1_a.sql",
	    SET("database.url=postgresql:///postgres?schema=Odd%201"),
	    "dbmate/dbmate /db/migrations Odd 1 new "
	    "Odd 1.schema_migrations 0/1", "of an odd name");
	pgsql_do(db, "CREATE TABLE app.schema_migrations (version varchar"
	    " PRIMARY KEY); INSERT INTO app.schema_migrations VALUES ('1')");
	is_project("db/migrations/1_a.sql db/migrations/2_b.sql", SET(APP),
	    "dbmate/dbmate /db/migrations app app.schema_migrations 1/1",
	    "one that is there");
	is_project("db/migrations/1_a.sql", SET(URL), OUTSIDE
	    "app.schema_migrations (dbmate)", "but not where it is looked "
	    "for");
	is_project("db/migrations/1_a.sql", SET("database.url=dbname=postgres"
	    " options=-csearch_path=app"), "dbmate/dbmate /db/migrations - "
	    "app.schema_migrations 1/0", "which the session says");
	is_project("migrations/1_a.up.sql", SET(APP), "4 migrate.ledgers the "
	    "ledger app.schema_migrations is that of dbmate, but "
	    "'/migrations' is a folder of golang-migrate",
	    "of another tool than the folder");
	is_project("db/migrations/1_a.sql",
	    SET("database.url=postgresql:///postgres?schema=public"),
	    "dbmate/dbmate /db/migrations public new "
	    "public.schema_migrations 0/1", "not in this schema");
	is_project("README", SET(APP), "2 migrate.dir there is no folder of "
	    "migrations below ''", "without a folder");
	pgsql_do(db, "ALTER TABLE app.schema_migrations SET SCHEMA public");
	pgsql_do(db, "CREATE TABLE public.alembic_version (version_num"
	    " varchar(32) PRIMARY KEY)");
	is_project("db/migrations/1_a.sql", SET(URL), "4 migrate.ledgers "
	    "there are ledgers of several tools: public.alembic_version "
	    "(alembic), public.schema_migrations (dbmate)", "two");
	is_project("db/migrations/1_a.sql", SET(URL,
	    "migrate.ledger=dbmate"), "dbmate/dbmate /db/migrations - "
	    "public.schema_migrations 1/0", "the one");
	is_project("db/migrations/1_a.sql", SET(URL,
	    "migrate.ledger=alembic"), "alembic/none - - "
	    "public.alembic_version 0/0", "the other");
	pgsql_do(db, "DROP TABLE public.alembic_version;"
	    " DROP TABLE public.schema_migrations;"
	    " CREATE SCHEMA prisma_contract;"
	    " CREATE TABLE prisma_contract.marker (id smallint)");
	is_project("prisma/migrations/1_a/migration.sql", SET(URL),
	    "4 migrate.prisma8 the ledger is that of Prisma 8, which ub does "
	    "not know", "Prisma 8's");
	pgsql_do(db, "DROP SCHEMA prisma_contract CASCADE");
}

/* What is there without a ledger, and what an extension brought. */
static void
test_empty(void)
{
	struct project p = { 0 };
	char *got;

	proj_start("prisma/migrations/1_a/migration.sql", SET(URL));
	got = proj_open(&p);
	tap_ok(!got && p.is_empty, "empty: %s", got ? got : "");
	free(got);
	pgsql_do(db, "CREATE TABLE public.t (a int)");
	tap_ok(project_look(&p, &e) == 0 && !p.is_empty, "not empty");
	pgsql_do(db, "DROP TABLE public.t");
	pgsql_do(db, "CREATE TABLE public._prisma_migrations (id varchar(36)"
	    " PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at"
	    " timestamptz, migration_name varchar(255) NOT NULL, logs text,"
	    " rolled_back_at timestamptz, started_at timestamptz NOT NULL"
	    " DEFAULT now(), applied_steps_count int NOT NULL DEFAULT 0)");
	tap_ok(project_look(&p, &e) == 0 && p.has_ledger &&
	    p.state.pending == 1, "looked at again");
	pgsql_do(db, "DROP TABLE public._prisma_migrations");
	project_release(&p);
}

static void
found(struct project *p, const char *name, const char *want)
{
	const struct migrate_item *it;
	char *got;

	if (project_find(p, name, &it, &e))
		got = mem_printf("%d %s; %s", (int)e.code, e.msg,
		    e.hint ? e.hint : "");
	else
		got = mem_dup(it->file ? it->file->name : "ledger");
	tap_is(got, want, name);
	err_release(&e);
	free(got);
}

static void
test_find(void)
{
	struct project p = { 0 };

	proj_start("prisma/migrations/1_a/migration.sql "
	    "prisma/migrations/1_a_b/migration.sql "
	    "prisma/migrations/20260101_x/migration.sql", SET(URL));
	free(proj_open(&p));
	found(&p, "1_a", "1_a");
	found(&p, "1_a_b", "1_a_b");
	found(&p, "20260101", "20260101_x");
	found(&p, "1", "2 several migrations are called '1'; ");
	found(&p, "20260101_y", "2 there is no migration '20260101_y'; did "
	    "you mean '20260101_x'?");
	found(&p, "", "2 there is no migration ''; ");
	project_release(&p);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	test_places();
	test_bare();
	test_database();
	test_ledgers();
	test_empty();
	test_find();
	proj_end();
	return tap_done();
}
