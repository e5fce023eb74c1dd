/* test_outlook.c - who would be in the way. */
#include "ub/migrate/outlook.h"

#include "mig.h"

static struct db *db, *other;
static struct err e;

/* Statements that take these modes on s."T x", one each; blockers. */
static size_t
blockers(const char *relation, int first, int second, char **who)
{
	struct lint_take takes[2] = { { .relation = mem_dup(relation),
	    .mode = first }, { .relation = mem_dup(relation),
	    .mode = second } };
	struct lint_stmt stmts[2] = { { .takes = &takes[0], .n_takes = 1 },
		{ .takes = &takes[1], .n_takes = second ? 1 : 0 } };
	struct lint_file file = { .stmts = stmts, .n_stmts = 2 };
	struct judged j = { .v = &file, .n = 1 };
	struct outlook o = { 0 };
	size_t n;

	if (outlook_look(db, &j, &o, &e))
		pgsql_bail("outlook", &e);
	n = o.n;
	if (who && n > 0)
		*who = mem_printf("%s %s %s %d", o.v[0].who, o.v[0].table,
		    o.v[0].state, o.v[0].age_ms >= 0 && o.v[0].pid ==
		    db_pid(other));
	outlook_release(&o);
	free(takes[0].relation);
	free(takes[1].relation);
	return n;
}

static const char *const modes[] = { "", "ACCESS SHARE", "ROW SHARE",
	"ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE",
	"SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE" };

static void
test_matrix(void)
{
	int held, want, wrong = 0, r;
	char *sql;

	for (held = 1; held < 9; held++) {
		sql = mem_printf("BEGIN; LOCK TABLE s.\"T x\" IN %s MODE",
		    modes[held]);
		pgsql_do(other, sql);
		free(sql);
		for (want = 1; want < 9; want++) {
			pgsql_do(db, "BEGIN; SET LOCAL lock_timeout = '15ms'");
			r = db_exec(db, &e, "LOCK TABLE s.\"T x\" IN %s MODE",
			    modes[want]) != 0;
			err_release(&e);
			pgsql_do(db, "ROLLBACK");
			if (blockers("s.\"T x\"", want, 0, NULL) != (size_t)r) {
				printf("# %s held, %s wanted\n", modes[held],
				    modes[want]);
				wrong++;
			}
		}
		pgsql_do(other, "ROLLBACK");
	}
	tap_ok(wrong == 0, "64 pairs are as the server has them: %d wrong",
	    wrong);
}

static void
test_several(void)
{
	char *who = NULL;

	pgsql_do(other, "BEGIN; LOCK TABLE s.\"T x\" IN ROW EXCLUSIVE MODE;"
	    " LOCK TABLE s.\"T x\" IN SHARE MODE");
	tap_ok(blockers("s.\"T x\"", 5, 0, NULL) == 1,
	    "a weaker lock of theirs is in the way");
	pgsql_do(other, "ROLLBACK; BEGIN; LOCK TABLE s.\"T x\" IN SHARE MODE");
	tap_ok(blockers("s.\"T x\"", 3, 5, NULL) == 1,
	    "a weaker lock of ours");
	tap_ok(blockers("s.\"T x\"", 5, 5, NULL) == 0, "none");
	pgsql_do(other, "ROLLBACK; BEGIN ISOLATION LEVEL SERIALIZABLE;"
	    " SET enable_indexscan = off; SELECT * FROM s.\"T x\"");
	tap_ok(blockers("s.\"T x\"", 7, 0, NULL) == 0,
	    "a serializable reader is no more than a reader");
	tap_ok(blockers("s.\"T x\"", 8, 0, &who) == 1, "as which it is");
	tap_is(who, "shop s.\"T x\" idle in transaction 1", "and named");
	free(who);
	pgsql_do(other, "ROLLBACK");
}

static void
test_names(void)
{
	struct judged none = { 0 };
	struct outlook o = { 0 };

	tap_ok(outlook_look(db, &none, &o, &e) == 0 && o.n == 0, "nothing");
	tap_ok(blockers("nosuch", 8, 0, NULL) == 0, "no such table");
	tap_ok(blockers("nosuch.t", 8, 0, NULL) == 0, "no such schema");
	tap_ok(blockers("a'b", 8, 0, NULL) == 0 &&
	    blockers("T x", 8, 0, NULL) == 0 &&
	    blockers("", 8, 0, NULL) == 0 &&
	    blockers("a.b.c.d", 8, 0, NULL) == 0 &&
	    blockers("other.s.t", 8, 0, NULL) == 0, "what is no name");
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	db = pgsql_open("postgres");
	other = pgsql_open("postgres");
	pgsql_do(db, "CREATE SCHEMA s; CREATE TABLE s.\"T x\" (a int)");
	pgsql_do(other, "SET application_name = 'shop'");
	test_matrix();
	test_several();
	test_names();
	db_close(other);
	db_close(db);
	return tap_done();
}
