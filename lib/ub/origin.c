#include "ub/origin.h"

#include "base/buf.h"

/* keyword='value', as libpq reads it (backslash quotes ' and \). */
static void
add(struct buf *b, const char *keyword, const char *value)
{
	const char *s;

	if (!value)
		return;
	buf_printf(b, "%s='", keyword);
	for (s = value; *s; s++) {
		if (*s == '\'' || *s == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *s);
	}
	buf_puts(b, "' ");
}

int
origin_dsn(const struct manifest_db *d, struct dsn *out, struct err *e)
{
	struct buf b = { 0 };
	int r;

	add(&b, "host", d->host);
	add(&b, "port", d->port);
	add(&b, "user", d->user);
	add(&b, "dbname", d->dbname);
	r = dsn_parse(out, buf_text(&b), NULL, e);
	buf_release(&b);
	return r;
}
