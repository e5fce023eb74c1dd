#include "ub/migrate/split.h"

#include <string.h>

#include "base/text.h"
#include "ub/migrate/scan.h"

#define MARK "\xef\xbb\xbf" /* byte order mark */

/* What a statement shows while it is read. */
struct sight {
	size_t parens;
	size_t blocks;   /* BEGIN … END and CASE … END of a routine's body */
	size_t words;    /* so many so far */
	char first[5];   /* c[or](f|p): CREATE [OR REPLACE] FUNCTION … */
	int copy;        /* COPY was first */
	int from;        /* the word before was FROM */
	int from_stdin;
};

/* Once, of all that is to come: a server would take neither. */
static int
begin(struct split *s, struct err *e)
{
	const char *at = s->text + s->at;
	size_t n = s->len - s->at, good = text_utf8_prefix(at, n);
	const char *nul = memchr(at, '\0', n);

	s->begun = 1;
	if (s->at == 0 && n >= 3 && memcmp(at, MARK, 3) == 0)
		s->at = 3;
	if (good < n)
		return split_fail(s, at + good, "not UTF-8", e);
	return nul ? split_fail(s, nul, "a NUL byte", e) : 0;
}

/*
 * The body of a routine in SQL ends by END, and holds semicolons. Words tell,
 * without a grammar: those of the statement's head, and then BEGIN, CASE and
 * END. As psql does it.
 */
static void
see_routine(struct sight *g, const char *s, size_t n)
{
	static const char *const heads[] = { "create", "or", "replace",
		"function", "procedure" };
	static const char *const routines[] = { "cf", "cp", "corf", "corp" };
	int routine = 0;
	size_t i;

	for (i = 0; i < UB_LEN(heads); i++)
		if (g->words < sizeof(g->first) - 1 && scan_is(s, n, heads[i]))
			g->first[g->words] = *heads[i];
	for (i = 0; i < UB_LEN(routines); i++)
		routine |= strncmp(g->first, routines[i],
		    strlen(routines[i])) == 0;
	if (!routine || g->parens > 0)
		return;
	if (scan_is(s, n, "begin") || (g->blocks > 0 && scan_is(s, n, "case")))
		g->blocks++;
	else if (g->blocks > 0 && scan_is(s, n, "end"))
		g->blocks--;
}

static void
see_word(struct sight *g, const char *s, size_t n)
{
	see_routine(g, s, n);
	if (g->words == 0)
		g->copy = scan_is(s, n, "copy");
	if (g->copy && g->parens == 0 && g->from && scan_is(s, n, "stdin"))
		g->from_stdin = 1;
	g->from = scan_is(s, n, "from");
	g->words++;
}

/* Does the token end the statement? */
static int
see(struct sight *g, const struct scan *t, const char *s)
{
	switch (t->kind) {
	case SCAN_WORD:
		see_word(g, s, t->len);
		return 0;
	case SCAN_BLANK:
		return 0;
	case SCAN_OPEN:
		g->parens++;
		break;
	case SCAN_CLOSE:
		g->parens -= g->parens > 0;
		break;
	case SCAN_STOP:
		if (g->parens == 0 && g->blocks == 0)
			return 1;
		break;
	default:
		break;
	}
	g->from = 0;
	return 0;
}

static size_t
line_length(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);

	return end ? (size_t)(end - s) + 1 : n;
}

/* pg_dump brackets its scripts with these; they are for psql alone. */
static int
is_bracket(const struct split *s, const char *at)
{
	static const char *const words[] = { "\\restrict ", "\\unrestrict " };
	size_t i, n, left = (size_t)(s->text + s->len - at);

	if (at > s->text && at[-1] != '\n')
		return 0;
	for (i = 0; i < UB_LEN(words); i++) {
		n = strlen(words[i]);
		if (left >= n && memcmp(at, words[i], n) == 0)
			return 1;
	}
	return 0;
}

