/* test_compare.c - folders beside ledgers. */
#include "ub/migrate/compare.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

#define TEXT "create table a(i int);\ninsert into a values (1);\n"
#define PRISMA_SUM \
	"f50777f4566698f0ca983338033716cf22954b7f0073f48966a5a84120fbb248"
#define FLYWAY_SUM "-1622637560"

static char *root;
static struct err e;
static struct migrate_dir d;
static struct ledger l;

static void
start(enum migrate_tool t)
{
	migrate_dir_release(&d);
	ledger_release(&l);
	l.tool = t;
	d.v = mem_alloc(16 * sizeof(*d.v));
	l.v = mem_alloc(16 * sizeof(*l.v));
}

/* A migration whose script is TEXT. */
static void
has(const char *version, const char *about)
{
	struct migration *m = &d.v[d.n++];

	m->version = mem_dup(version);
	m->name = mem_dup(version ? version : about);
	m->about = mem_dup(about);
	m->path = path_join(root, "script.sql");
}

static struct ledger_row *
row(const char *version, const char *sum, enum ledger_state state)
{
	struct ledger_row *w = &l.v[l.n++];

	w->version = mem_dup(version);
	w->checksum = mem_dup(sum);
	w->state = state;
	return w;
}

static struct ledger_row *
repeatable(const char *about, const char *sum)
{
	struct ledger_row *w = row(NULL, sum, LEDGER_APPLIED);

	w->name = mem_dup(about);
	return w;
}

/* "version+" applied, "?" pending, "!" failed; "~" edited, "<" late; "(x)"
 * in the ledger alone; then the sums. */
static void
is(const char *want, const char *what)
{
	struct migrate_state s = { 0 };
	const struct migrate_item *it;
	struct buf b = { 0 };
	size_t i;

	if (migrate_compare(&d, &l, &s, &e))
		buf_printf(&b, "%s ", e.msg);
	err_release(&e);
	for (i = 0; i < s.n; i++) {
		it = &s.v[i];
		buf_printf(&b, it->file ? "%s%c" : "(%s%c)",
		    it->file ? it->file->name :
		    it->row->version ? it->row->version : it->row->name,
		    "+?!"[it->state]);
		buf_puts(&b, it->edited ? "~" : "");
		buf_puts(&b, it->late ? "<" : "");
		buf_putc(&b, ' ');
	}
	buf_printf(&b, "%zu %zu %zu %zu %zu", s.pending, s.failed, s.edited,
	    s.late, s.ahead);
	tap_is(buf_text(&b), want, what);
	buf_release(&b);
	migrate_state_release(&s);
}

static void
test_prisma(void)
{
	start(MIGRATE_PRISMA);
	is("0 0 0 0 0", "nothing");
	has("1_a", NULL);
	has("2_b", NULL);
	has("3_c", NULL);
	is("1_a? 2_b? 3_c? 3 0 0 0 0", "an empty ledger");
	row("2_b", PRISMA_SUM, LEDGER_APPLIED);
	is("1_a?< 2_b+ 3_c? 2 0 0 1 0", "one that was left out");
	row("1_a", "00", LEDGER_APPLIED);
	is("1_a+~ 2_b+ 3_c? 1 0 1 0 0", "another script than then");
	row("3_c", PRISMA_SUM, LEDGER_ROLLED_BACK);
	is("1_a+~ 2_b+ 3_c? 1 0 1 0 0", "a rolled back one is pending");
	row("3_c", PRISMA_SUM, LEDGER_FAILED);
	is("1_a+~ 2_b+ 3_c! 0 1 1 0 0", "an open one has failed");
	row("3_c", PRISMA_SUM, LEDGER_APPLIED);
	is("1_a+~ 2_b+ 3_c! 0 1 1 0 0", "though it was finished again");
	row("4_d", PRISMA_SUM, LEDGER_APPLIED);
	row("5_e", PRISMA_SUM, LEDGER_ROLLED_BACK);
	is("1_a+~ 2_b+ 3_c! (4_d+) 0 1 1 0 1", "the database is ahead");
}

static void
test_checksums(void)
{
	start(MIGRATE_PRISMA);
	has("1_a", NULL);
	row("1_a", "00", LEDGER_ROLLED_BACK);
	row("1_a", PRISMA_SUM, LEDGER_APPLIED);
	is("1_a+ 0 0 0 0 0", "that of the row that counts");
	free(d.v[0].path);
	d.v[0].path = mem_dup("/nosuch/a.sql");
	is("there is no script '/nosuch/a.sql' 0 0 0 0 0",
	    "a script that is gone");
	has("2_b", NULL);
	free(d.v[0].path);
	d.v[0].path = path_join(root, "script.sql");
	free(d.v[1].path);
	d.v[1].path = mem_dup("/nosuch/b.sql");
	is("there is no script '/nosuch/b.sql' 0 0 0 0 0", "of a pending one");
}

