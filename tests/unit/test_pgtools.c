/* test_pgtools.c - which client programs are taken. */
#include "ub/pgtools.h"

#include "script.h"
#include "tap.h"

static char *dir;

/* A folder of client programs that say what version they are. */
static char *
bin(const char *name, const char *version)
{
	static const char *const names[] = { "pg_dump", "pg_restore",
		"pg_dumpall" };
	char *path = path_join(dir, name);
	char *body;
	size_t i;

	for (i = 0; i < UB_LEN(names); i++) {
		body = mem_printf("echo '%s (PostgreSQL) %s'", names[i],
		    version);
		script_write(path, names[i], body);
		free(body);
	}
	return path;
}

/* look: database.binDir, or NULL; bindir: where they are. */
static void
found(int server, const char *look, const char *bindir, int version)
{
	struct pgtools t = { 0 };
	struct err e = { 0 };
	char *want = path_join(bindir, "pg_dump");

	tap_ok(pgtools_find(&t, server, look, &e) == 0, "found for %d: %s",
	    server, e.msg ? e.msg : "");
	tap_is(t.dump, want, "its pg_dump");
	tap_is(t.bindir, bindir, "its folder");
	tap_ok(t.restore && t.dumpall, "all of them");
	tap_ok(t.version == version, "its version: %d", t.version);
	pgtools_release(&t);
	err_release(&e);
	free(want);
}

/* words: what the message says was found, among others of this machine. */
static void
missing(int server, const char *bindir, const char *begins,
    const char *words, const char *hint)
{
	struct pgtools t = { 0 };
	struct err e = { 0 };

	tap_ok(pgtools_find(&t, server, bindir, &e) == -1, "none for %d",
	    server);
	tap_ok(e.code == ERR_TROUBLE, "its code");
	tap_is(e.kind, "pg.tools", "its kind");
	tap_ok(e.msg && strncmp(e.msg, begins, strlen(begins)) == 0 &&
	    strstr(e.msg, words), "its message: %s", e.msg);
	tap_is(e.hint, hint, "its hint");
	tap_ok(!t.dump && !t.bindir, "nothing is left");
	err_release(&e);
}

int
main(void)
{
	struct err e = { 0 };
	char *new, *half, *beta, *words, *file, *path;

	dir = tmp_dir("ub-test", &e);
	new = bin("new", "42.7 (Debian 42.7-1)");
	half = bin("half", "42.7");
	beta = bin("beta", "43beta1");
	file = path_join(half, "pg_dumpall");
	remove(file);
	free(file);
	found(420003, new, new, 420007);
	found(430000, beta, beta, 430000);
	words = mem_printf("42.7 in %s", new);
	missing(410003, new, "cannot find pg_dump and pg_restore of version "
	    "41, which the server (41.3) needs; found: ", words,
	    "install the package postgresql-client-41 (Debian, Ubuntu) or "
	    "postgresql41 (Red Hat, SUSE), or set database.binDir");
	free(words);
	words = mem_printf("%s lacks pg_dumpall of version 42", half);
	missing(420003, half, "cannot find pg_dump and pg_restore of version "
	    "42, which the server (42.3) needs; found: ", words,
	    "install the package postgresql-client-42 (Debian, Ubuntu) or "
	    "postgresql42 (Red Hat, SUSE), or set database.binDir");
	free(words);
	script_write(half, "pg_dumpall", "echo 'pg_dumpall (PostgreSQL) 42'");
	script_write(half, "pg_restore", "echo 'pg_restore (PostgreSQL) 41'");
	words = mem_printf("%s lacks pg_restore of version 42", half);
	missing(420003, half, "cannot find pg_dump", words,
	    "install the package postgresql-client-42 (Debian, Ubuntu) or "
	    "postgresql42 (Red Hat, SUSE), or set database.binDir");
	free(words);
	script_write(half, "pg_dump", "echo hello");
	missing(420003, half, "cannot find pg_dump", "found: ",
	    "install the package postgresql-client-42 (Debian, Ubuntu) or "
	    "postgresql42 (Red Hat, SUSE), or set database.binDir");
	path = mem_printf("%s:/usr/bin:/bin", new);
	setenv("PATH", path, 1);
	found(420000, NULL, new, 420007);
	free(path);
	free(new);
	free(half);
	free(beta);
	free(dir);
	return tap_done();
}
