#include "ub/lint/cut.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "ub/lint/words.h"
#include "ub/migrate/scan.h"
#include "ub/migrate/split.h"

#define TEXT_MAX 72
#define MARK "\xef\xbb\xbf" /* byte order mark */

/* Where we are; it only goes on, so that all costs one look at each byte. */
struct place {
	const char *at;
	size_t line, column;
};

static void
go(struct place *p, const char *to)
{
	for (; p->at < to; p->at++) {
		if (*p->at == '\n') {
			p->line++;
			p->column = 1;
		} else {
			p->column += ((unsigned char)*p->at & 0xc0) != 0x80;
		}
	}
}

static struct cut_stmt *
add(struct cut *c, const char *sql, size_t len, size_t *cap)
{
	if (c->n == *cap) {
		*cap = *cap ? *cap * 2 : 8;
		c->v = mem_grow(c->v, *cap, sizeof(*c->v));
		c->spans = mem_grow(c->spans, *cap, sizeof(*c->spans));
	}
	/* The rows behind a line are those of the last that stands on it. */
	if (c->n > 0 && c->spans[c->n - 1].rows_end > sql)
		c->spans[c->n - 1].rows_end = c->spans[c->n - 1].end;
	c->v[c->n] = (struct cut_stmt){ .sql = sql, .len = len };
	c->spans[c->n] = (struct comments_span){ sql, sql + len, sql + len };
	return &c->v[c->n++];
}

/* "f.sql:3:1: what" without its head, whose name is empty. Caller owns. */
static char *
what_of(const char *message)
{
	int colons = 3;

	while (*message && colons > 0)
		colons -= *message++ == ':';
	return mem_dup(*message == ' ' ? message + 1 : message);
}

static void
put_wrong(struct cut *c, struct place *p, const char *at, size_t *cap)
{
	struct cut_stmt *s = add(c, at, (size_t)(c->end - at), cap);

	go(p, at);
	s->line = s->end_line = p->line;
	s->column = p->column;
}

/*
 * A command of psql's ends with its line, and takes what came before it with
 * it; behind that all may be well again.
 */
static int
skip_line(struct cut *c, struct split *s)
{
	struct cut_stmt *last = &c->v[c->n - 1];
	const char *at = s->text + s->at, *nl;

	if (s->at >= s->len || *at != '\\')
		return 0;
	nl = memchr(at, '\n', (size_t)(c->end - at));
	if (!nl)
		return 0;
	last->len = (size_t)(nl - last->sql);
	c->spans[c->n - 1].end = c->spans[c->n - 1].rows_end = nl;
	s->at = (size_t)(nl - s->text) + 1;
	return 1;
}

static void
cut_all(struct cut *c, struct split *s, struct place *p, size_t *cap)
{
	struct split_stmt st;
	struct cut_stmt *to;
	struct err e = { 0 };
	int r;

	while ((r = split_next(s, &st, &e)) != 0) {
		if (r < 0) {
			put_wrong(c, p, st.sql ? st.sql : s->text + s->at,
			    cap);
			c->v[c->n - 1].wrong = what_of(e.msg);
			err_release(&e);
			if (!skip_line(c, s))
				break;
			continue;
		}
		to = add(c, st.sql, st.len, cap);
		if (s->behind)
			c->spans[c->n - 1].rows_end = s->text + s->behind;
		go(p, st.sql);
		to->line = p->line;
		to->column = p->column;
		go(p, st.sql + st.len);
		to->end_line = p->line;
	}
}

/* 1 for BEGIN, -1 for COMMIT and its like, 2 for what only this script may
 * want; savepoints are no control of transactions. */
static int
control(const struct cut_stmt *s)
{
	struct words w = { .at = s->sql, .end = s->sql + s->len };
	int end;

	if (s->wrong || !words_next(&w))
		return 0;
	if (words_is(&w, "begin"))
		return 1;
	if (words_is(&w, "start"))
		return words_next(&w) && words_is(&w, "transaction");
	if (words_is(&w, "prepare"))
		return words_next(&w) && words_is(&w, "transaction") ? 2 : 0;
	end = words_is(&w, "commit") || words_is(&w, "end") ? -1 :
	    words_is(&w, "rollback") || words_is(&w, "abort") ? 2 : 0;
	while (end && words_next(&w)) {
		if (words_is(&w, "to"))
			return 0;
		if (words_is(&w, "prepared") || words_is(&w, "and"))
			end = 2;
		if (words_is(&w, "no")) /* AND NO CHAIN */
			end = -1;
	}
	return end;
}

