/* guess.c - what words alone tell of a statement that has no tree. */
#include <string.h>

#include "base/mem.h"
#include "ext/sql.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"
#include "ub/lint/words.h"
#include "ub/migrate/scan.h"

/* One that has the words of a row anywhere is of that kind. */
static const struct clue {
	const char *first, *second; /* of the statement; NULL: any */
	const char *word;           /* anywhere in it; NULL: none needed */
	const char *rule;
	struct harm harm;
	const char *what;
} clues[] = {
	{ "drop", "table", NULL, "drop-table", { .data = LINT_DATA_LOSES,
	  .compat = LINT_COMPAT_BREAKING }, "a table is dropped, it seems" },
	{ "drop", "index", NULL, "drop-index", { .told = 1 },
	  "an index is dropped, it seems" },
	{ "drop", NULL, NULL, "drop-object",
	  { .compat = LINT_COMPAT_BREAKING }, "something is dropped, it "
	  "seems" },
	{ "truncate", NULL, NULL, "truncate", { .data = LINT_DATA_LOSES,
	  .compat = LINT_COMPAT_READER }, "a table is emptied, it seems" },
	{ "delete", NULL, NULL, "delete-rows", { .data = LINT_DATA_LOSES,
	  .compat = LINT_COMPAT_READER }, "rows are deleted, it seems" },
	{ "merge", NULL, "delete", "delete-rows", { .compat =
	  LINT_COMPAT_READER, .data = LINT_DATA_LOSES },
	  "rows are deleted, it seems" },
	{ "alter", NULL, "rename", "rename-object",
	  { .compat = LINT_COMPAT_BREAKING }, "something gets another name, "
	  "it seems" },
	{ "alter", "table", "drop", "drop-column", { .compat =
	  LINT_COMPAT_BREAKING, .data = LINT_DATA_LOSES },
	  "something is dropped, it seems" },
	{ "alter", "table", "type", "change-column-type", { .lock =
	  LINT_LOCK_REWRITE, .compat = LINT_COMPAT_BREAKING },
	  "a column gets another type, it seems" },
	{ "revoke", NULL, NULL, "revoke",
	  { .compat = LINT_COMPAT_BREAKING }, "a right is taken, it seems" },
};

/* First words of what does no harm to the old code, as far as words tell. */
static const struct {
	const char *first;
	int phase;
} harmless[] = {
	{ "create", 1 << LINT_PHASE_EXPAND },
	{ "grant", 1 << LINT_PHASE_EXPAND },
	{ "comment", 1 << LINT_PHASE_EXPAND },
	{ "insert", 1 << LINT_PHASE_BACKFILL },
	{ "update", 1 << LINT_PHASE_BACKFILL },
	{ "merge", 1 << LINT_PHASE_BACKFILL },
	{ "copy", 1 << LINT_PHASE_BACKFILL },
	{ "select", 0 }, { "values", 0 }, { "table", 0 }, { "explain", 0 },
	{ "set", 0 }, { "reset", 0 }, { "show", 0 }, { "analyze", 0 },
};

static int
begins(const struct words *a, const struct words *b, const struct clue *c)
{
	return words_is(a, c->first) && (!c->second ||
	    words_is(b, c->second));
}

/* TABLE [IF [NOT] EXISTS] [ONLY] name: for ALTER it is locked, after CREATE
 * it is new. */
static struct model_rel *
table_of(struct judge *j, struct words *w, int made)
{
	char *schema, *name;
	struct model_rel *r = NULL;
	struct tree_name n;

	while (words_is(w, "if") || words_is(w, "not") ||
	    words_is(w, "exists") || words_is(w, "only"))
		if (!words_next(w))
			return NULL;
	if (words_name(w, &schema, &name)) {
		n = (struct tree_name){ schema, name };
		r = made ? model_make(j->m, n, 'r', 0) :
		    model_find(j->m, n);
	}
	if (r)
		r->whole = r->whole && !made;
	free(name);
	free(schema);
	return r;
}

/* Statements that refuse a transaction, by their words. */
static void
refuse(struct judge *j, const char *sql, size_t len, const struct words *a,
    const struct words *b)
{
	static const char *const one[] = { "database", "tablespace",
		"subscription", "system" };
	size_t i;

	if (words_is(a, "vacuum"))
		lint_no_transaction(j, "VACUUM");
	else if (words_has(sql, len, "concurrently") &&
	    !words_is(a, "refresh"))
		lint_no_transaction(j, "CONCURRENTLY");
	for (i = 0; i < UB_LEN(one); i++)
		if (words_is(b, one[i]) && (words_is(a, "create") ||
		    words_is(a, "drop") || (words_is(a, "alter") && i == 3)))
			lint_no_transaction(j, "such a statement");
}

static int
see_harmless(struct judge *j, const struct words *a)
{
	size_t i;

	for (i = 0; i < UB_LEN(harmless); i++)
		if (words_is(a, harmless[i].first)) {
			j->phases |= harmless[i].phase;
			return 1;
		}
	return 0;
}

