#include "ub/origin.h"

#include "base/buf.h"

static void
add(struct buf *b, const char *keyword, const char *value)
{
	char *quoted;

	if (!value)
		return;
	quoted = dsn_quote(value);
	buf_printf(b, "%s=%s ", keyword, quoted);
	free(quoted);
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
