/* apply_stmt.c - statements, sent one by one or several at once. */
#include "base/mem.h"
#include "sys/clock.h"
#include "ub/migrate/apply_priv.h"

/* What the server parses, and keeps, at once. */
#define BATCH_MAX ((size_t)64 * 1024)

/* Before, statement_timeout was that of all that is sent together. */
#define BATCH_SINCE 130000

/*
 * Only what neither ends a transaction nor changes how the text behind it is
 * read, and has no rows behind it.
 */
static int
is_tame(const struct split_stmt *st)
{
	static const char *const words[] = { "insert", "create", "alter",
		"drop", "comment", "update", "delete", "grant", "revoke" };
	size_t i;

	for (i = 0; i < UB_LEN(words); i++)
		if (classify_begins(st, words[i]))
			return !st->rows;
	return 0;
}

/* Nothing of psql's own stands between them. */
static int
is_joined(const struct split_stmt *a, const struct split_stmt *b)
{
	const char *end = a->sql + a->len;

	return !memchr(end, '\\', (size_t)(b->sql - end));
}

int
apply_stmt_joins(const struct applying *x, size_t i)
{
	return !x->a->before && !x->a->after && is_tame(&x->s.stmts[i]) &&
	    db_version(x->a->db) >= BATCH_SINCE;
}

size_t
apply_stmt_batch(const struct applying *x, size_t i, size_t left)
{
	const struct split_stmt *v = &x->s.stmts[i];
	size_t n;

	if (!apply_stmt_joins(x, i))
		return 1;
	for (n = 1; n < left; n++)
		if ((size_t)(v[n].sql + v[n].len - v->sql) > BATCH_MAX ||
		    !is_joined(&v[n - 1], &v[n]) || !is_tame(&v[n]))
			break;
	return n;
}

int
apply_stmt(struct applying *x, size_t i, size_t n, struct err *e)
{
	const struct apply *a = x->a;
	const struct split_stmt *st = &x->s.stmts[i], *last = st + n - 1;
	const struct db_script script = { .sql = st->sql,
		.len = (size_t)(last->sql + last->len - st->sql),
		.rows = st->rows, .rows_len = st->rows_len,
		.ahead = x->begins ? "BEGIN" : NULL,
		.behind = x->begins && x->ends ? APPLY_AS_OURSELVES : NULL };
	struct apply_stmt told = { .steps = &x->s, .index = i,
		.step = x->step };
	struct db_done done;
	int64_t began;

	if (a->before && a->before(a->ctx, &told, e))
		return -1;
	x->stmt = x->sent = i;
	x->n_sent = n;
	x->in_stmt = 1;
	x->begins = x->ends = 0;
	began = clock_ms();
	if (db_script(a->db, &script, &done, e)) {
		x->stmt += done.statements < n ? done.statements : n - 1;
		return -1;
	}
	x->in_stmt = 0;
	x->is_us = done.statements > n;
	told.ms = clock_ms() - began;
	told.rows = done.rows;
	x->out->rows += done.rows;
	x->out->statements += n;
	return a->after ? a->after(a->ctx, &told, e) : 0;
}
