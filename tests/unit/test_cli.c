/* test_cli.c - the parts of cli that a command calls; tests/cli.bats has the
 * whole. */
#include "ub/cli.h"

#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"
#include "ub/cli/audit.h"
#include "ub/cli/result.h"

static const struct opt_spec spec = { .prog = "ub-x" };

static void
test_run_id(void)
{
	char *text = mem_alloc(131);

	tap_ok(cli_is_run_id("20261121T030000Z-7f3a9c"), "our own form");
	tap_ok(cli_is_run_id("a:b_c.D-9"), "all that is allowed");
	tap_ok(!cli_is_run_id(""), "nothing");
	tap_ok(!cli_is_run_id("a/b"), "a slash");
	tap_ok(!cli_is_run_id("a\n"), "a line end");
	tap_ok(!cli_is_run_id("\xc3\xa4"), "no ASCII");
	memset(text, 'a', 128);
	tap_ok(cli_is_run_id(text), "128 letters");
	text[128] = 'a';
	tap_ok(!cli_is_run_id(text), "129 letters");
	free(text);
}

static void
test_text(void)
{
	json_t *j = cli_json_text("a\xff");

	tap_is(json_string_value(j), "a\xef\xbf\xbd", "bytes that are no text");
	json_decref(j);
	j = cli_json_text(NULL);
	tap_ok(json_is_null(j), "NULL is null");
	json_decref(j);
}

/* The value of a key, as text. */
static void
member(const json_t *o, const char *key, const char *want)
{
	char *got =
	    json_dumps(json_object_get(o, key), JSON_ENCODE_ANY | JSON_COMPACT);

	tap_is(got, want, key);
	free(got);
}

static void
test_result(void)
{
	struct cli c = { .spec = &spec, .run_id = mem_dup("r") };
	json_t *o = cli_result_make(&c);

	member(o, "status", "\"ok\"");
	member(o, "exit", "0");
	member(o, "app", "null");
	member(o, "data", "{}");
	member(o, "warnings", "[]");
	member(o, "error", "null");
	json_decref(o);
	err_set(&c.err, ERR_UNDONE, "x.y", "it was '%s'", "\xfe");
	err_detail(&c.err, "a", "b");
	err_next(&c.err, "ub-health");
	c.status = "skipped";
	c.common.dry_run = 1;
	o = cli_result_make(&c);
	member(o, "status", "\"undone\"");
	member(o, "exit", "6");
	member(o, "dry_run", "true");
	member(o, "error",
	    "{\"kind\":\"x.y\",\"message\":\"it was "
	    "'\xef\xbf\xbd'\",\"hint\":null,\"detail\":{\"a\":\"b\"}}");
	member(o, "next", "[\"ub-health\"]");
	json_decref(o);
	err_release(&c.err);
	o = cli_result_make(&c);
	member(o, "status", "\"skipped\"");
	json_decref(o);
	c.status = NULL;
	o = cli_result_make(&c);
	member(o, "status", "\"planned\"");
	json_decref(o);
	free(c.run_id);
}

static void
test_passed_on(void)
{
	struct cli c = { .spec = &spec, .run_id = mem_dup("r"), .pass = 5 };
	json_t *o;

	c.upstream = json_pack("{s:i, s:s}", "exit", 5, "tool", "ub-y");
	o = cli_result_make(&c);
	tap_ok(json_equal(o, c.upstream), "an upstream's object as it came");
	tap_ok(cli_result_exit(&c) == 5, "and its exit code");
	json_decref(o);
	err_set(&c.err, ERR_TROUBLE, "sys", "cannot write");
	o = cli_result_make(&c);
	member(o, "tool", "\"ub-x\"");
	member(o, "exit", "3");
	json_decref(o);
	err_release(&c.err);
	json_decref(c.upstream);
	free(c.run_id);
}

static void
confirm(const char *confirmed, const char *msg, const char *hint)
{
	struct cli c = { .spec = &spec, .app = mem_dup("shop") };
	struct vec given = { 0 }, needed = { 0 };
	struct err e = { 0 };
	int r;

	vec_add(&needed, "a b");
	vec_add(&needed, "c");
	for (; *confirmed; confirmed++)
		vec_take(&given, *confirmed == 'S'   ? mem_dup("shop")
				 : *confirmed == 'a' ? mem_dup("a b")
						     : mem_dupn(confirmed, 1));
	c.common.json = 1;
	r = cli_confirm(&c, &given, &needed, "databases go", &e);
	tap_ok(r == (msg ? -1 : 0) && e.code == (msg ? ERR_REFUSED : ERR_OK),
	    "confirmed: %zu names", given.n);
	tap_is(e.msg, msg, "  what it says");
	tap_is(e.hint, hint, "  what to say");
	err_release(&e);
	vec_release(&given);
	vec_release(&needed);
	free(c.app);
}

static void
test_confirm(void)
{
	confirm("", "not confirmed: databases go",
	    "say --confirm 'a b' --confirm c");
	confirm("a", "not confirmed: databases go", "say --confirm c");
	confirm("x", "not confirmed: databases go",
	    "say --confirm 'a b' --confirm c");
	confirm("ac", NULL, NULL);
	confirm("S", NULL, NULL);
}

