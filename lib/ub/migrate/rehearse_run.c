/* rehearse_run.c - the migrations, one after the other. */
#include "base/mem.h"
#include "sys/log.h"
#include "ub/migrate/rehearse_priv.h"

/*
 * What the server says of a statement is an answer, unless it is its own
 * trouble (no space, no memory, files). A statement_timeout is the script's.
 */
static int
is_answer(const struct err *e)
{
	static const char *const troubles[] = { "53", "57", "58" };
	const char *state = err_detail_get(e, "sqlstate");
	int ours = strncmp(e->kind, "migrate.", 8) == 0;
	size_t i;

	if (ours && state && strcmp(state, "57014") == 0)
		return 1;
	for (i = 0; state && i < UB_LEN(troubles); i++)
		if (strncmp(state, troubles[i], 2) == 0)
			return 0;
	return e->code == ERR_TROUBLE && (ours || state);
}

/* All of them, before the first is run. */
static int
guard(const struct rehearse *out, struct err *e)
{
	const struct deploy *d = &out->d;
	const struct migration *m;
	struct steps s = { 0 };
	size_t i, k;
	int r = 0;

	for (i = 0; i < d->count && r == 0; i++) {
		m = d->judged.of[i]->file;
		r = steps_read(m->path,
		    migrate_dir_shown(m->path, out->p.root), out->p.tool, &s,
		    e);
		for (k = 0; k < s.n_stmts && r == 0; k++)
			r = rehearse_guard(&s, k, out->own_cluster, e);
		steps_release(&s);
	}
	return r;
}

static int
run_one(struct rehearse_measure *m, struct apply *a, size_t i, struct err *e)
{
	struct rehearse *out = m->out;
	const struct migration *file = out->d.judged.of[i]->file;
	const struct migration *before =
	    file > out->p.files.v ? file - 1 : NULL;
	struct rehearse_done *done = &out->done[out->n_done++];
	int64_t began = rehearse_measure_us(m);
	int r;

	done->m = file;
	m->done = done;
	m->predicted = &out->d.judged.v[i];
	a->sum = m->predicted->sum;
	log_info("rehearsing %s", file->name);
	r = apply_migration(a, file, before, &done->a, e);
	done->us = rehearse_measure_us(m) - began;
	if (r == 0) {
		a->create = 0;
		return 0;
	}
	done->failed = 1;
	if (is_answer(e))
		err_as(e, ERR_NO, "rehearse.failed");
	return -1;
}

static int
run_all(struct rehearse_measure *m, struct err *e)
{
	struct rehearse *out = m->out;
	struct project *p = &out->p;
	const struct deploy *d = &out->d;
	struct apply a = { .db = p->db, .ledger = &p->ledger,
		.root = p->root, .schema = p->schema,
		.create = !p->has_ledger, .before = rehearse_measure_before,
		.after = rehearse_measure_after,
		.ended = rehearse_blocked_ended, .ctx = m };
	size_t i;
	int r = 0;

	out->ran = 1;
	out->done = mem_alloc((d->count + 1) * sizeof(*out->done));
	for (i = 0; i < d->count && r == 0; i++)
		r = run_one(m, &a, i, e);
	return r;
}

/* A difference is worth a look, and no failure. */
static void
warn(const struct rehearse *out)
{
	const struct rehearse_difference *d;
	size_t i;

	for (i = 0; i < out->n_differences; i++) {
		d = &out->differences[i];
		log_warn("rehearse.difference", "%s, line %zu: %s: "
		    "predicted: %s; measured: %s", d->migration, d->line,
		    d->relation, d->predicted, d->measured);
	}
}

int
rehearse_migrations(struct rehearse *out, const struct dsn *dsn,
    const struct manifest_db *db, struct err *e)
{
	struct rehearse_measure m = { .out = out,
		.beside = !out->own_cluster };
	struct dump_tables before = { 0 };
	struct err ignored = { 0 };
	int r = guard(out, e);

	if (r == 0)
		r = rehearse_measure_start(&m, dsn, out->p.db,
		    &out->p.ledger, e);
	if (r == 0)
		r = rehearse_rows_before(m.eye, db, &before, e);
	if (r == 0) {
		r = run_all(&m, e);
		if (rehearse_rows_after(m.eye, &m, &before, r == 0,
		    r ? &ignored : e))
			r = -1;
		warn(out);
	}
	err_release(&ignored);
	dump_tables_release(&before);
	rehearse_measure_stop(&m);
	return r;
}
