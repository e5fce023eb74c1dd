/*
 * lint.h - what a lint says of a script, in one line: the rules that found
 * something, each with its level (E, W, I; a small letter if a comment ignores
 * it), then the verdict.
 *
 *	drop-column=E | brief breaking loses tx contract
 */
#ifndef UB_TESTS_LINT_H
#define UB_TESTS_LINT_H

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tap.h"
#include "ub/lint.h"

/* A script, which is what is expected of it. */
struct lint_case {
	const char *sql;
	const char *want;
};

/* All rules that were said so far. */
static struct vec lint_seen;

static void
lint_say(struct buf *b, const struct lint_file *f)
{
	static const char letters[] = "IWEiwe";
	const struct lint_verdict *v = &f->verdict;
	size_t i;

	for (i = 0; i < f->n_findings; i++) {
		const struct lint_finding *x = &f->findings[i];

		buf_printf(b, "%s=%c ", x->rule,
		    letters[x->level + (x->ignored ? 3 : 0)]);
		if (!vec_has(&lint_seen, x->rule))
			vec_add(&lint_seen, x->rule);
	}
	buf_printf(b, "| %s %s %s %s %s", lint_lock_name(v->lock),
	    lint_compat_name(v->compat), lint_data_name(v->data),
	    lint_tx_name(v->tx), lint_phase_name(v->phase));
	if (f->unanalysed)
		buf_printf(b, " ?%zu", f->unanalysed);
}

/* The next file of a run; the caller owns what is said of it. */
static char *
lint_next(struct lint *l, const char *sql)
{
	struct lint_input in = { .name = "f.sql", .text = sql, .len =
	    strlen(sql), .body = sql, .body_len = strlen(sql) };
	struct lint_file f = { 0 };
	struct err e = { 0 };
	struct buf b = { 0 };

	if (lint_judge(l, &in, &f, &e) < 0) {
		buf_printf(&b, "!%s", e.msg);
	} else {
		lint_judge_all(l, &f, 1);
		lint_say(&b, &f);
	}
	lint_file_release(&f);
	err_release(&e);
	return buf_detach(&b);
}

/* The first file of a run. */
static __attribute__((unused)) char *
lint_first(const struct lint_opts *o, const char *sql)
{
	struct lint *l = lint_new(o);
	char *said = lint_next(l, sql);

	lint_free(l);
	return said;
}

static __attribute__((unused)) void
lint_cases(const struct lint_opts *o, const struct lint_case *v, size_t n)
{
	size_t i;
	char *said, *name;

	for (i = 0; i < n; i++) {
		said = lint_first(o, v[i].sql);
		name = mem_dupn(v[i].sql, strcspn(v[i].sql, "\n"));
		tap_is(said, v[i].want, name);
		free(name);
		free(said);
	}
}

#endif
