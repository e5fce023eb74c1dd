/* Scripts of any bytes are judged, without a catalog: places are in the text,
 * and the verdict of a file is that of its statements. */
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "ub/lint.h"

static void
check_text(const char *s)
{
	fuzz_must(s && text_utf8_ok(s, strlen(s)) && !strchr(s, '\n'));
}

static void
check(const struct lint_file *f, size_t lines)
{
	const struct lint_rule *r;
	size_t i, k, guessed = 0, refused = 0;

	for (i = 0; i < f->n_stmts; i++) {
		const struct lint_stmt *s = &f->stmts[i];

		fuzz_must(s->line > 0 && s->line <= s->end_line);
		fuzz_must(s->end_line <= lines && s->column > 0);
		fuzz_must(s->verdict.lock <= f->verdict.lock);
		fuzz_must(s->verdict.compat <= f->verdict.compat);
		fuzz_must(s->kind != NULL);
		check_text(s->text);
		guessed += !s->analysed;
		for (k = 0; k < s->n_takes; k++)
			fuzz_must(s->takes[k].mode > 0 &&
			    s->takes[k].mode <= 8);
	}
	for (i = 0; i < f->n_findings; i++) {
		const struct lint_finding *x = &f->findings[i];

		for (r = lint_rules(); strcmp(r->id, x->rule); r++)
			fuzz_must(r[1].id != NULL);
		fuzz_must(x->level <= r->level);
		fuzz_must(x->stmt == (size_t)-1 || x->stmt < f->n_stmts);
		fuzz_must(x->line > 0 && x->line <= lines);
		fuzz_must(x->message && *x->message);
		refused += x->stmt == (size_t)-1 &&
		    strcmp(x->rule, "unanalysed") == 0;
	}
	fuzz_must(guessed + refused == f->unanalysed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct lint_opts opts = { .style = 1 };
	const char *text = (const char *)data;
	struct lint_input in = { .name = "f", .text = text, .len = size,
		.body = text, .body_len = size };
	struct lint_file f[2];
	struct err e = { 0 };
	struct lint *l;
	size_t i, lines = 1;

	if (size == 0)
		return 0;
	for (i = 0; i < size; i++)
		lines += text[i] == '\n';
	l = lint_new(&opts);
	/* Twice: what the first has made is there for the second. */
	for (i = 0; i < 2; i++) {
		fuzz_must(lint_judge(l, &in, &f[i], &e) == 0);
		in.no_transaction = 1;
	}
	lint_judge_all(l, f, 2);
	for (i = 0; i < 2; i++) {
		check(&f[i], lines);
		lint_file_release(&f[i]);
	}
	lint_free(l);
	return 0;
}
