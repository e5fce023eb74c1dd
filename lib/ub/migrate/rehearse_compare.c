/* rehearse_compare.c - was the lint right? */
#include "base/mem.h"
#include "ub/migrate/rehearse_priv.h"

static const struct lint_stmt *
find(const struct lint_file *f, size_t line, size_t column)
{
	const struct lint_stmt *s, *found = NULL;
	size_t i;

	for (i = 0; f && i < f->n_stmts; i++) {
		s = &f->stmts[i];
		if (s->line == line && s->column == column)
			return s;
		if (s->line <= line && line <= s->end_line && !found)
			found = s;
	}
	return found;
}

static const struct lint_take *
predicted(const struct lint_stmt *s, const char *relation)
{
	size_t i;

	for (i = 0; i < s->n_takes; i++)
		if (strcmp(s->takes[i].relation, relation) == 0)
			return &s->takes[i];
	return NULL;
}

static void
tell(struct rehearse_measure *m, const char *relation, const char *was,
    const char *is)
{
	struct rehearse *out = m->out;
	const struct rehearse_stmt *st = &m->done->v[m->done->n - 1];

	out->differences = mem_grow(out->differences, out->n_differences + 1,
	    sizeof(*out->differences));
	out->differences[out->n_differences++] =
	    (struct rehearse_difference){ .migration = m->done->m->name,
		.line = st->line, .statement = mem_dup(st->text),
		.relation = mem_dup(relation), .predicted = was,
		.measured = is };
}

/* The strongest that is held, also since an earlier statement. */
static int
held(const struct rehearse_measure *m, const char *relation)
{
	const struct rehearse_rel *r;
	int mode = 0;
	size_t i;

	for (i = 0; i < m->held.n; i++) {
		r = rehearse_shape_find(&m->shape, m->held.v[i].oid);
		if (r && strcmp(r->name, relation) == 0 &&
		    m->held.v[i].mode > mode)
			mode = m->held.v[i].mode;
	}
	return mode;
}

/* As pg_class.relkind; 0: it was not there before, or is another one. */
static char
kind(const struct rehearse_measure *m, const char *relation)
{
	size_t i;

	for (i = 0; i < m->shape.n; i++)
		if (!m->shape.v[i].gone &&
		    strcmp(m->shape.v[i].name, relation) == 0)
			return m->shape.v[i].kind;
	return 0;
}

static const struct rehearse_rewrite *
rewrite(const struct rehearse_stmt *st, const char *relation)
{
	size_t i;

	for (i = 0; i < st->n_rewrites; i++)
		if (strcmp(st->rewrites[i].relation, relation) == 0)
			return &st->rewrites[i];
	return NULL;
}

/* What it took, and more than was predicted. */
static void
compare_measured(struct rehearse_measure *m, const struct rehearse_stmt *st,
    const struct lint_stmt *s)
{
	const struct lint_take *t;
	size_t i;

	for (i = 0; i < st->n_locks; i++) {
		t = predicted(s, st->locks[i].relation);
		if (st->locks[i].mode >= REHEARSE_WORTH &&
		    (!t || t->mode < st->locks[i].mode))
			tell(m, st->locks[i].relation, t ?
			    lint_mode_name(t->mode) : "no lock",
			    lint_mode_name(st->locks[i].mode));
	}
	for (i = 0; i < st->n_rewrites; i++) {
		t = predicted(s, st->rewrites[i].relation);
		/* That an index is built anew counts as a scan there. */
		if (t && !t->rewrite && !st->rewrites[i].truncated &&
		    st->rewrites[i].size_bytes > 0 &&
		    kind(m, st->rewrites[i].relation) != 'i')
			tell(m, st->rewrites[i].relation, "not rewritten",
			    "rewritten");
	}
}

/* What was predicted, and did not come. */
static void
compare_predicted(struct rehearse_measure *m, const struct rehearse_stmt *st,
    const struct lint_stmt *s)
{
	const struct lint_take *t;
	size_t i, k;
	int mode;

	for (i = 0; i < s->n_takes; i++) {
		t = &s->takes[i];
		if (!kind(m, t->relation))
			continue;
		mode = held(m, t->relation);
		for (k = 0; k < st->n_locks; k++)
			if (strcmp(st->locks[k].relation, t->relation) == 0 &&
			    st->locks[k].mode > mode)
				mode = st->locks[k].mode;
		if (t->mode >= REHEARSE_WORTH && mode < t->mode && !st->sampled)
			tell(m, t->relation, lint_mode_name(t->mode), mode ?
			    lint_mode_name(mode) : "no lock");
		if (t->rewrite && strchr("rm", kind(m, t->relation)) &&
		    !rewrite(st, t->relation))
			tell(m, t->relation, "rewritten", "not rewritten");
	}
}

void
rehearse_compare(struct rehearse_measure *m, size_t column)
{
	const struct rehearse_stmt *st = &m->done->v[m->done->n - 1];
	const struct lint_stmt *s = find(m->predicted, st->line, column);

	/* A guess is nothing to be measured against. */
	if (!s || !s->analysed)
		return;
	compare_measured(m, st, s);
	compare_predicted(m, st, s);
}
