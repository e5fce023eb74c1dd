/* test_journal.c - the history of updates, however damaged. */
#include "ub/journal.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

static char *dir;
static struct err e;

static int
says_yes(void *ctx, const json_t *j)
{
	++*(int *)ctx;
	return !json_is_false(json_object_get(j, "yes"));
}

/* The n of the last result of ub-restore; -1: none, -2: an error. */
static int
ask(const char *state, const char *tool, int *count, json_t **out,
    struct err *why)
{
	const struct journal_query q = { .tool = tool, .is = says_yes,
		.ctx = count };

	return journal_last(state, &q, out, why);
}

static int
last(const char *text, size_t len, int *asked)
{
	char *path = path_join(dir, "journal.ndjson");
	json_t *j = NULL;
	int n = -1, count = 0;

	if (tmp_write_file(path, text, len, &e))
		n = -3;
	else if (ask(dir, "ub-restore", &count, &j, &e))
		n = -2;
	else if (j)
		n = (int)json_integer_value(json_object_get(j, "n"));
	if (asked)
		*asked = count;
	json_decref(j);
	free(path);
	return n;
}

static void
is_last(const char *text, int want, const char *what)
{
	int got = last(text, strlen(text), NULL);

	tap_ok(got == want, "%s: %d%s%s", what, got, e.msg ? ", " : "",
	    e.msg ? e.msg : "");
	err_release(&e);
}

#define R(n) "{\"tool\":\"ub-restore\",\"n\":" #n "}"

static void
test_lines(void)
{
	is_last("", -1, "an empty one");
	is_last("\n\n\r\n", -1, "empty lines");
	is_last(R(1) "\n" R(2) "\n", 2, "the last");
	is_last(R(1) "\n" R(2), 1, "a line without its end is torn");
	is_last(R(1) "\n{\"tool\":\"ub-restore\",\"n\":2\n", 1, "torn");
	is_last("{\"tool\":\"ub-resto" R(1) "\n", -1, "torn, and written on");
	is_last(R(1) "\n\"ub-restore\"\n[\"ub-restore\"]\nub-restore\n7\n", 1,
	    "no objects");
	is_last(R(1) "\n{\"tool\":\"ub-x\",\"text\":\"ub-restore\",\"n\":2}\n",
	    1, "another's that speaks of it");
	is_last(R(1) "\n{\"data\":{\"tool\":\"ub-restore\"},\"n\":2}\n", 1,
	    "within another");
	is_last(R(1) "\n{\"tool\":[\"ub-restore\"],\"n\":2}\n", 1, "a list");
	is_last(R(1) "\n{\"tool\":\"ub-restore2\",\"n\":2}\n", 1,
	    "a longer name");
	is_last(R(1) "\n{\"tool\":\"ub-restore\",\"yes\":false,\"n\":2}\n", 1,
	    "that is not meant");
	is_last(R(1) "\r\n", 1, "CRLF");
	is_last(R(1) "\n{\"tool\":\"ub-restore\",\"t\":\"\xff\",\"n\":2}\n", 1,
	    "not UTF-8");
}

static void
test_bytes(void)
{
	static const char nul[] = R(1) "\n" "\0\0\0" R(2) "\n{\"tool\":\"ub-"
	    "restore\",\0\"n\":3}\n" R(4) "\0\n";
	struct buf b = { 0 };
	int asked, got = last(nul, sizeof(nul) - 1, NULL);
	size_t i;

	tap_ok(got == 1, "NULs: %d", got);
	/* Longer than what is read at once, and longer than is kept. */
	buf_puts(&b, R(5) "\n{\"tool\":\"ub-restore\",\"t\":\"");
	for (i = 0; i < 3 << 20; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\",\"n\":6}\n");
	got = last(b.data, b.len, NULL);
	tap_ok(got == 6, "a long line: %d", got);
	buf_reset(&b);
	buf_puts(&b, R(7) "\n{\"tool\":\"ub-restore\",\"t\":\"");
	for (i = 0; i < 70; i++) {
		size_t from = b.len;

		while (b.len - from < 1 << 20)
			buf_puts(&b, "0123456789abcdef");
	}
	buf_puts(&b, "\",\"n\":8}\n");
	got = last(b.data, b.len, &asked);
	tap_ok(got == 7 && asked == 1, "a huge one is passed over: %d", got);
	buf_puts(&b, R(9) "\n");
	got = last(b.data, b.len, &asked);
	tap_ok(got == 9 && asked == 1, "what is before the last is not read");
	buf_release(&b);
	err_release(&e);
}

static void
test_missing(void)
{
	json_t *j = NULL;
	int n = 0;
	char *path = path_join(dir, "journal.ndjson");

	remove(path);
	tap_ok(ask(dir, "ub-restore", &n, &j, &e) == 0 &&
	    !j, "no file");
	tap_ok(ask("/nosuch", "x", &n, &j, &e) == 0 && !j,
	    "no folder");
	path_mkdirs(path, &e);
	n = ask(dir, "ub-restore", &n, &j, &e);
	tap_ok(n == -1 && e.msg && !j, "a folder: %s", e.msg ? e.msg : "");
	err_release(&e);
	free(path);
}

int
main(void)
{
	dir = tmp_dir("ub-test", &e);
	test_lines();
	test_bytes();
	test_missing();
	free(dir);
	return tap_done();
}
