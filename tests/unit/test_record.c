/* test_record.c - ledgers as their tools would have written them. */
#include "ub/migrate/record.h"

#include "mig.h"
#include "ub/migrate/compare.h"

#define S "\"Odd \"\"s %t \xc3\xa4\""
#define TEXT "create table a(i int);\ninsert into a values (1);\n"

static struct db *db;
static struct ledger l;
static struct migrate_dir files;
static struct record r;
static struct err e;

/* A new ledger of that tool, for this folder, in an oddly named schema. */
static void
start(enum migrate_tool t, const char *folder, const char *const *names)
{
	char *path, *dir;

	for (; *names; names++) {
		path = mem_printf("%s/%s", folder, *names);
		dir = mig_file(path, TEXT);
		free(path);
		free(dir);
	}
	ledger_release(&l);
	migrate_dir_release(&files);
	l = (struct ledger){ .tool = t,
		.schema = mem_dup("Odd \"s %t \xc3\xa4"),
		.table = mem_dup(record_table(t)) };
	dir = path_join(mig_dir, folder);
	if (migrate_dir_read(dir, t, &files, &e))
		pgsql_bail(folder, &e);
	free(dir);
	pgsql_do(db, "DROP SCHEMA IF EXISTS " S " CASCADE");
	pgsql_do(db, "CREATE SCHEMA " S);
	tap_ok(record_knows(t) && record_create(db, &l, &e) == 0 &&
	    record_create(db, &l, &e) == 0, "%s: made, twice: %s", folder,
	    e.msg ? e.msg : "");
	err_release(&e);
}

static const struct record *
of(size_t i)
{
	r = (struct record){ .m = &files.v[i],
		.before = i ? &files.v[i - 1] : NULL, .text = TEXT,
		.len = strlen(TEXT), .ms = 17 };
	return &r;
}

static void
done(int ret, const char *what)
{
	tap_ok(ret == 0, "%s%s%s", what, e.msg ? ": " : "",
	    e.msg ? e.msg : "");
	err_release(&e);
}

/* A letter for each file: applied, pending, failed, edited. */
static void
state_is(const char *want, const char *what)
{
	struct ledger now = { .tool = l.tool, .schema = mem_dup(l.schema),
		.table = mem_dup(l.table) };
	struct migrate_state s = { 0 };
	struct buf b = { 0 };
	size_t i;

	/* As ledger_open() leaves it. */
	pgsql_do(db, "BEGIN; SET LOCAL search_path = pg_catalog");
	if (ledger_read(db, &now, &e) || migrate_compare(&files, &now, &s,
	    &e))
		buf_puts(&b, e.msg);
	for (i = 0; i < s.n; i++)
		buf_putc(&b, !s.v[i].file ? '?' : s.v[i].edited ? 'e' :
		    "apf"[s.v[i].state]);
	pgsql_do(db, "ROLLBACK");
	tap_is(buf_text(&b), want, what);
	buf_release(&b);
	migrate_state_release(&s);
	ledger_release(&now);
	err_release(&e);
}

/* The table's columns and indexes, as the catalog has them. */
static void
columns_are(const char *columns, const char *indexes)
{
	mig_is(db, "SELECT string_agg(format('%s %s%s%s', attname,"
	    " format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN"
	    " '!' END, CASE WHEN atthasdef THEN '=' END), ', ' ORDER BY"
	    " attnum) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
	    " JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r'"
	    " AND attnum > 0 AND nspname LIKE 'Odd%'", columns, "columns");
	mig_is(db, "SELECT string_agg(relname || replace(replace(substring("
	    "pg_get_indexdef(indexrelid) FROM ' USING .*$'), ' USING btree ',"
	    " ''), ' ', '') || CASE WHEN indisprimary THEN '!' ELSE '' END,"
	    " ' ' ORDER BY relname) FROM pg_index JOIN pg_class c ON c.oid ="
	    " indexrelid JOIN pg_namespace n ON n.oid = relnamespace WHERE"
	    " nspname LIKE 'Odd%'", indexes, "indexes");
}

#define P S "._prisma_migrations"

