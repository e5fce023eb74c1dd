/* judge.c - from harm to findings and a verdict. */
#include "ub/lint/judge.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"

#define LARGE ((int64_t)100 << 20)

static const struct lint_rule *
rule_of(const char *id)
{
	const struct lint_rule *r = lint_rules();

	while (r->id && strcmp(r->id, id))
		r++;
	return r;
}

int
lint_busy(const struct model_rel *r)
{
	return !r || (!r->fresh && !r->empty);
}

void
lint_called_kind(struct model_rel *r, const char *objtype)
{
	static const struct {
		const char *type;
		char kind;
	} kinds[] = {
		{ "OBJECT_VIEW", 'v' }, { "OBJECT_MATVIEW", 'm' },
		{ "OBJECT_SEQUENCE", 'S' }, { "OBJECT_INDEX", 'i' },
	};
	size_t i;

	for (i = 0; objtype && !r->kind && i < UB_LEN(kinds); i++)
		if (strcmp(kinds[i].type, objtype) == 0)
			r->kind = kinds[i].kind;
}

int
lint_new_column(const struct model_rel *r, const char *column)
{
	return r->fresh || tree_flag(model_column(r, column), "fresh");
}

static int
is_large(const struct judge *j, const struct model_rel *r)
{
	int64_t limit = j->l->o.large_bytes;

	return r && r->bytes >= (limit > 0 ? limit : LARGE);
}

static enum lint_level
graver(enum lint_level a, enum lint_level b)
{
	return a > b ? a : b;
}

/* What is broken or lost is an error, but for a migration that says that it
 * comes when the old code is gone. */
static enum lint_level
level_of(const struct judge *j, const struct model_rel *r,
    const struct harm *h)
{
	enum lint_level v = LINT_INFO;

	if (h->lock >= LINT_LOCK_SCAN)
		v = is_large(j, r) ? LINT_ERROR : LINT_WARNING;
	if ((h->compat > LINT_COMPAT_SAFE && !h->mild) || h->told)
		v = graver(v, LINT_WARNING);
	if (h->compat == LINT_COMPAT_BREAKING || h->data == LINT_DATA_LOSES)
		v = graver(v, j->f->declared_contract ? LINT_WARNING :
		    LINT_ERROR);
	return h->fails ? LINT_ERROR : v;
}

static void
add_finding(struct judge *j, const struct model_rel *r,
    const struct lint_rule *rule, enum lint_level level, char *message)
{
	struct lint_file *f = j->f;
	struct lint_finding *to;

	if (f->n_findings == j->cap_findings) {
		j->cap_findings = j->cap_findings ? j->cap_findings * 2 : 8;
		f->findings = mem_grow(f->findings, j->cap_findings,
		    sizeof(*f->findings));
	}
	to = &f->findings[f->n_findings++];
	*to = (struct lint_finding){ .rule = rule->id, .level = level,
		.stmt = j->stmt, .line = j->line, .column = j->column,
		.end_line = j->end_line, .message = message,
		.hint = mem_dup(rule->help) };
	if (r)
		to->table = mem_dup(r->shown);
}

/* Once is enough, if one statement does the same to many. */
static int
is_said(const struct judge *j, const char *rule, const char *message)
{
	size_t i;

	for (i = j->f->n_findings; i > 0; i--) {
		struct lint_finding *at = &j->f->findings[i - 1];

		if (at->stmt != j->stmt)
			return 0;
		if (at->line == j->line && strcmp(at->rule, rule) == 0 &&
		    strcmp(at->message, message) == 0)
			return 1;
	}
	return 0;
}

static void
raise(struct lint_verdict *v, const struct harm *h)
{
	if (h->lock > v->lock)
		v->lock = h->lock;
	if (h->compat > v->compat)
		v->compat = h->compat;
	if (h->data > v->data)
		v->data = h->data;
}

