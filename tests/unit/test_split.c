/* test_split.c - scripts cut into statements, as psql cuts them. */
#include "ub/migrate/split.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tap.h"

/* All statements, each in brackets with its rows behind a colon; or why not. */
static char *
cut_bytes(const char *text, size_t len)
{
	struct split s = { .name = "f.sql", .text = text, .len = len };
	struct split_stmt st;
	struct buf b = { 0 };
	struct err e = { 0 };
	int r;

	while ((r = split_next(&s, &st, &e)) > 0) {
		buf_puts(&b, st.ended ? "[" : "(");
		buf_add(&b, st.sql, st.len);
		if (st.rows)
			buf_puts(&b, ":");
		if (st.rows)
			buf_add(&b, st.rows, st.rows_len);
		buf_puts(&b, st.ended ? "]" : ")");
	}
	if (r < 0) {
		buf_printf(&b, "!%s", e.msg);
		if (e.code != ERR_USAGE || strcmp(e.kind, "migrate.script"))
			buf_puts(&b, " (and another kind)");
	}
	err_release(&e);
	return buf_detach(&b);
}

static void
cuts(const char *text, const char *want)
{
	char *got = cut_bytes(text, strlen(text));
	char *name = mem_dupn(text, strcspn(text, "\n"));

	tap_is(got ? got : "", want, name);
	free(name);
	free(got);
}

static void
test_plain(void)
{
	cuts("", "");
	cuts(" \n\t; ;-- nothing; at all\n/* nor ; here */;", "");
	cuts("SELECT 1; SELECT 2", "[SELECT 1](SELECT 2)");
	cuts("-- why\nSELECT 1 -- one;\n, 2 /* ; /* ; */ ; */;",
	    "[SELECT 1 -- one;\n, 2]");
	cuts("a;\r\nb;\r\n", "[a][b]");
	cuts("\xef\xbb\xbfSELECT 1;", "[SELECT 1]");
	cuts("SELECT (1;2);x;", "[SELECT (1;2)][x]");
	cuts("SELECT 1);x;", "[SELECT 1)][x]");
	cuts("SELECT 1 /* a */ ;", "[SELECT 1]");
	cuts("a - b; a -- b; c\n; a/b;", "[a - b][a][a/b]");
}

static void
test_quotes(void)
{
	cuts("SELECT 'a;''b';x", "[SELECT 'a;''b'](x)");
	cuts("SELECT 'a\\';x';'", "[SELECT 'a\\'](x';')");
	cuts("SELECT E'a\\';x';y", "[SELECT E'a\\';x'](y)");
	cuts("SELECT e'a\\\\';y", "[SELECT e'a\\\\'](y)");
	cuts("SELECT E'a'\n 'b\\';c';y", "[SELECT E'a'\n 'b\\';c'](y)");
	cuts("SELECT E'a' -- more\n 'b\\';c';y",
	    "[SELECT E'a' -- more\n 'b\\';c'](y)");
	cuts("SELECT E'a' 'b\\';y;", "[SELECT E'a' 'b\\'][y]");
	cuts("SELECT \"a;\"\"b\", U&\"d;\", u&'c;', b';', X';', n';';y",
	    "[SELECT \"a;\"\"b\", U&\"d;\", u&'c;', b';', X';', n';'](y)");
	cuts("SELECT type'a\\';y;", "[SELECT type'a\\'][y]");
	cuts("DO $$ a; ' \" $b$ $ $$;y", "[DO $$ a; ' \" $b$ $ $$](y)");
	cuts("DO $_1$ ; $$ $_1 $_1$;y", "[DO $_1$ ; $$ $_1 $_1$](y)");
	cuts("DO $t\xc3\xa4g$ ; $tag$ $t\xc3\xa4g$;y",
	    "[DO $t\xc3\xa4g$ ; $tag$ $t\xc3\xa4g$](y)");
	cuts("SELECT $1;$2;", "[SELECT $1][$2]");
	cuts("SELECT a$b$;c$b$;", "[SELECT a$b$][c$b$]");
	cuts("SELECT 1e'x;", "!f.sql:1:10: a string without its end");
}

