/* test_trail.c - how far a migration has come. */
#include "ub/migrate/trail.h"

#include "mig.h"

static struct db *db;
static struct err e;
static struct ledger l;

static void
mark(const char *name, size_t step, const char *note, int done)
{
	const struct trail_step s = { .name = name, .step = step,
		.sum = "sum", .note = note };

	if (done ? trail_done(db, &l, &s, &e) : trail_begun(db, &l, &s, &e))
		pgsql_bail(name, &e);
}

/* "begun/note done", or the error. */
static void
is_trail(const char *name, const char *want, const char *what)
{
	struct trail t = { 0 };
	struct buf b = { 0 };
	size_t i;

	if (trail_read(db, &l, name, &t, &e))
		buf_printf(&b, "%d %s %s", (int)e.code, e.kind, e.msg);
	else
		for (i = 0; i < t.n; i++)
			buf_printf(&b, "%s%s%s%s", i ? " " : "",
			    t.v[i].state == TRAIL_DONE ? "done" : "begun",
			    t.v[i].note ? "/" : "",
			    t.v[i].note ? t.v[i].note : "");
	tap_is(buf_text(&b), want, what);
	buf_release(&b);
	trail_release(&t);
	err_release(&e);
}

#define THERE "SELECT count(*) FROM pg_class WHERE relname = '" TRAIL_TABLE "'"

static void
test_marks(void)
{
	const struct trail_step first = { .name = "m'1", .step = 0 },
		second = { .name = "m'1", .step = 1 };

	is_trail("m'1", "", "no table");
	tap_ok(trail_forget(db, &l, "m'1", &e) == 0, "nothing to forget");
	tap_ok(trail_begin(db, &l, "m'1", NULL, &e) == 0 &&
	    trail_begin(db, &l, "m'1", NULL, &e) == 0, "begun, twice");
	is_trail("m'1", "", "no mark");
	mark("m'1", 0, NULL, 1);
	mark("m'1", 1, "it's {1}", 0);
	is_trail("m'1", "done begun/it's {1}", "one done, one begun");
	mark("m'1", 1, "else", 0);
	is_trail("m'1", "done begun/else", "begun anew");
	mark("other", 0, "whole", 0);
	tap_ok(trail_take_back(db, &l, &first, &e) == 0 &&
	    trail_take_back(db, &l, &second, &e) == 0, "taken back");
	is_trail("m'1", "done", "what is done stays");
	mark("m'1", 1, NULL, 0);
	mark("m'1", 1, NULL, 1);
	is_trail("m'1", "done done", "done");
	is_trail("other", "begun/whole", "another's are its own");
	tap_ok(trail_forget(db, &l, "m'1", &e) == 0, "forgotten");
	is_trail("m'1", "", "gone");
	mig_is(db, THERE, "1", "the table stays for the other");
	tap_ok(trail_forget(db, &l, "other", &e) == 0, "forgotten");
	mig_is(db, THERE, "0", "and goes with the last");
}

/* A trigger keeps its rows away, and the server says nothing of it. */
static void
test_deaf(void)
{
	const struct trail_step s = { .name = "m", .step = 0, .sum = "s" };
	const char *table = "\"Odd \"\"1\"\" %s\"." TRAIL_TABLE;

	trail_begin(db, &l, "m", NULL, &e);
	mark("m", 0, NULL, 0);
	if (db_exec(db, &e, "CREATE FUNCTION public.nn() RETURNS trigger"
	    " LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER nn"
	    " BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE"
	    " FUNCTION public.nn()", table))
		pgsql_bail("deaf", &e);
	tap_ok(trail_begin(db, &l, "other", NULL, &e) == -1 && strstr(e.msg,
	    "cannot note how far"), "begun: %s", e.msg ? e.msg : "");
	err_release(&e);
	tap_ok(trail_begun(db, &l, &s, &e) == -1, "a step begins");
	err_release(&e);
	tap_ok(trail_done(db, &l, &s, &e) == -1, "a step is done");
	err_release(&e);
	tap_ok(trail_take_back(db, &l, &s, &e) == -1, "taken back");
	err_release(&e);
	tap_ok(trail_forget(db, &l, "m", &e) == -1, "forgotten");
	err_release(&e);
	db_exec(db, &e, "DROP TABLE %s", table);
}

