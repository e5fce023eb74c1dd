#include "ub/lint/words.h"

#include <ctype.h>

#include "base/mem.h"
#include "ub/migrate/scan.h"

int
words_next(struct words *w)
{
	struct scan t;

	for (;;) {
		t = scan_token(w->at, (size_t)(w->end - w->at));
		w->word = w->at;
		w->len = t.len;
		w->kind = (int)t.kind;
		w->at += t.len;
		if (t.kind == SCAN_END)
			return 0;
		if (t.kind != SCAN_BLANK)
			return 1;
	}
}

int
words_is(const struct words *w, const char *word)
{
	return w->kind == SCAN_WORD && scan_is(w->word, w->len, word);
}

int
words_has(const char *s, size_t n, const char *word)
{
	struct words w = { .at = s, .end = s + n };

	while (words_next(&w))
		if (words_is(&w, word))
			return 1;
	return 0;
}

/* As the server folds it. Caller owns. */
static char *
part(const struct words *w)
{
	char *s, *to;
	size_t i;

	if (w->kind == SCAN_WORD) {
		s = mem_dupn(w->word, w->len);
		for (i = 0; s[i]; i++)
			s[i] = (char)tolower((unsigned char)s[i]);
		return s;
	}
	if (w->kind != SCAN_QUOTED || *w->word != '"')
		return NULL;
	s = to = mem_dupn(w->word, w->len);
	for (i = 1; i + 1 < w->len; i++) {
		*to++ = w->word[i];
		i += w->word[i] == '"';
	}
	*to = '\0';
	return s;
}

int
words_name(struct words *w, char **schema, char **name)
{
	*schema = NULL;
	*name = part(w);
	while (*name && words_next(w) && w->len == 1 && *w->word == '.') {
		if (!words_next(w))
			break;
		free(*schema);
		*schema = *name;
		*name = part(w);
	}
	if (*name)
		return 1;
	free(*schema);
	*schema = NULL;
	return 0;
}
