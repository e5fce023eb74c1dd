#include "ub/lint/comments.h"

#include <string.h>

#include "base/mem.h"
#include "ub/migrate/scan.h"

struct reader {
	struct comments *c;
	const struct comments_span *stmts;
	size_t n;
	const char *line_begin;
	size_t line;
};

static const struct {
	const char *word;
	const char *tool; /* NULL: ours */
	int file;
} marks[] = {
	/* The longer one of two that begin alike comes first. */
	{ "ub-ignore-file", NULL, 1 },
	{ "ub-ignore", NULL, 0 },
	{ "squawk-ignore-file", "squawk-ignore-file", 1 },
	{ "squawk-ignore", "squawk-ignore", 0 },
	{ "pgfence-ignore", "pgfence-ignore", 0 },
	{ "atlas:nolint", "atlas:nolint", 0 },
};

static int
is_rule(const char *id)
{
	const struct lint_rule *r;

	for (r = lint_rules(); r->id; r++)
		if (strcmp(r->id, id) == 0)
			return 1;
	return 0;
}

/* A word of another lint stands for several of ours, or for itself. */
static void
add_rule(struct comments_ignore *g, char *word)
{
	const char *const *ours = g->tool ? comments_foreign(word) : NULL;

	if (ours) {
		while (*ours)
			vec_add(&g->rules, *ours++);
	} else if (is_rule(word)) {
		vec_add(&g->rules, word);
	} else if (g->tool) {
		vec_add(&g->rules, "-"); /* nothing of ours, not all */
	} else {
		g->bad = "there is no such rule";
	}
	free(word);
}

static size_t
blanks(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] && strchr(" \t\r\n", s[i]))
		i++;
	return i;
}

static size_t
word(const char *s, size_t n)
{
	size_t i = 0;

	/* A NUL ends it, too. */
	while (i < n && !strchr(" \t\r\n,:", s[i]))
		i++;
	return i;
}

static void
read_reason(struct comments_ignore *g, const char *s, size_t n)
{
	size_t k = blanks(s, n);

	while (n > k && strchr(" \t\r\n", s[n - 1]))
		n--;
	if (g->tool)
		g->reason = mem_dup(g->tool);
	else if (k < n)
		g->reason = mem_dupn(s + k, n - k);
	if (!g->tool && g->rules.n == 0 && !g->bad)
		g->bad = "it names no rule";
	else if (!g->reason && !g->bad)
		g->bad = "it gives no reason";
}

/* "rule, rule: why", or without the reason if it is another's. */
static void
read_rules(struct comments_ignore *g, const char *s, size_t n)
{
	size_t i = 0, k;

	while (i < n) {
		i += blanks(s + i, n - i);
		if (i < n && s[i] == ',') {
			i++;
			continue;
		}
		k = word(s + i, n - i);
		if (k > 0)
			add_rule(g, mem_dupn(s + i, k));
		i += k;
		if (i < n && s[i] == '\0')
			break;
		if (i < n && s[i] == ':') {
			i++;
			/* pgfence has its colon before the rules. */
			if (!g->tool || g->rules.n > 0)
				break;
		}
	}
	read_reason(g, s + i, n - i);
}

/* The statement that a comment is meant for. */
static size_t
stmt_of(const struct reader *r, const char *at, size_t next)
{
	const char *end;

	if (next < r->n && at > r->stmts[next].begin)
		return next; /* within it */
	if (next > 0) {
		end = r->stmts[next - 1].end;
		if (end <= at && !memchr(end, '\n', (size_t)(at - end)))
			return next - 1; /* on its last line */
	}
	return next < r->n ? next : (size_t)-1;
}

static void
add(struct reader *r, const char *at, size_t mark, size_t stmt)
{
	struct comments *c = r->c;
	struct comments_ignore *g;

	c->v = mem_grow(c->v, c->n + 1, sizeof(*c->v));
	g = &c->v[c->n++];
	*g = (struct comments_ignore){ .stmt = stmt, .line = r->line,
		.column = 1, .file = marks[mark].file,
		.tool = marks[mark].tool };
	for (; r->line_begin < at; r->line_begin++)
		g->column += ((unsigned char)*r->line_begin & 0xc0) != 0x80;
}

