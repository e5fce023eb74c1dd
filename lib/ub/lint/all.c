/* all.c - what is known only at the end: of a file, and of all of them. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/comments.h"
#include "ub/lint/judge.h"

struct order {
	struct lint_finding f;
	size_t i;
};

static int
by_place(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->f.line != y->f.line)
		return x->f.line < y->f.line ? -1 : 1;
	if (x->f.column != y->f.column)
		return x->f.column < y->f.column ? -1 : 1;
	return x->i < y->i ? -1 : 1;
}

static void
sort(struct lint_file *f)
{
	struct order *v = mem_grow(NULL, f->n_findings, sizeof(*v));
	size_t i;

	for (i = 0; i < f->n_findings; i++)
		v[i] = (struct order){ f->findings[i], i };
	qsort(v, f->n_findings, sizeof(*v), by_place);
	for (i = 0; i < f->n_findings; i++)
		f->findings[i] = v[i].f;
	free(v);
}

/* A rule that finds only when all files are seen. */
static int
is_late(const struct comments_ignore *g)
{
	return vec_has(&g->rules, "foreign-key-without-index") ||
	    vec_has(&g->rules, "contract-with-expand");
}

static void
judge_ignore(struct judge *j, const struct comments_ignore *g)
{
	j->stmt = g->stmt;
	j->line = j->end_line = g->line;
	j->column = g->column;
	if (g->bad)
		lint_harm(j, NULL, "bad-ignore", &(struct harm){ .told = 1 },
		    "this ignores nothing: %s", g->bad);
	else if (!g->used && !g->tool && !is_late(g))
		lint_harm(j, NULL, "unused-ignore", &(struct harm){
		    .told = 1 }, "%s%s found nothing here", g->rules.v[0],
		    g->rules.n > 1 ? " and others" : "");
}

void
lint_ignores(struct judge *j, struct comments *notes)
{
	struct lint_stmt scrap = { 0 };
	struct judge k = *j;
	size_t i;

	comments_apply(notes, j->f, 0);
	k.s = &scrap;
	k.routine = NULL;
	for (i = 0; i < notes->n; i++)
		judge_ignore(&k, &notes->v[i]);
	sort(j->f);
}

/* The same place again, in a file that was judged before. */
static struct judge
resume(struct lint *l, struct lint_file *f, size_t stmt,
    struct lint_stmt *scrap)
{
	struct judge j = { .l = l, .m = l->m, .f = f, .s = scrap,
		.stmt = stmt, .cap_findings = f->n_findings };

	j.line = f->stmts[stmt].line;
	j.column = f->stmts[stmt].column;
	j.end_line = f->stmts[stmt].end_line;
	return j;
}

static void
judge_keys(struct lint *l, struct lint_file *f, size_t file)
{
	struct lint_stmt scrap = { 0 };
	struct judge j;
	size_t i;

	for (i = 0; i < l->n_keys; i++) {
		struct lint_key *k = &l->keys[i];

		if (k->file != file || k->rel->gone || !k->rel->whole ||
		    k->stmt >= f->n_stmts ||
		    model_has_index(k->rel, k->columns, 0))
			continue;
		j = resume(l, f, k->stmt, &scrap);
		j.line = k->line;
		j.column = k->column;
		j.end_line = k->end_line;
		lint_harm(&j, NULL, "foreign-key-without-index",
		    &(struct harm){ .told = 1 }, "no index of %s begins with "
		    "%s, which a foreign key refers from", k->rel->shown,
		    json_string_value(json_array_get(k->columns, 0)));
	}
}

static int
takes_away(const char *rule)
{
	return strcmp(rule, "drop-column") == 0 ||
	    strcmp(rule, "rename-column") == 0;
}

/* A column comes and another one of its table goes: there is no moment at
 * which old and new code can run beside each other. */
static void
judge_contract(struct lint *l, struct lint_file *f)
{
	size_t i, n = f->n_findings;
	struct lint_stmt scrap = { 0 };
	struct judge j;

	for (i = 0; i < n; i++) {
		const char *table = f->findings[i].table;

		if (!table || !takes_away(f->findings[i].rule) ||
		    f->findings[i].stmt >= f->n_stmts ||
		    !vec_has(&l->added, table))
			continue;
		j = resume(l, f, f->findings[i].stmt, &scrap);
		lint_harm(&j, NULL, "contract-with-expand",
		    &(struct harm){ .told = 1 }, "columns of %s come and go "
		    "in one release", table);
	}
}

void
lint_judge_all(struct lint *l, struct lint_file *files, size_t n)
{
	size_t i, before;

	for (i = 0; i < n && i < l->files; i++) {
		before = files[i].n_findings;
		judge_keys(l, &files[i], i);
		judge_contract(l, &files[i]);
		comments_apply(l->notes[i], &files[i], before);
		sort(&files[i]);
	}
}
