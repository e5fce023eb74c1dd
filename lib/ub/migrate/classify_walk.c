/* classify_walk.c - a statement, word by word. */
#include "ub/migrate/classify_priv.h"

int
classify_next(struct classify_walk *w)
{
	struct scan s;

	w->tok = w->at;
	w->len = 0;
	w->kind = SCAN_END;
	while (w->at < w->end) {
		s = scan_token(w->at, (size_t)(w->end - w->at));
		if (s.kind == SCAN_END || s.kind == SCAN_NO_END)
			return 0;
		w->tok = w->at;
		w->len = s.len;
		w->kind = s.kind;
		w->at += s.len;
		if (s.kind != SCAN_BLANK)
			return 1;
	}
	w->kind = SCAN_END;
	return 0;
}

int
classify_is(const struct classify_walk *w, const char *word)
{
	return w->kind == SCAN_WORD && scan_is(w->tok, w->len, word);
}

struct classify_walk
classify_walk(const struct split_stmt *st)
{
	struct classify_walk w = { .at = st->sql, .end = st->sql + st->len };

	classify_next(&w);
	return w;
}

int
classify_take(struct classify_walk *w, const char *word)
{
	if (!classify_is(w, word))
		return 0;
	classify_next(w);
	return 1;
}

int
classify_has(struct classify_walk w, const char *word)
{
	int depth = 0;

	do {
		depth += w.kind == SCAN_OPEN;
		depth -= w.kind == SCAN_CLOSE;
		if (depth == 0 && classify_is(&w, word))
			return 1;
	} while (classify_next(&w));
	return 0;
}

static int
is_off(const struct classify_walk *w)
{
	return classify_is(w, "off") || classify_is(w, "false") ||
	    (w->kind == SCAN_OTHER && *w->tok == '0');
}

int
classify_option(struct classify_walk *w, const char *word)
{
	int found = 0, here = 0;

	if (w->kind != SCAN_OPEN)
		return 0;
	while (classify_next(w) && w->kind != SCAN_CLOSE) {
		if (here && is_off(w))
			found = 0;
		here = classify_is(w, word);
		found |= here;
	}
	classify_next(w);
	return found;
}
