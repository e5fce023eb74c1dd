/* deploy_fail.c - after a failure: what stays, and what is to be done. */
#include "base/mem.h"
#include "base/text.h"
#include "ub/migrate/deploy_priv.h"

/* "2 migrations before it stay applied". */
static void
say_stays(const struct deploy *d, const struct deploy_done *last,
    struct err *e)
{
	struct buf b = { 0 };
	const struct applied *a = &last->a;

	if (a->changed)
		buf_printf(&b, "%zu of the %zu steps of '%s' are done and "
		    "stay", a->steps_done + a->resumed, a->steps,
		    last->m->name);
	if (d->n_applied > 0)
		buf_printf(&b, "%s%zu migration%s before it stay%s applied",
		    b.len ? "; " : "", d->n_applied,
		    d->n_applied == 1 ? "" : "s",
		    d->n_applied == 1 ? "s" : "");
	err_detail(e, "stays", buf_text(&b));
	err_hint(e, "%s; mend what was wrong, and deploy goes on from there%s",
	    buf_text(&b), d->set.dir ? "; or go back to the set" : "");
	buf_release(&b);
}

static void
add_next(struct cli *c, const char *prog, const char *const *more,
    struct err *e)
{
	struct vec argv = { 0 };
	char *line;

	cli_call(c, prog, NULL, &argv);
	for (; *more; more++)
		vec_add(&argv, *more);
	line = text_shell_line(vec_argv(&argv));
	err_next(e, "%s", line);
	free(line);
	vec_release(&argv);
}

/* The same deploy once more; behind a set that is newer than this one. */
static void
go_on(struct cli *c, const struct deploy *d, struct err *e)
{
	struct vec argv = { 0 };
	struct buf line = { 0 };
	char *text;

	if (!d->gate_skipped) {
		cli_call(c, "ub-backup", NULL, &argv);
		vec_add(&argv, "--json");
		text = text_shell_line(vec_argv(&argv));
		buf_printf(&line, "%s | ", text);
		free(text);
		vec_release(&argv);
		cli_call(c, "ub-verify", NULL, &argv);
		vec_add(&argv, "--json");
		vec_add(&argv, "--level");
		vec_add(&argv, conf_get(c->conf, "backup.level"));
		vec_add(&argv, "-");
		text = text_shell_line(vec_argv(&argv));
		buf_printf(&line, "%s | ", text);
		free(text);
		vec_release(&argv);
	}
	cli_call(c, "ub-migrate", NULL, &argv);
	vec_add(&argv, "deploy");
	vec_add(&argv, "--yes");
	vec_copy(&argv, &d->again);
	if (!d->gate_skipped)
		vec_add(&argv, "-");
	text = text_shell_line(vec_argv(&argv));
	buf_puts(&line, text);
	err_next(e, "%s", buf_text(&line));
	free(text);
	buf_release(&line);
	vec_release(&argv);
}

static void
changed(struct cli *c, const struct project *p, const struct deploy *d,
    struct err *e)
{
	const struct deploy_done *last = &d->done[d->n_done - 1];
	char *only = mem_printf("db/%s", p->at->name);
	const char *hint = e->hint;

	if (hint)
		err_detail(e, "hint", hint);
	err_as(e, ERR_CHANGED, e->kind);
	say_stays(d, last, e);
	go_on(c, d, e);
	if (d->set.dir)
		add_next(c, "ub-restore", (const char *[]){ "--only", only,
		    "--confirm", p->dbname, d->set.m.id, NULL }, e);
	free(only);
}

int
deploy_fail(struct cli *c, const struct project *p, const struct deploy *d,
    struct err *e)
{
	const struct deploy_done *last = &d->done[d->n_done - 1];

	if (last->a.unknown) {
		err_as(e, ERR_CHANGED, "migrate.unknown");
		err_hint(e, "the session was lost while '%s' was committed: "
		    "ub-migrate status tells whether it is in",
		    last->m->name);
		return -1;
	}
	if (d->n_applied > 0 || last->a.changed) {
		changed(c, p, d, e);
		return -1;
	}
	/* Nothing has been changed: later, or mend it first. */
	if (e->code == ERR_TROUBLE || e->code == ERR_NO)
		err_as(e, ERR_UNDONE, e->kind);
	return -1;
}
