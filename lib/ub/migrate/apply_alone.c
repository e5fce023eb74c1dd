/* apply_alone.c - a statement that refuses a transaction. */
#include "base/mem.h"
#include "sys/log.h"
#include "ub/migrate/apply_priv.h"
#include "ub/migrate/concur.h"

/* Longer than a moment, as nobody can call it off. */
#define CLEAN_MS "5000"

struct alone {
	const struct split_stmt *st;
	struct classify_index index;
	struct detaching detach;
	char sum[HASH_HEX_LEN + 1];
	char *note;   /* what was true before it */
	char *limit;  /* the session's lock_timeout, if that was changed */
	struct trail_step now;
	int was_done; /* by a run that is dead */
	int64_t tried;
	int sent;
	int ran;      /* and what it did stays */
	int unclear;  /* what it has left is not known */
	int by_half;  /* a partition is detached so */
};

static int
seal_begun(struct applying *x, struct err *e)
{
	return trail_begun(x->a->db, x->a->ledger, x->mark, e);
}

static int
seal_done(struct applying *x, struct err *e)
{
	return trail_done(x->a->db, x->a->ledger, x->mark, e);
}

static int
take_back(struct applying *x, struct err *e)
{
	return trail_take_back(x->a->db, x->a->ledger, x->mark, e);
}

/* Was it done, though we did not live to see it? A repetition fails so. */
static int
says_done(const struct alone *a, const struct err *e)
{
	static const struct {
		const char *word, *state;
	} all[] = {
		{ "create", "42P04" }, { "create", "42710" },
		{ "drop", "3D000" }, { "drop", "42704" },
	};
	const char *s = err_detail_get(e, "sqlstate");
	size_t i;

	if (!s || !a->sent || a->index.what != CLASSIFY_NONE)
		return 0;
	for (i = 0; i < UB_LEN(all); i++)
		if (strcmp(s, all[i].state) == 0 &&
		    classify_begins(a->st, all[i].word))
			return 1;
	return 0;
}

/* One that waits for our lock would be waited for by CONCURRENTLY. */
static int
check_waiters(const struct apply *a, struct err *e)
{
	struct vec who = { 0 };
	int r = a->locks ? locks_waiters(a->db, a->locks, &who, e) : 0;

	if (r == 0 && who.n > 0) {
		r = err_set(e, ERR_LATER, "migrate.waiter",
		    "another migrator waits in the server for our lock, and "
		    "what works CONCURRENTLY would wait for it: %s",
		    who.v[0]);
		err_hint(e, "end it, then run this again");
	}
	vec_release(&who);
	return r;
}

/* The script may have set it for what comes behind. */
static int
put_back_limit(struct applying *x, struct alone *a, struct err *e)
{
	return a->limit ? apply_limit(x->a, a->limit, &a->limit, e) : 0;
}

/* It was begun by a run that is dead: how far did it come? */
static int
find_out(struct applying *x, struct alone *a, const struct trail_mark *mark,
    struct err *e)
{
	if (classify(a->st) == STMT_CALL) {
		err_set(e, ERR_REFUSED, "migrate.steps",
		    "step %zu was begun, and nobody knows whether it came "
		    "to its end", x->step + 1);
		return err_hint(e, "look, then 'ub-migrate resolve "
		    "--applied %s' or '--rolled-back'", x->record.m->name);
	}
	if (a->detach.is)
		return apply_detach_find_out(x, &a->detach, mark->note,
		    &a->was_done, e);
	return concur_finished(x->a->db, &a->index, mark->note, &a->was_done,
	    e);
}

static int
prepare(struct applying *x, struct alone *a, const struct trail_mark *mark,
    struct err *e)
{
	x->in_stmt = 0;
	if (mark && find_out(x, a, mark, e))
		return -1;
	if (a->was_done)
		return 0;
	if (check_waiters(x->a, e) || concur_clean(x->a->db, &a->index,
	    mark ? mark->note : NULL, e))
		return -1;
	return a->detach.is ?
	    apply_detach_before(x, &a->detach, &a->note, e) :
	    concur_before(x->a->db, &a->index, &a->note, e);
}

