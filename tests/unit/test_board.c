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

/* The next task is the count of that table. */
static size_t
takes(struct load_board *b, const char *table)
{
	size_t i = load_board_take(b);

	tap_ok(i != SIZE_MAX && b->v[i].kind == LOAD_COUNT &&
		strcmp(b->v[i].table->name, table) == 0,
	    "count %s", table);
	return i;
}

static void
test_beside(struct load_board *b)
{
	size_t i;

	tap_ok(!load_board_can(b), "nothing before pg_restore was heard");
	heard(b, "launching", 10);
	heard(b, "launching", 11);
	tap_ok(!load_board_can(b), "nothing while both processors work");
	heard(b, "finished", 10);
	tap_ok(load_board_can(b), "one is idle, a table is in");
	i = takes(b, "small");
	tap_ok(load_board_take(b) == SIZE_MAX, "and no more than one");
	load_board_end(b, i, 1);
	heard(b, "launching", 30);
	heard(b, "finished", 11);
	i = takes(b, "large");
	load_board_end(b, i, 0);
	i = load_board_take(b);
	tap_ok(i != SIZE_MAX && b->v[i].kind == LOAD_LIST,
	    "a lock was in its way: something else first");
	load_board_end(b, i, 1);
	heard(b, "launching", 31);
	heard(b, "finished", 30);
	i = takes(b, "large");
	load_board_end(b, i, 1);
	tap_ok(load_board_line(b, "pg_restore: creating INDEX i") == 0,
	    "other lines say nothing");
}

static void
test_over(struct load_board *b)
{
	size_t i, n = 0;
	int last = 0;

	heard(b, "finished", 31);
	load_board_add(b, LOAD_LAST, mem_dup("m"));
	b->over = 1;
	while ((i = load_board_take(b)) != SIZE_MAX) {
		last += b->v[i].kind == LOAD_LAST;
		load_board_end(b, i, 1);
		n++;
	}
	tap_ok(n > 0 && b->done == b->n, "at the end all is done");
	tap_ok(last == 1, "what had to wait too");
}

int
main(void)
{
	int64_t late[] = { 30, 31 };
	struct toc toc = { .late = late, .n_late = 2 };
	struct manifest_db d = { 0 };
	struct manifest m = { 0 };
	struct load_board b = { .jobs = 2 };

	add_table(&d, "small", 1, "db/shop/10.dat.gz");
	add_table(&d, "large", 1000, "db/shop/11.dat.gz");
	load_board_init(&b, &d, &toc, 1);
	tap_ok(b.data_left == 2 && b.late_left == 2,
	    "two tables, two indexes");
	tap_is(b.v[0].table->name, "large", "the longest count first");
	test_beside(&b);
	test_over(&b);
	load_board_release(&b);
	m.dbs = mem_alloc(sizeof(d));
	m.dbs[0] = d;
	m.n_dbs = 1;
	manifest_release(&m);
	return tap_done();
}