static void
find_control(struct cut *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		n += control(&c->v[i]) != 0;
	c->wrapped = n == 2 && c->n >= 2 && control(&c->v[0]) == 1 &&
	    control(&c->v[c->n - 1]) == -1;
	c->own = n > 0 && !c->wrapped;
}

/* A blank for each bad byte, but within a name: that stays one. */
static void
replace(char *s, size_t len)
{
	size_t i = 0, at;

	while (i < len) {
		at = i + text_utf8_prefix(s + i, len - i);
		for (; i < at; i++)
			if (!s[i])
				s[i] = ' ';
		if (i == len)
			return;
		s[i] = i > 0 && (isalnum((unsigned char)s[i - 1]) ||
		    s[i - 1] == '_') ? '_' : ' ';
	}
}

/* Bytes that no server would take: the words beside them count all the same.
 * What is cut then is a copy. */
static void
mend_bytes(struct cut *c, const struct lint_input *in, struct split *s)
{
	size_t len = s->len - s->at;
	const char *body = in->text + s->at;
	size_t good = text_utf8_prefix(body, len);
	const char *nul = memchr(body, '\0', good);
	struct place p = { in->text, 1, 1 };

	if (good == len && !nul)
		return;
	if (s->len >= 3 && memcmp(in->text, MARK, 3) == 0)
		p.at += 3;
	go(&p, nul ? nul : body + good);
	c->bytes = (struct lint_refusal){ nul ? "a NUL byte" : "not UTF-8",
		p.line, p.column };
	c->copy = mem_alloc(in->len + 1);
	memcpy(c->copy, in->text, in->len);
	replace(c->copy + s->at, len);
	c->text = s->text = c->copy;
}

void
cut_read(struct cut *c, const struct lint_input *in)
{
	struct split s = { .name = "", .text = in->text };
	const char *body = in->body;
	struct place p = { NULL, 1, 1 };
	size_t cap = 0;
	int inside = body && body >= in->text &&
	    body + in->body_len <= in->text + in->len;

	*c = (struct cut){ .text = in->text,
		.no_transaction = in->no_transaction };
	if (!inside)
		body = in->text;
	s.at = (size_t)(body - in->text);
	s.len = inside ? s.at + in->body_len : in->len;
	mend_bytes(c, in, &s);
	c->end = c->text + s.len;
	p.at = c->text;
	if (s.len >= 3 && memcmp(in->text, MARK, 3) == 0)
		p.at += 3;
	cut_all(c, &s, &p, &cap);
	find_control(c);
}

void
cut_release(struct cut *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		free(c->v[i].wrong);
	free(c->v);
	free(c->spans);
	free(c->copy);
	*c = (struct cut){ 0 };
}

char *
cut_text(const char *sql, size_t len)
{
	struct words w = { .at = sql, .end = sql + len };
	struct buf b = { 0 };
	const char *behind = sql;
	char *clean;
	size_t n = 0, i = 0;

	while (n < TEXT_MAX && words_next(&w)) {
		if (w.word > behind && n > 0)
			buf_putc(&b, ' ');
		n += w.word > behind && n > 0;
		for (i = 0; i < w.len && n < TEXT_MAX; i++) {
			char ch = (unsigned char)w.word[i] < ' ' ? ' ' :
			    w.word[i];

			if (ch == ' ' && b.len && b.data[b.len - 1] == ' ')
				continue;
			buf_putc(&b, ch);
			n += ((unsigned char)ch & 0xc0) != 0x80;
		}
		/* No character is cut in two. */
		for (; i < w.len &&
		    ((unsigned char)w.word[i] & 0xc0) == 0x80; i++)
			buf_putc(&b, w.word[i]);
		behind = w.word + w.len;
		if (i < w.len)
			break;
	}
	if (behind < sql + len || i < w.len)
		buf_puts(&b, "…");
	clean = text_utf8_clean(buf_text(&b), b.len);
	buf_release(&b);
	return clean;
}