static void
test_prisma(void)
{
	static const char *const names[] = { "1_a/migration.sql",
		"2_b'x/migration.sql", NULL };

	start(MIGRATE_PRISMA, "prisma", names);
	columns_are("id character varying(36)!, checksum character varying("
	    "64)!, finished_at timestamp with time zone, migration_name "
	    "character varying(255)!, logs text, rolled_back_at timestamp "
	    "with time zone, started_at timestamp with time zone!=, "
	    "applied_steps_count integer!=", "_prisma_migrations_pkey(id)!");
	state_is("pp", "nothing yet");
	done(record_applied(db, &l, of(0), &e), "applied");
	state_is("ap", "and it is");
	mig_is(db, "SELECT concat_ws(' ', id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-"
	    "4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$', checksum,"
	    " finished_at >= started_at, migration_name, logs IS NULL,"
	    " rolled_back_at IS NULL, applied_steps_count) FROM " P,
	    "t f50777f4566698f0ca983338033716cf22954b7f0073f48966a5a84120fbb"
	    "248 t 1_a t t 1", "as Prisma has it");
	done(record_begin(db, &l, of(1), &e), "begun");
	done(record_begin(db, &l, of(1), &e), "and again");
	mig_is(db, "SELECT count(*) FROM " P, "2", "one row for both");
	state_is("af", "begun");
	done(record_fail(db, &l, of(1), "it's %t", &e), "failed");
	mig_is(db, "SELECT logs FROM " P " WHERE finished_at IS NULL",
	    "it's %t", "why");
	done(record_roll_back(db, &l, of(1), &e), "taken back");
	state_is("ap", "so it is to come");
	done(record_begin(db, &l, of(1), &e), "begun anew");
	done(record_undo(db, &l, of(1), &e), "and it never was");
	mig_is(db, "SELECT count(*) || ' ' || count(rolled_back_at) FROM " P,
	    "2 1", "what was taken back stays");
	done(record_begin(db, &l, of(1), &e), "begun");
	done(record_fail(db, &l, of(1), "x", &e), "failed");
	done(record_resolve(db, &l, of(1), &e), "it counts");
	state_is("aa", "as applied");
	mig_is(db, "SELECT string_agg(concat_ws(' ', finished_at IS NOT NULL,"
	    " rolled_back_at IS NOT NULL, logs, applied_steps_count), ', '"
	    " ORDER BY started_at) FROM " P " WHERE migration_name LIKE '2%'",
	    "f t it's %t 0, f t x 0, t f  0", "rows as of resolve");
	pgsql_do(db, "UPDATE " S "._prisma_migrations SET checksum = 'x'");
	state_is("ee", "edited");
	done(record_checksum(db, &l, of(0), &e), "right as it is");
	state_is("ae", "the one");
	pgsql_do(db, "DELETE FROM " S "._prisma_migrations");
	done(record_begin(db, &l, of(0), &e), "begun");
	done(record_finish(db, &l, of(0), &e), "finished");
	state_is("ap", "is applied");
	mig_is(db, "SELECT applied_steps_count || coalesce(logs, '-') FROM "
	    P, "1-", "in one");
}

#define G S ".schema_migrations"

/* The row's version, as it is to be put back. */
static void
row_is(const char *want, const char *what)
{
	char *row = NULL;

	done(record_row(db, &l, &row, &e), what);
	tap_is(row ? row : "(null)", want, what);
	free(row);
}

static void
test_golang(void)
{
	static const char *const names[] = { "7_a.up.sql", "0010_b.up.sql",
		"11_c.up.sql", NULL };

	start(MIGRATE_GOLANG, "golang", names);
	columns_are("version bigint!, dirty boolean!",
	    "schema_migrations_pkey(version)!");
	row_is("", "no row");
	done(record_applied(db, &l, of(0), &e), "applied");
	done(record_applied(db, &l, of(1), &e), "and the next");
	row_is("10", "its version");
	mig_is(db, "SELECT string_agg(version || ' ' || dirty, ',') FROM " G,
	    "10 false", "one row");
	state_is("aap", "all up to it");
	done(record_begin(db, &l, of(2), &e), "begun");
	done(record_fail(db, &l, of(2), "x", &e), "failed");
	mig_is(db, "SELECT string_agg(version || ' ' || dirty, ',') FROM " G,
	    "11 true", "dirty");
	state_is("aaf", "it has failed");
	done(record_roll_back(db, &l, of(2), &e), "taken back");
	state_is("aap", "to the one before");
	done(record_begin(db, &l, of(2), &e), "begun");
	done(record_finish(db, &l, of(2), &e), "finished");
	state_is("aaa", "all");
	done(record_begin(db, &l, of(0), &e), "the first");
	done(record_undo(db, &l, of(0), &e), "undone");
	mig_is(db, "SELECT count(*) FROM " G, "0", "nothing");
	of(2);
	r.row = "9";
	done(record_roll_back(db, &l, &r, &e), "taken back, and noted");
	row_is("9", "is what it said, whatever the files are");
	r.row = "";
	done(record_undo(db, &l, &r, &e), "undone");
	row_is("", "and if there was none");
	done(record_resolve(db, &l, of(1), &e), "it counts");
	done(record_checksum(db, &l, of(1), &e), "there is no checksum");
	state_is("aap", "all up to it");
}

