/* apply_step.c - one transaction, and another try. */
#include "base/mem.h"
#include "base/num.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/sig.h"
#include "ub/migrate/apply_priv.h"

#define PAUSE_MS 500
#define PAUSE_MAX_MS 10000
#define ROLLBACK_TRIES 100

static int
begin(struct applying *x, const struct step *s, int lacks, struct err *e)
{
	struct db_script own = { 0 };
	struct db_done done;

	x->begins = s && !s->begin && !lacks && s->n > 0 &&
	    apply_stmt_joins(x, s->first);
	if (x->begins)
		return 0;
	if (!s || !s->begin)
		return db_exec(x->a->db, e, "BEGIN");
	own.sql = s->begin->sql;
	own.len = s->begin->len;
	return db_script(x->a->db, &own, &done, e);
}

/* All that is in the transaction, but its end. */
static int
inside(struct applying *x, const struct step *s, struct err *e)
{
	size_t i, n;

	for (i = 0; s && i < s->n; i += n) {
		n = apply_stmt_batch(x, s->first + i, s->n - i);
		x->ends = i + n == s->n && x->seal && s->kind != STEP_ROLLBACK;
		if (apply_stmt(x, s->first + i, n, e))
			return -1;
		if (db_tx(x->a->db) != DB_TX_OPEN) {
			x->out->changed = 1;
			return err_set(e, ERR_TROUBLE, "migrate.escape",
			    "the statement has ended its transaction");
		}
	}
	return 0;
}

/* The ledger is ours, whatever role the script has taken on: that of the
 * session at its start, which NONE is not where the login is given one. Where
 * more of the script follows, it has its role again then. */
int
apply_as_ourselves(struct applying *x, struct err *e)
{
	return x->is_us ? 0 : db_exec(x->a->db, e, APPLY_AS_OURSELVES);
}

static int
finish(struct applying *x, const struct step *s, struct err *e)
{
	int back = s && s->kind == STEP_ROLLBACK;

	if (back && db_exec(x->a->db, e, "ROLLBACK"))
		return -1;
	if (back && db_exec(x->a->db, e, "BEGIN"))
		return -1;
	if (x->seal && (apply_as_ourselves(x, e) || x->seal(x, e)))
		return -1;
	x->ending = 1;
	if (x->last ? apply_commit(x, e) : db_exec(x->a->db, e, "COMMIT"))
		return -1;
	x->ending = 0;
	return 0;
}

static int
in_transaction(struct applying *x)
{
	enum db_tx t = db_tx(x->a->db);

	return t == DB_TX_OPEN || t == DB_TX_FAILED;
}

/* After a failure nothing of it may stay, whatever comes: somebody's cancel
 * that was meant for the statement may hit the ROLLBACK. */
static void
roll_back(struct applying *x)
{
	struct err ignored = { 0 };
	int i;

	db_shield(x->a->db, 1);
	for (i = 0; i < ROLLBACK_TRIES && in_transaction(x); i++) {
		err_release(&ignored);
		db_exec(x->a->db, &ignored, "ROLLBACK");
	}
	db_shield(x->a->db, 0);
	x->refused = x->ending;
	/* COMMIT without an answer: done or not. */
	if (x->ending && db_tx(x->a->db) == DB_TX_GONE)
		x->out->unknown = 1;
	x->ending = 0;
	err_release(&ignored);
}

void
apply_keep_seen(struct applied *out, struct watch_seen *seen)
{
	if (seen->blockers) {
		free(out->seen.blockers);
		out->seen.blockers = seen->blockers;
		seen->blockers = NULL;
	}
	if (seen->blocked > out->seen.blocked)
		out->seen.blocked = seen->blocked;
	out->seen.blocked_ms += seen->blocked_ms;
	out->seen.called_off = seen->called_off;
	watch_seen_release(seen);
}

/* Its tools make it, too. Asked before BEGIN, as the script's first statement
 * may be SET TRANSACTION. */
static int
lacks_schema(struct applying *x, int *lacks, struct err *e)
{
	const char *params[] = { x->a->ledger->schema, NULL };
	char *there = NULL;
	int r = x->a->create ? db_value(x->a->db, "SELECT 1 FROM"
	    " pg_catalog.pg_namespace WHERE nspname = $1", params, &there,
	    e) : 0;

	*lacks = x->a->create && !there;
	free(there);
	return r;
}

static int
make_schema(struct applying *x, struct err *e)
{
	char *name = db_ident(x->a->ledger->schema);
	int r = db_exec(x->a->db, e, "CREATE SCHEMA %s", name);

	x->made_schema = 1;
	free(name);
	return r;
}

static int
attempt(struct applying *x, const struct step *s, struct err *e)
{
	const struct applied before = *x->out;
	struct watch_seen seen = { 0 };
	int lacks, r;

	if (x->a->watch)
		watch_begin(x->a->watch);
	r = lacks_schema(x, &lacks, e);
	if (r == 0)
		r = begin(x, s, lacks, e);
	if (r == 0 && lacks)
		r = make_schema(x, e);
	if (r == 0)
		r = inside(x, s, e);
	if (r == 0)
		r = finish(x, s, e);
	if (r)
		roll_back(x);
	x->is_us = 0;
	/* By the next try it may be another's. */
	if (r && lacks)
		x->made_schema = 0;
	if (r && !x->out->unknown) {
		x->out->rows = before.rows;
		x->out->statements = before.statements;
	}
	if (x->a->ended)
		x->a->ended(x->a->ctx);
	if (x->a->watch)
		watch_end(x->a->watch, &seen);
	apply_keep_seen(x->out, &seen);
	return r;
}

int
apply_step_pause(const struct applying *x, int64_t tried, struct err *e)
{
	const char *who = x->out->seen.blockers;
	int64_t ms = PAUSE_MS;
	char *text;

	while (--tried > 0 && ms < PAUSE_MAX_MS)
		ms *= 2;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	ms += clock_ms() % (ms / 4);
	text = num_duration_text(ms);
	log_info("%s: %s; trying again in %s%s%s", x->s.name,
	    x->out->seen.called_off ? "others have waited for it too long" :
	    "it has to wait for a lock", text, who ? "; in the way: " : "",
	    who ? who : "");
	free(text);
	return sig_sleep((int)ms, e);
}

int
apply_step(struct applying *x, size_t step, struct err *e)
{
	const struct step *s = step < x->s.n ? &x->s.v[step] : NULL;
	int64_t tried;

	x->step = step;
	for (tried = 1;; tried++) {
		x->in_stmt = 0;
		if (x->out->attempts < tried)
			x->out->attempts = tried;
		if (attempt(x, s, e) == 0)
			return 0;
		if (!apply_may_retry(e, &x->out->seen))
			return apply_fail(x, e);
		if (tried > x->a->retries)
			return apply_busy(x, tried, e);
		err_release(e);
		if (apply_step_pause(x, tried, e))
			return -1;
	}
}