static int
send(struct applying *x, struct alone *a, struct err *e)
{
	struct watch_seen seen = { 0 };
	size_t before = x->out->statements;
	int r;

	a->sent = a->ran = 0;
	/* What they have done by then is in the way of the next attempt. */
	if ((a->index.what != CLASSIFY_NONE || a->detach.is) &&
	    apply_limit(x->a, "0", &a->limit, e))
		return -1;
	if (x->a->watch)
		watch_begin(x->a->watch);
	r = apply_stmt(x, x->s.v[x->step].first, 1, e);
	if (x->a->watch)
		watch_end(x->a->watch, &seen);
	apply_keep_seen(x->out, &seen);
	a->ran = x->out->statements > before;
	a->sent = x->in_stmt || a->ran;
	if (r)
		return -1;
	/* It is done: whoever wants us to stop must not make it look undone. */
	db_shield(x->a->db, 1);
	r = concur_check(x->a->db, &a->index, a->note, e);
	db_shield(x->a->db, 0);
	if (r) {
		a->ran = strcmp(e->kind, "migrate.invalid") != 0;
		return -1;
	}
	return put_back_limit(x, a, e);
}

/* An attempt's rest is dropped, as far as that can be; the session's limit is
 * as it was. */
static int
clean_up(struct applying *x, struct alone *a)
{
	struct err ignored = { 0 };
	int r;

	db_shield(x->a->db, 1);
	r = apply_limit(x->a, CLEAN_MS, &a->limit, &ignored);
	if (r == 0)
		r = concur_clean(x->a->db, &a->index, a->note, &ignored);
	if (r == 0)
		r = concur_spoilt(x->a->db, &a->index, a->note, &ignored);
	if (r)
		log_warn("migrate.invalid", "an invalid index is left%s%s",
		    ignored.msg ? ": " : "", ignored.msg ? ignored.msg : "");
	err_release(&ignored);
	put_back_limit(x, a, &ignored);
	db_shield(x->a->db, 0);
	err_release(&ignored);
	return r;
}

/* After an attempt that has failed: what stays of it? */
static void
see_rest(struct applying *x, struct alone *a)
{
	int gone = db_tx(x->a->db) == DB_TX_GONE;

	a->unclear = gone || (a->sent && (a->ran ||
	    classify(a->st) == STMT_CALL));
	if (!gone && a->sent && !a->ran && clean_up(x, a))
		a->unclear = 1;
	a->by_half = !gone && a->sent && a->note &&
	    apply_detach_is_half(x, &a->detach);
}

/* Always -1. */
static int
failed(struct applying *x, struct alone *a, struct err *e)
{
	x->out->changed |= a->unclear || a->by_half;
	if (!a->unclear && !a->by_half)
		apply_aside(x, take_back);
	if (x->in_stmt && apply_may_retry(e, &x->out->seen))
		return apply_busy(x, a->tried, e);
	return apply_fail(x, e);
}

/* Where nothing of it stays, it can be tried once more. */
static int
send_until(struct applying *x, struct alone *a, struct err *e)
{
	for (a->tried = 1;; a->tried++) {
		if (x->out->attempts < a->tried)
			x->out->attempts = a->tried;
		if (send(x, a, e) == 0)
			return 0;
		see_rest(x, a);
		if (a->unclear || a->by_half || !x->in_stmt ||
		    a->tried > x->a->retries ||
		    !apply_may_retry(e, &x->out->seen))
			return -1;
		err_release(e);
		x->in_stmt = 0;
		if (apply_step_pause(x, a->tried, e))
			return -1;
	}
}

static int
run(struct applying *x, struct alone *a, const struct trail_mark *mark,
    struct err *e)
{
	if (prepare(x, a, mark, e)) {
		x->out->changed |= mark != NULL;
		return a->detach.tried > 0 &&
		    apply_may_retry(e, &x->out->seen) ?
		    apply_busy(x, a->detach.tried, e) : apply_fail(x, e);
	}
	a->now.note = a->note;
	if (!a->was_done && !mark && apply_note(x, seal_begun, e))
		return -1;
	if (!a->was_done && send_until(x, a, e)) {
		if (!mark || !says_done(a, e))
			return failed(x, a, e);
		log_warn("migrate.steps", "%s: step %zu counts as done: %s",
		    x->s.name, x->step + 1, e->msg);
		err_release(e);
	}
	if (apply_note(x, seal_done, e) == 0)
		return 0;
	x->out->changed = 1;
	return -1;
}

int
apply_alone(struct applying *x, const struct trail_mark *mark, struct err *e)
{
	struct alone a = { .st = &x->s.stmts[x->s.v[x->step].first] };
	int r;

	classify_index(a.st, &a.index);
	a.detach.st = a.st;
	a.detach.is = classify_detach(a.st, &a.detach.names);
	trail_sum(&x->s, x->step, a.sum);
	a.now = (struct trail_step){ .name = x->record.m->name,
		.step = x->step, .sum = a.sum };
	x->mark = &a.now;
	r = run(x, &a, mark, e);
	x->mark = NULL;
	free(a.note);
	free(a.limit);
	classify_index_release(&a.index);
	classify_detach_release(&a.detach.names);
	return r;
}
