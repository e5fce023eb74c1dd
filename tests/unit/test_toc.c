/* test_toc.c - what pg_restore -l says, and what it had better not say. */
#include "ub/toc.h"

#include "script.h"
#include "tap.h"

static char *dir;

static int
reads(const char *body, struct toc *toc, struct err *e)
{
	struct pgtools t = { .restore = path_join(dir, "pg_restore") };
	int rc;

	script_write(dir, "pg_restore", body);
	rc = toc_read(&t, "/the/dump", NULL, toc, e);
	free(t.restore);
	return rc;
}

static int
toc_section(void)
{
	struct pgtools t = { .restore = path_join(dir, "pg_restore") };
	struct toc toc = { 0 };
	struct err e = { 0 };
	int rc;

	script_write(dir, "pg_restore", "test \"$*\" = "
	    "'-l --section=pre-data -- /the/dump'");
	rc = toc_read(&t, "/the/dump", "pre-data", &toc, &e);
	err_release(&e);
	free(t.restore);
	return rc;
}

static void
test_good(void)
{
	struct toc toc = { 0 };
	struct err e = { 0 };
	char kinds[16] = "";
	size_t i;

	tap_ok(reads("cat <<'E'\n;\n; Archive created at 2026\n\n"
	    "3; 2615 2200 SCHEMA - public pg_database_owner\n"
	    "3342; 0 16386 TABLE DATA public a; 0 1 TABLE DATA x postgres\n"
	    "212; 1259 16386 TABLE public TABLE DATA postgres\n"
	    "3343; 0 4294967295 TABLE DATA o'dd  na me postgres\n"
	    "213; 1259 16387 TABLE DATA t postgres\n"
	    "3344; 0 0 SEQUENCE SET public seq postgres\n"
	    "3345; 0 16400 MATERIALIZED VIEW DATA public m postgres\n"
	    "3350; 1259 16401 INDEX public i postgres\n"
	    "3351; 2606 16402 CONSTRAINT public a a_pkey postgres\n"
	    "3352; 3381 16403 STATISTICS public s postgres\n"
	    "3353; 0 0 ACL public TABLE a postgres\nE",
	    &toc, &e) == 0, "read: %s", e.msg ? e.msg : "");
	tap_ok(toc.n == 11, "entries: %zu", toc.n);
	tap_ok(toc.v[1].dump_id == 3342 && toc.v[1].oid == 16386 &&
	    toc.v[3].oid == 4294967295, "numbers");
	for (i = 0; i < toc.n; i++)
		kinds[i] = "-TDLR"[toc.v[i].kind];
	tap_is(kinds, "-DTDT--LLLR", "what each of them is");
	toc_release(&toc);
	tap_ok(reads("echo \"$@\" | grep -qx -- '-l -- /the/dump'", &toc,
	    &e) == 0 && toc.n == 0, "arguments");
	toc_release(&toc);
	tap_ok(toc_section() == 0, "one section");
	tap_ok(reads("for i in 1 2 3 4 5 6 7 8 9; do echo "
	    "\"$i; 0 1$i TABLE DATA a b c\"; done", &toc, &e) == 0 &&
	    toc.n == 9 && toc.v[8].oid == 19, "it grows");
	toc_release(&toc);
}

static void
bad(const char *body, const char *kind, const char *msg)
{
	struct toc toc = { 0 };
	struct err e = { 0 };

	tap_ok(reads(body, &toc, &e) == -1 && e.code == ERR_TROUBLE, "%s",
	    body);
	tap_is(e.kind, kind, "its kind");
	tap_is(e.msg, msg, "its message");
	tap_ok(!toc.v && toc.n == 0, "nothing is left");
	err_release(&e);
}

int
main(void)
{
	struct err e = { 0 };

	dir = tmp_dir("ub-test", &e);
	test_good();
	bad("echo hello", "toc.line",
	    "cannot understand the contents of '/the/dump': hello");
	bad("echo '1; 0 2 TABLE DATA a b c'; echo '7; 0 x TABLE DATA'",
	    "toc.line", "cannot understand the contents of '/the/dump': "
	    "7; 0 x TABLE DATA");
	bad("echo '99999999999999999999; 0 1 TABLE DATA a b c'", "toc.line",
	    "cannot understand the contents of '/the/dump': "
	    "99999999999999999999; 0 1 TABLE DATA a b c");
	bad("echo '-1; 0 1 TABLE DATA a b c'", "toc.line",
	    "cannot understand the contents of '/the/dump': "
	    "-1; 0 1 TABLE DATA a b c");
	bad("printf '1; 0 2'", "toc.line",
	    "cannot understand the contents of '/the/dump': 1; 0 2");
	bad("echo '1; 0 2 TABLE DATA a b c'; echo 'pg_restore: error: bad' "
	    ">&2; exit 1", "toc.read", "cannot list the contents of "
	    "'/the/dump': 'pg_restore' failed with exit code 1: "
	    "pg_restore: error: bad");
	free(dir);
	return tap_done();
}
