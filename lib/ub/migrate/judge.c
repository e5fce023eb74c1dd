#include "ub/migrate/judge.h"

#include "base/mem.h"
#include "ub/lint/pick.h"
#include "ub/lint/run.h"

static void
sum_up(struct judged *j)
{
	const struct lint_finding *f;
	size_t i, k;

	j->rollback_without_restore = 1;
	for (i = 0; i < j->n; i++) {
		j->rollback_without_restore &=
		    j->v[i].rollback_without_restore;
		for (k = 0; k < j->v[i].n_findings; k++) {
			f = &j->v[i].findings[k];
			if (f->ignored)
				continue;
			j->errors += f->level == LINT_ERROR;
			j->warnings += f->level == LINT_WARNING;
		}
	}
}

/* Which item each pick is; both are in the order of running. */
static void
match(const struct project *p, const struct lint_picks *picks,
    struct judged *out)
{
	const struct migrate_item *it = p->state.v;
	size_t i;

	out->of = mem_alloc((picks->n + 1) * sizeof(*out->of));
	for (i = 0; i < picks->n; i++) {
		while (it->file != picks->v[i].migration)
			it++;
		out->of[i] = it;
	}
}

void
judge_opts(const struct project *p, const struct conf *conf,
    struct lint_opts *o)
{
	*o = (struct lint_opts){ .db = p->db,
		.schema = p->schema ? p->schema : p->ledger.schema,
		.large_bytes = conf_size(conf, "migrate.largeTable") };
}

int
judge_pending(struct project *p, const struct conf *conf, struct judged *out,
    struct err *e)
{
	const struct lint_pick_from from = { .folder = p->dir,
		.tool = p->layout, .dir = &p->files, .state = &p->state };
	struct lint_picks picks = { 0 };
	struct lint_opts o;
	int r = lint_pick(&from, &picks, e);

	judge_opts(p, conf, &o);
	if (r == 0)
		r = lint_run(&o, &picks, &out->v, &out->n, e);
	if (r == 0) {
		match(p, &picks, out);
		sum_up(out);
	}
	lint_picks_release(&picks);
	return r;
}

int
judge_is_contract(const struct lint_file *f)
{
	return f->declared_contract || f->verdict.data == LINT_DATA_LOSES ||
	    f->verdict.compat == LINT_COMPAT_BREAKING;
}

const struct lint_finding *
judge_first_error(const struct lint_file *f)
{
	size_t i;

	for (i = 0; i < f->n_findings; i++)
		if (f->findings[i].level == LINT_ERROR &&
		    !f->findings[i].ignored)
			return &f->findings[i];
	return NULL;
}

void
judge_release(struct judged *j)
{
	size_t i;

	for (i = 0; i < j->n; i++)
		lint_file_release(&j->v[i]);
	free(j->v);
	free(j->of);
	*j = (struct judged){ 0 };
}
