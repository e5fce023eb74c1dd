#include "ub/load/board.h"

#include "base/mem.h"
#include "sys/path.h"

#define NO_TASK SIZE_MAX

struct load_item {
	int64_t id;
	size_t task; /* that waits for it, or NO_TASK */
	int late;
	int ended;
};

static int
by_id(const void *a, const void *b)
{
	const struct load_item *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static size_t
add(struct load_board *b, struct load_task t)
{
	/* One grow for each power of two. */
	if ((b->n & (b->n - 1)) == 0)
		b->v = mem_grow(b->v, b->n ? 2 * b->n : 1, sizeof(*b->v));
	b->v[b->n] = t;
	return b->n++;
}

/* "db/shop/3342.dat.gz" holds the item 3342. */
static int64_t
dump_id(const char *file)
{
	return file ? strtoll(path_base(file), NULL, 10) : 0;
}

static int
by_rows(const void *a, const void *b)
{
	const struct load_task *x = a, *y = b;

	return x->table->rows > y->table->rows ? -1 :
	    x->table->rows < y->table->rows;
}

static void
add_copies(struct load_board *b, const struct load_parts *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		add(b, (struct load_task){ .kind = LOAD_COPY,
		    .data = &p->v[i] });
	b->copies = b->unbegun = p->n;
}

/* The longest first. */
static void
add_counts(struct load_board *b, const struct manifest_db *d,
    const struct load_parts *p, int recount)
{
	const struct load_data **ours = mem_alloc((d->n_tables + 1) *
	    sizeof(*ours));
	size_t i, first = b->n;

	for (i = 0; i < p->n; i++)
		ours[p->v[i].table - d->tables] = &p->v[i];
	for (i = 0; i < d->n_tables; i++)
		if (recount || !ours[i])
			add(b, (struct load_task){ .kind = LOAD_COUNT,
			    .table = &d->tables[i], .data = ours[i],
			    .ready = d->tables[i].file == NULL });
	if (b->n > first)
		qsort(b->v + first, b->n - first, sizeof(*b->v), by_rows);
	free(ours);
}

/* Whose end a count waits for, or all that loads. */
static void
add_items(struct load_board *b, const struct load_parts *p)
{
	size_t i, n = b->n;
	const struct load_task *t;

	b->items = mem_grow(NULL, n + p->toc.n + 1, sizeof(*b->items));
	for (i = 0; i < n; i++) {
		t = &b->v[i];
		/* A copy whose rows are counted has its item there. */
		if (t->kind == LOAD_COUNT && t->table->file)
			b->items[b->n_items++] = (struct load_item){
				.task = i, .id = dump_id(t->table->file) };
	}
	b->data_left = b->n_items;
	for (i = 0; i < p->toc.n; i++)
		if (p->toc.v[i].kind == TOC_LATE)
			b->items[b->n_items++] = (struct load_item){
				.id = p->toc.v[i].dump_id, .task = NO_TASK,
				.late = 1 };
	b->late_left = b->n_items - b->data_left;
	if (b->n_items > 0)
		qsort(b->items, b->n_items, sizeof(*b->items), by_id);
}

void
load_board_init(struct load_board *b, const struct manifest_db *d,
    const struct load_parts *p, int recount, int analyze)
{
	b->ends = 1;
	add_copies(b, p);
	add_counts(b, d, p, recount);
	add_items(b, p);
	add(b, (struct load_task){ .kind = LOAD_OBJECTS });
	if (analyze)
		add(b, (struct load_task){ .kind = LOAD_LIST });
}

void
load_board_begun(struct load_board *b)
{
	b->unbegun--;
}

int
load_board_late_may_begin(const struct load_board *b)
{
	return b->unbegun == 0 && b->copies <= b->jobs / 2;
}

void
load_board_add(struct load_board *b, enum load_task_kind kind, char *name)
{
	add(b, (struct load_task){ .kind = kind, .name = name });
}

static struct load_item *
find(struct load_board *b, int64_t id)
{
	struct load_item key = { .id = id };

	return b->n_items == 0 ? NULL :
	    bsearch(&key, b->items, b->n_items, sizeof(key), by_id);
}

/* What waits for the item may begin. */
static void
item_ends(struct load_board *b, int64_t id)
{
	struct load_item *it = find(b, id);

	if (!it || it->ended)
		return;
	it->ended = 1;
	if (it->late) {
		b->late_left--;
		return;
	}
	b->v[it->task].ready = 1;
	b->data_left--;
}

static void
finished(struct load_board *b, int64_t id)
{
	if (b->running > 0)
		b->running--;
	b->ends++;
	item_ends(b, id);
}

/* "pg_restore: finished item 3380 TABLE DATA orders" */
int
load_board_line(struct load_board *b, const char *line)
{
	static const char launching[] = "pg_restore: launching item ";
	static const char ended[] = "pg_restore: finished item ";
	size_t n = sizeof(ended) - 1;

	if (strncmp(line, launching, sizeof(launching) - 1) == 0)
		b->running++;
	else if (strncmp(line, ended, n) == 0)
		finished(b, strtoll(line + n, NULL, 10));
	else
		return 0;
	return 1;
}

/* Not before pg_restore was heard: it may be too early, or -j1. */
static int
is_idle(const struct load_board *b)
{
	return b->running > 0 && b->running + b->working < b->jobs;
}

static int
may_begin(const struct load_board *b, const struct load_task *t)
{
	if (t->taken)
		return 0;
	if (t->kind == LOAD_COPY)
		return 1;
	if (!b->over && (!is_idle(b) || t->blocked == b->ends))
		return 0;
	switch (t->kind) {
	case LOAD_COUNT:
		return t->ready || (b->over && !t->data);
	case LOAD_LIST:
		/* It looks for indexes of expressions. */
		return b->copies == 0 &&
		    (b->over || b->data_left + b->late_left == 0);
	case LOAD_ANALYZE:
		return 1;
	case LOAD_COPY:
	case LOAD_OBJECTS:
	case LOAD_LAST:
		break;
	}
	return b->over;
}

static size_t
next(const struct load_board *b)
{
	size_t i;

	for (i = b->first; i < b->n; i++)
		if (may_begin(b, &b->v[i]))
			return i;
	return NO_TASK;
}

int
load_board_can(const struct load_board *b)
{
	size_t i = next(b);

	if (i == NO_TASK)
		return 0;
	return b->over || b->v[i].kind == LOAD_COPY ? 2 : 1;
}

size_t
load_board_take(struct load_board *b)
{
	size_t i = next(b);

	if (i == NO_TASK)
		return i;
	b->v[i].taken = 1;
	b->working++;
	while (b->first < b->n && b->v[b->first].taken)
		b->first++;
	return i;
}

void
load_board_end(struct load_board *b, size_t i, int done)
{
	struct load_task *t = &b->v[i];

	b->working--;
	if (!done) {
		t->taken = 0;
		t->blocked = b->ends;
		if (i < b->first)
			b->first = i;
		return;
	}
	b->done++;
	if (t->kind != LOAD_COPY)
		return;
	b->copies--;
	item_ends(b, t->data->id);
}

void
load_board_release(struct load_board *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		free(b->v[i].name);
	free(b->v);
	free(b->items);
	*b = (struct load_board){ 0 };
}
