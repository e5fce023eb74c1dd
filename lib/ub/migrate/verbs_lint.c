/* verbs_lint.c - ub-migrate lint. */
#include "sys/log.h"
#include "ub/lint/pick.h"
#include "ub/lint/report.h"
#include "ub/lint/run.h"
#include "ub/migrate/verbs.h"

/*
 * The live catalog makes the judgement sharper. Where it cannot be had, as in
 * CI, the lint is none the less one, and says so.
 */
static int
connect_if_possible(struct project *p, const struct verbs_args *a,
    struct err *e)
{
	if (a->offline || p->src.n_dbs == 0)
		return 0;
	if (project_connect(p, e) == 0 && project_look(p, e) == 0)
		return 0;
	if (e->code == ERR_USAGE || e->code == ERR_REFUSED ||
	    strcmp(e->kind, "signal") == 0)
		return -1;
	log_warn("lint.offline", "judged without the catalog: %s", e->msg);
	err_release(e);
	db_close(p->db);
	p->db = NULL;
	return 0;
}

/* Without files given it is the project's folder that is judged. A folder
 * without migrations is one; a tool with programs needs none. */
static int
check_folder(const struct project *p, const struct vec *files, struct err *e)
{
	if (files->n > 0 || p->driven || migrate_tool_is_driven(p->wanted) ||
	    p->layout != MIGRATE_NONE || (p->dir && p->bare))
		return 0;
	return project_no_folder(p, e);
}

static int
judge(const struct project *p, const struct verbs_args *a,
    const struct vec *files, struct verbs *r, struct err *e)
{
	const struct lint_pick_from from = { .files = files,
		.since = p->dir || files->n > 0 ? a->since : NULL,
		.folder = p->dir, .tool = p->layout,
		.dir = &p->files, .state = p->db ? &p->state : NULL };
	struct lint_picks picks = { 0 };
	struct lint_opts o;
	int ret = lint_pick(&from, &picks, e);

	judge_opts(p, p->conf, &o);
	o.style = a->style;
	if (a->report.n > 0)
		lint_pick_repo(&picks);
	if (ret == 0)
		ret = lint_run(&o, &picks, &r->linted, &r->n_linted, e);
	lint_picks_release(&picks);
	return ret;
}

int
verbs_lint(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e)
{
	struct vec files = { 0 };
	struct lint_totals totals;
	size_t i;
	int ret;

	for (i = 1; i < c->operands.n; i++)
		vec_add(&files, c->operands.v[i]);
	ret = lint_report_check(&a->report, e);
	if (ret == 0)
		ret = connect_if_possible(&r->p, a, e);
	if (ret == 0)
		ret = check_folder(&r->p, &files, e);
	if (ret == 0)
		ret = judge(&r->p, a, &files, r, e);
	if (ret == 0 && !c->common.dry_run)
		ret = lint_report_write(&a->report, r->linted, r->n_linted, e);
	vec_release(&files);
	if (ret)
		return -1;
	lint_report_count(r->linted, r->n_linted, &totals);
	if (totals.errors == 0)
		return 0;
	return err_set(e, ERR_NO, "lint.errors", "%zu error%s: it would lose "
	    "data, stop others, break the old code, or fail", totals.errors,
	    totals.errors == 1 ? "" : "s");
}
