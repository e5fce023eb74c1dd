/* style.c - rules on style, which are off unless asked for. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/words.h"
#include "ub/migrate/scan.h"

#define NAME_MAX_BYTES 63

static const struct {
	const char *type, *rule, *what;
} types[] = {
	{ "int4", "prefer-bigint", "an integer of 4 bytes" },
	{ "int2", "prefer-bigint", "an integer of 2 bytes" },
	{ "serial", "prefer-identity", "a serial" },
	{ "serial4", "prefer-identity", "a serial" },
	{ "bigserial", "prefer-identity", "a serial" },
	{ "serial8", "prefer-identity", "a serial" },
	{ "smallserial", "prefer-identity", "a serial" },
	{ "serial2", "prefer-identity", "a serial" },
	{ "varchar", "prefer-text", "a text with a length" },
	{ "timestamp", "prefer-timestamptz", "a timestamp without time zone" },
	{ "json", "prefer-jsonb", "json" },
	{ "bpchar", "no-char", "filled up with blanks" },
};

void
lint_style_type(struct judge *j, const struct model_rel *r,
    const char *column, json_t *type)
{
	struct tree_name n = tree_names(tree_get(type, "names"));
	size_t i;

	if (!j->l->o.style || !n.name)
		return;
	for (i = 0; i < UB_LEN(types); i++) {
		if (strcmp(types[i].type, n.name) != 0 ||
		    (strcmp(n.name, "varchar") == 0 &&
		    !tree_get(type, "typmods")))
			continue;
		/* The table may be new: that is what style is for. */
		lint_harm(j, NULL, types[i].rule,
		    &(struct harm){ .noted = 1 }, "column %s of %s is %s",
		    column, r->shown, types[i].what);
	}
	if (strcmp(n.name, "serial") == 0 || strcmp(n.name, "serial4") == 0 ||
	    strncmp(n.name, "smallserial", 11) == 0)
		lint_harm(j, NULL, "prefer-bigint",
		    &(struct harm){ .noted = 1 }, "column %s of %s counts "
		    "in 4 or 2 bytes", column, r->shown);
}

void
lint_style_name(struct judge *j, struct tree_name n)
{
	if (!n.schema && j->l->o.style)
		lint_harm(j, NULL, "require-schema",
		    &(struct harm){ .noted = 1 }, "%s has no schema",
		    n.name);
}

/* What fails in a transaction leaves nothing behind, and needs no IF. */
void
lint_style_robust(struct judge *j, const char *what)
{
	if (j->alone && !j->routine && j->l->o.style)
		lint_harm(j, NULL, "prefer-robust",
		    &(struct harm){ .noted = 1 }, "%s would let the script "
		    "be run again after a failure", what);
}

void
lint_style_text(struct judge *j, const char *sql, size_t len)
{
	struct words w = { .at = sql, .end = sql + len };
	size_t n;

	while (j->l->o.style && words_next(&w)) {
		n = w.kind == SCAN_QUOTED && *w.word == '"' ? w.len - 2 :
		    w.kind == SCAN_WORD ? w.len : 0;
		if (n > NAME_MAX_BYTES)
			lint_harm(j, NULL, "identifier-too-long",
			    &(struct harm){ .told = 1 }, "%.40s… has %zu "
			    "bytes", w.word + (*w.word == '"'), n);
	}
}