static void
test_dbmate(void)
{
	static const char *const names[] = { "01_a.sql", "2_b.sql", NULL };

	start(MIGRATE_DBMATE, "dbmate", names);
	columns_are("version character varying!",
	    "schema_migrations_pkey(version)!");
	done(record_applied(db, &l, of(0), &e), "applied");
	state_is("ap", "the one");
	done(record_begin(db, &l, of(1), &e), "begun");
	done(record_fail(db, &l, of(1), "x", &e), "failed");
	done(record_undo(db, &l, of(1), &e), "undone");
	state_is("ap", "of which it knows nothing");
	done(record_finish(db, &l, of(1), &e), "finished");
	mig_is(db, "SELECT string_agg(version, ' ' ORDER BY version) FROM " G,
	    "01 2", "the digits as they are");
	tap_ok(record_resolve(db, &l, of(1), &e) == -1 && strstr(e.msg,
	    "cannot write the ledger"), "twice: %s", e.msg ? e.msg : "");
	err_release(&e);
	done(record_remove(db, &l, &e), "removed");
	state_is("aa", "not what holds rows");
	pgsql_do(db, "DELETE FROM " S ".schema_migrations");
	done(record_remove(db, &l, &e), "removed");
	mig_is(db, "SELECT to_regclass('" G "')", "(null)",
	    "but what is empty");
}

#define F S ".flyway_schema_history"

static void
test_flyway(void)
{
	static const char *const names[] = { "V1_2__add_it.sql",
		"a/b/V3__x.sql", "a/R__views.sql", NULL };

	start(MIGRATE_FLYWAY, "flyway", names);
	columns_are("installed_rank integer!, version character varying(50), "
	    "description character varying(200)!, type character varying("
	    "20)!, script character varying(1000)!, checksum integer, "
	    "installed_by character varying(100)!, installed_on timestamp "
	    "without time zone!=, execution_time integer!, success boolean!",
	    "flyway_schema_history_pk(installed_rank)! "
	    "flyway_schema_history_s_idx(success)");
	done(record_applied(db, &l, of(0), &e), "applied");
	done(record_begin(db, &l, of(1), &e), "begun");
	state_is("afp", "which counts as failed until it is finished");
	done(record_fail(db, &l, of(1), "x", &e), "failed");
	done(record_fail(db, &l, of(1), "x", &e), "and again");
	state_is("afp", "has failed");
	done(record_finish(db, &l, of(1), &e), "finished");
	done(record_applied(db, &l, of(2), &e), "a repeatable one");
	state_is("aaa", "all");
	mig_is(db, "SELECT string_agg(concat_ws(' ', installed_rank,"
	    " coalesce(version, '-'), description, type, script, checksum,"
	    " installed_by, execution_time, success), ', ' ORDER BY"
	    " installed_rank) FROM " F, "1 1.2 add it SQL V1_2__add_it.sql "
	    "-1622637560 postgres 17 t, 2 3 x SQL a/b/V3__x.sql "
	    "-1622637560 postgres 17 t, 3 - views SQL a/R__views.sql "
	    "-1622637560 postgres 17 t", "as Flyway has it");
	pgsql_do(db, "UPDATE " S ".flyway_schema_history SET checksum = 5");
	state_is("eee", "edited");
	done(record_checksum(db, &l, of(0), &e), "right as it is");
	done(record_checksum(db, &l, of(2), &e), "and the repeatable one");
	state_is("aea", "but one");
	done(record_fail(db, &l, of(2), "x", &e), "the repeatable fails");
	done(record_roll_back(db, &l, of(2), &e), "and is taken back");
	state_is("aea", "as before");
	pgsql_do(db, "DELETE FROM " S ".flyway_schema_history");
	done(record_baseline(db, &l, of(1), &e), "a baseline");
	state_is("aap", "up to it");
	mig_is(db, "SELECT concat_ws(' ', installed_rank, version,"
	    " description, type, script, checksum IS NULL, success) FROM " F,
	    "1 3 << Flyway Baseline >> BASELINE << Flyway Baseline >> t t",
	    "as Flyway has it");
}

