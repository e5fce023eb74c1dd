/* Lines for people. */
#include "ub/restore/report.h"

#include <inttypes.h>

#include "base/mem.h"
#include "base/num.h"

static void
plan_text(const struct plan *p, struct buf *out)
{
	const struct plan_step *s;
	char *size;
	size_t i;

	for (i = 0; i < p->n_steps; i++) {
		s = &p->steps[i];
		buf_printf(out, "%zu. %s", i + 1, s->what);
		if (s->size > 0) {
			size = num_size_text(s->size);
			buf_printf(out, " (%s)", size);
			free(size);
		}
		buf_puts(out, "\n");
		if (s->undo)
			buf_printf(out, "   undo: %s\n", s->undo);
	}
}

static void
part(const struct op *o, const char *live, const char *old,
    const char *undone, struct buf *out)
{
	if (o->state == OP_RESTORED && old)
		buf_printf(out, "%s: restored; the old one is %s\n", live,
		    old);
	else if (o->state == OP_UNDONE)
		buf_printf(out, "%s: the old one is back; the restored one "
		    "is %s\n", live, undone);
	else if (o->state == OP_COMMITTED)
		buf_printf(out, "%s: what was kept beside is dropped\n", live);
	else
		buf_printf(out, "%s: restored\n", live);
}

void
report_text(const struct report *r, struct buf *out)
{
	const struct op *o = r->op;
	size_t i;

	buf_puts(out, "");
	for (i = 0; i < r->n_recovered; i++)
		buf_printf(out, "restore %s, interrupted while %s: %s; live "
		    "is the %s state\n", r->recovered[i].id,
		    op_state_name(r->recovered[i].was),
		    op_state_name(r->recovered[i].now),
		    report_live(r->recovered[i].now));
	if (r->plan && plan_is_empty(r->plan)) {
		buf_puts(out, "all is as in the set already\n");
		return;
	}
	if (r->dry_run) {
		if (r->plan)
			plan_text(r->plan, out);
		return;
	}
	for (i = 0; o && i < o->n_dbs; i++)
		part(o, o->dbs[i].live,
		    o->dbs[i].live_oid ? o->dbs[i].old : NULL,
		    o->dbs[i].undone, out);
	for (i = 0; o && i < o->n_trees; i++)
		part(o, o->trees[i].live,
		    o->trees[i].live_ino ? o->trees[i].old : NULL,
		    o->trees[i].undone, out);
}
