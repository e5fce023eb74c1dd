/* test_concur.c - what CONCURRENTLY leaves behind. */
#include "ub/migrate/concur.h"

#include "mig.h"
#include "mig_other.h"

static struct db *db, *other;
static struct err e;
static char *note;

/* What REINDEX leaves. */
#define TOAST "pg_toast_N_index"
#define LEAF "t_bad_idx_ccnew"

static struct classify_index
index_of(const char *sql)
{
	struct classify_index x;

	classify_index(&(struct split_stmt){ .sql = sql,
	    .len = strlen(sql) }, &x);
	return x;
}

static void
start(void)
{
	pgsql_do(other, "ROLLBACK");
	pgsql_do(db, "DROP SCHEMA IF EXISTS s, \"S 2\" CASCADE");
	pgsql_do(db, "CREATE SCHEMA s; CREATE SCHEMA \"S 2\";"
	    " SET search_path = s; SET lock_timeout = 0;"
	    " CREATE TABLE t (a int); CREATE TABLE \"S 2\".\"T\" (a int)");
}

/* What is true before it; and it fails. */
static void
goes_wrong(const char *sql)
{
	struct classify_index x = index_of(sql);

	free(note);
	if (concur_before(db, &x, &note, &e))
		pgsql_bail(sql, &e);
	tap_ok(db_exec(db, &e, "%s", sql) == -1, "%s fails", sql);
	err_release(&e);
	classify_index_release(&x);
}

/* Behind a writer. */
static void
fails(const char *sql)
{
	pgsql_do(other, "BEGIN; INSERT INTO s.t VALUES (1);"
	    " INSERT INTO \"S 2\".\"T\" VALUES (1)");
	pgsql_do(db, "SET lock_timeout = '50ms'");
	goes_wrong(sql);
	pgsql_do(db, "SET lock_timeout = 0");
	pgsql_do(other, "ROLLBACK");
}

/* "name valid, …" of our schemas, then what the functions say. */
static void
is_now(const char *sql, const char *want, const char *what)
{
	struct classify_index x = index_of(sql);
	struct buf b = { 0 };
	char *list = mig_value(db, "SELECT coalesce(string_agg(relname || ' '"
	    " || indisvalid, ', ' ORDER BY relname), '-') FROM pg_index JOIN"
	    " pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid ="
	    " relnamespace WHERE nspname IN ('s', 'S 2')");
	int yes = 0, r = concur_finished(db, &x, note, &yes, &e);

	buf_printf(&b, "%s; %s; ", list, r ? e.msg : yes ? "finished" :
	    "not finished");
	err_release(&e);
	r = concur_check(db, &x, note, &e);
	buf_puts(&b, r ? e.kind : "fine");
	err_release(&e);
	tap_is(buf_text(&b), want, what);
	buf_release(&b);
	free(list);
	classify_index_release(&x);
}

static void
clean(const char *sql, const char *known)
{
	struct classify_index x = index_of(sql);

	tap_ok(concur_clean(db, &x, known, &e) == 0, "cleaned: %s",
	    e.msg ? e.msg : "");
	err_release(&e);
	classify_index_release(&x);
}

static void
test_named(const char *sql, const char *name)
{
	char *want = mem_printf("%s false; not finished; migrate.invalid",
	    name);

	start();
	is_now(sql, "-; not finished; fine", "nothing");
	fails(sql);
	is_now(sql, want, "by half");
	clean(sql, NULL);
	is_now(sql, "-; not finished; fine", "gone");
	pgsql_do(db, sql);
	free(want);
	want = mem_printf("%s true; finished; fine", name);
	is_now(sql, want, "done");
	clean(sql, NULL);
	is_now(sql, want, "what is good stays");
	free(want);
}

static void
test_unnamed(void)
{
	static const char sql[] = "CREATE INDEX CONCURRENTLY ON t (a)";

	start();
	pgsql_do(db, sql);
	fails(sql);
	is_now(sql, "t_a_idx true, t_a_idx1 false; not finished; "
	    "migrate.invalid", "by half");
	clean(sql, NULL);
	is_now(sql, "t_a_idx true, t_a_idx1 false; not finished; "
	    "migrate.invalid", "without a note nothing is known");
	clean(sql, note);
	is_now(sql, "t_a_idx true; not finished; fine", "gone");
	pgsql_do(db, sql);
	is_now(sql, "t_a_idx true, t_a_idx1 true; finished; fine", "done");
	pgsql_do(db, "DROP TABLE t");
	clean(sql, note);
	is_now(sql, "-; not finished; fine", "no table");
}

