/* test_board.c - what may be done beside pg_restore, and when. */
#include "ub/load/board.h"

#include <stdlib.h>

#include "base/mem.h"

#include "tap.h"

static void
add_table(struct manifest_db *d, const char *name, int64_t rows,
    const char *file)
{
	struct manifest_table *t = manifest_add_table(d);

	t->schema = mem_dup("public");
	t->name = mem_dup(name);
	t->rows = rows;
	t->file = mem_dup(file);
}

static int
heard(struct load_board *b, const char *what, int id)
{
	char *line = mem_printf("pg_restore: %s item %d X y", what, id);
	int r = load_board_line(b, line);

	free(line);
	return r;
}

/* The next task is of that kind, and about that table. */
static size_t
takes(struct load_board *b, enum load_task_kind kind, const char *table)
{
	size_t i = load_board_take(b);
	const struct manifest_table *t = NULL;

	if (i != SIZE_MAX)
		t = kind == LOAD_COPY ? b->v[i].data->table : b->v[i].table;
	tap_ok(t && b->v[i].kind == kind && strcmp(t->name, table) == 0,
	    "%s %s", kind == LOAD_COPY ? "load" : "count", table);
	return i;
}

/* Two tables that we load, with two processors. */
static void
test_copies(struct load_board *b)
{
	size_t i, k;

	tap_ok(b->copies == 2 && b->n == 5, "two to load, one to count");
	tap_ok(load_board_can(b) == 2, "loading begins at once");
	tap_ok(!load_board_late_may_begin(b), "pg_restore waits");
	i = takes(b, LOAD_COPY, "large");
	k = takes(b, LOAD_COPY, "small");
	load_board_begun(b);
	load_board_end(b, k, 1);
	tap_ok(!load_board_late_may_begin(b), "until all hold their locks");
	load_board_begun(b);
	tap_ok(load_board_late_may_begin(b), "the last may still load");
	tap_ok(!load_board_can(b), "nothing before pg_restore was heard");
	heard(b, "launching", 30);
	tap_ok(!load_board_can(b), "both processors work");
	load_board_end(b, i, 1);
}

/* A table that pg_restore loads. */
static void
test_beside(struct load_board *b)
{
	size_t i;

	heard(b, "launching", 12);
	heard(b, "finished", 30);
	tap_ok(!load_board_can(b), "one is idle, its data is not in");
	heard(b, "launching", 31);
	heard(b, "finished", 12);
	tap_ok(load_board_can(b) == 1, "it is in");
	i = takes(b, LOAD_COUNT, "other");
	tap_ok(load_board_take(b) == SIZE_MAX, "and no more than one");
	load_board_end(b, i, 0);
	tap_ok(!load_board_can(b), "a lock was in its way: not at once");
	heard(b, "launching", 40);
	heard(b, "finished", 31);
	load_board_end(b, takes(b, LOAD_COUNT, "other"), 1);
	i = load_board_take(b);
	tap_ok(i != SIZE_MAX && b->v[i].kind == LOAD_LIST,
	    "the last index is there: what lacks statistics?");
	load_board_add(b, LOAD_ANALYZE, mem_dup("a"));
	load_board_add(b, LOAD_LAST, mem_dup("m"));
	load_board_end(b, i, 1);
	i = load_board_take(b);
	tap_ok(i != SIZE_MAX && b->v[i].kind == LOAD_ANALYZE,
	    "they are gathered");
	load_board_end(b, i, 1);
	heard(b, "finished", 40);
	tap_ok(!load_board_can(b), "no item at all: nothing is known");
	tap_ok(load_board_line(b, "pg_restore: creating INDEX i") == 0,
	    "other lines say nothing");
}

static void
test_over(struct load_board *b)
{
	size_t i, n = 0;
	int last = 0;

	b->over = 1;
	tap_ok(load_board_can(b) == 2, "all may begin");
	while ((i = load_board_take(b)) != SIZE_MAX) {
		last += b->v[i].kind == LOAD_LAST;
		load_board_end(b, i, 1);
		n++;
	}
	tap_ok(n == 2 && b->done == b->n, "at the end all is done");
	tap_ok(last == 1, "what had to wait too");
}

