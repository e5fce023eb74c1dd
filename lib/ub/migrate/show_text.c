/* show_text.c - lines for people. */
#include <inttypes.h>

#include "base/mem.h"
#include "base/num.h"
#include "ub/migrate/show.h"

static const char *
word(const struct migrate_item *it)
{
	if (!it->file)
		return it->state == MIGRATE_FAILED ? "failed" : "ahead";
	if (it->edited && it->state == MIGRATE_APPLIED)
		return "edited";
	return it->late ? "late" : show_state_name(it->state);
}

static void
item(const struct migrate_item *it, struct buf *out)
{
	const struct ledger_row *row = it->row;
	const char *name = it->file ? it->file->name : !row ? "?" :
	    row->version ? row->version : row->name;

	buf_printf(out, "%-8s %s", word(it), name);
	if (row && row->at && it->state != MIGRATE_PENDING)
		buf_printf(out, "  %s", row->at);
	buf_putc(out, '\n');
}

void
show_status_text(const struct project *p, int all, struct buf *out)
{
	const struct migrate_state *s = &p->state;
	size_t i, applied = 0;

	for (i = 0; i < s->n; i++) {
		applied += s->v[i].state == MIGRATE_APPLIED;
		if (all || strcmp(word(&s->v[i]), "applied") != 0)
			item(&s->v[i], out);
	}
	for (i = 0; p->driven && i < p->ledger.n; i++)
		if (all || p->tool == MIGRATE_ALEMBIC)
			buf_printf(out, "%-8s %s\n", "applied",
			    p->ledger.v[i].name ? p->ledger.v[i].name :
			    p->ledger.v[i].version);
	buf_printf(out, "%s (%s): %zu applied", p->dbname,
	    migrate_tool_name(p->tool), p->driven ? p->ledger.n : applied);
	if (!p->driven)
		buf_printf(out, ", %zu pending", s->pending);
	if (s->failed)
		buf_printf(out, ", %zu failed", s->failed);
	if (s->edited)
		buf_printf(out, ", %zu edited", s->edited);
	if (s->ahead)
		buf_printf(out, ", %zu only in the database", s->ahead);
	buf_putc(out, '\n');
}

/* "public.orders ACCESS EXCLUSIVE, rewritten". */
static void
takes(const struct lint_file *f, size_t first, struct buf *out)
{
	const struct lint_take *t;
	size_t i, k;

	for (i = first; i < f->n_stmts; i++)
		for (k = 0; k < f->stmts[i].n_takes; k++) {
			t = &f->stmts[i].takes[k];
			if (t->mode < 4)
				continue;
			buf_printf(out, "    line %zu: %s, %s%s\n",
			    f->stmts[i].line, t->relation,
			    lint_mode_name(t->mode), t->rewrite ?
			    ", rewritten" : t->scan ? ", read whole" : "");
		}
}

static void
blockers(const struct outlook *k, struct buf *out)
{
	char *age;
	size_t i;

	for (i = 0; k && i < k->n; i++) {
		age = num_duration_text(k->v[i].age_ms);
		buf_printf(out, "in the way now: pid %d (%s), %s for %s, "
		    "with %s\n", k->v[i].pid, k->v[i].who, k->v[i].state,
		    age, k->v[i].table);
		free(age);
	}
}

/* The i. of them; what is done of it is not to be run any more. */
static void
planned(const struct deploy *d, size_t i, const struct outlook *k,
    struct buf *out)
{
	const struct lint_file *f = &d->judged.v[i];
	size_t first = outlook_left_first(k, i), n = f->n_stmts - first;

	buf_printf(out, "%s: %zu statement%s", d->judged.of[i]->file->name,
	    n, n == 1 ? "" : "s");
	if (k && k->begun && k->begun[i].done > 0)
		buf_printf(out, " (%zu of %zu steps done)",
		    k->begun[i].done, k->begun[i].steps);
	buf_printf(out, ", %s, lock: %s, old code: %s, data: %s\n",
	    lint_phase_name(f->verdict.phase),
	    lint_lock_name(show_lock(f, first)),
	    lint_compat_name(f->verdict.compat),
	    lint_data_name(f->verdict.data));
	takes(f, first, out);
}

void
show_plan_text(const struct project *p, const struct deploy *d,
    const struct outlook *k, struct buf *out)
{
	size_t i;
	int safe = 1;

	if (p->driven)
		buf_printf(out, "%s: %s would be run\n", p->dbname,
		    p->command ? p->command : "migrate.command");
	else if (d->chosen && d->count == 0)
		buf_printf(out, "%s: nothing to do\n", p->dbname);
	if (d->count == 0)
		return;
	for (i = 0; i < d->count; i++) {
		safe &= d->judged.v[i].rollback_without_restore;
		planned(d, i, k, out);
	}
	if (d->judged.n > d->count)
		buf_printf(out, "left for later: %zu\n",
		    d->judged.n - d->count);
	blockers(k, out);
	if (d->gate_asked && d->gate == GATE_OPEN)
		buf_printf(out, "behind it: set %s\n", d->set.m.id);
	buf_printf(out, "the old code can come back without a restore: %s\n",
	    safe ? "yes" : "no");
}

void
show_deploy_text(const struct deploy *d, struct buf *out)
{
	const struct deploy_done *x;
	char *took;
	size_t i;

	if (d->empty)
		buf_puts(out, "nothing to do\n");
	for (i = 0; i < d->drive.added.n; i++)
		buf_printf(out, "applied %s\n", d->drive.added.v[i]);
	for (i = 0; i < d->drive.removed.n; i++)
		buf_printf(out, "gone from the ledger: %s\n",
		    d->drive.removed.v[i]);
	for (i = 0; i < d->n_done; i++) {
		x = &d->done[i];
		took = num_duration_text(x->a.ms);
		buf_printf(out, "%s %s (%s", x->failed ? "failed" : "applied",
		    x->m->name, took);
		if (x->a.attempts > 1)
			buf_printf(out, ", at the %" PRId64 ". attempt",
			    x->a.attempts);
		buf_puts(out, ")\n");
		free(took);
	}
}
