/* test_ledger.c - the ledgers of other tools, made as those make them. */
#include "ub/migrate/ledger.h"

#include "base/buf.h"
#include "base/mem.h"
#include "pg.h"
#include "tap.h"

#define PRISMA "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY" \
	" NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ," \
	" migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at" \
	" TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now()," \
	" applied_steps_count INTEGER NOT NULL DEFAULT 0)"
#define DBMATE "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)"
#define GOLANG "CREATE TABLE schema_migrations (version bigint NOT NULL" \
	" PRIMARY KEY, dirty boolean NOT NULL)"
#define FLYWAY "CREATE TABLE flyway_schema_history (installed_rank INT NOT" \
	" NULL, version VARCHAR(50), description VARCHAR(200) NOT NULL," \
	" type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL," \
	" checksum INTEGER, installed_by VARCHAR(100) NOT NULL, installed_on" \
	" TIMESTAMP NOT NULL DEFAULT now(), execution_time INTEGER NOT NULL," \
	" success BOOLEAN NOT NULL)"

static struct db *db;
static struct err e;

/* A new schema "app" with these tables; it is the session's, too. */
static void
make(const char *sql)
{
	if (db_exec(db, &e, "DROP SCHEMA IF EXISTS app, sqitch, "
	    "prisma_contract CASCADE") ||
	    db_exec(db, &e, "CREATE SCHEMA app") ||
	    db_exec(db, &e, "SET search_path = app") ||
	    db_exec(db, &e, "%s", sql))
		printf("Bail out! %s\n", e.msg);
}

/* "schema.table tool: version=state[/name][#checksum][!logs] …" */
static void
opens(struct db *s, const char *schema, const char *want, const char *what)
{
	static const char *const states[] = { "applied", "failed", "back" };
	struct ledger l = { 0 };
	const struct ledger_row *w;
	struct buf b = { 0 };
	size_t i;

	if (db_exec(s, &e, "BEGIN") == 0 &&
	    ledger_open(s, schema, MIGRATE_NONE, &l, &e) == 0 &&
	    l.tool != MIGRATE_NONE && ledger_read(s, &l, &e) == 0)
		buf_printf(&b, "%s.%s %s:", l.schema, l.table,
		    migrate_tool_name(l.tool));
	for (i = 0; i < l.n; i++) {
		w = &l.v[i];
		buf_printf(&b, " %s=%s", w->version ? w->version : "-",
		    states[w->state]);
		if (w->name)
			buf_printf(&b, "/%s", w->name);
		if (w->checksum)
			buf_printf(&b, "#%s", w->checksum);
		if (w->logs)
			buf_printf(&b, "!%s", w->logs);
	}
	if (e.code)
		buf_printf(&b, "%d %s", (int)e.code, e.kind);
	tap_is(buf_text(&b), want, what);
	buf_release(&b);
	err_release(&e);
	db_exec(s, &e, "ROLLBACK");
	err_release(&e);
	ledger_release(&l);
}

/* What suits a varchar or a name better than the server's own. */
static void
test_hostile(void)
{
	static const char traps[] = "; CREATE FUNCTION lie(name, text)"
	    " RETURNS text LANGUAGE sql AS 'SELECT ''x''::text';"
	    " CREATE OPERATOR || (FUNCTION = lie, LEFTARG = name, RIGHTARG ="
	    " text);"
	    " CREATE FUNCTION lie(varchar, text) RETURNS bool LANGUAGE sql AS"
	    " 'SELECT false';"
	    " CREATE OPERATOR <> (FUNCTION = lie, LEFTARG = varchar, RIGHTARG"
	    " = text);"
	    " CREATE FUNCTION array_position(name[], name) RETURNS int"
	    " LANGUAGE sql AS 'SELECT NULL::int';"
	    " CREATE FUNCTION starts_with(varchar, varchar) RETURNS bool"
	    " LANGUAGE sql AS 'SELECT true'";
	char *sql = mem_printf(DBMATE "; INSERT INTO schema_migrations"
	    " VALUES ('1')%s", traps);

	make(sql);
	opens(db, NULL, "app.schema_migrations dbmate: 1=applied",
	    "operators that lie, dbmate");
	free(sql);
	sql = mem_printf(FLYWAY "; INSERT INTO flyway_schema_history"
	    " VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', 7, 'me', now(), 1,"
	    " true)%s", traps);
	make(sql);
	opens(db, NULL, "app.flyway_schema_history flyway: 1=applied/a#7",
	    "Flyway");
	free(sql);
	sql = mem_printf("CREATE TABLE django_migrations (id bigint, app"
	    " varchar, name varchar, applied timestamptz); INSERT INTO"
	    " django_migrations VALUES (1, 'shop', 'a', now())%s", traps);
	make(sql);
	opens(db, NULL, "app.django_migrations django: shop.a=applied",
	    "Django");
	free(sql);
}

