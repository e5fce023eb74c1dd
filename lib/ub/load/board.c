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

	return x->table->rows > y->table->rows
	    ? -1
	    : x->table->rows < y->table->rows;
}

/* A count for each table, the longest first. */
static void
add_counts(struct load_board *b, const struct manifest_db *d)
{
	const char *file;
	size_t i;

	for (i = 0; i < d->n_tables; i++)
		add(b, (struct load_task){ .kind = LOAD_COUNT,
		    .table = &d->tables[i] });
	if (b->n > 0)
		qsort(b->v, b->n, sizeof(*b->v), by_rows);
	for (i = 0; i < b->n; i++) {
		file = b->v[i].table->file;
		b->v[i].ready = file == NULL;
		if (!file)
			continue;
		b->items[b->n_items++] =
		    (struct load_item){ .task = i, .id = dump_id(file) };
		b->data_left++;
	}
}

void
load_board_init(struct load_board *b, const struct manifest_db *d,
    const struct toc *t, int analyze)
{
	size_t i;

	b->ends = 1;
	b->items = mem_grow(NULL, d->n_tables + t->n_late + 1,
	    sizeof(*b->items));
	add_counts(b, d);
	for (i = 0; i < t->n_late; i++)
		b->items[b->n_items++] = (struct load_item){
			.id = t->late[i], .task = NO_TASK, .late = 1 };
	b->late_left = t->n_late;
	qsort(b->items, b->n_items, sizeof(*b->items), by_id);
	add(b, (struct load_task){ .kind = LOAD_OBJECTS });
	if (analyze)
		add(b, (struct load_task){ .kind = LOAD_LIST });
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

	return bsearch(&key, b->items, b->n_items, sizeof(key), by_id);
}

static void
launched(struct load_board *b, int64_t id)
{
	struct load_item *it = find(b, id);

	b->running++;
	if (it && it->late && b->late_left > 0)
		b->late_left--;
}

static void
finished(struct load_board *b, int64_t id)
{
	struct load_item *it = find(b, id);

	if (b->running > 0)
		b->running--;
	b->ends++;
	if (!it || it->late || it->ended)
		return;
	it->ended = 1;
	b->v[it->task].ready = 1;
	b->data_left--;
}

/* "pg_restore: finished item 3380 TABLE DATA orders" */
int
load_board_line(struct load_board *b, const char *line)
{
	static const struct {
		const char *begin;
		void (*fn)(struct load_board *b, int64_t id);
	} words[] = {
		{ "pg_restore: launching item ", launched },
		{ "pg_restore: finished item ", finished },
	};
	size_t i, n;

	for (i = 0; i < UB_LEN(words); i++) {
		n = strlen(words[i].begin);
		if (strncmp(line, words[i].begin, n) != 0)
			continue;
		words[i].fn(b, strtoll(line + n, NULL, 10));
		return 1;
	}
	return 0;
}

static int
may_begin(const struct load_board *b, const struct load_task *t)
{
	if (t->taken)
		return 0;
	if (b->over)
		return 1;
	if (t->blocked == b->ends)
		return 0;
	switch (t->kind) {
	case LOAD_COUNT:
		return t->ready;
	case LOAD_LIST:
		return b->data_left == 0;
	case LOAD_ANALYZE:
		/* Before an index exists, its expressions' statistics would
		 * be missing, and pg_restore would wait for our lock. */
		return b->late_left == 0;
	case LOAD_OBJECTS:
	case LOAD_LAST:
		break;
	}
	return 0;
}

static size_t
next(const struct load_board *b)
{
	size_t i;

	/* Not before pg_restore was heard: it may be too early, or -j1. */
	if (!b->over && (b->running == 0 || b->running + b->working >= b->jobs))
		return NO_TASK;
	for (i = 0; i < b->n; i++)
		if (may_begin(b, &b->v[i]))
			return i;
	return NO_TASK;
}

int
load_board_can(const struct load_board *b)
{
	return next(b) != NO_TASK;
}

size_t
load_board_take(struct load_board *b)
{
	size_t i = next(b);

	if (i == NO_TASK)
		return i;
	b->v[i].taken = 1;
	b->working++;
	return i;
}

void
load_board_end(struct load_board *b, size_t i, int done)
{
	b->working--;
	if (done) {
		b->done++;
		return;
	}
	b->v[i].taken = 0;
	b->v[i].blocked = b->ends;
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
