#include "ub/only.h"

#include "base/text.h"

/* Is the word "kind", or "kind/…"? */
static int
of_kind(const char *word, const char *kind)
{
	size_t n = strlen(kind);

	return strncmp(word, kind, n) == 0 && (!word[n] || word[n] == '/');
}

static int
unknown(const char *word, const char *const *kinds, struct err *e)
{
	const char *near = text_nearest(word, kinds);

	err_set(e, ERR_USAGE, "opt.only", "there is no kind '%s'", word);
	if (near)
		return err_hint(e, "did you mean '--only %s'?", near);
	return -1;
}

int
only_check(const struct vec *only, const char *const *kinds, struct err *e)
{
	const char *const *k;
	size_t i;

	for (i = 0; i < only->n; i++) {
		for (k = kinds; *k && !of_kind(only->v[i], *k); k++)
			;
		if (!*k)
			return unknown(only->v[i], kinds, e);
	}
	return 0;
}

static int
meets(const char *word, const char *kind, const char *name)
{
	size_t n = strlen(kind);

	if (!of_kind(word, kind))
		return 0;
	return !word[n] || strcmp(word + n + 1, name) == 0;
}

int
only_wants(const struct vec *only, const char *kind, const char *name)
{
	size_t i;

	for (i = 0; i < only->n; i++)
		if (meets(only->v[i], kind, name))
			return 1;
	return only->n == 0;
}

/* Does "db" or "db/shop" mean the part "db/shop"? */
static int
covers(const char *word, const char *part)
{
	size_t n = strlen(word);

	return strncmp(word, part, n) == 0 && (!part[n] || part[n] == '/');
}

int
only_met(const struct vec *only, const struct vec *names, struct err *e)
{
	size_t i, k;

	for (i = 0; i < only->n; i++) {
		for (k = 0; k < names->n; k++)
			if (covers(only->v[i], names->v[k]))
				break;
		if (k < names->n)
			continue;
		err_set(e, ERR_USAGE, "opt.only", "there is no '%s'",
		    only->v[i]);
		if (names->n > 0)
			err_hint(e, "there is '%s'", names->v[0]);
		return -1;
	}
	return 0;
}