static void
test_atomic(void)
{
	cuts("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; "
	    "SELECT CASE WHEN true THEN 1 END; END; x;",
	    "[CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; "
	    "SELECT CASE WHEN true THEN 1 END; END][x]");
	cuts("create or replace procedure \"p;\"() begin atomic a; end; x;",
	    "[create or replace procedure \"p;\"() begin atomic a; end][x]");
	cuts("BEGIN; CREATE TABLE t (a int); END; x;",
	    "[BEGIN][CREATE TABLE t (a int)][END][x]");
	cuts("CREATE TABLE begin (a int); x;",
	    "[CREATE TABLE begin (a int)][x]");
	cuts("CREATE FUNCTION f(a int DEFAULT (CASE WHEN true THEN 1 END)) "
	    "RETURN a; x;", "[CREATE FUNCTION f(a int DEFAULT "
	    "(CASE WHEN true THEN 1 END)) RETURN a][x]");
}

static void
test_copy(void)
{
	cuts("COPY t (a, b) FROM stdin;\n1\t;\n2\t'\n\\.\n\nSELECT 1;",
	    "[COPY t (a, b) FROM stdin:1\t;\n2\t'\n][SELECT 1]");
	cuts("copy t from STDIN WITH (FORMAT csv);\r\na\r\n\\.\r\nx;",
	    "[copy t from STDIN WITH (FORMAT csv):a\r\n][x]");
	cuts("COPY t FROM stdin;\n\\.", "[COPY t FROM stdin:]");
	cuts("COPY t FROM stdin;\n\\.x\n\\.\n", "[COPY t FROM stdin:\\.x\n]");
	cuts("COPY t FROM '/a';1\n;", "[COPY t FROM '/a'][1]");
	cuts("COPY (SELECT 1 FROM stdin) TO stdout; x;",
	    "[COPY (SELECT 1 FROM stdin) TO stdout][x]");
	cuts("SELECT a FROM stdin; x;", "[SELECT a FROM stdin][x]");
	cuts("a;\nCOPY t FROM stdin;\n1\n", "[a]!f.sql:2:1: COPY without "
	    "the line \"\\.\" that ends its rows");
}

/* As psql does: the rest of the line comes behind the rows. */
static void
test_copy_line(void)
{
	cuts("COPY t FROM stdin; x; -- why\n1;\n\\.\ny;",
	    "[COPY t FROM stdin:1;\n][x][y]");
	cuts("BEGIN; COPY t FROM stdin; COMMIT;\n\\.\n",
	    "[BEGIN][COPY t FROM stdin:][COMMIT]");
	cuts("COPY t FROM stdin; COPY u FROM stdin;x;\n1\n\\.\n2\n\\.\n"
	    "COPY v FROM stdin;\n3\n\\.",
	    "[COPY t FROM stdin:1\n][COPY u FROM stdin:2\n][x]"
	    "[COPY v FROM stdin:3\n]");
	cuts("COPY t FROM stdin; COPY u FROM stdin;\n1\n\\.\n2\n",
	    "[COPY t FROM stdin:1\n]!f.sql:1:20: COPY without the line "
	    "\"\\.\" that ends its rows");
	cuts("COPY t FROM stdin; CREATE TABLE\n\\.\nu (x int);",
	    "[COPY t FROM stdin:]!f.sql:1:20: it goes on behind the rows of "
	    "a COPY: begin it on a line of its own");
	cuts("COPY t FROM stdin; /* a\n\\.\nb */",
	    "[COPY t FROM stdin:]!f.sql:1:20: it goes on behind the rows of "
	    "a COPY: begin it on a line of its own");
	cuts("COPY t FROM stdin; \\i a\n\\.\n",
	    "[COPY t FROM stdin:]!f.sql:1:20: a command of psql's");
}