/* Rows are counted again; pg_restore says nothing. */
static void
test_recount(const struct manifest_db *d, const struct load_parts *p)
{
	struct load_board b = { .jobs = 1 };
	size_t i, k;

	load_board_init(&b, d, p, 1, 0);
	tap_ok(b.n == 6, "all three are counted");
	i = takes(&b, LOAD_COPY, "large");
	k = takes(&b, LOAD_COPY, "small");
	load_board_begun(&b);
	load_board_begun(&b);
	load_board_end(&b, i, 1);
	tap_ok(!load_board_late_may_begin(&b), "one job: nothing beside");
	load_board_end(&b, k, 1);
	tap_ok(load_board_late_may_begin(&b), "all is in");
	b.over = 1;
	load_board_end(&b, takes(&b, LOAD_COUNT, "large"), 1);
	load_board_end(&b, takes(&b, LOAD_COUNT, "small"), 1);
	load_board_end(&b, takes(&b, LOAD_COUNT, "other"), 1);
	load_board_release(&b);

	/* pg_restore is through while a table still loads. */
	b.jobs = 2;
	load_board_init(&b, d, p, 1, 1);
	i = takes(&b, LOAD_COPY, "large");
	load_board_end(&b, takes(&b, LOAD_COPY, "small"), 1);
	b.over = 1;
	load_board_end(&b, takes(&b, LOAD_COUNT, "small"), 1);
	load_board_end(&b, takes(&b, LOAD_COUNT, "other"), 1);
	k = load_board_take(&b);
	tap_ok(b.v[k].kind == LOAD_OBJECTS, "large objects");
	load_board_end(&b, k, 1);
	tap_ok(!load_board_can(&b), "no count, no list before it is in");
	load_board_end(&b, i, 1);
	load_board_end(&b, takes(&b, LOAD_COUNT, "large"), 1);
	load_board_release(&b);
}

static void
test_bad_lines(const struct manifest_db *d, const struct load_parts *p)
{
	static const char *const lines[] = { "", "pg_restore:",
		"pg_restore: finished item", "pg_restore: finished item x",
		"pg_restore: finished item 99999999999999999999 TABLE DATA",
		"pg_restore: finished item 12 TABLE DATA other",
		"pg_restore: finished item 12 TABLE DATA other",
		"pg_restore: launching item -1 X" };
	struct load_board b = { .jobs = 2 };
	size_t i, left;

	load_board_init(&b, d, p, 0, 0);
	left = b.data_left;
	for (i = 0; i < UB_LEN(lines); i++)
		load_board_line(&b, lines[i]);
	tap_ok(b.running == 1 && left - b.data_left == 1,
	    "an item ends once");
	tap_ok(b.n == 4, "no list without statistics");
	load_board_release(&b);
}

int
main(void)
{
	struct toc_entry toc[] = { { .dump_id = 30, .kind = TOC_LATE },
		{ .dump_id = 11, .kind = TOC_DATA },
		{ .dump_id = 31, .kind = TOC_LATE } };
	struct load_data data[2] = { { .id = 11 }, { .id = 10 } };
	struct load_parts p = { .toc = { .v = toc, .n = UB_LEN(toc) },
		.v = data, .n = UB_LEN(data) };
	struct manifest_db d = { 0 };
	struct manifest m = { 0 };
	struct load_board b = { .jobs = 2 };

	add_table(&d, "small", 10, "db/shop/10.dat.gz");
	add_table(&d, "large", 1000, "db/shop/11.dat.gz");
	add_table(&d, "other", 1, "db/shop/12.dat");
	data[0].table = &d.tables[1];
	data[1].table = &d.tables[0];
	load_board_init(&b, &d, &p, 0, 1);
	test_copies(&b);
	test_beside(&b);
	test_over(&b);
	load_board_release(&b);
	test_recount(&d, &p);
	test_bad_lines(&d, &p);
	m.dbs = mem_alloc(sizeof(d));
	m.dbs[0] = d;
	m.n_dbs = 1;
	manifest_release(&m);
	return tap_done();
}
