/*
 * report_junit.c - JUnit's XML: a file is a test case, and fails if it has an
 * error. One failure holds them all, as many readers take no second one.
 */
#include "base/mem.h"
#include "base/text.h"
#include "ub/lint/report.h"
#include "ub/lint/report_priv.h"

/* What XML 1.0 cannot hold in any way: control characters, U+FFFE, U+FFFF. */
static int
is_banned(const unsigned char *c)
{
	return (c[0] < 0x20 && c[0] != '\n' && c[0] != '\t') ||
	    (c[0] == 0xef && c[1] == 0xbf && c[2] >= 0xbe);
}

/* As text or attribute: white space is kept in both. */
static void
put(struct buf *out, const char *s)
{
	char *clean = text_utf8_clean(s, strlen(s));
	const unsigned char *c = (const unsigned char *)clean;

	for (; *c; c++) {
		if (is_banned(c))
			c += c[0] == 0xef ? 2 : 0;
		else if (strchr("&<>\"'\n\t\x7f", *c))
			buf_printf(out, "&#%u;", (unsigned)*c);
		else
			buf_putc(out, (char)*c);
	}
	free(clean);
}

/* The findings of a file that are errors, or that are not. */
static size_t
list(const struct lint_file *f, int errors, struct buf *out)
{
	const struct lint_finding *x;
	char *words;
	size_t i, n = 0;

	for (i = 0; i < f->n_findings; i++) {
		x = &f->findings[i];
		if (x->ignored || (x->level == LINT_ERROR) != errors)
			continue;
		words = lint_report_words(x);
		buf_printf(out, "%zu:%zu: %s[%s]: %s\n",
		    lint_report_place(x->line), lint_report_place(x->column),
		    lint_level_name(x->level), x->rule, words);
		free(words);
		n++;
	}
	return n;
}

/* The first error; the caller knows that there is one. */
static const struct lint_finding *
first_error(const struct lint_file *f)
{
	size_t i = 0;

	while (f->findings[i].ignored || f->findings[i].level != LINT_ERROR)
		i++;
	return &f->findings[i];
}

/* 1 if it fails. */
static int
test_case(const struct lint_file *f, struct buf *out)
{
	struct buf errors = { 0 }, others = { 0 };
	size_t n = list(f, 1, &errors);

	buf_puts(out, "<testcase classname=\"ub-migrate.lint\" name=\"");
	put(out, f->name);
	buf_puts(out, "\" time=\"0\">\n");
	if (n > 0) {
		buf_puts(out, "<failure type=\"");
		put(out, first_error(f)->rule);
		buf_puts(out, "\" message=\"");
		put(out, first_error(f)->message);
		if (n > 1)
			buf_printf(out, " (and %zu more)", n - 1);
		buf_puts(out, "\">");
		put(out, buf_text(&errors));
		buf_puts(out, "</failure>\n");
	}
	if (list(f, 0, &others) > 0) {
		buf_puts(out, "<system-out>");
		put(out, buf_text(&others));
		buf_puts(out, "</system-out>\n");
	}
	buf_puts(out, "</testcase>\n");
	buf_release(&errors);
	buf_release(&others);
	return n > 0;
}

static void
numbers(struct buf *out, size_t tests, size_t failures)
{
	buf_printf(out, " name=\"ub-migrate lint\" tests=\"%zu\" "
	    "failures=\"%zu\" errors=\"0\" skipped=\"0\" time=\"0\">\n", tests,
	    failures);
}

void
lint_report_junit(const struct lint_file *v, size_t n, struct buf *out)
{
	struct buf cases = { 0 };
	size_t i, failures = 0;

	for (i = 0; i < n; i++)
		failures += (size_t)test_case(&v[i], &cases);
	buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<testsuites");
	numbers(out, n, failures);
	buf_puts(out, "<testsuite");
	numbers(out, n, failures);
	buf_puts(out, buf_text(&cases));
	buf_puts(out, "</testsuite>\n</testsuites>\n");
	buf_release(&cases);
}
