/* test_steps.c - scripts as what is run. */
#include "ub/migrate/steps.h"

#include <stdlib.h>

#include "child.h"
#include "mig.h"

static enum migrate_tool tool = MIGRATE_PRISMA;

/* "atomic: tx[+begin]3 alone1 rollback2", or the error. */
static char *
read_steps(const char *text, size_t len)
{
	static const char *const kinds[] = { "tx", "alone", "rollback" };
	char *path = mig_bytes("x.sql", text, len);
	struct steps s = { 0 };
	struct err e = { 0 };
	struct buf b = { 0 };
	size_t i;

	if (steps_read(path, "m1", tool, &s, &e))
		buf_printf(&b, "%d %s %s", (int)e.code, e.kind, e.msg);
	else
		buf_printf(&b, "%s:", steps_mode_name(s.mode));
	for (i = 0; i < s.n; i++)
		buf_printf(&b, " %s%s%zu", kinds[s.v[i].kind],
		    s.v[i].begin ? "+begin" : "", s.v[i].n);
	steps_release(&s);
	err_release(&e);
	free(path);
	return buf_detach(&b);
}

static void
bytes(const char *text, size_t len, const char *want, const char *what)
{
	char *got = read_steps(text, len);

	tap_is(got, want, what);
	free(got);
}

static void
reads(const char *text, const char *want, const char *what)
{
	bytes(text, strlen(text), want, what);
}

static void
test_plain(void)
{
	reads("", "atomic:", "nothing");
	reads("\xef\xbb\xbf", "atomic:", "a mark alone");
	reads(" -- a\r\n/* b; */ ;;\n", "atomic:", "comments");
	reads("\xef\xbb\xbf" "a;b;\r\nc", "atomic: tx3", "statements");
	reads("BEGIN; a; b; COMMIT;", "atomic: tx+begin2", "a block");
	reads("BEGIN; END", "atomic:", "an empty one");
	reads("BEGIN; ROLLBACK", "atomic:", "and taken back");
	reads("begin isolation level serializable;a;commit;",
	    "atomic: tx+begin1", "a block of its own kind");
	reads("BEGIN;a;COMMIT;BEGIN;b;c;COMMIT", "own: tx+begin1 tx+begin2",
	    "two blocks");
	reads("a;BEGIN;b;COMMIT;c;d", "own: tx1 tx+begin1 tx2", "between");
	reads("BEGIN;a;ROLLBACK", "own: rollback+begin1", "taken back");
	reads("a;BEGIN;b;ROLLBACK;c", "own: tx1 rollback+begin1 tx1",
	    "in the middle");
	reads("a; COMMIT; b", "own: tx1 tx1", "a COMMIT alone");
	reads("BEGIN;SAVEPOINT s;ROLLBACK TO s;COMMIT", "atomic: tx+begin2",
	    "back to a savepoint");
	bytes("a\0b", 3, "2 migrate.script m1:1:2: a NUL byte",
	    "a NUL");
	reads("-- \xc3\x28", "2 migrate.script m1:1:4: not UTF-8",
	    "not UTF-8");
	reads("\xc3\xa4;\nBEGIN;a", "2 migrate.script m1:2:1: a BEGIN "
	    "without its COMMIT", "a BEGIN alone");
	reads("BEGIN;\n\xc3\xa4;BEGIN;", "2 migrate.script m1:2:3: a BEGIN "
	    "inside of another", "nested");
	reads("BEGIN;a;COMMIT AND CHAIN;", "2 migrate.script m1:1:9: "
	    "AND CHAIN is not supported", "a chain");
	reads("BEGIN;PREPARE TRANSACTION 'x'", "2 migrate.script m1:1:7: a "
	    "prepared transaction is not supported", "prepared");
	reads("COMMIT PREPARED 'x'", "2 migrate.script m1:1:1: a "
	    "prepared transaction is not supported", "and ended");
}