void
lint_harm(struct judge *j, const struct model_rel *r, const char *rule,
    const struct harm *given, const char *fmt, ...)
{
	struct harm h = *given;
	struct buf b = { 0 };
	const struct lint_rule *what = rule_of(rule);
	va_list ap;

	if (r && r->fresh && !h.fails)
		return;
	if (!lint_busy(r) && h.lock > LINT_LOCK_BRIEF)
		h.lock = LINT_LOCK_BRIEF;
	raise(&j->s->verdict, &h);
	/* Rows that go, or change, belong to no schema. */
	if (h.compat == LINT_COMPAT_BREAKING || (h.data == LINT_DATA_LOSES &&
	    strncmp(rule, "delete-", 7) && strncmp(rule, "update-", 7)))
		j->phases |= 1 << LINT_PHASE_CONTRACT;
	if (what->style && !j->l->o.style)
		return;
	if (h.lock < LINT_LOCK_SCAN && h.compat == LINT_COMPAT_SAFE &&
	    h.data == LINT_DATA_KEEPS && !h.fails && !h.told && !h.noted)
		return;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (h.lock >= LINT_LOCK_SCAN && is_large(j, r)) {
		char *size = num_size_text(r->bytes);

		buf_printf(&b, " (%s)", size);
		free(size);
	}
	if (j->routine)
		buf_printf(&b, " (in %s)", j->routine);
	if (is_said(j, what->id, buf_text(&b)))
		buf_release(&b);
	else
		add_finding(j, r, what, level_of(j, r, &h), buf_detach(&b));
}

void
lint_hint(struct judge *j, size_t before, const char *hint)
{
	struct lint_finding *to;

	if (j->f->n_findings <= before)
		return;
	to = &j->f->findings[j->f->n_findings - 1];
	free(to->hint);
	to->hint = mem_dup(hint);
}

void
lint_unanalysed(struct judge *j, const struct harm *h, const char *fmt, ...)
{
	static const struct harm noted = { .noted = 1 };
	size_t before = j->f->n_findings;
	struct buf b = { 0 };
	va_list ap;

	j->s->analysed = 0;
	j->l->blind = 1;
	/* Whatever it does, nobody can say that it is safe. */
	if (j->s->verdict.compat < LINT_COMPAT_WRITER)
		j->s->verdict.compat = LINT_COMPAT_WRITER;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	lint_harm(j, NULL, "unanalysed", h ? h : &noted, "%s", buf_text(&b));
	if (h && h->fails)
		lint_hint(j, before, "A deploy refuses the script as it is.");
	buf_release(&b);
}

void
lint_dropped(struct judge *j, size_t before, const char *kind,
    const char *name)
{
	struct lint_drop *d;

	if (j->f->n_findings <= before)
		return;
	j->drops = mem_grow(j->drops, j->n_drops + 1, sizeof(*j->drops));
	d = &j->drops[j->n_drops++];
	*d = (struct lint_drop){ .what = mem_printf("%s %s", kind, name),
		.stmt = j->stmt, .finding = before };
}

static void
soften(struct judge *j, size_t stmt)
{
	struct lint_verdict *v = &j->f->stmts[stmt].verdict;

	if (v->compat != LINT_COMPAT_BREAKING)
		return;
	v->compat = LINT_COMPAT_READER;
	v->phase = LINT_PHASE_EXPAND;
	if (j->masks[stmt])
		j->masks[stmt] = 1 << LINT_PHASE_EXPAND;
}

/*
 * Nobody sees it missing if both are in one transaction; what it answers may
 * be another thing now.
 */
void
lint_made_again(struct judge *j, const char *kind, const char *name)
{
	lint_mended(j, kind, name, "and made again");
}

void
lint_mended(struct judge *j, const char *kind, const char *name,
    const char *how)
{
	char *what = mem_printf("%s %s", kind, name);
	struct lint_finding *at;
	char *said;
	size_t i;

	for (i = 0; i < j->n_drops; i++) {
		if (strcmp(j->drops[i].what, what))
			continue;
		at = &j->f->findings[j->drops[i].finding];
		said = at->message;
		at->level = LINT_WARNING;
		at->message = mem_printf("%s, %s", said, how);
		free(said);
		*j->drops[i].what = '\0';
		soften(j, j->drops[i].stmt);
	}
	free(what);
}
