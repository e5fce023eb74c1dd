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

	if (a->changed && a->steps_done + a->resumed == 0)
		buf_printf(&b, "'%s' is begun and stays so", last->m->name);
	else if (a->changed)
		buf_printf(&b, "%zu of the %zu steps of '%s' are done and "
		    "stay", a->steps_done + a->resumed, a->steps,
		    last->m->name);
	if (d->n_applied > 0)
		buf_printf(&b, "%s%zu migration%s%s stay%s applied",
		    b.len ? "; " : "", d->n_applied,
		    d->n_applied == 1 ? "" : "s",
		    last->failed ? " before it" : "",
		    d->n_applied == 1 ? "s" : "");
	err_detail(e, "stays", buf_text(&b));
	if (a->temporary)
		buf_printf(&b, "; a temporary table of a step that is done is "
		    "gone with the session: if the rest needs it, do that by "
		    "hand, then 'ub-migrate resolve --applied %s'; else",
		    last->m->name);
	err_hint(e, "%s%s mend what was wrong, and deploy goes on from there"
	    "%s", buf_text(&b), a->temporary ? "" : ";",
	    d->set.dir ? "; or go back to the set" : "");
	buf_release(&b);
}

void
deploy_add_call(struct cli *c, struct buf *line, const char *const *argv)
{
	struct vec call = { 0 };
	char *text;

	cli_call(c, *argv, NULL, &call);
	while (*++argv)
		vec_add(&call, *argv);
	text = text_shell_line(vec_argv(&call));
	buf_printf(line, "%s%s", line->len ? " | " : "", text);
	free(text);
	vec_release(&call);
}

void
deploy_add_backup(struct cli *c, struct buf *line)
{
	deploy_add_call(c, line, (const char *[]){ "ub-backup", "--json",
	    NULL });
	deploy_add_call(c, line, (const char *[]){ "ub-verify", "--json",
	    "--level", conf_get(c->conf, "backup.level"), "-", NULL });
}

/* The same deploy once more; behind a set that is newer than this one. */
static void
go_on(struct cli *c, const struct deploy *d, struct err *e)
{
	struct vec call = { 0 };
	struct buf line = { 0 };

	vec_add(&call, "ub-migrate");
	vec_add(&call, "deploy");
	vec_add(&call, "--yes");
	vec_copy(&call, &d->again);
	if (!d->gate_skipped) {
		deploy_add_backup(c, &line);
		vec_add(&call, "-");
	}
	deploy_add_call(c, &line, (const char *const *)vec_argv(&call));
	err_next(e, "%s", buf_text(&line));
	buf_release(&line);
	vec_release(&call);
}

/* The set, brought back. */
static void
go_back(struct cli *c, const struct project *p, const struct deploy *d,
    struct err *e)
{
	char *only = mem_printf("db/%s", p->at->name);
	struct buf line = { 0 };

	deploy_add_call(c, &line, (const char *[]){ "ub-restore", "--only",
	    only, "--confirm", p->dbname, d->set.m.id, NULL });
	err_next(e, "%s", buf_text(&line));
	buf_release(&line);
	free(only);
}

static void
changed(struct cli *c, const struct project *p, const struct deploy *d,
    struct err *e)
{
	if (e->hint)
		err_detail(e, "hint", e->hint);
	err_as(e, ERR_CHANGED, e->kind);
	say_stays(d, &d->done[d->n_done - 1], e);
	if (!d->done[d->n_done - 1].a.temporary)
		go_on(c, d, e);
	if (d->set.dir)
		go_back(c, p, d, e);
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