/* 1 if they tell what it does. */
static int
judge_words(struct judge *j, const char *sql, size_t len)
{
	struct words a = { .at = sql, .end = sql + len }, b;
	struct model_rel *r = NULL;
	int found = 0;
	size_t i;

	words_next(&a);
	b = a;
	words_next(&b);
	if (words_is(&b, "table") && (words_is(&a, "alter") ||
	    words_is(&a, "create"))) {
		struct words w = b;

		words_next(&w);
		r = table_of(j, &w, words_is(&a, "create"));
	}
	for (i = 0; i < UB_LEN(clues) && !found; i++)
		if (begins(&a, &b, &clues[i]) && (!clues[i].word ||
		    words_has(sql, len, clues[i].word))) {
			lint_harm(j, r, clues[i].rule, &clues[i].harm, "%s",
			    clues[i].what);
			found = 1;
		}
	if (words_is(&a, "alter") && r)
		lint_take(j, r, 8, 0);
	refuse(j, sql, len, &a, &b);
	if (words_is(&a, "delete"))
		j->phases |= 1 << LINT_PHASE_BACKFILL;
	return see_harmless(j, &a) || found || (r && r->fresh);
}

/* Text that somebody else was to fill in, as ${x}, or psql as :x or :'x'? */
static int
has_hole(const char *sql, size_t len)
{
	struct words w = { .at = sql, .end = sql + len };
	const char *colon = NULL; /* neither that of "::" nor of "[1:n]" */
	char last = 0;
	int depth = 0;

	while (words_next(&w) && w.len > 0) {
		if (colon && w.word == colon + 1 &&
		    (w.kind == SCAN_WORD || w.kind == SCAN_QUOTED))
			return 1;
		if (last == '$' && *w.word == '{')
			return 1;
		depth += (*w.word == '[') - (*w.word == ']');
		colon = *w.word == ':' && last != ':' && depth <= 0 ?
		    w.word : NULL;
		last = w.word[w.len - 1];
	}
	return 0;
}

/* A newer server may know more than the parser; one that is not will hardly:
 * but nothing is kept from running because the parser has not understood it. */
static struct harm
harm_of(const struct judge *j, const char *why)
{
	struct harm h = { .noted = 1 };

	if (!j->m->db || j->routine || !why ||
	    strncmp(why, "syntax error", 12) != 0)
		return h;
	h.told = j->m->version / 10000 <= sql_grammar();
	return h;
}

void
lint_guess(struct judge *j, const char *sql, size_t len, const char *why,
    int wrong)
{
	int hole = has_hole(sql, len);
	enum lint_compat was = j->s->verdict.compat;
	struct harm h = harm_of(j, why);

	h.told |= hole;
	h.fails = wrong;
	lint_unanalysed(j, &h, "%s%s", why ? why : "not understood",
	    hole ? " (a placeholder?)" : "");
	j->s->verdict.compat = was;
	if (!judge_words(j, sql, len) && was < LINT_COMPAT_WRITER)
		j->s->verdict.compat = LINT_COMPAT_WRITER;
}

/* Behind VALUES no function is called, and nothing selected. */
static int
is_plain(struct words *w)
{
	int word = 0;

	do {
		if (w->kind == SCAN_OPEN && word)
			return 0;
		word = w->kind == SCAN_WORD;
		if (words_is(w, "on") || words_is(w, "returning") ||
		    words_is(w, "select") || words_is(w, "with"))
			return 0;
	} while (words_next(w));
	return 1;
}

int
lint_plain_insert(struct judge *j)
{
	struct words w = { .at = j->sql, .end = j->sql + j->len };
	struct tree_name n = { 0 };
	char *schema = NULL, *name = NULL;
	int plain = 0, depth = 0;

	if (!words_next(&w) || !words_is(&w, "insert") || !words_next(&w) ||
	    !words_is(&w, "into") || !words_next(&w) ||
	    !words_name(&w, &schema, &name))
		return 0;
	/* The list of columns. */
	while (!words_is(&w, "values") || depth > 0) {
		depth += (w.kind == SCAN_OPEN) - (w.kind == SCAN_CLOSE);
		if (words_is(&w, "select") || !words_next(&w))
			break;
	}
	if (words_is(&w, "values") && words_next(&w))
		plain = is_plain(&w) && !has_hole(j->sql, j->len);
	if (plain) {
		struct model_rel *r;

		n = (struct tree_name){ schema, name };
		lint_style_name(j, n);
		r = model_find(j->m, n);
		lint_missing(j, r, n);
		lint_take(j, r, 3, 0);
		j->phases |= 1 << (r->fresh ? LINT_PHASE_EXPAND :
		    LINT_PHASE_BACKFILL);
	}
	free(schema);
	free(name);
	return plain;
}