static void
test_split(void)
{
	reads("VACUUM", "split: alone1", "alone");
	reads("a;b;VACUUM;c;VACUUM;VACUUM;d;e",
	    "split: tx2 alone1 tx1 alone1 alone1 tx2", "between");
	reads("BEGIN;a;COMMIT;VACUUM", "split: tx+begin1 alone1",
	    "behind a block");
	reads("BEGIN;VACUUM;COMMIT", "atomic: tx+begin1",
	    "in a block it fails, as elsewhere");
	reads("REINDEX TABLE t;a", "atomic: tx2", "what may refuse one");
	reads("-- ub: no-transaction\na;b;", "split: tx1 tx1", "none wanted");
	reads("--ub: no-transaction  \r\na;b;", "split: tx1 tx1", "CRLF");
	reads("/* x */\n-- +goose NO TRANSACTION\na;b", "split: tx1 tx1",
	    "goose's");
	reads("\xef\xbb\xbf-- ub: no-transaction\na;b;", "split: tx1 tx1",
	    "behind a mark");
	reads("-- ub: no-transactions\na;b;", "atomic: tx2", "another word");
	reads("a;\n-- ub: no-transaction\nb;", "atomic: tx2", "too late");
	reads("/* -- ub: no-transaction */a;b;", "atomic: tx2", "quoted");
	reads("-- ub: no-transaction\nDO $$;$$;CALL p();a;REINDEX TABLE t;"
	    "CLUSTER t", "split: alone1 alone1 tx1 alone1 alone1",
	    "on their own");
	reads("-- ub: no-transaction\nBEGIN;DO $$;$$;a;COMMIT;b",
	    "split: tx+begin2 tx1", "but a block stays one");
	reads("DO $$;$$;CALL p();", "atomic: tx2", "in one");
	tool = MIGRATE_DBMATE;
	reads("-- migrate:up transaction:false\na;b;VACUUM\n-- migrate:down\n"
	    "x;y;z", "split: tx1 tx1 alone1", "dbmate's");
	reads("-- migrate:up transaction:true\na;b\n-- migrate:down\nx",
	    "atomic: tx2", "and with one");
	reads("-- migrate:up\n-- ub: no-transaction\na;b\n-- migrate:down\nx",
	    "split: tx1 tx1", "ours within");
	bytes("-- migrate:up\na\0b;\n-- migrate:down\n", 35,
	    "2 migrate.script m1:2:2: a NUL byte", "dbmate's with a NUL");
	reads("-- migrate:up\n-- Gr\xf6\xdf" "e\na;\n-- migrate:down\n",
	    "2 migrate.script m1:2:6: not UTF-8", "and in Latin-1");
	reads("-- \xf6\n-- migrate:up\na;\n-- migrate:down\n\xf6",
	    "atomic: tx1", "but not around what is run");
	tool = MIGRATE_PRISMA;
}

static void
excerpt_is(const char *sql, const char *want, const char *what)
{
	struct split_stmt st = { .sql = sql, .len = strlen(sql) };
	char *got = steps_excerpt(&st);

	tap_is(got, want, what);
	free(got);
}

#define TEN "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" "1234567"

static void
test_excerpt(void)
{
	excerpt_is("", "", "nothing");
	excerpt_is("a\r\n\t  b\fc", "a b c", "on one line");
	excerpt_is(TEN TEN TEN TEN TEN TEN, TEN TEN TEN TEN TEN TEN,
	    "sixty characters");
	excerpt_is(TEN TEN TEN TEN TEN TEN "\xc3\xa4", TEN TEN TEN TEN TEN
	    TEN "\xe2\x80\xa6", "and one more");
}

/* A sanitizer and valgrind keep memory of their own. */
static int
is_watched(void)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	int yes = 0;

#ifdef __SANITIZE_ADDRESS__
	yes = 1;
#endif
	if (!yes && io_slurp("/proc/self/maps", 1 << 22, &b, &e) == 0)
		yes = strstr(buf_text(&b), "vgpreload") != NULL;
	buf_release(&b);
	err_release(&e);
	return yes;
}

static long
peak_kib(void)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	const char *at;
	long n = 0;

	if (io_slurp("/proc/self/status", 1 << 16, &b, &e) == 0 &&
	    (at = strstr(buf_text(&b), "VmHWM:")))
		n = strtol(at + 6, NULL, 10);
	buf_release(&b);
	err_release(&e);
	return n;
}

/* A process of its own has a peak of its own. */
static int
read_large(void *ctx)
{
	struct steps s = { 0 };
	struct err e = { 0 };
	long most = (50 + 64) << 10;

	if (steps_read(ctx, "large", MIGRATE_PRISMA, &s, &e) || s.n != 1 ||
	    s.n_stmts < 400000)
		return 2;
	steps_release(&s);
	return peak_kib() >= most;
}

static void
test_large(void)
{
	static const char line[] = "INSERT INTO t (id, name) VALUES (123456,"
	    " 'a name of some length; and a semicolon', now());\n";
	struct buf b = { 0 };
	char *path;
	int rc;

	while (b.len < (size_t)50 << 20)
		buf_add(&b, line, sizeof(line) - 1);
	path = mig_bytes("large.sql", b.data, b.len);
	buf_release(&b);
	rc = child_run(read_large, path, &b);
	tap_ok(rc == 0 || (rc == 1 && is_watched()),
	    "50 MiB are read in less than 64 more: %d", rc);
	buf_release(&b);
	unlink(path);
	free(path);
}

static void
test_missing(void)
{
	struct steps s = { 0 };
	struct err e = { 0 };

	tap_ok(steps_read("/nosuch/x.sql", "x", tool, &s, &e) == -1 &&
	    !s.v && !s.stmts && !s.name, "no file: %s", e.msg ? e.msg : "");
	err_release(&e);
}

int
main(void)
{
	test_plain();
	test_split();
	test_excerpt();
	test_large();
	test_missing();
	free(mig_dir);
	return tap_done();
}