static void
test_each(void)
{
	make("SELECT 1");
	opens(db, NULL, "", "none");
	make(PRISMA "; INSERT INTO _prisma_migrations (id, checksum,"
	    " finished_at, migration_name, logs, rolled_back_at, started_at)"
	    " VALUES ('3', 'c', NULL, '3_c', 'boom', NULL, '2026-01-03'),"
	    " ('1', 'a', '2026-01-01', '1_a', NULL, NULL, '2026-01-01'),"
	    " ('2', 'b', NULL, '2_b', 'bad', '2026-01-04', '2026-01-02'),"
	    " ('4', 'b', '2026-01-05', '2_b', NULL, NULL, '2026-01-05')");
	opens(db, "app", "app._prisma_migrations prisma: 1_a=applied#a "
	    "2_b=back#b!bad 3_c=failed#c!boom 2_b=applied#b", "Prisma's");
	make(DBMATE "; INSERT INTO schema_migrations VALUES ('2'), ('10')");
	opens(db, NULL, "app.schema_migrations dbmate: 10=applied 2=applied",
	    "dbmate's");
	make(GOLANG "; INSERT INTO schema_migrations VALUES (7, true)");
	opens(db, "app", "app.schema_migrations golang-migrate: 7=failed",
	    "golang-migrate's");
	make(GOLANG "; INSERT INTO schema_migrations VALUES (-1, false)");
	opens(db, NULL, "app.schema_migrations golang-migrate:",
	    "all of it taken back");
	make(FLYWAY "; INSERT INTO flyway_schema_history VALUES"
	    " (2, NULL, 'views', 'SQL', 'R__views.sql', -5, 'u', now(), 1,"
	    " true), (1, '1.2', 'add', 'SQL', 'V1_2__add.sql', 7, 'u', now(),"
	    " 1, true), (3, '2', 'x', 'SQL', 'V2__x.sql', 8, 'u', now(), 1,"
	    " false)");
	opens(db, NULL, "app.flyway_schema_history flyway: "
	    "1.2=applied/add#7 -=applied/views#-5 2=failed/x#8", "Flyway's");
	make("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
	    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));"
	    " INSERT INTO alembic_version VALUES ('ae1')");
	opens(db, NULL, "app.alembic_version alembic: ae1=applied",
	    "Alembic's");
	make("CREATE TABLE django_migrations (id bigint GENERATED BY DEFAULT"
	    " AS IDENTITY PRIMARY KEY, app varchar(255) NOT NULL, name"
	    " varchar(255) NOT NULL, applied timestamptz NOT NULL);"
	    " INSERT INTO django_migrations (app, name, applied) VALUES"
	    " ('shop', '0001_initial', now())");
	opens(db, NULL, "app.django_migrations django: "
	    "shop.0001_initial=applied", "Django's");
	make("CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id"
	    " text PRIMARY KEY, script_hash text, change text NOT NULL,"
	    " project text NOT NULL, note text NOT NULL DEFAULT '',"
	    " committed_at timestamptz NOT NULL DEFAULT now());"
	    " INSERT INTO sqitch.changes VALUES ('c1', 'h', 'add', 'p')");
	opens(db, "app", "sqitch.changes sqitch: c1=applied/add#h",
	    "Sqitch's, in its own schema");
}

static void
test_none(void)
{
	make(DBMATE "; CREATE TABLE ar_internal_metadata (key varchar)");
	opens(db, NULL, "", "Rails has the same table, and another");
	make("CREATE TABLE schema_migrations (version bigint, hash text)");
	opens(db, NULL, "", "another tool's of the same name");
	make("CREATE VIEW _prisma_migrations AS SELECT 1 AS migration_name");
	opens(db, NULL, "", "a view");
	make(PRISMA);
	opens(db, "other", "", "not in the schema that is meant");
	opens(db, "app", "app._prisma_migrations prisma:", "no rows");
}

