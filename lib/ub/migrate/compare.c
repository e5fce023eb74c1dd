#include "ub/migrate/compare.h"

#include "base/mem.h"
#include "sys/pool.h"
#include "ub/migrate/file.h"
#include "ub/migrate/name.h"
#include "ub/migrate/sum.h"

/* The row that counts for a version, found by it. */
struct entry {
	const char *key; /* of a repeatable one: its description */
	int repeatable;
	const struct ledger_row *row;
	size_t order; /* in the ledger */
	int used;
};

struct index {
	struct entry *v;
	size_t n;
	enum migrate_tool tool;
};

static int
key_order(enum migrate_tool t, const struct entry *x, const struct entry *y)
{
	if (x->repeatable != y->repeatable)
		return x->repeatable - y->repeatable;
	return t == MIGRATE_FLYWAY && !x->repeatable ?
	    migrate_version_order(x->key, y->key) : strcmp(x->key, y->key);
}

static int
by_text(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int r = key_order(MIGRATE_NONE, x, y);

	return r ? r : x->order < y->order ? -1 : 1;
}

static int
by_flyway(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int r = key_order(MIGRATE_FLYWAY, x, y);

	return r ? r : x->order < y->order ? -1 : 1;
}

/*
 * The later row a, or b? With Flyway the last one says how it is. Else an
 * open one counts most, a finished one then; and the later of a kind.
 */
static int
counts_more(enum migrate_tool t, const struct ledger_row *a,
    const struct ledger_row *b)
{
	static const int rank[] = { [LEDGER_FAILED] = 2, [LEDGER_APPLIED] = 1,
		[LEDGER_ROLLED_BACK] = 0 };

	return t == MIGRATE_FLYWAY || rank[a->state] >= rank[b->state];
}

static void
make_index(struct index *x, const struct ledger *l)
{
	const struct ledger_row *w;
	size_t i, n = 0;

	x->tool = l->tool;
	x->v = mem_alloc((l->n + 1) * sizeof(*x->v));
	for (i = 0; i < l->n; i++) {
		w = &l->v[i];
		x->v[i] = (struct entry){ .row = w, .order = i,
			.repeatable = w->version == NULL,
			.key = w->version ? w->version :
			    w->name ? w->name : "" };
	}
	if (l->n > 0)
		qsort(x->v, l->n, sizeof(*x->v),
		    l->tool == MIGRATE_FLYWAY ? by_flyway : by_text);
	for (i = 0; i < l->n; i++) {
		if (n == 0 || key_order(x->tool, &x->v[n - 1], &x->v[i]))
			x->v[n++] = x->v[i];
		else if (counts_more(x->tool, x->v[i].row,
		    x->v[n - 1].row))
			x->v[n - 1] = x->v[i];
	}
	x->n = n;
}