static void
test_audit(void)
{
	struct err e = { 0 };
	char *dir = tmp_dir("test-cli", &e);
	struct cli c = { .spec = &spec, .state = path_join(dir, "a/b") };
	char *path = path_join(c.state, "journal.ndjson");
	json_t *o = json_pack("{s:i}", "a", 1);
	struct buf text = { 0 };

	tap_ok(cli_audit_append(&c, o, &e) == 0, "into a folder to be made");
	tap_ok(truncate(path, 5) == 0, "a line is torn");
	tap_ok(cli_audit_append(&c, o, &e) == 0, "one more");
	tap_ok(io_slurp(path, 100, &text, &e) == 0, "read it");
	tap_is(
	    buf_text(&text), "{\"a\":\n{\"a\":1}\n", "the torn line was ended");
	buf_reset(&text);
	free(path);
	path = path_join(c.state, ".gitignore");
	tap_ok(io_slurp(path, 100, &text, &e) == 0, "read .gitignore");
	tap_is(buf_text(&text), "*\n", "git ignores the folder");
	tap_is(e.msg, NULL, "no error on the way");
	free(path);
	free(c.state);
	free(dir);
	json_decref(o);
	buf_release(&text);
	err_release(&e);
}

/* Read text as the result of the program before. */
static int
upstream(const char *text, struct cli *c, struct err *e)
{
	int fd[2];

	if (pipe(fd) || write(fd[1], text, strlen(text)) < 0 ||
	    dup2(fd[0], STDIN_FILENO) < 0)
		perror("pipe");
	close(fd[0]);
	close(fd[1]);
	return cli_upstream(c, e);
}

static void
torn(const char *text, const char *msg)
{
	struct cli c = { .spec = &spec, .run_id = mem_dup("mine") };
	struct err e = { 0 };

	tap_ok(upstream(text, &c, &e) == -1 && e.code == ERR_TROUBLE,
	    "upstream: %s", text);
	tap_is(e.msg, msg, "  what is wrong");
	tap_ok(!c.upstream && !c.pass, "  nothing is taken");
	tap_is(c.run_id, "mine", "  not even the name");
	free(c.run_id);
	err_release(&e);
}

static void
test_upstream(void)
{
	struct cli c = { .spec = &spec };
	struct err e = { 0 };

	torn("", "nothing came on standard input");
	torn("{}", "standard input is no whole result object: \"schema\" is "
		   "missing");
	torn("{\"schema\":\"ub.result/1\",\"run_id\":\"a b\",\"exit\":0}",
	    "standard input is no whole result object: \"run_id\" has other "
	    "letters than a run's id");
	torn("{\"schema\":\"ub.result/9\",\"run_id\":\"a\",\"exit\":0}",
	    "standard input has schema 'ub.result/9', not 'ub.result/1'");
	tap_is(cli_upstream_set(&c), NULL, "no upstream, no set");
	tap_ok(upstream("{\"schema\":\"ub.result/1\",\"run_id\":\"a\","
			"\"exit\":0,\"data\":{\"set\":\"/b\"}}",
		   &c, &e) == 0,
	    "a good one");
	tap_is(cli_upstream_set(&c), "/b", "  its set");
	tap_is(c.run_id, "a", "  its run");
	tap_is(c.app, NULL, "  it has no app");
	json_decref(c.upstream);
	tap_ok(upstream("{\"schema\":\"ub.result/1\",\"run_id\":\"a\","
			"\"exit\":4}",
		   &c, &e) == 1 &&
		   c.pass == 4,
	    "a refusal");
	json_decref(c.upstream);
	free(c.run_id);
	err_release(&e);
}

static void
test_agree(void)
{
	struct cli c = { 0 };
	struct err e = { 0 };

	c.common.json = 1; /* so nobody is asked */
	tap_ok(cli_agree(&c, "tables go", &e) == -1 &&
	    e.code == ERR_REFUSED && strcmp(e.kind, "confirm.needed") == 0,
	    "nobody to ask");
	tap_is(e.msg, "not confirmed: tables go", "the question");
	tap_is(e.hint, "say --yes", "the flag");
	err_release(&e);
	c.common.yes = 1;
	tap_ok(cli_agree(&c, "tables go", &e) == 0, "--yes");
}

static void
call_is(const struct cli *c, const char *but, const char *want)
{
	struct vec v = { 0 };
	struct buf b = { 0 };
	size_t i;

	cli_call(c, "ub-verify", but, &v);
	for (i = 0; i < v.n; i++)
		buf_printf(&b, "%s%s", i ? "|" : "", v.v[i]);
	tap_is(buf_text(&b), want, "a call");
	buf_release(&b);
	vec_release(&v);
}

static void
test_call(void)
{
	struct cli c = { 0 };

	call_is(&c, NULL, "ub-verify");
	c.common.dir = "/srv/a b";
	c.common.config = "x.conf";
	vec_add(&c.common.set, "backup.dir=/b");
	vec_add(&c.common.set, "migrate.dir=m");
	call_is(&c, NULL, "ub-verify|-C|/srv/a b|--config|x.conf|-c|"
	    "backup.dir=/b|-c|migrate.dir=m");
	call_is(&c, "migrate.", "ub-verify|-C|/srv/a b|--config|x.conf|-c|"
	    "backup.dir=/b");
	c.common.yes = c.common.json = c.common.dry_run = 1;
	call_is(&c, "", "ub-verify|-C|/srv/a b|--config|x.conf");
	vec_release(&c.common.set);
}

int
main(void)
{
	test_run_id();
	test_text();
	test_result();
	test_passed_on();
	test_confirm();
	test_audit();
	test_upstream();
	test_agree();
	test_call();
	return tap_done();
}
