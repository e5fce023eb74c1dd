/* outlook_left.c - of what was begun, only the rest is still to come. */
#include "base/mem.h"
#include "ub/migrate/outlook.h"
#include "ub/migrate/steps.h"
#include "ub/migrate/trail.h"

/* Steps are done in their order. */
static void
take(const struct steps *s, const struct trail *t, const struct lint_file *f,
    struct outlook_begun *out)
{
	const struct step *next;
	size_t line, column;

	out->steps = s->n;
	while (out->done < s->n && out->done < t->n &&
	    t->v[out->done].state == TRAIL_DONE)
		out->done++;
	if (out->done == 0)
		return;
	if (out->done == s->n) {
		out->first = f->n_stmts;
		return;
	}
	next = &s->v[out->done];
	split_where(&s->split, next->begin ? next->begin->sql :
	    s->stmts[next->first].sql, &line, &column);
	while (out->first < f->n_stmts && (f->stmts[out->first].line < line ||
	    (f->stmts[out->first].line == line &&
	    f->stmts[out->first].column < column)))
		out->first++;
}

static int
look(struct project *p, const struct migration *m, const struct lint_file *f,
    struct outlook_begun *out, struct err *e)
{
	struct trail t = { 0 };
	struct steps s = { 0 };
	int r = trail_read(p->db, &p->ledger, m->name, &t, e);

	if (r == 0 && t.begun) {
		r = steps_read(m->path, migrate_dir_shown(m->path, p->root),
		    p->tool, &s, e);
		if (r == 0)
			take(&s, &t, f, out);
	}
	steps_release(&s);
	trail_release(&t);
	return r;
}

int
outlook_left(struct project *p, const struct judged *j, struct outlook *out,
    struct err *e)
{
	size_t i;

	out->begun = mem_alloc((j->n + 1) * sizeof(*out->begun));
	for (i = 0; i < j->n; i++)
		if (j->of[i]->state == MIGRATE_FAILED &&
		    look(p, j->of[i]->file, &j->v[i], &out->begun[i], e))
			return -1;
	return 0;
}

size_t
outlook_left_first(const struct outlook *k, size_t i)
{
	return k && k->begun ? k->begun[i].first : 0;
}