/* A comment of n bytes; next is the statement that follows, or holds it. */
static void
see(struct reader *r, const char *at, size_t n, size_t next)
{
	static const char contract[] = "ub: phase=contract";
	const char *s = at + 2;
	size_t i, k;

	n -= 2;
	if (*at == '/')
		n -= 2;
	k = blanks(s, n);
	s += k;
	n -= k;
	if (next == 0 && n >= sizeof(contract) - 1 && (r->n == 0 ||
	    at < r->stmts[0].begin) &&
	    memcmp(s, contract, sizeof(contract) - 1) == 0)
		r->c->contract = 1;
	for (i = 0; i < UB_LEN(marks); i++) {
		k = strlen(marks[i].word);
		if (n < k || memcmp(s, marks[i].word, k) != 0)
			continue;
		if (n > k && !strchr(" \t\r\n:", s[k]))
			return;
		add(r, at, i, stmt_of(r, at, next));
		read_rules(&r->c->v[r->c->n - 1], s + k, n - k);
		return;
	}
}

static const char *
read_part(struct reader *r, const char *at, const char *end, size_t next)
{
	struct scan t;
	size_t i;

	while (at < end) {
		t = scan_token(at, (size_t)(end - at));
		if (t.kind == SCAN_BLANK && t.len > 2 &&
		    (*at == '-' || *at == '/'))
			see(r, at, t.len, next);
		for (i = 0; i < t.len; i++)
			if (at[i] == '\n') {
				r->line++;
				r->line_begin = at + i + 1;
			}
		if (t.kind == SCAN_END)
			break;
		at += t.len;
	}
	return end;
}

/* Most scripts say nothing of that kind. */
static int
is_worth_it(const char *s, size_t n)
{
	static const char *const words[] = { "ub: phase", "-ignore",
		"atlas:nolint" };
	const char *at, *end = s + n;
	size_t i, k;

	for (i = 0; i < UB_LEN(words); i++) {
		k = strlen(words[i]);
		for (at = s; at < end && (at = memchr(at, *words[i],
		    (size_t)(end - at))); at++)
			if ((size_t)(end - at) >= k &&
			    memcmp(at, words[i], k) == 0)
				return 1;
	}
	return 0;
}

struct comments *
comments_read(const char *text, const char *end,
    const struct comments_span *stmts, size_t n)
{
	struct reader r = { .stmts = stmts, .n = n, .line = 1,
		.line_begin = text };
	const char *at = text;
	size_t i;

	r.c = mem_alloc(sizeof(*r.c));
	if (!is_worth_it(text, (size_t)(end - text)))
		return r.c;
	for (i = 0; i < n; i++) {
		at = read_part(&r, at, stmts[i].begin, i);
		at = read_part(&r, at, stmts[i].end, i);
		for (; at < stmts[i].rows_end; at++)
			if (*at == '\n') {
				r.line++;
				r.line_begin = at + 1;
			}
	}
	read_part(&r, at, end, n);
	return r.c;
}

void
comments_free(struct comments *c)
{
	size_t i;

	for (i = 0; c && i < c->n; i++) {
		vec_release(&c->v[i].rules);
		free(c->v[i].reason);
	}
	if (c)
		free(c->v);
	free(c);
}

static int
covers(const struct comments_ignore *g, const struct lint_finding *f)
{
	if (g->bad || (!g->file && g->stmt != f->stmt))
		return 0;
	return g->rules.n == 0 || vec_has(&g->rules, f->rule);
}

void
comments_apply(struct comments *c, struct lint_file *f, size_t from)
{
	size_t i, k;

	for (i = from; i < f->n_findings; i++)
		for (k = 0; k < c->n; k++) {
			if (!covers(&c->v[k], &f->findings[i]))
				continue;
			c->v[k].used = 1;
			if (!f->findings[i].ignored)
				f->findings[i].ignored =
				    mem_dup(c->v[k].reason);
		}
}