/* With it off, a backslash hides a quote. */
static void
test_strings(void)
{
	static const char many[] = "SET standard_conforming_strings = off;"
	    "'a''b\\n', E'\\'', \"\\\", $$'\\'$$, b'\\';"
	    "SET LOCAL standard_conforming_strings = on";
	static const char back[] = "SET standard_conforming_strings = off;"
	    "BEGIN; SET standard_conforming_strings TO 'on'; ROLLBACK";
	static const char *const off[] = { many, back,
		"SET standard_conforming_strings = off",
		"set session standard_conforming_strings to 'off'",
		"SET LOCAL standard_conforming_strings=0" };
	static const char on[] = "SET standard_conforming_strings = off; "
	    "SET standard_conforming_strings = on; x '\\'; y '\\\\''";
	static const char *const bad[] = { "x 'it\\'s; ok'; y", "x n'\\'",
		"x 'a'\n  '\\''" };
	struct err e = { 0 };
	struct split_stmt st;
	struct split s;
	char *text;
	size_t i;

	for (i = 0; i < UB_LEN(off) * UB_LEN(bad); i++) {
		text = mem_printf("%s;\n%s", off[i / UB_LEN(bad)],
		    bad[i % UB_LEN(bad)]);
		s = (struct split){ .name = "f", .text = text,
			.len = strlen(text) };
		while (split_next(&s, &st, &e) > 0)
			;
		tap_is(e.msg ? e.msg : "", "f:2:3: a string that ends "
		    "elsewhere with standard_conforming_strings off: write "
		    "it as E'...'", off[i / UB_LEN(bad)]);
		err_release(&e);
		free(text);
	}
	cuts(on, "[SET standard_conforming_strings = off]"
	    "[SET standard_conforming_strings = on][x '\\']!f.sql:1:87: "
	    "a string without its end");
	cuts(on + 38, "[SET standard_conforming_strings = on][x '\\']"
	    "!f.sql:1:49: a string without its end");
}

static void
test_bad(void)
{
	static const char nul[] = "SELECT 1;\n\0SELECT 2;";
	char *got = cut_bytes(nul, sizeof(nul) - 1);

	tap_is(got, "!f.sql:2:1: a NUL byte", "a NUL");
	free(got);
	cuts("SELECT 'a;\n", "!f.sql:1:8: a string without its end");
	cuts("\n  SELECT \"a;", "!f.sql:2:10: a quoted name without its end");
	cuts("DO $x$ a $y$", "!f.sql:1:4: a dollar-quoted string without its "
	    "end");
	cuts("SELECT 1; /* /* */", "[SELECT 1]!f.sql:1:11: a comment without "
	    "its end");
	cuts("SELECT '\xc3\xa4\xc3\xb6', 'x", "!f.sql:1:14: a string without "
	    "its end");
	cuts("\xef\xbb\xbf'", "!f.sql:1:1: a string without its end");
	cuts("SELECT 1;\n  SELECT '\xff';", "!f.sql:2:11: not UTF-8");
	cuts("a;\n\\i other.sql\nb;", "[a]!f.sql:2:1: a command of psql's");
	cuts("SELECT 1 \\gexec\n", "!f.sql:1:10: a command of psql's");
	cuts("\\restrict a;b'\nSELECT 1;\n\\unrestrict x'\n", "[SELECT 1]");
	cuts("SELECT 1 \\restrict a\n", "!f.sql:1:10: a command of psql's");
	cuts("a; \\restrict a\n", "[a]!f.sql:1:4: a command of psql's");
}

static void
test_words(void)
{
	struct split s = { .name = "f", .text = "Create table t;",
		.len = 15 };
	struct split_stmt st;
	struct err e = { 0 };

	tap_ok(split_next(&s, &st, &e) == 1 && split_begins(&st, "CREATE") &&
	    !split_begins(&st, "creat") && !split_begins(&st, "createx"),
	    "the first word");
}

int
main(void)
{
	test_plain();
	test_quotes();
	test_atomic();
	test_copy();
	test_copy_line();
	test_strings();
	test_bad();
	test_words();
	return tap_done();
}