/* The line that ends rows, "\.", of n bytes with its own end? */
static int
ends_rows(const char *line, size_t n)
{
	while (n > 2 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	return n == 2 && line[0] == '\\' && line[1] == '.';
}

/*
 * From the line behind the statement up to that one; where rows of another
 * COPY of that line stand, behind those. The rest of the line comes next.
 */
static int
take_rows(struct split *s, struct split_stmt *out, struct err *e)
{
	const char *end = s->text + s->len, *at;
	size_t n;

	if (!s->behind)
		s->behind = s->line_end = s->at +
		    line_length(s->text + s->at, s->len - s->at);
	out->rows = at = s->text + s->behind;
	for (; at < end; at += n) {
		n = line_length(at, (size_t)(end - at));
		if (!ends_rows(at, n))
			continue;
		out->rows_len = (size_t)(at - out->rows);
		s->behind = (size_t)(at - s->text) + n;
		return 0;
	}
	return split_fail(s, out->sql,
	    "COPY without the line \"\\.\" that ends its rows", e);
}

/* Where the server may read strings in the old way, and we do not. */
static void
see_setting(struct split *s, const struct split_stmt *st)
{
	int on = scan_sets_strings(st->sql, st->len);

	if (on < 0 || (s->escapes && (split_begins(st, "rollback") ||
	    split_begins(st, "abort"))))
		s->escapes = 1;
	else if (on > 0 && s->escapes)
		s->escapes = -1;
}

/* Does a string end elsewhere in the old way? */
static int
is_doubtful(const struct split *s, const struct scan *t, const char *at)
{
	struct scan old;

	if (s->escapes <= 0 || !strchr("'nN", *at) ||
	    (t->kind != SCAN_QUOTED && t->kind != SCAN_NO_END))
		return 0;
	old = scan_string_old(at, s->len - s->at);
	return old.kind != t->kind || old.len != t->len;
}

/*
 * Of the line that has rows behind it; from its end on, what is behind them.
 * There a statement is none in one piece.
 */
static int
next_token(struct split *s, const struct split_stmt *out, struct scan *t,
    struct err *e)
{
	size_t end = s->behind ? s->line_end : s->len;

	*t = scan_token(s->text + s->at, end - s->at);
	if (!s->behind || (t->kind != SCAN_END && t->kind != SCAN_NO_END))
		return 0;
	if (!out->sql && t->kind == SCAN_END) {
		s->at = s->behind;
		s->behind = 0;
		return next_token(s, out, t, e);
	}
	if (out->sql)
		s->at = (size_t)(out->sql - s->text);
	return split_fail(s, s->text + s->at, "it goes on behind the rows of "
	    "a COPY: begin it on a line of its own", e);
}

int
split_next(struct split *s, struct split_stmt *out, struct err *e)
{
	struct sight g = { 0 };
	const char *at;
	struct scan t;

	*out = (struct split_stmt){ 0 };
	if (!s->begun && begin(s, e))
		return -1;
	for (;;) {
		if (next_token(s, out, &t, e))
			return -1;
		at = s->text + s->at;
		if (t.kind == SCAN_END)
			return out->sql != NULL;
		if (is_doubtful(s, &t, at))
			return split_fail(s, at, "a string that ends "
			    "elsewhere with standard_conforming_strings off: "
			    "write it as E'...'", e);
		if (t.kind == SCAN_NO_END)
			return split_fail(s, at, t.what, e);
		if (t.kind == SCAN_META && (out->sql || !is_bracket(s, at)))
			return split_fail(s, at, "a command of psql's", e);
		if (t.kind == SCAN_META)
			t.len = line_length(at, s->len - s->at);
		s->at += t.len;
		if (t.kind == SCAN_BLANK || t.kind == SCAN_META)
			continue;
		if (see(&g, &t, at)) {
			if (!out->sql)
				continue; /* an empty one */
			out->ended = 1;
			see_setting(s, out);
			return g.from_stdin && take_rows(s, out, e) ? -1 : 1;
		}
		if (!out->sql)
			out->sql = at;
		out->len = (size_t)(at + t.len - out->sql);
	}
}

void
split_where(const struct split *s, const char *place, size_t *line,
    size_t *column)
{
	const char *at = s->text, *begin = s->text, *nl;

	*line = 1;
	while ((nl = memchr(at, '\n', (size_t)(place - at)))) {
		(*line)++;
		at = begin = nl + 1;
	}
	if (begin == s->text && s->len >= 3 && place - begin >= 3 &&
	    memcmp(begin, MARK, 3) == 0)
		begin += 3;
	*column = 1;
	for (; begin < place; begin++)
		*column += ((unsigned char)*begin & 0xc0) != 0x80;
}

int
split_fail(const struct split *s, const char *place, const char *what,
    struct err *e)
{
	size_t line, column;

	split_where(s, place, &line, &column);
	return err_set(e, ERR_USAGE, "migrate.script", "%s:%zu:%zu: %s",
	    s->name, line, column, what);
}

int
split_begins(const struct split_stmt *st, const char *word)
{
	struct scan t = scan_token(st->sql, st->len);

	return t.kind == SCAN_WORD && scan_is(st->sql, t.len, word);
}
