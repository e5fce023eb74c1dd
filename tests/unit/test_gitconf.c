/* test_gitconf.c - git's config syntax: values, places, refusals. */
#include "ext/gitconf.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

static char *dir;

static char *
put(const char *name, const char *text)
{
	char *path = path_join(dir, name);
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		perror(path);
	return path;
}

/* "file:line key=value;" of each value. */
static int
collect(void *ctx, const struct gitconf_value *v, struct err *e)
{
	struct buf *b = ctx;

	(void)e;
	buf_printf(b, "%s:%d %s", path_base(v->file), v->line, v->key);
	if (v->value)
		buf_printf(b, "=%s", v->value);
	buf_putc(b, ';');
	return 0;
}

static void
reads(const char *text, const char *want, const char *name)
{
	char *path = put("a.conf", text);
	struct buf got = { 0 };
	struct err e = { 0 };

	tap_ok(gitconf_each(path, collect, &got, &e) == 0, "%s", name);
	tap_is(e.msg, NULL, "  without an error");
	tap_is(buf_text(&got), want, "  as it stands");
	free(path);
	buf_release(&got);
	err_release(&e);
}

static void
test_reading(void)
{
	reads("", "", "an empty file");
	reads("[A]\nKey = v\n", "a.conf:2 a.key=v;", "lower case");
	reads("[a \"B.c\"] key = v\n", "a.conf:1 a.B.c.key=v;",
	    "on the section's line");
	reads("# x\n\n[a]\n\tk = \"v # w\" ; x\n", "a.conf:4 a.k=v # w;",
	    "quotes and comments");
	reads("[a]\nk = v\\\n w\nl = x\n", "a.conf:2 a.k=v w;a.conf:4 a.l=x;",
	    "a joined line");
	reads("[a]\nk\nk = 1\nk = 2\n",
	    "a.conf:2 a.k;a.conf:3 a.k=1;a.conf:4 a.k=2;", "one key often");
	reads("[a]\r\nk = v\r\n", "a.conf:2 a.k=v;", "CRLF");
	reads("\xef\xbb\xbf[a]\nk = v\n", "a.conf:2 a.k=v;", "a BOM");
	reads("[a \"x\\\"y\"]\nk = v\n", "a.conf:2 a.x\"y.k=v;",
	    "a quote in a name");
}

static void
test_includes(void)
{
	free(put("b.conf", "[a]\nk = b\n[include]\npath = c.conf\n"));
	free(put("c.conf", "[a]\n\n\nk = c\n"));
	reads("[a]\nk = 1\n[include]\npath = b.conf\npath = none.conf\n"
	      "[a]\nk = 2\n",
	    "a.conf:2 a.k=1;a.conf:4 include.path=b.conf;b.conf:2 a.k=b;"
	    "b.conf:4 include.path=c.conf;c.conf:4 a.k=c;"
	    "a.conf:5 include.path=none.conf;a.conf:7 a.k=2;",
	    "includes at their place");
}

static int
stop(void *ctx, const struct gitconf_value *v, struct err *e)
{
	int *calls = ctx;

	++*calls;
	return err_set(e, ERR_NO, "x", "no %s", v->key);
}

static void
test_refusals(void)
{
	struct err e = { 0 };
	struct buf got = { 0 };
	char *path = path_join(dir, "none"), *want;
	int calls = 0;

	tap_ok(
	    gitconf_each(path, collect, &got, &e) == -1 && e.code == ERR_USAGE,
	    "a file that is not there");
	want = mem_printf("cannot read '%s': No such file or directory", path);
	tap_is(e.msg, want, "  by name");
	free(want);
	free(path);
	path = put("bad.conf", "[a]\nk = v\n[b\n");
	tap_ok(
	    gitconf_each(path, collect, &got, &e) == -1 && e.code == ERR_USAGE,
	    "a torn file");
	tap_is(e.kind, "config.syntax", "  by kind");
	tap_ok(e.msg && strstr(e.msg, "bad.conf:3"), "  with its line");
	tap_ok(got.len == 0, "  nothing of it");
	free(path);
	path = put("two.conf", "[a]\nk = v\nl = w\n");
	tap_ok(gitconf_each(path, stop, &calls, &e) == -1 && calls == 1,
	    "the caller may stop");
	tap_is(e.msg, "no a.k", "  with its own error");
	if (geteuid() == 0 && chown(path, 12345, 12345) == 0) {
		tap_ok(gitconf_each(path, collect, &got, &e) == -1 &&
			   e.code == ERR_REFUSED,
		    "a file of somebody else");
		tap_is(e.kind, "config.owner", "  by kind");
		setenv("SUDO_UID", "12345", 1);
		tap_ok(gitconf_each(path, collect, &got, &e) == 0,
		    "but not under sudo");
		unsetenv("SUDO_UID");
	}
	free(path);
	buf_release(&got);
	err_release(&e);
}

static void
lint(const char *text, int line, const char *key)
{
	char *path = put("lint.conf", text);
	char *want = line ? mem_printf("%s:%d: the value of '%s' is cut at "
				       "a # or ;",
				path, line, key)
			  : NULL;
	struct err e = { 0 };
	int r = gitconf_lint(path, &e);

	tap_ok(r == (line ? -1 : 0), "lint: %s", text);
	tap_is(e.msg, want, "  and its words");
	free(want);
	free(path);
	err_release(&e);
}

static void
test_lint(void)
{
	lint("", 0, NULL);
	lint("[a]\nk = v # c\nl = w ; c\n# x#y\nm = \"a#b\"\n", 0, NULL);
	lint("[a]\nk = v\\\n\tw # c\n", 0, NULL);
	lint("[a]\nk = v#w\n", 2, "a.k");
	lint("[a]\nk = v;w\n", 2, "a.k");
	lint("[a]\nk = \"v\"#w\n", 2, "a.k");
	lint("[a]\n\n[b \"X\"] k = host=db;user=u\n", 3, "b.X.k");
	lint("[a]\nk = v\\\n\tw#c\n", 2, "a.k");
}

int
main(void)
{
	struct err e = { 0 };

	dir = tmp_dir("test-gitconf", &e);
	unsetenv("SUDO_UID");
	test_reading();
	test_includes();
	test_refusals();
	test_lint();
	free(dir);
	return tap_done();
}