/* Nothing is written, and the server says nothing of it. */
static void
deaf(const char *table, const char *events)
{
	char *sql = mem_printf("CREATE OR REPLACE FUNCTION public.nn() RETURNS"
	    " trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; DROP"
	    " TRIGGER IF EXISTS nn ON %s; CREATE TRIGGER nn BEFORE %s ON %s"
	    " FOR EACH ROW EXECUTE FUNCTION public.nn()", table, events,
	    table);

	if (db_exec(db, &e, "%s", sql))
		pgsql_bail("deaf", &e);
	free(sql);
}

static void
refused(int ret, const char *what)
{
	tap_ok(ret == -1 && e.code == ERR_TROUBLE && e.kind &&
	    strcmp(e.kind, "migrate.ledger") == 0 && strstr(e.msg,
	    "cannot write the ledger"), "%s: %s", what, e.msg ? e.msg : "");
	err_release(&e);
}

#define ALL "INSERT OR UPDATE OR DELETE"

static void
test_deaf_prisma(void)
{
	static const char *const names[] = { "1_a/migration.sql",
		"2_b/migration.sql", NULL };

	start(MIGRATE_PRISMA, "deaf", names);
	deaf(P, ALL);
	refused(record_applied(db, &l, of(0), &e), "applied");
	refused(record_begin(db, &l, of(0), &e), "begun");
	refused(record_finish(db, &l, of(0), &e), "finished");
	refused(record_resolve(db, &l, of(0), &e), "it counts");
	done(record_fail(db, &l, of(0), "x", &e), "there is no row to fail");
	done(record_undo(db, &l, of(0), &e), "nor to undo");
	pgsql_do(db, "DROP TRIGGER nn ON " S "._prisma_migrations");
	done(record_begin(db, &l, of(1), &e), "begun");
	deaf(P, ALL);
	done(record_begin(db, &l, of(1), &e), "it is begun already");
	refused(record_finish(db, &l, of(1), &e), "finished");
	refused(record_fail(db, &l, of(1), "x", &e), "failed");
	refused(record_roll_back(db, &l, of(1), &e), "taken back");
	refused(record_undo(db, &l, of(1), &e), "undone");
	refused(record_resolve(db, &l, of(1), &e), "it counts");
	refused(record_checksum(db, &l, of(1), &e), "right as it is");
}

static void
test_deaf_others(void)
{
	static const char *const golang[] = { "7_a.up.sql", NULL };
	static const char *const dbmate[] = { "1_a.sql", NULL };
	static const char *const flyway[] = { "V1__a.sql", NULL };

	start(MIGRATE_GOLANG, "deaf-golang", golang);
	deaf(G, ALL);
	refused(record_applied(db, &l, of(0), &e), "applied");
	refused(record_begin(db, &l, of(0), &e), "begun");
	start(MIGRATE_DBMATE, "deaf-dbmate", dbmate);
	deaf(G, ALL);
	refused(record_finish(db, &l, of(0), &e), "finished");
	start(MIGRATE_FLYWAY, "deaf-flyway", flyway);
	deaf(F, ALL);
	refused(record_applied(db, &l, of(0), &e), "applied");
	refused(record_fail(db, &l, of(0), "x", &e), "failed");
	refused(record_baseline(db, &l, of(0), &e), "a baseline");
	deaf(F, "DELETE");
	done(record_begin(db, &l, of(0), &e), "begun");
	refused(record_finish(db, &l, of(0), &e), "finished");
	refused(record_roll_back(db, &l, of(0), &e), "taken back");
	refused(record_checksum(db, &l, of(0), &e), "right as it is");
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	/* What anybody could have made there must not be what is used. */
	pgsql_do(db, "CREATE SCHEMA traps; SET search_path = traps; CREATE"
	    " FUNCTION lie(varchar, text) RETURNS bool LANGUAGE sql AS"
	    " 'SELECT false'; CREATE OPERATOR = (FUNCTION = lie, LEFTARG ="
	    " varchar, RIGHTARG = text); CREATE FUNCTION lie(varchar,"
	    " varchar) RETURNS bool LANGUAGE sql AS 'SELECT false'; CREATE"
	    " OPERATOR = (FUNCTION = lie, LEFTARG = varchar, RIGHTARG ="
	    " varchar)");
	test_prisma();
	test_golang();
	test_dbmate();
	test_flyway();
	test_deaf_prisma();
	test_deaf_others();
	tap_ok(!record_knows(MIGRATE_ALEMBIC) && !record_knows(MIGRATE_NONE)
	    && !record_knows(MIGRATE_PRISMA8), "no others");
	db_close(db);
	ledger_release(&l);
	migrate_dir_release(&files);
	free(mig_dir);
	return tap_done();
}