static struct entry *
find(const struct index *x, const struct migration *m)
{
	struct entry key = { .repeatable = m->version == NULL,
		.key = m->version ? m->version : m->about };
	size_t low = 0, high = x->n, mid;
	int r;

	while (low < high) {
		mid = low + (high - low) / 2;
		r = key_order(x->tool, &key, &x->v[mid]);
		if (r == 0)
			return &x->v[mid];
		if (r < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

struct scripts {
	struct migrate_item **v;
	size_t n;
	enum migrate_tool tool;
};

static int
check_script(void *ctx, size_t i, struct err *e)
{
	const struct scripts *s = ctx;
	struct migrate_item *it = s->v[i];
	const char *recorded = it->row ? it->row->checksum : NULL;
	struct buf b = { 0 };
	int r;

	if (!recorded)
		return migrate_file_check(it->file->path, e);
	r = migrate_file_read(it->file->path, &b, e);
	if (r == 0)
		it->edited = !sum_is(s->tool, recorded, buf_text(&b), b.len);
	buf_release(&b);
	if (!it->file->version && it->edited && it->state == MIGRATE_APPLIED)
		it->state = MIGRATE_PENDING;
	return r;
}

static int
check_scripts(struct migrate_state *state, enum migrate_tool t,
    struct err *e)
{
	struct scripts s = { .tool = t };
	struct migrate_item *it;
	size_t i;
	int r;

	if (!sum_is_kept(t))
		return 0;
	s.v = mem_alloc((state->n + 1) * sizeof(*s.v));
	for (i = 0; i < state->n; i++) {
		it = &state->v[i];
		if (!it->file->sum || (it->row && it->row->checksum &&
		    strcmp(it->row->checksum, it->file->sum) != 0))
			s.v[s.n++] = it;
	}
	r = pool_run(s.n, 0, check_script, &s, e);
	free(s.v);
	return r;
}

static void
take_row(struct migrate_item *it, struct entry *at)
{
	at->used = 1;
	if (at->row->state == LEDGER_ROLLED_BACK)
		return;
	it->row = at->row;
	it->state = at->row->state == LEDGER_FAILED ? MIGRATE_FAILED :
	    MIGRATE_APPLIED;
}

/* golang-migrate: one row; what is not above it is applied. */
static void
below(struct migrate_item *it, const struct ledger *l)
{
	int r;

	if (l->n == 0)
		return;
	r = migrate_version_order(it->file->version, l->v[0].version);
	if (r > 0)
		return;
	it->state = MIGRATE_APPLIED;
	if (r == 0 && l->v[0].state == LEDGER_FAILED)
		it->state = MIGRATE_FAILED;
	if (r == 0)
		it->row = &l->v[0];
}

static int
is_below_baseline(const struct ledger *l, const struct migration *m)
{
	size_t i;

	for (i = 0; i < l->n && m->version; i++)
		if (l->v[i].baseline && l->v[i].version &&
		    migrate_version_order(m->version, l->v[i].version) <= 0)
			return 1;
	return 0;
}

static void
compare_one(struct migrate_item *it, struct index *x, const struct ledger *l)
{
	struct entry *at = find(x, it->file);

	it->state = MIGRATE_PENDING;
	if (at)
		take_row(it, at);
	if (l->tool == MIGRATE_GOLANG)
		below(it, l);
	else if (!it->row && is_below_baseline(l, it->file))
		it->state = MIGRATE_APPLIED;
}

/* What the folder lacks; a baseline never had a file. */
static void
add_ahead(struct migrate_state *s, const struct index *x)
{
	const struct entry *at;
	size_t i;

	for (i = 0; i < x->n; i++) {
		at = &x->v[i];
		if (at->used || at->row->baseline ||
		    at->row->state == LEDGER_ROLLED_BACK)
			continue;
		s->v[s->n++] = (struct migrate_item){ .row = at->row,
			.state = at->row->state == LEDGER_FAILED ?
			    MIGRATE_FAILED : MIGRATE_APPLIED };
	}
}

static void
sum_up(struct migrate_state *s)
{
	struct migrate_item *it;
	int later = 0;
	size_t i;

	for (i = s->n; i-- > 0;) {
		it = &s->v[i];
		/* Repeatable ones have no place in the order. */
		it->late = later && it->state == MIGRATE_PENDING && it->file &&
		    it->file->version;
		later |= it->file && it->file->version &&
		    it->state != MIGRATE_PENDING;
		s->pending += it->state == MIGRATE_PENDING;
		s->failed += it->state == MIGRATE_FAILED;
		s->edited += it->edited && it->state == MIGRATE_APPLIED;
		s->late += it->late != 0;
		s->ahead += it->file == NULL;
	}
}

int
migrate_compare(const struct migrate_dir *d, const struct ledger *l,
    struct migrate_state *out, struct err *e)
{
	struct index x = { 0 };
	size_t i;
	int r;

	make_index(&x, l);
	out->v = mem_alloc((d->n + l->n + 1) * sizeof(*out->v));
	for (i = 0; i < d->n; i++) {
		out->v[out->n].file = &d->v[i];
		compare_one(&out->v[out->n++], &x, l);
	}
	r = check_scripts(out, l->tool, e);
	if (r == 0)
		add_ahead(out, &x);
	if (r == 0)
		sum_up(out);
	else
		migrate_state_release(out);
	free(x.v);
	return r;
}

void
migrate_state_release(struct migrate_state *s)
{
	free(s->v);
	*s = (struct migrate_state){ 0 };
}
