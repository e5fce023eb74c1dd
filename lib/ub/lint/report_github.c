/* report_github.c - commands of GitHub's runner, which it shows as notes. */
#include "base/mem.h"
#include "base/text.h"
#include "ub/lint/report.h"
#include "ub/lint/report_priv.h"

/* also: what ends a property, too; "" in the message. */
static void
put(struct buf *out, const char *s, const char *also)
{
	char *clean = text_utf8_clean(s, strlen(s)), *c;

	for (c = clean; *c; c++) {
		if (*c == '%' || *c == '\r' || *c == '\n' || strchr(also, *c))
			buf_printf(out, "%%%02X", (unsigned)*c);
		else if ((*c > 0 && *c < ' ' && *c != '\t') || *c == 0x7f)
			buf_putc(out, '?');
		else
			buf_putc(out, *c);
	}
	free(clean);
}

static void
finding(const struct lint_file *f, const struct lint_finding *x,
    struct buf *out)
{
	char *words = lint_report_words(x);

	buf_printf(out, "::%s file=", x->level == LINT_ERROR ? "error" :
	    x->level == LINT_WARNING ? "warning" : "notice");
	put(out, lint_report_name(f), ":,");
	buf_printf(out, ",line=%zu", lint_report_place(x->line));
	/* The runner takes no columns with several lines. */
	if (x->line > 0 && x->end_line > x->line)
		buf_printf(out, ",endLine=%zu", x->end_line);
	else
		buf_printf(out, ",col=%zu", lint_report_place(x->column));
	buf_puts(out, ",title=");
	put(out, x->rule, ":,");
	buf_puts(out, "::");
	put(out, words, "");
	buf_putc(out, '\n');
	free(words);
}

void
lint_report_github(const struct lint_file *v, size_t n, struct buf *out)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < v[i].n_findings; k++)
			if (!v[i].findings[k].ignored)
				finding(&v[i], &v[i].findings[k], out);
}
