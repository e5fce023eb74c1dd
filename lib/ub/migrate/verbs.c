#include "ub/migrate/verbs.h"

#include "base/mem.h"
#include "sys/log.h"
#include "ub/jwrite.h"
#include "ub/lint/report.h"
#include "ub/migrate/create.h"
#include "ub/migrate/show.h"
#include "ub/operand.h"

static enum deploy_phase
phase(const char *word)
{
	return !word || strcmp(word, "all") == 0 ? DEPLOY_ALL :
	    strcmp(word, "expand") == 0 ? DEPLOY_EXPAND : DEPLOY_CONTRACT;
}

/* Only its own program knows what is to come. Always -1. */
static int
driven(const struct project *p, struct err *e)
{
	return err_set(e, ERR_USAGE, "migrate.driven", "what of %s's "
	    "migrations is pending, only its own program can tell",
	    migrate_tool_name(p->tool));
}

/* Out of step is the answer "no"; what is pending only if that is asked. */
int
verbs_status(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e)
{
	const struct migrate_state *s = &r->p.state;

	(void)c;
	if (r->p.driven && a->exit_code)
		return driven(&r->p, e);
	if (s->failed + s->edited + s->ahead > 0)
		return err_set(e, ERR_NO, "migrate.state", "database '%s' is "
		    "out of step: %zu failed, %zu edited, %zu only in the "
		    "database", r->p.dbname, s->failed, s->edited, s->ahead);
	if (a->exit_code && s->pending > 0)
		return err_set(e, ERR_PENDING, "migrate.pending",
		    "%zu migration%s pending", s->pending,
		    s->pending == 1 ? " is" : "s are");
	return 0;
}

/* Also of what the lint refuses. */
static int
look_left(struct verbs *r, int ret, struct err *e)
{
	struct err ignored = { 0 };

	if (ret && e->code != ERR_NO)
		return ret;
	if (outlook_left(&r->p, &r->d.judged, &r->outlook,
	    ret ? &ignored : e))
		ret = -1;
	err_release(&ignored);
	return ret;
}

/* What keeps a deploy from running is part of the answer here. */
int
verbs_plan(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e)
{
	const struct deploy_opts o = { .to = a->to, .allow = &a->allow,
		.phase = phase(a->phase) };
	int ret = r->p.driven && a->exit_code ? driven(&r->p, e) :
	    deploy_prepare(c, &r->p, &o, &r->d, e);

	if (ret && e->code == ERR_REFUSED && r->d.gate_asked) {
		log_warn(e->kind, "%s", e->msg);
		err_release(e);
		ret = 0;
	}
	ret = look_left(r, ret, e);
	if (ret == 0)
		ret = outlook_look(r->p.db, &r->d.judged, &r->outlook, e);
	/* That it is unsafe is an answer, too. */
	r->planned = ret == 0 || e->code == ERR_NO;
	if (ret == 0 && a->exit_code && r->d.count > 0)
		return err_set(e, ERR_PENDING, "migrate.pending",
		    "%zu to be run", r->d.count);
	return ret;
}

static int
agree(struct cli *c, const struct verbs *r, struct err *e)
{
	char *what = r->p.driven ?
	    mem_printf("%s migrates database '%s'", r->p.command,
	    r->p.dbname) : mem_printf("%zu migration%s for database '%s'",
	    r->d.count, r->d.count == 1 ? "" : "s", r->p.dbname);
	int ret = cli_agree(c, what, e);

	free(what);
	return ret;
}

int
verbs_deploy(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e)
{
	const struct deploy_opts o = { .to = a->to, .allow = &a->allow,
		.phase = phase(a->phase),
		.set = r->set.dir ? &r->set : NULL,
		.skip_backup_check = a->skip_backup_check };

	if (deploy_prepare(c, &r->p, &o, &r->d, e))
		return -1;
	r->planned = c->common.dry_run;
	if (r->d.empty)
		c->status = "skipped";
	if (c->common.dry_run)
		return look_left(r, 0, e);
	if (r->d.empty)
		return 0;
	if (agree(c, r, e) || deploy_run(c, &r->p, &o, &r->d, e))
		return -1;
	/* Another one has done it while we waited. */
	if (r->d.empty)
		c->status = "skipped";
	c->changed = !r->d.empty;
	return 0;
}

