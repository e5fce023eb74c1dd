/* apply_split.c - a migration of several steps, which can be gone on with. */
#include "sys/clock.h"
#include "ub/migrate/apply_priv.h"

/* The present step's mark. */
static int
seal_step(struct applying *x, struct err *e)
{
	char sum[HASH_HEX_LEN + 1];
	const struct trail_step mark = { .name = x->record.m->name,
		.step = x->step, .sum = sum };

	trail_sum(&x->s, x->step, sum);
	return trail_done(x->a->db, x->a->ledger, &mark, e);
}

/*
 * Begun, as a row of the ledger may say: so there is a mark, too, which tells
 * our own failure from that of others.
 */
static int
seal_begin(struct applying *x, struct err *e)
{
	char *row;
	int r;

	if (x->a->create && record_create(x->a->db, x->a->ledger, e))
		return -1;
	if (x->stale && trail_forget(x->a->db, x->a->ledger,
	    x->record.m->name, e))
		return -1;
	r = record_row(x->a->db, x->a->ledger, &row, e);
	if (r == 0)
		r = trail_begin(x->a->db, x->a->ledger, x->record.m->name,
		    row, e);
	free(row);
	return r ? r : record_begin(x->a->db, x->a->ledger, &x->record, e);
}

static int
seal_finish(struct applying *x, struct err *e)
{
	x->record.ms = clock_ms() - x->began_ms;
	if (trail_forget(x->a->db, x->a->ledger, x->record.m->name, e))
		return -1;
	return record_finish(x->a->db, x->a->ledger, &x->record, e);
}

int
apply_note(struct applying *x, int (*seal)(struct applying *, struct err *),
    struct err *e)
{
	size_t step = x->step;
	int r;

	x->seal = seal;
	r = apply_step(x, x->s.n, e);
	x->step = step;
	return r;
}

int
apply_aside(struct applying *x, int (*seal)(struct applying *, struct err *))
{
	struct err ignored = { 0 };
	struct db *db = x->a->db;
	int r;

	if (db_tx(db) != DB_TX_NONE)
		return -1;
	db_shield(db, 1);
	r = db_exec(db, &ignored, "BEGIN");
	if (r == 0 && (apply_as_ourselves(x, &ignored) ||
	    seal(x, &ignored) || db_exec(db, &ignored, "COMMIT"))) {
		db_exec(db, &ignored, "ROLLBACK");
		r = -1;
	}
	db_shield(db, 0);
	err_release(&ignored);
	return r;
}

/* Whoever changes what has been run already cannot go on with the rest. */
static int
check_trail(struct applying *x, const struct trail *t, struct err *e)
{
	char sum[HASH_HEX_LEN + 1];
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (i < x->s.n)
			trail_sum(&x->s, i, sum);
		if (i < x->s.n && strcmp(sum, t->v[i].sum) == 0)
			continue;
		err_set(e, ERR_REFUSED, "migrate.steps", "%s: step %zu of it "
		    "has been run, and is another one now", x->s.name, i + 1);
		return err_hint(e, "put back the script as it was; or take "
		    "back by hand what was run, then 'ub-migrate resolve "
		    "--rolled-back %s'", x->record.m->name);
	}
	return 0;
}

/* What a step has set that lasts, the session does not know any more. */
static int
set_again(struct applying *x, const struct step *s, struct err *e)
{
	const struct split_stmt *st;
	struct db_done done;
	size_t i;

	for (i = s->first; s->kind != STEP_ROLLBACK && i < s->first + s->n;
	    i++) {
		st = &x->s.stmts[i];
		x->stmt = x->sent = i;
		x->n_sent = 1;
		x->in_stmt = 1;
		if (classify_sets(st) && db_script(x->a->db,
		    &(struct db_script){ .sql = st->sql, .len = st->len },
		    &done, e))
			return apply_fail(x, e);
	}
	x->in_stmt = 0;
	return 0;
}

/* The present step is done; what it made may be missing for the next. */
static void
see_temporary(struct applying *x)
{
	const struct step *s = &x->s.v[x->step];
	size_t i;

	for (i = s->first; s->kind != STEP_ROLLBACK && i < s->first + s->n;
	    i++)
		x->out->temporary |= x->step + 1 < x->s.n &&
		    classify_temporary(&x->s.stmts[i]);
}

static int
run_steps(struct applying *x, const struct trail *t, struct err *e)
{
	const struct trail_mark *mark;
	size_t i;
	int r = 0;

	for (i = 0; i < x->s.n && r == 0; i++) {
		mark = i < t->n ? &t->v[i] : NULL;
		x->step = i;
		if (mark && mark->state == TRAIL_DONE) {
			x->out->resumed++;
			see_temporary(x);
			r = set_again(x, &x->s.v[i], e);
			continue;
		}
		x->seal = seal_step;
		r = x->s.v[i].kind == STEP_ALONE ? apply_alone(x, mark, e) :
		    apply_step(x, i, e);
		if (r == 0) {
			x->out->steps_done++;
			see_temporary(x);
		}
		if (r == 0 && apply_locks(x->a, e)) {
			x->in_stmt = 0;
			r = apply_fail(x, e);
		}
	}
	return r;
}

static int
seal_failure(struct applying *x, struct err *e)
{
	return record_fail(x->a->db, x->a->ledger, &x->record, x->said, e);
}

/* Not with what others have in it by now: then it fails. */
static int
drop_schema(struct applying *x, struct err *e)
{
	char *name = db_ident(x->a->ledger->schema);
	int r = db_exec(x->a->db, e, "DROP SCHEMA %s", name);

	free(name);
	return r;
}

/* Where nothing stays, no trace stays. */
static int
seal_nothing(struct applying *x, struct err *e)
{
	const char *name = x->record.m->name;
	struct trail t = { 0 };
	int r = trail_read(x->a->db, x->a->ledger, name, &t, e);

	x->record.row = t.row;
	if (r == 0)
		r = trail_forget(x->a->db, x->a->ledger, name, e);
	if (r == 0)
		r = record_undo(x->a->db, x->a->ledger, &x->record, e);
	if (r == 0 && x->a->create)
		r = record_remove(x->a->db, x->a->ledger, e);
	if (r == 0 && x->made_schema)
		r = drop_schema(x, e);
	x->record.row = NULL;
	trail_release(&t);
	return r;
}

static void
note_failure(struct applying *x, const struct err *e)
{
	x->out->changed |= x->out->unknown ||
	    x->out->steps_done + x->out->resumed > 0;
	x->said = e->msg;
	/* Else the row that says "begun" stays, and the trail. */
	if (apply_aside(x, x->out->changed ? seal_failure : seal_nothing))
		x->out->changed = 1;
	x->said = NULL;
}

static int
finish(struct applying *x, struct err *e)
{
	if (apply_note(x, seal_finish, e) == 0)
		return 0;
	note_failure(x, e);
	return -1;
}

int
apply_split(struct applying *x, const struct trail *t, struct err *e)
{
	int r;

	if (check_trail(x, t, e) || apply_note(x, seal_begin, e))
		return -1;
	r = run_steps(x, t, e);
	if (r == 0)
		return finish(x, e);
	note_failure(x, e);
	return -1;
}