/* What the ledger said when it was begun for the first time. */
static void
test_row(void)
{
	struct trail t = { 0 };

	tap_ok(trail_begin(db, &l, "m", "it's 3", &e) == 0 &&
	    trail_begin(db, &l, "m", "4", &e) == 0 &&
	    trail_read(db, &l, "m", &t, &e) == 0, "begun, twice");
	tap_is(t.row ? t.row : "(null)", "it's 3", "the row before it");
	trail_release(&t);
	pgsql_do(db, "UPDATE \"Odd \"\"1\"\" %s\"." TRAIL_TABLE
	    " SET note = NULL");
	tap_ok(trail_read(db, &l, "m", &t, &e) == 0 && t.begun && !t.row,
	    "none in a table of an earlier build");
	trail_release(&t);
	trail_forget(db, &l, "m", &e);
}

static void
test_damaged(void)
{
	trail_begin(db, &l, "m", NULL, &e);
	mark("m", 0, NULL, 1);
	mark("m", 2, NULL, 1);
	is_trail("m", "3 migrate.steps the table ub_migrate_steps is "
	    "damaged: a step of 'm' is missing", "a gap");
	trail_forget(db, &l, "m", &e);
}

/* A file gets another name, or was noted under two by an earlier build. */
static void
test_renamed(void)
{
	l.tool = MIGRATE_DBMATE;
	trail_begin(db, &l, "02_a", NULL, &e);
	mark("02_a", 0, NULL, 1);
	is_trail("02_b", "done", "by its version");
	is_trail("2_a", "", "which are the digits as they are");
	is_trail("02", "done", "or without a name");
	mark("02_b", 0, "own", 0);
	is_trail("02_b", "begun/own", "what bears its own name counts more");
	tap_ok(trail_begin(db, &l, "02_b", NULL, &e) == 0, "begun");
	is_trail("02_a", "done", "so the other's stays");
	tap_ok(trail_forget(db, &l, "02_b", &e) == 0, "forgotten");
	mig_is(db, THERE, "0", "as is what bore the other");
	l.tool = MIGRATE_GOLANG;
	trail_begin(db, &l, "0020_a", NULL, &e);
	mark("0020_a", 0, NULL, 1);
	is_trail("20_b", "done", "a number");
	tap_ok(trail_begin(db, &l, "20_b", NULL, &e) == 0, "begun");
	mark("20_b", 1, NULL, 1);
	is_trail("20_b", "done done", "and gone on with");
	trail_forget(db, &l, "020_c", &e);
	l.tool = MIGRATE_FLYWAY;
	trail_begin(db, &l, "V1_1__a__b", NULL, &e);
	mark("V1_1__a__b", 0, NULL, 1);
	is_trail("V1_1__c", "done", "Flyway's version");
	is_trail("V01.1.0__c", "done", "which is a number, however written");
	is_trail("V1__a__b", "", "and another");
	is_trail("V1_10__a__b", "", "and one more");
	trail_forget(db, &l, "V1_1__c", &e);
	trail_begin(db, &l, "R__a", NULL, &e);
	mark("R__a", 0, NULL, 1);
	is_trail("R__b", "", "a repeatable one is its name");
	trail_forget(db, &l, "R__a", &e);
	mig_is(db, THERE, "0", "nothing is left");
	l.tool = MIGRATE_NONE;
}

