#include "ub/lint/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/migrate/body.h"
#include "ub/migrate/file.h"

/* A name alone may lie: what another tool would refuse is nobody's trouble. */
static int
is_its(const struct lint_pick *p, const struct buf *text)
{
	return p->migration || (p->tool == MIGRATE_DBMATE &&
	    strstr(buf_text(text), "-- migrate:") != NULL);
}

/* "f.sql:3:1: why" without its head, whose name is empty: ":3:1: why". */
static struct lint_refusal
refusal_of(const char *message)
{
	struct lint_refusal r = { message, 1, 1 };
	char *at;

	if (*message != ':')
		return r;
	r.line = strtoul(message + 1, &at, 10);
	if (*at == ':')
		r.column = strtoul(at + 1, &at, 10);
	r.why = at + strspn(at, ": ");
	return r;
}

static int
judge_text(struct lint *l, const struct lint_pick *p, const struct buf *text,
    struct lint_file *out, struct err *e)
{
	const struct split s = { .name = "", .text = buf_text(text),
		.len = text->len };
	struct migrate_body body = { 0 };
	struct lint_input in = { .name = p->name, .text = s.text,
		.len = s.len };
	struct err refused = { 0 };
	int r;

	if (migrate_body_find(p->tool, &s, &body, &refused)) {
		body = (struct migrate_body){ .sql = s.text, .len = s.len };
		if (is_its(p, text))
			in.refused = refusal_of(refused.msg);
	}
	in.body = body.sql;
	in.body_len = body.len;
	in.no_transaction = body.no_transaction;
	in.unsure = p->unsure;
	r = lint_judge(l, &in, out, e);
	err_release(&refused);
	return r;
}

static int
judge_all(struct lint *l, const struct lint_picks *picks,
    struct lint_file *v, size_t *n, struct err *e)
{
	struct buf text = { 0 };
	int r = 0;

	while (*n < picks->n && r == 0) {
		buf_reset(&text);
		r = migrate_file_read(picks->v[*n].path, &text, e);
		if (r == 0)
			r = judge_text(l, &picks->v[*n], &text, &v[*n], e);
		if (r == 0)
			hash_text(buf_text(&text), text.len, v[*n].sum);
		if (r == 0)
			v[*n].inside = mem_dup(picks->v[*n].inside);
		(*n)++;
	}
	buf_release(&text);
	if (r == 0)
		lint_judge_all(l, v, *n);
	return r;
}

/*
 * The size of a table that somebody has locked can be waited for. What is
 * asked is the server's own, whoever made operators and functions in a schema
 * of the session's search_path; where that makes things is asked before.
 */
static int
begin(struct db *db, struct lint *l, struct err *e)
{
	if (db_exec(db, e, "BEGIN READ ONLY; SET LOCAL lock_timeout = '5s'"))
		return -1;
	catalog_home(l->m);
	return db_exec(db, e, "SET LOCAL search_path = pg_catalog");
}

int
lint_run(const struct lint_opts *o, const struct lint_picks *picks,
    struct lint_file **v, size_t *n, struct err *e)
{
	struct lint *l = lint_new(o);
	struct err ignored = { 0 };
	int r = o->db ? begin(o->db, l, e) : 0;

	*n = 0;
	*v = mem_alloc((picks->n + 1) * sizeof(**v));
	if (r == 0)
		r = judge_all(l, picks, *v, n, e);
	if (o->db)
		db_exec(o->db, &ignored, "ROLLBACK");
	err_release(&ignored);
	lint_free(l);
	return r;
}