int
verbs_rehearse(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e)
{
	const struct rehearse_opts o = { .choose = { .to = a->to,
		.allow = &a->allow, .phase = phase(a->phase) },
		.own_cluster = a->own_cluster, .jobs = (unsigned)a->jobs };
	char *backups = conf_path(c->conf, "backup", "", "dir");
	int ret = operand_set(c, backups, a->from ? a->from : "latest",
	    &r->rehearse.set, e);

	free(backups);
	if (ret == 0)
		ret = rehearse_run(c, &r->p, &o, &r->rehearse, e);
	if (ret == 0 && r->rehearse.d.empty)
		c->status = "skipped";
	return ret;
}

int
verbs_new(struct cli *c, struct verbs *r, struct err *e)
{
	const char *name = c->operands.v[1];
	int ret = c->common.dry_run ? create_path(&r->p, name, &r->path, e) :
	    create_migration(&r->p, name, &r->path, e);

	/* A path that is printed is one that is there. */
	if (ret) {
		free(r->path);
		r->path = NULL;
	}
	c->changed = ret == 0 && !c->common.dry_run;
	return ret;
}

int
verbs_resolve(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e)
{
	struct resolve *x = &r->resolve;
	int ret;

	x->what = a->applied ? RESOLVE_APPLIED : a->rolled_back ?
	    RESOLVE_ROLLED_BACK : a->edited ? RESOLVE_EDITED :
	    RESOLVE_BASELINE;
	x->name = a->applied ? a->applied : a->rolled_back ? a->rolled_back :
	    a->edited ? a->edited : a->upto;
	ret = resolve_run(c, &r->p, x, e);
	c->changed = ret == 0 && !c->common.dry_run;
	return ret;
}

json_t *
verbs_json(const struct verbs *r, const char *verb)
{
	int rehearsed = strcmp(verb, "rehearse") == 0;
	json_t *o = show_head(rehearsed ? &r->rehearse.p : &r->p, verb);

	if (strcmp(verb, "status") == 0)
		show_status(&r->p, o);
	else if (rehearsed)
		rehearse_show(&r->rehearse, o);
	else if (strcmp(verb, "plan") == 0 || r->planned)
		show_plan(&r->d, &r->outlook, o);
	else if (strcmp(verb, "deploy") == 0)
		show_deploy(&r->p, &r->d, o);
	else if (strcmp(verb, "new") == 0)
		json_object_set_new(o, "path", jwrite_text(r->path));
	else if (strcmp(verb, "lint") == 0)
		json_object_set_new(o, "lint",
		    lint_report_json(r->linted, r->n_linted));
	else
		json_object_set_new(o, "marked",
		    jwrite_list(&r->resolve.done));
	return o;
}

void
verbs_text(const struct verbs *r, const char *verb, int verbose,
    struct buf *out)
{
	int looked = r->p.looked;
	size_t i;

	buf_puts(out, "");
	if (strcmp(verb, "lint") == 0 && r->linted)
		lint_report_text(r->linted, r->n_linted, out);
	else if (strcmp(verb, "new") == 0 && r->path)
		buf_printf(out, "%s\n", r->path);
	else if (!looked && strcmp(verb, "rehearse") != 0)
		return;
	else if (strcmp(verb, "status") == 0)
		show_status_text(&r->p, verbose, out);
	else if (strcmp(verb, "rehearse") == 0)
		rehearse_text(&r->rehearse, out);
	else if (r->planned)
		show_plan_text(&r->p, &r->d, &r->outlook, out);
	else if (strcmp(verb, "deploy") == 0)
		show_deploy_text(&r->d, out);
	for (i = 0; i < r->resolve.done.n; i++)
		buf_printf(out, "%s %s\n", r->resolve.planned ?
		    "would mark" : "marked", r->resolve.done.v[i]);
}

void
verbs_release(struct verbs *r)
{
	size_t i;

	for (i = 0; i < r->n_linted; i++)
		lint_file_release(&r->linted[i]);
	free(r->linted);
	outlook_release(&r->outlook);
	deploy_release(&r->d);
	rehearse_release(&r->rehearse);
	resolve_release(&r->resolve);
	project_release(&r->p);
	set_release(&r->set);
	free(r->path);
}
