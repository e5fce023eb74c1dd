/* apply_detach.c - a partition that is detached by half, and its other half. */
#include "base/mem.h"
#include "ub/migrate/apply_priv.h"

enum state {
	NONE, /* it is no partition of that table */
	WHOLE,
	HALF,
};

static int
look(const struct applying *x, const struct detaching *d, enum state *out,
    struct err *e)
{
	const char *params[] = { d->names.table, d->names.part, NULL };
	char *half = NULL;

	*out = NONE;
	if (!d->is || !params[0] || !params[1])
		return 0;
	if (db_value(x->a->db, "SELECT inhdetachpending FROM"
	    " pg_catalog.pg_inherits WHERE inhparent OPERATOR(pg_catalog.=)"
	    " pg_catalog.to_regclass($1)::pg_catalog.oid AND inhrelid"
	    " OPERATOR(pg_catalog.=)"
	    " pg_catalog.to_regclass($2)::pg_catalog.oid", params, &half, e))
		return -1;
	if (half)
		*out = *half == 't' ? HALF : WHOLE;
	free(half);
	return 0;
}

int
apply_detach_before(const struct applying *x, const struct detaching *d,
    char **note, struct err *e)
{
	enum state now;

	if (look(x, d, &now, e))
		return -1;
	*note = now == WHOLE ? mem_dup("attached") : NULL;
	return 0;
}

int
apply_detach_is_half(const struct applying *x, const struct detaching *d)
{
	struct err ignored = { 0 };
	enum state now;
	int r = look(x, d, &now, &ignored);

	err_release(&ignored);
	return r || now == HALF;
}

static int
try_once(struct applying *x, const struct db_script *own, struct err *e)
{
	struct watch_seen seen = { 0 };
	struct db_done ignored;
	int r;

	if (x->a->watch)
		watch_begin(x->a->watch);
	r = db_script(x->a->db, own, &ignored, e);
	if (x->a->watch)
		watch_end(x->a->watch, &seen);
	apply_keep_seen(x->out, &seen);
	return r;
}

static int
finish(struct applying *x, struct detaching *d, struct err *e)
{
	char *text = classify_finalize(d->st);
	struct db_script own = { .sql = text, .len = strlen(text) };
	int r;

	for (d->tried = 1;; d->tried++) {
		r = try_once(x, &own, e);
		if (r == 0 || d->tried > x->a->retries ||
		    !apply_may_retry(e, &x->out->seen))
			break;
		err_release(e);
		r = apply_step_pause(x, d->tried, e);
		if (r)
			break;
	}
	free(text);
	return r;
}

int
apply_detach_find_out(struct applying *x, struct detaching *d,
    const char *note, int *done, struct err *e)
{
	enum state now;

	if (look(x, d, &now, e) || (now == HALF && finish(x, d, e)))
		return -1;
	/* If it was no partition then, it was not we who detached it. */
	*done = now == HALF || (now == NONE && note);
	return 0;
}
