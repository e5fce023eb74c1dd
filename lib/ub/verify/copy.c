#include "ub/verify/copy.h"

/* Bytes of the line that began in an earlier block, or begin one. */
static void
keep(struct copy *c, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && c->line_len + i < sizeof(c->first); i++)
		c->first[c->line_len + i] = s[i];
	c->line_len += len;
}

static int
behind(const char *s, size_t len, struct err *e)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] != '\n')
			return err_set(e, ERR_NO, "verify.copy",
			    "there is data behind the end of the rows");
	return 0;
}

int
copy_add(struct copy *c, const void *data, size_t len, struct err *e)
{
	const char *s = data, *end = s + len, *nl;

	while (s < end && !c->ended) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (!nl) {
			keep(c, s, (size_t)(end - s));
			return 0;
		}
		if (c->line_len + (size_t)(nl - s) <= sizeof(c->first))
			keep(c, s, (size_t)(nl - s));
		else
			c->line_len = sizeof(c->first) + 1;
		if (c->line_len == 2 && c->first[0] == '\\' &&
		    c->first[1] == '.')
			c->ended = 1;
		else
			c->rows++;
		c->line_len = 0;
		s = nl + 1;
	}
	return behind(s, (size_t)(end - s), e);
}

int
copy_end(const struct copy *c, struct err *e)
{
	if (c->ended)
		return 0;
	return err_set(e, ERR_NO, "verify.copy",
	    "the rows end too early: there is no line '\\.'");
}