/* Where the sum is known the script is read only if it is not that. */
static void
test_early(void)
{
	static const char old[] = "a00";

	start(MIGRATE_PRISMA);
	has("1_a", NULL);
	has("2_b", NULL);
	row("1_a", PRISMA_SUM, LEDGER_APPLIED);
	d.v[0].sum = mem_dup(old);
	is("1_a+ 2_b? 1 0 0 0 0", "another sum: the script decides");
	free(d.v[0].path);
	d.v[0].path = mem_dup("/nosuch/a.sql");
	is("there is no script '/nosuch/a.sql' 0 0 0 0 0", "and is read");
	free(d.v[0].sum);
	d.v[0].sum = mem_dup(PRISMA_SUM);
	is("1_a+ 2_b? 1 0 0 0 0", "the same sum: it is not");
	free(d.v[1].path);
	d.v[1].path = mem_dup("/nosuch/b.sql");
	d.v[1].sum = mem_dup(old);
	is("1_a+ 2_b? 1 0 0 0 0", "nor one that is pending");
}

static void
test_golang(void)
{
	start(MIGRATE_GOLANG);
	has("1", "a");
	has("2", "b");
	has("10", "c");
	is("1? 2? 10? 3 0 0 0 0", "no row");
	row("2", NULL, LEDGER_APPLIED);
	is("1+ 2+ 10? 1 0 0 0 0", "one row for all before");
	l.v[0].state = LEDGER_FAILED;
	is("1+ 2! 10? 1 1 0 0 0", "dirty");
	free(l.v[0].version);
	l.v[0].version = mem_dup("11");
	l.v[0].state = LEDGER_APPLIED;
	is("1+ 2+ 10+ (11+) 0 0 0 0 1", "ahead");
}

static void
test_flyway(void)
{
	struct ledger_row *base;

	start(MIGRATE_FLYWAY);
	has("1", "a");
	has("1.2", "b");
	has("1.10", "c");
	has(NULL, "views");
	has(NULL, "roles");
	row("1.0", FLYWAY_SUM, LEDGER_APPLIED);
	row("01.2", "7", LEDGER_APPLIED);
	repeatable("views", "7");
	repeatable("views", FLYWAY_SUM);
	is("1+ 1.2+~ 1.10? views+ roles? 2 0 1 0 0",
	    "versions are numbers; the last of a repeatable one counts");
	repeatable("views", "8");
	is("1+ 1.2+~ 1.10? views?~ roles? 3 0 1 0 0",
	    "a repeatable one that has changed is pending");
	row("1.2", NULL, LEDGER_ROLLED_BACK);
	is("1+ 1.2? 1.10? views?~ roles? 4 0 0 0 0", "undone");
	base = row("1.9", NULL, LEDGER_APPLIED);
	base->baseline = 1;
	is("1+ 1.2+ 1.10? views?~ roles? 3 0 0 0 0", "below a baseline");
}

static void
test_dbmate(void)
{
	start(MIGRATE_DBMATE);
	has("01", NULL);
	has("1", NULL);
	row("1", NULL, LEDGER_APPLIED);
	is("01?< 1+ 1 0 0 1 0", "versions are text");
}

static void
test_many(void)
{
	struct migrate_state s = { 0 };
	char *name;
	int i;

	migrate_dir_release(&d);
	ledger_release(&l);
	l.tool = MIGRATE_DBMATE;
	d.v = mem_alloc(20000 * sizeof(*d.v));
	l.v = mem_alloc(20000 * sizeof(*l.v));
	for (i = 0; i < 20000; i++) {
		name = mem_printf("%05d", i);
		d.v[d.n++] = (struct migration){ .version = name,
			.name = mem_dup(name) };
		l.v[l.n++].version = mem_printf("%05d", 19999 - i);
	}
	free(d.v[d.n - 1].version);
	d.v[d.n - 1].version = mem_dup("x");
	tap_ok(migrate_compare(&d, &l, &s, &e) == 0 && s.pending == 1 &&
	    s.ahead == 1, "twenty thousand");
	migrate_state_release(&s);
}

int
main(void)
{
	char *path;

	root = tmp_dir("ub-test", &e);
	path = path_join(root, "script.sql");
	io_create(path, TEXT, strlen(TEXT), &e);
	free(path);
	test_prisma();
	test_checksums();
	test_early();
	test_golang();
	test_flyway();
	test_dbmate();
	test_many();
	migrate_dir_release(&d);
	ledger_release(&l);
	free(root);
	return tap_done();
}
