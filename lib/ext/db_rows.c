/* db_rows.c - what a query brought back, and quoting for the next one. */
#include <assert.h>

#include <libpq-fe.h>

#include "base/buf.h"
#include "ext/db_priv.h"

int
db_count(const struct db_rows *r)
{
	return PQntuples(r->res);
}

int
db_touched(const struct db_rows *r)
{
	return (int)strtol(PQcmdTuples(r->res), NULL, 10);
}

const char *
db_get(const struct db_rows *r, int i, const char *column)
{
	int n = PQnfields(r->res), c = 0;

	/* Not PQfnumber(): that folds case and reads quotes. */
	while (c < n && strcmp(PQfname(r->res, c), column) != 0)
		c++;
	assert(c < n);
	assert(i >= 0 && i < PQntuples(r->res));
	if (PQgetisnull(r->res, i, c))
		return NULL;
	return PQgetvalue(r->res, i, c);
}

int64_t
db_get_int(const struct db_rows *r, int i, const char *column)
{
	const char *value = db_get(r, i, column);

	return value ? strtoll(value, NULL, 10) : 0;
}

int
db_get_bool(const struct db_rows *r, int i, const char *column)
{
	const char *value = db_get(r, i, column);

	return value && *value == 't';
}

void
db_rows_free(struct db_rows *r)
{
	if (!r)
		return;
	PQclear(r->res);
	free(r);
}

/* s between quotes, each quote in it doubled. */
static void
quote(struct buf *out, const char *s, char q)
{
	buf_putc(out, q);
	for (; *s; s++) {
		/* Only a literal has backslashes to double: see E'' below. */
		if (*s == q || (*s == '\\' && q == '\''))
			buf_putc(out, *s);
		buf_putc(out, *s);
	}
	buf_putc(out, q);
}

char *
db_ident(const char *name)
{
	struct buf out = {0};

	quote(&out, name, '"');
	return buf_detach(&out);
}

char *
db_literal(const char *value)
{
	struct buf out = {0};

	/* Right whatever standard_conforming_strings is. */
	if (strchr(value, '\\'))
		buf_puts(&out, " E");
	quote(&out, value, '\'');
	return buf_detach(&out);
}
