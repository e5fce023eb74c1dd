/* test_sql.c - PostgreSQL's parser behind our own words. */
#include "ext/sql.h"

#include <string.h>

#include "base/buf.h"
#include "tap.h"

static void
repeat(struct buf *b, const char *s, size_t n)
{
	while (n-- > 0)
		buf_puts(b, s);
}

static void
test_parse(void)
{
	static const char wrong[] = "SELECT '\xc3\xa4', FROM WHERE";
	struct sql s;

	tap_ok(sql_parse("SELECT 1;x", 8, &s) == 1, "text needs no NUL");
	tap_ok(s.tree && strstr(s.tree, "\"SelectStmt\"") && !s.why,
	    "a statement is a tree");
	sql_release(&s);
	tap_ok(sql_parse("SELECT 1; SELECT 2", 18, &s) == 1 &&
	    strstr(strstr(s.tree, "SelectStmt") + 1, "SelectStmt"),
	    "two are one tree");
	sql_release(&s);
	tap_ok(sql_parse(wrong, strlen(wrong), &s) == 0 && !s.tree,
	    "what is wrong has no tree");
	tap_is(s.why, "syntax error at or near \"FROM\"", "it says why");
	tap_ok(s.at == 13, "and where, in characters");
	sql_release(&s);
	tap_ok(sql_parse("SELECT\0001", 8, &s) == 0, "a NUL");
	tap_is(s.why, "a NUL byte", "is named");
	sql_release(&s);
	tap_ok(sql_parse("", 0, &s) == 1, "nothing is no statement");
	sql_release(&s);
	sql_release(&s);
}

static void
test_plpgsql(void)
{
	static const char body[] = "DO $$ BEGIN\n DROP TABLE t; END $$";
	static const char bad[] = "DO $$ BEGIN foo bar; END $$";
	struct sql s;

	tap_ok(sql_parse_plpgsql(body, strlen(body), &s) == 1 &&
	    strstr(s.tree, "\"query\":\"DROP TABLE t\"") &&
	    strstr(s.tree, "\"lineno\":2"), "a block's statements, lines");
	sql_release(&s);
	tap_ok(sql_parse_plpgsql(bad, strlen(bad), &s) == 0 && s.why,
	    "a block that is wrong");
	sql_release(&s);
}

/* No text may take the stack or the memory of the process. */
static void
test_deep(void)
{
	struct buf b = { 0 };
	struct sql s;

	buf_puts(&b, "SELECT ");
	repeat(&b, "(", 100000);
	buf_puts(&b, "1");
	repeat(&b, ")", 100000);
	tap_ok(sql_parse(b.data, b.len, &s) == 0 && s.why,
	    "100,000 parentheses: %s", s.why);
	sql_release(&s);
	buf_reset(&b);
	buf_puts(&b, "SELECT 1");
	repeat(&b, "+1", 100000);
	tap_ok(sql_parse(b.data, b.len, &s) == 1,
	    "100,000 terms have a stack of their own");
	sql_release(&s);
	buf_reset(&b);
	buf_puts(&b, "SELECT 1");
	repeat(&b, " UNION SELECT 1", 20000);
	tap_ok(sql_parse(b.data, b.len, &s) == 1, "20,000 UNIONs");
	sql_release(&s);
	buf_reset(&b);
	repeat(&b, "x", SQL_MAX + 1);
	tap_ok(sql_parse(b.data, b.len, &s) == 0, "more than SQL_MAX");
	tap_is(s.why, "too long", "is named");
	sql_release(&s);
	buf_release(&b);
}

int
main(void)
{
	test_parse();
	test_plpgsql();
	test_deep();
	return tap_done();
}
