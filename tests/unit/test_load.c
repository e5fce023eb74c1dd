/* test_load.c - what may be done beside pg_restore, and what it complains. */
#include "ub/load.h"

#include "base/mem.h"
#include "tap.h"
#include "ub/load/board.h"
#include "ub/load/child.h"

static struct manifest m;
static struct manifest_db *d;
static struct toc toc;

static void
add_table(const char *name, int64_t rows, const char *file)
{
	struct manifest_table *t = manifest_add_table(d);

	t->schema = mem_dup("public");
	t->name = mem_dup(name);
	t->rows = rows;
	t->file = mem_dup(file);
}

static void
make(void)
{
	static int64_t late[] = { 20, 21 };

	d = manifest_add_db(&m);
	d->name = mem_dup("shop");
	add_table("small", 5, "db/shop/10.dat.gz");
	add_table("large", 500, "db/shop/11.dat.gz");
	toc.late = late;
	toc.n_late = UB_LEN(late);
}

static void
test_order(void)
{
	struct load_board b = { .jobs = 2 };
	size_t i, k;

	load_board_init(&b, d, &toc, 1);
	tap_ok(b.n == 4 && b.data_left == 2 && b.late_left == 2,
	    "two counts, large objects, a list");
	tap_ok(b.v[0].table->rows == 500, "the longest first");
	tap_ok(!load_board_can(&b), "nothing before pg_restore begins");
	tap_ok(!load_board_line(&b, "pg_restore: creating TABLE x"),
	    "a line that changes nothing");
	tap_ok(load_board_line(&b,
	    "pg_restore: launching item 11 TABLE DATA large"), "a line");
	load_board_line(&b, "pg_restore: launching item 10 TABLE DATA small");
	tap_ok(b.running == 2 && !load_board_can(&b), "both are busy");
	load_board_line(&b, "pg_restore: finished item 10 TABLE DATA small");
	tap_ok(b.data_left == 1 && load_board_can(&b), "one is idle");
	i = load_board_take(&b);
	tap_is(b.v[i].table->name, "small", "what is in is counted");
	tap_ok(!load_board_can(&b), "no more idle processors");
	load_board_end(&b, i, 0);
	tap_ok(!load_board_can(&b), "blocked until the next item ends");
	load_board_line(&b, "pg_restore: launching item 20 INDEX i");
	load_board_line(&b, "pg_restore: finished item 11 TABLE DATA large");
	i = load_board_take(&b);
	tap_is(b.v[i].table->name, "large", "the longest first");
	load_board_end(&b, i, 1);
	i = load_board_take(&b);
	tap_is(b.v[i].table->name, "small", "again");
	load_board_end(&b, i, 1);
	i = load_board_take(&b);
	tap_ok(b.v[i].kind == LOAD_LIST, "then the list");
	load_board_add(&b, LOAD_ANALYZE, mem_dup("public.large"));
	load_board_add(&b, LOAD_LAST, mem_dup("public.view"));
	load_board_end(&b, i, 1);
	tap_ok(!load_board_can(&b), "no statistics before the last index");
	load_board_line(&b, "pg_restore: launching item 21 INDEX k");
	load_board_line(&b, "pg_restore: finished item 20 INDEX i");
	i = load_board_take(&b);
	tap_is(b.v[i].name, "public.large", "statistics");
	load_board_end(&b, i, 1);
	tap_ok(!load_board_can(&b), "the rest waits for the end");
	b.over = 1;
	for (k = 0; (i = load_board_take(&b)) != SIZE_MAX; k++)
		load_board_end(&b, i, 1);
	tap_ok(k == 2 && b.done == b.n, "large objects and the view");
	load_board_release(&b);
	load_board_release(&b);
}

/* What no pg_restore writes must not lead astray. */
static void
test_bad_lines(void)
{
	static const char *const lines[] = { "", "pg_restore: ",
		"pg_restore: finished item ", "pg_restore: finished item x",
		"pg_restore: finished item 99999999999999999999 TABLE DATA",
		"pg_restore: finished item 11 TABLE DATA large",
		"pg_restore: finished item 11 TABLE DATA large",
		"pg_restore: launching item -1 X" };
	struct load_board b = { .jobs = 2 };
	size_t i;

	load_board_init(&b, d, &toc, 0);
	for (i = 0; i < UB_LEN(lines); i++)
		load_board_line(&b, lines[i]);
	tap_ok(b.running == 1 && b.data_left == 1, "an item ends once");
	tap_ok(b.n == 3, "no list without statistics");
	load_board_release(&b);
}

static void
explain(const char *line, enum err_code code, const char *kind)
{
	struct set s = { .dir = mem_dup("/nowhere") };
	struct load l = { .set = &s, .db = d };
	struct err e = { 0 };
	char *want = mem_printf("cannot restore database 'shop': %s", line);

	tap_ok(load_child_explain(&l, line, NULL, &e) == -1 && e.code == code,
	    "code of: %s", line);
	tap_is(e.kind, kind, "its kind");
	tap_is(e.msg, want, "its message");
	err_release(&e);
	free(want);
	free(s.dir);
}

static void
test_explain(void)
{
	explain("role \"x\" does not exist", ERR_TROUBLE, "load.role");
	explain("permission denied to create extension \"hstore\"",
	    ERR_TROUBLE, "load.right");
	explain("must be owner of schema public", ERR_TROUBLE, "load.right");
	explain("server closed the connection unexpectedly", ERR_LATER,
	    "db.gone");
	explain("terminating connection due to administrator command",
	    ERR_LATER, "db.gone");
	explain("could not read from input file: end of file", ERR_TROUBLE,
	    "load.restore");
}

static void
test_version(void)
{
	struct manifest_db old = { .name = d->name, .dump_version = 140010 };
	struct manifest_db new = { .name = d->name, .dump_version = 160001 };
	struct err e = { 0 };

	tap_ok(load_check_version(&old, 150020, &e) == 0, "an older dump");
	tap_ok(load_check_version(&new, 150020, &e) == -1 &&
	    e.code == ERR_TROUBLE, "a newer dump");
	tap_is(e.kind, "load.version", "its kind");
	tap_is(e.msg, "the dump of database 'shop' was made by pg_dump 16, "
	    "which a server of version 15 does not understand", "its message");
	err_release(&e);
}

int
main(void)
{
	make();
	test_order();
	test_bad_lines();
	test_explain();
	test_version();
	manifest_release(&m);
	return tap_done();
}