static void
test_sum(void)
{
	struct split_stmt st[3] = { { .sql = "ab", .len = 2 },
		{ .sql = "c", .len = 1 }, { .sql = "a;b", .len = 3 } };
	struct step v[3] = { { .first = 0, .n = 2 }, { .first = 1, .n = 1 },
		{ .first = 2, .n = 1 } };
	struct steps s = { .stmts = st, .n_stmts = 3, .v = v, .n = 3 };
	char a[HASH_HEX_LEN + 1], b[HASH_HEX_LEN + 1];

	trail_sum(&s, 0, a);
	trail_sum(&s, 1, b);
	tap_ok(strcmp(a, b) != 0 && strlen(a) == 64, "of each step");
	st[1].rows = "1\n";
	st[1].rows_len = 2;
	trail_sum(&s, 1, a);
	tap_ok(strcmp(a, b) != 0, "its rows count");
	/* "a" and "b" are not "a;b"; nor is what moves into the rows. */
	st[0] = (struct split_stmt){ .sql = "a", .len = 1 };
	st[1] = (struct split_stmt){ .sql = "b", .len = 1 };
	trail_sum(&s, 0, a);
	trail_sum(&s, 2, b);
	tap_ok(strcmp(a, b) != 0, "where a statement ends counts");
	st[0] = (struct split_stmt){ .sql = "COPY t FROM stdin", .len = 17,
		.rows = "x;y", .rows_len = 3 };
	st[2] = (struct split_stmt){ .sql = "COPY t FROM stdin;x",
		.len = 19, .rows = "y", .rows_len = 1 };
	v[0].n = 1;
	trail_sum(&s, 0, a);
	trail_sum(&s, 2, b);
	tap_ok(strcmp(a, b) != 0, "and where its rows begin");
}

#define PLANTED "\"Odd \"\"1\"\" %s\"." TRAIL_TABLE

static void
is_refused(const char *what)
{
	int yes = 0;

	tap_ok(trail_is_there(db, &l, &yes, &e) == -1 &&
	    e.code == ERR_REFUSED && strstr(e.msg, "'mallory'"), "%s: %s",
	    what, e.msg ? e.msg : "");
	err_release(&e);
}

static void
is_believed(const char *what)
{
	int yes = 0;

	tap_ok(trail_is_there(db, &l, &yes, &e) == 0 && yes, "%s: %s", what,
	    e.msg ? e.msg : "");
	err_release(&e);
}

/* Whoever may make tables there may make this one. */
static void
test_planted(void)
{
	struct trail t = { 0 };
	struct vec names = { 0 };

	pgsql_do(db, "CREATE ROLE mallory; CREATE ROLE friend;"
	    " CREATE TABLE " PLANTED " (migration text, step int, sum text,"
	    " note text, done timestamptz); ALTER TABLE " PLANTED
	    " OWNER TO mallory");
	is_refused("a stranger's");
	tap_ok(trail_read(db, &l, "m", &t, &e) == -1, "it is not read");
	err_release(&e);
	tap_ok(trail_names(db, &l, &names, &e) == -1, "nor listed");
	err_release(&e);
	tap_ok(trail_begin(db, &l, "m", NULL, &e) == -1, "nor written");
	err_release(&e);
	pgsql_do(db, "CREATE TABLE \"Odd \"\"1\"\" %s\".\"led\"\"ger\" ();"
	    " ALTER TABLE \"Odd \"\"1\"\" %s\".\"led\"\"ger\" OWNER TO"
	    " friend");
	is_refused("a stranger's beside a ledger");
	pgsql_do(db, "ALTER TABLE " PLANTED " OWNER TO friend");
	is_believed("that of the ledger's owner");
	pgsql_do(db, "ALTER TABLE " PLANTED " OWNER TO mallory;"
	    " ALTER DATABASE postgres OWNER TO mallory");
	is_believed("the database's owner's");
	pgsql_do(db, "ALTER DATABASE postgres OWNER TO postgres;"
	    " ALTER SCHEMA \"Odd \"\"1\"\" %s\" OWNER TO mallory");
	is_believed("the schema's owner's");
	pgsql_do(db, "ALTER SCHEMA \"Odd \"\"1\"\" %s\" OWNER TO postgres;"
	    " GRANT USAGE ON SCHEMA \"Odd \"\"1\"\" %s\" TO mallory;"
	    " SET ROLE mallory");
	is_believed("our own");
	pgsql_do(db, "RESET ROLE; DROP TABLE " PLANTED);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	l.schema = mem_dup("Odd \"1\" %s");
	l.table = mem_dup("led\"ger");
	pgsql_do(db, "CREATE SCHEMA \"Odd \"\"1\"\" %s\"");
	test_marks();
	test_deaf();
	test_row();
	test_damaged();
	test_renamed();
	test_sum();
	test_planted();
	db_close(db);
	ledger_release(&l);
	err_release(&e);
	return tap_done();
}