/* Where each tool looks when nobody has said in which schema. */
static void
test_path(void)
{
	make(DBMATE "; INSERT INTO schema_migrations VALUES ('1'); CREATE"
	    " TABLE public.schema_migrations (version varchar PRIMARY KEY)");
	opens(db, NULL, "app.schema_migrations dbmate: 1=applied",
	    "the session's own, of two");
	db_exec(db, &e, "SET search_path = public, app");
	opens(db, NULL, "public.schema_migrations dbmate:", "so the other");
	opens(db, "app", "app.schema_migrations dbmate: 1=applied",
	    "or what was said");
	db_exec(db, &e, "DROP TABLE public.schema_migrations");
	opens(db, NULL, "4 migrate.ledgers", "dbmate looks nowhere else");
	make(GOLANG);
	db_exec(db, &e, "SET search_path = public, app");
	opens(db, NULL, "4 migrate.ledgers", "nor does golang-migrate");
	make(FLYWAY);
	db_exec(db, &e, "SET search_path = public");
	opens(db, NULL, "4 migrate.ledgers", "nor Flyway");
	make("CREATE TABLE alembic_version (version_num VARCHAR(32)); CREATE"
	    " SCHEMA sqitch; CREATE TABLE sqitch.alembic_version (version_num"
	    " VARCHAR(32))");
	db_exec(db, &e, "SET search_path = public, app, sqitch");
	opens(db, NULL, "app.alembic_version alembic:", "Alembic the first");
	db_exec(db, &e, "SET search_path = public");
	opens(db, NULL, "4 migrate.ledgers", "of those in the path");
	make(PRISMA);
	opens(db, NULL, "4 migrate.ledgers", "Prisma's is in public");
	db_exec(db, &e, "ALTER TABLE app._prisma_migrations SET SCHEMA"
	    " public");
	opens(db, NULL, "public._prisma_migrations prisma:",
	    "whatever the path is");
	db_exec(db, &e, "%s", "SET search_path = app; " DBMATE);
	opens(db, NULL, "4 migrate.ledgers", "two tools, each at home");
	db_exec(db, &e, "DROP TABLE public._prisma_migrations");
}

static void
test_refused(void)
{
	struct db *weak;

	make(PRISMA "; " GOLANG);
	opens(db, "app", "4 migrate.ledgers", "two of them");
	make("CREATE SCHEMA prisma_contract; CREATE TABLE"
	    " prisma_contract.marker (id smallint PRIMARY KEY DEFAULT 1)");
	opens(db, "app", "4 migrate.prisma8", "Prisma 8's");
	make(PRISMA);
	db_exec(db, &e, "DROP ROLE IF EXISTS weak");
	db_exec(db, &e, "CREATE ROLE weak LOGIN");
	weak = pg_session("dbname=postgres user=weak");
	opens(weak, "app", "3 db.right", "one that may not be read");
	db_exec(db, &e, "GRANT USAGE ON SCHEMA app TO weak");
	opens(weak, "app", "3 db.right", "nor so");
	db_exec(db, &e, "GRANT SELECT ON app._prisma_migrations TO weak");
	db_exec(weak, &e, "SET default_transaction_read_only = on");
	opens(weak, "app", "app._prisma_migrations prisma:",
	    "SELECT alone is enough");
	db_close(weak);
}

static void
test_odd_names(void)
{
	make("SELECT 1");
	db_exec(db, &e, "DROP SCHEMA IF EXISTS \"a \"\"b%%s\" CASCADE");
	db_exec(db, &e, "CREATE SCHEMA \"a \"\"b%%s\"");
	db_exec(db, &e, "SET search_path = \"a \"\"b%%s\"");
	db_exec(db, &e, "%s", DBMATE);
	db_exec(db, &e, "SET search_path = app");
	opens(db, "a \"b%s", "a \"b%s.schema_migrations dbmate:",
	    "a schema of an odd name");
	db_exec(db, &e, "DROP SCHEMA \"a \"\"b%%s\" CASCADE");
}

int
main(void)
{
	pg_start("log_min_messages=fatal");
	db = pg_session("dbname=postgres");
	test_each();
	test_hostile();
	test_none();
	test_path();
	test_refused();
	test_odd_names();
	db_close(db);
	err_release(&e);
	return tap_done();
}
