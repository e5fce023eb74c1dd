/* test_script.c - the COPY statements among what pg_restore writes. */
#include "ub/load/script.h"

#include "base/mem.h"
#include "tap.h"

static int
reads(const char *text, struct load_script *s, struct err *e)
{
	FILE *f = tmpfile();
	int r;

	fputs(text, f);
	rewind(f);
	r = load_script_read(f, s, e);
	fclose(f);
	return r;
}

static void
test_good(void)
{
	struct load_script s = { 0 };
	struct err e = { 0 };
	char *table;

	tap_ok(reads("--\n-- PostgreSQL database dump\n--\n\n"
	    "\\restrict abc\n\nSET lock_timeout = 0;\n"
	    "SET client_encoding = 'LATIN1';\n"
	    "SELECT pg_catalog.set_config('search_path', '', false);\n\n"
	    "-- Data for Name: a; Type: TABLE DATA\n--\n\n"
	    "COPY public.a (x, \"y z\") FROM stdin;\n"
	    "--\n\nCOPY public.\"no columns\"  FROM stdin;\n"
	    "COPY public.\"a\n"
	    "COPY b FROM stdin;\n"
	    "\"\" FROM stdin;\n"
	    "SET x;\" (\"q\"\"\") FROM stdin;\n\\unrestrict abc\n", &s,
	    &e) == 0, "read: %s", e.msg ? e.msg : "");
	tap_is(buf_text(&s.settings), "SET lock_timeout = 0;\n"
	    "SET client_encoding = 'LATIN1';\n"
	    "SELECT pg_catalog.set_config('search_path', '', false);\n",
	    "settings");
	tap_ok(s.copies.n == 3, "statements: %zu", s.copies.n);
	tap_is(s.copies.v[0], "COPY public.a (x, \"y z\") FROM stdin",
	    "the first");
	tap_is(s.copies.v[2], "COPY public.\"a\nCOPY b FROM stdin;\n"
	    "\"\" FROM stdin;\nSET x;\" (\"q\"\"\") FROM stdin",
	    "a name that looks like statements");
	table = load_script_table(s.copies.v[0]);
	tap_is(table, "public.a", "its table");
	free(table);
	table = load_script_table(s.copies.v[1]);
	tap_is(table, "public.\"no columns\"", "a quoted one");
	free(table);
	table = load_script_table(s.copies.v[2]);
	tap_is(table, "public.\"a\nCOPY b FROM stdin;\n\"\" FROM stdin;\n"
	    "SET x;\"", "an odd one");
	free(table);
	load_script_release(&s);
	tap_ok(reads("", &s, &e) == 0 && s.copies.n == 0, "nothing");
	load_script_release(&s);
}

static void
bad(const char *text, const char *msg)
{
	struct load_script s = { 0 };
	struct err e = { 0 };

	tap_ok(reads(text, &s, &e) == -1 && e.code == ERR_TROUBLE, "%.40s",
	    text);
	tap_is(e.kind, "load.script", "its kind");
	tap_is(e.msg, msg, "its message");
	load_script_release(&s);
	err_release(&e);
}

int
main(void)
{
	test_good();
	bad("COPY public.a (x) FROM stdin;\n1\n\\.\n",
	    "pg_restore writes what is not understood: 1");
	bad("DROP TABLE a;\n",
	    "pg_restore writes what is not understood: DROP TABLE a;");
	bad("SET a = 'b\n", "pg_restore writes what is not understood: "
	    "SET a = 'b");
	bad("COPY public.a (x) FROM stdin", "pg_restore writes half a "
	    "statement");
	bad("COPY public.\"a (x) FROM stdin;\n", "pg_restore writes half a "
	    "statement");
	return tap_done();
}
