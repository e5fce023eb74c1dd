/* report_text.c - findings as compilers print them. */
#include "base/mem.h"
#include "base/text.h"
#include "ub/lint/report.h"
#include "ub/lint/report_priv.h"

/* Nothing in a name or message may begin a line or move the cursor. */
static void
put(struct buf *out, const char *s)
{
	char *line = text_printable(s), *c;

	for (c = line; *c; c++)
		if (*c == '\n' || *c == '\t')
			*c = ' ';
	buf_puts(out, line);
	free(line);
}

static void
finding(const struct lint_file *f, const struct lint_finding *x,
    struct buf *out)
{
	put(out, f->name);
	buf_printf(out, ":%zu:%zu: %s[%s]: ", lint_report_place(x->line),
	    lint_report_place(x->column), lint_level_name(x->level), x->rule);
	put(out, x->message);
	buf_putc(out, '\n');
	if (!x->hint)
		return;
	buf_puts(out, "    hint: ");
	put(out, x->hint);
	buf_putc(out, '\n');
}

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void
lint_report_text(const struct lint_file *v, size_t n, struct buf *out)
{
	struct lint_totals t;
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < v[i].n_findings; k++)
			if (!v[i].findings[k].ignored)
				finding(&v[i], &v[i].findings[k], out);
	lint_report_count(v, n, &t);
	buf_printf(out, "%zu file%s, %zu statement%s: %zu error%s, "
	    "%zu warning%s, %zu ignored, %zu unanalysed\n", n, plural(n),
	    t.statements, plural(t.statements), t.errors, plural(t.errors),
	    t.warnings, plural(t.warnings), t.ignored, t.unanalysed);
}