static void
test_drop(void)
{
	static const char sql[] = "DROP INDEX CONCURRENTLY i";
	struct classify_index x = index_of(sql);

	start();
	fails(sql);
	tap_is(note, NULL, "it is not there");
	is_now(sql, "-; not finished; fine", "nor later");
	pgsql_do(db, "CREATE INDEX i ON t (a)");
	fails(sql);
	tap_is(note, "there", "it is");
	is_now(sql, "i false; not finished; fine", "by half");
	tap_ok(concur_spoilt(db, &x, note, &e) == 1, "spoilt");
	clean(sql, note);
	is_now(sql, "i false; not finished; fine", "it is not for us");
	fails(sql);
	tap_is(note, "invalid", "it was before");
	tap_ok(concur_spoilt(db, &x, note, &e) == 0, "so not by us");
	pgsql_do(db, sql);
	is_now(sql, "-; finished; fine", "done");
	classify_index_release(&x);
}

static void
test_reindex(void)
{
	static const char sql[] = "REINDEX TABLE CONCURRENTLY t";
	static const char one[] = "REINDEX INDEX CONCURRENTLY i";

	start();
	pgsql_do(db, "CREATE INDEX i ON t (a); CREATE INDEX j ON t (a)");
	fails(sql);
	is_now(sql, "i true, i_ccnew false, j true, j_ccnew false; "
	    "not finished; fine", "by half");
	clean(one, NULL);
	is_now(sql, "i true, j true; not finished; fine", "gone");
	fails(one);
	pgsql_do(other, "BEGIN; INSERT INTO s.t VALUES (1)");
	pgsql_do(other, "ROLLBACK");
	clean(sql, NULL);
	is_now(one, "i true, j true; not finished; fine", "gone");
	/* Somebody's own, of the same end. */
	pgsql_do(db, "CREATE INDEX mine_ccnew ON t (a)");
	clean(sql, NULL);
	is_now(sql, "i true, j true, mine_ccnew true; not finished; fine",
	    "what is good stays");
}

/* Of a partition, a table of the schema, a TOAST table; and nothing that was
 * there before. */
static void
test_all(const char *sql, const char *left, const char *all)
{
	static const char invalid[] = "SELECT coalesce(string_agg("
	    "regexp_replace(relname, 't_[0-9]+', 't_N'), ', ' ORDER BY"
	    " relname), '-') FROM"
	    " pg_index JOIN pg_class c ON c.oid = indexrelid WHERE"
	    " NOT indisvalid";

	start();
	pgsql_do(db, "ALTER TABLE t ADD b text; CREATE TABLE p (LIKE t)"
	    " PARTITION BY LIST (a); ALTER TABLE p ATTACH PARTITION t"
	    " DEFAULT; INSERT INTO p VALUES (1); SET bad.divisor = 1;"
	    " CREATE FUNCTION bad(int) RETURNS int IMMUTABLE AS 'BEGIN RETURN"
	    " $1 / current_setting(''bad.divisor'')::int; END' LANGUAGE"
	    " plpgsql; CREATE INDEX i ON p (bad(a)); SET bad.divisor = 0");
	goes_wrong(sql);
	tap_is(note, "{}", "none is there");
	mig_is(db, invalid, left, "some are left");
	goes_wrong(sql);
	mig_is(db, invalid, all, "and more");
	clean(sql, note);
	mig_is(db, invalid, left, "only those of the last attempt go");
	clean(sql, "{}");
	mig_is(db, invalid, "-", "or all");
}

