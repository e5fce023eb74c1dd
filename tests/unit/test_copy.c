/* The counting of COPY rows, whole and cut at every place. */
#include "ub/verify/copy.h"

#include "tap.h"

/* Rows of text given in pieces of n bytes; -1 with the error in e. */
static int64_t
count(const char *text, size_t n, struct err *e)
{
	struct copy c = { 0 };
	size_t len = strlen(text), i, k;

	err_release(e);
	for (i = 0; i < len; i += k) {
		k = len - i < n ? len - i : n;
		if (copy_add(&c, text + i, k, e))
			return -1;
	}
	return copy_end(&c, e) ? -1 : c.rows;
}

/* The answer must not depend on where the blocks end. */
static int64_t
count_all(const char *text, struct err *e)
{
	int64_t whole = count(text, strlen(text) + 1, e), r = whole;
	size_t n;

	for (n = 1; n < 8; n++)
		if (count(text, n, e) != whole)
			r = -2;
	return r;
}

static void
is(const char *text, int64_t rows, const char *name)
{
	struct err e = { 0 };

	tap_ok(count_all(text, &e) == rows, "%s", name);
	err_release(&e);
}

static void
fails(const char *text, const char *msg, const char *name)
{
	struct err e = { 0 };

	tap_ok(count_all(text, &e) == -1 && e.code == ERR_NO, "%s", name);
	tap_is(e.kind, "verify.copy", "its kind");
	tap_is(e.msg, msg, "its message");
	err_release(&e);
}

static void
test_rows(void)
{
	is("\\.\n\n\n", 0, "an empty table");
	is("\\.\n", 0, "without empty lines behind");
	is("1\ta\n2\tb\n\\.\n\n\n", 2, "two rows");
	is("\n\n\n\\.\n\n\n", 3, "rows of a table without columns");
	is("\\\\.\n\\.\n", 1, "a row that is an escaped backslash and a dot");
	is("a\\.\n\\.\n", 1, "the end's letters at the end of a row");
	is("\\.a\n\\.\n", 1, "the end's letters at the beginning of a row");
	is("\\N\n\\.\n", 1, "a null");
	is("\\n\n.\n\\\n\\.\n", 3, "other short rows");
}

static void
test_damage(void)
{
	static const char early[] =
	    "the rows end too early: there is no line '\\.'";
	static const char behind[] =
	    "there is data behind the end of the rows";

	fails("", early, "nothing at all");
	fails("1\n2\n", early, "no end");
	fails("1\n\\.", early, "an end without its newline");
	fails("1\n\\", early, "half an end");
	fails("1\n2", early, "a torn row");
	fails("1\n\\.\n2\n", behind, "a row behind the end");
	fails("\\.\n\n\\.\n", behind, "a second end");
	fails("\\.\n\n ", behind, "a blank behind the end");
}

static void
test_nul(void)
{
	static const char text[] = "a\0b\n\0\n\\.\n";
	struct copy c = { 0 };
	struct err e = { 0 };

	tap_ok(copy_add(&c, text, sizeof(text) - 1, &e) == 0 &&
	    copy_end(&c, &e) == 0 && c.rows == 2, "NUL is a byte as others");
	err_release(&e);
}

/* A line longer than any count of its first bytes. */
static void
test_long(void)
{
	static char block[100000];
	struct copy c = { 0 };
	struct err e = { 0 };
	int i, r = 0;

	memset(block, 'x', sizeof(block));
	for (i = 0; i < 50 && r == 0; i++)
		r = copy_add(&c, block, sizeof(block), &e);
	tap_ok(r == 0 && c.rows == 0, "a line of 5 MB is not a row yet");
	tap_ok(copy_add(&c, "\n\\.\n", 4, &e) == 0 &&
	    copy_end(&c, &e) == 0 && c.rows == 1, "with its end it is");
	err_release(&e);
}

int
main(void)
{
	test_rows();
	test_damage();
	test_nul();
	test_long();
	return tap_done();
}
