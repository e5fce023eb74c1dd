/* rehearse_text.c - lines for people. */
#include <inttypes.h>

#include "base/mem.h"
#include "base/num.h"
#include "ub/lint.h"
#include "ub/migrate/rehearse_priv.h"

static char *
duration(int64_t us)
{
	return num_duration_text((us + 500) / 1000);
}

/* What blocked for a moment did block. */
static char *
blocked(int64_t us)
{
	return num_duration_text((us + 999) / 1000);
}

static const struct rehearse_rewrite *
rewrite_of(const struct rehearse_stmt *s, const char *relation)
{
	size_t i;

	for (i = 0; i < s->n_rewrites; i++)
		if (strcmp(s->rewrites[i].relation, relation) == 0)
			return &s->rewrites[i];
	return NULL;
}

static void
rewritten(const struct rehearse_rewrite *w, struct buf *out)
{
	char *size = num_size_text(w->size_bytes);

	buf_printf(out, ", %s (%s)", w->truncated ? "truncated" :
	    "rewritten", size);
	free(size);
}

/* What was rewritten under a lock of an earlier statement has a line, too. */
static void
relations(const struct rehearse_stmt *s, struct buf *out)
{
	const struct rehearse_rewrite *w;
	const struct rehearse_lock *l;
	size_t i, k;

	for (i = 0; i < s->n_locks; i++) {
		l = &s->locks[i];
		w = rewrite_of(s, l->relation);
		if (l->mode < REHEARSE_WORTH && !w)
			continue;
		buf_printf(out, "    %s %s", l->relation,
		    lint_mode_name(l->mode));
		if (w)
			rewritten(w, out);
		buf_putc(out, '\n');
	}
	for (i = 0; i < s->n_rewrites; i++) {
		for (k = 0; k < s->n_locks; k++)
			if (strcmp(s->locks[k].relation,
			    s->rewrites[i].relation) == 0)
				break;
		if (k < s->n_locks)
			continue;
		buf_printf(out, "    %s", s->rewrites[i].relation);
		rewritten(&s->rewrites[i], out);
		buf_putc(out, '\n');
	}
}

static void
statement(const struct rehearse_stmt *s, struct buf *out)
{
	char *took = duration(s->us), *wal = num_size_text(s->wal_bytes);

	buf_printf(out, "  line %zu: %s\n    %s", s->line, s->text, took);
	if (s->rows > 0)
		buf_printf(out, ", %" PRId64 " row%s", s->rows,
		    s->rows == 1 ? "" : "s");
	buf_printf(out, ", %s written to the log\n", wal);
	relations(s, out);
	free(took);
	free(wal);
}

static void
migration(const struct rehearse_done *d, struct buf *out)
{
	char *took = duration(d->us);
	size_t i;

	buf_printf(out, "%s: %s%s\n", d->m->name, d->failed ?
	    "failed after " : "", took);
	for (i = 0; i < d->n; i++)
		statement(&d->v[i], out);
	free(took);
}

static void
number(int64_t n, struct buf *out)
{
	if (n < 0)
		buf_puts(out, "none");
	else
		buf_printf(out, "%" PRId64, n);
}

static void
table(const struct rehearse_table *t, struct buf *out)
{
	if (t->rows_before == t->rows_after && !t->renamed_to)
		return;
	buf_printf(out, "rows of %s: ", t->name);
	number(t->rows_before, out);
	buf_puts(out, " before, ");
	number(t->rows_after, out);
	buf_puts(out, " after");
	if (t->renamed_to)
		buf_printf(out, ", as %s", t->renamed_to);
	buf_putc(out, '\n');
}

/* Whom it concerns most. */
static const char *
longest(const struct rehearse *r)
{
	const struct rehearse_table *t, *found = NULL;
	size_t i;

	for (i = 0; i < r->n_tables; i++) {
		t = &r->tables[i];
		if (t->writes_us > 0 && (!found ||
		    t->writes_us > found->writes_us))
			found = t;
	}
	return found ? found->name : "?";
}

static void
sum_up(const struct rehearse *r, struct buf *out)
{
	char *reads, *writes;

	buf_printf(out, "set %s, in a scratch %s: ", r->set.m.id,
	    r->own_cluster ? "cluster" : "database");
	if (r->writes_us == 0) {
		buf_puts(out, "production would not be blocked\n");
		return;
	}
	reads = blocked(r->reads_us);
	writes = blocked(r->writes_us);
	buf_printf(out, "production would be blocked for reads %s, for "
	    "writes %s (%s)\n", r->reads_us ? reads : "not at all", writes,
	    longest(r));
	free(reads);
	free(writes);
}

void
rehearse_text(const struct rehearse *r, struct buf *out)
{
	const struct rehearse_difference *d;
	size_t i;

	if (r->d.empty)
		buf_puts(out, "nothing to do\n");
	for (i = 0; i < r->n_done; i++)
		migration(&r->done[i], out);
	for (i = 0; i < r->n_differences; i++) {
		d = &r->differences[i];
		buf_printf(out, "not as predicted: %s, line %zu, %s: %s; "
		    "predicted: %s\n", d->migration, d->line, d->relation,
		    d->measured, d->predicted);
	}
	for (i = 0; i < r->n_tables && r->n_done > 0 &&
	    !r->done[r->n_done - 1].failed; i++)
		table(&r->tables[i], out);
	if (r->n_done > 0)
		sum_up(r, out);
}