/* One that cannot be dropped is told; the others go. */
static void
test_stuck(void)
{
	static const char sql[] = "REINDEX SCHEMA CONCURRENTLY s";
	struct classify_index x = index_of(sql);

	start();
	pgsql_do(db, "CREATE INDEX i ON t (a); GRANT ALL ON SCHEMA s TO weak;"
	    " CREATE TABLE u (a int); CREATE INDEX j ON u (a)");
	fails("REINDEX INDEX CONCURRENTLY i");
	pgsql_do(db, "ALTER TABLE u OWNER TO weak; UPDATE pg_index SET"
	    " indisvalid = false WHERE indexrelid = 'j'::regclass;"
	    " ALTER INDEX j RENAME TO j_ccnew; SET SESSION AUTHORIZATION weak");
	tap_ok(concur_clean(db, &x, "{}", &e) == -1 && strstr(e.msg,
	    "cannot drop the invalid index \"s\".\"i_ccnew\": ") &&
	    strstr(e.msg, "must be owner"), "%s", e.msg);
	err_release(&e);
	is_now(sql, "i true, i_ccnew false; not finished; fine", "one went");
	tap_ok(concur_clean(db, &x, NULL, &e) == 0, "nothing is known");
	pgsql_do(db, "RESET SESSION AUTHORIZATION");
	classify_index_release(&x);
}

/* Another session is at it, perhaps of another role. */
static void
test_building(const char *role)
{
	static const char sql[] = "CREATE INDEX CONCURRENTLY i ON t (a)";
	struct classify_index x = index_of(sql);
	struct db *third = pgsql_open("postgres");
	struct other o = { .db = third, .sql = "CREATE INDEX CONCURRENTLY i"
	    " ON s.t (a)" };

	start();
	pgsql_do(db, "GRANT ALL ON SCHEMA s TO weak; ALTER TABLE t OWNER TO"
	    " weak; SET SESSION AUTHORIZATION weak; SET ROLE NONE");
	if (!role)
		pgsql_do(db, "RESET SESSION AUTHORIZATION");
	pgsql_do(other, "BEGIN; INSERT INTO s.t VALUES (1)");
	other_start(&o);
	while (concur_clean(db, &x, NULL, &e) == 0)
		other_pause(5);
	tap_ok(e.code == ERR_LATER && strcmp(e.kind, "migrate.building") == 0
	    && strstr(e.msg, "is being built by pid"), "%s: %s",
	    role ? role : "postgres", e.msg);
	err_release(&e);
	pgsql_do(other, "ROLLBACK");
	other_end(&o);
	free(note);
	note = NULL;
	is_now(sql, "i true; finished; fine", "and comes to its end");
	pgsql_do(db, "RESET SESSION AUTHORIZATION");
	db_close(third);
	classify_index_release(&x);
}

/* The server cuts a name at 63 bytes, and between characters. */
#define TEN "0123456789"
#define EIGHT "äöüßäöüß"

static void
test_names(void)
{
	test_named("CREATE INDEX CONCURRENTLY IF NOT EXISTS i" TEN TEN TEN
	    TEN TEN TEN TEN " ON t (a)", "i" TEN TEN TEN TEN TEN TEN "01");
	test_named("CREATE INDEX CONCURRENTLY IF NOT EXISTS " EIGHT EIGHT
	    EIGHT EIGHT "x ON s.t (a)", EIGHT EIGHT EIGHT "äöüßäöü");
	test_named("CREATE INDEX CONCURRENTLY U&\"d!0061t!!\"\"a\" UESCAPE"
	    " '!' ON s /* of */ . -- s\n t (a)", "dat!\"a");
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	other = pgsql_open("postgres");
	pgsql_do(db, "CREATE ROLE weak");
	test_named("CREATE INDEX CONCURRENTLY i ON t (a)", "i");
	test_named("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I x\" ON"
	    " ONLY \"S 2\" . \"T\" (a)", "I x");
	test_named("CREATE INDEX CONCURRENTLY UPPER1 ON S.T (a)", "upper1");
	test_names();
	test_unnamed();
	test_drop();
	test_reindex();
	test_all("REINDEX TABLE CONCURRENTLY p", TOAST "_ccnew, " LEAF,
	    TOAST "_ccnew, " TOAST "_ccnew1, " LEAF ", " LEAF "1");
	test_all("REINDEX (CONCURRENTLY) INDEX i", LEAF, LEAF ", " LEAF "1");
	test_all("REINDEX SCHEMA CONCURRENTLY s", TOAST "_ccnew, " LEAF,
	    TOAST "_ccnew, " TOAST "_ccnew1, " LEAF ", " LEAF "1");
	test_all("REINDEX DATABASE CONCURRENTLY postgres", TOAST "_ccnew, "
	    LEAF, TOAST "_ccnew, " TOAST "_ccnew1, " LEAF ", " LEAF "1");
	test_stuck();
	test_building(NULL);
	test_building("weak");
	free(note);
	db_close(other);
	db_close(db);
	return tap_done();
}
