/* apply_error.c - where in which file, and what the server said. */
#include <inttypes.h>

#include "base/mem.h"
#include "base/num.h"
#include "ub/migrate/apply_priv.h"

#define CANCELLED "57014"

static const char *
state(const struct err *e)
{
	const char *s = err_detail_get(e, "sqlstate");

	return s ? s : "";
}

int
apply_may_retry(const struct err *e, const struct watch_seen *seen)
{
	static const char *const states[] = { "55P03", "40P01", "40001" };
	size_t i;

	if (strcmp(state(e), CANCELLED) == 0)
		return seen->called_off;
	for (i = 0; i < UB_LEN(states); i++)
		if (strcmp(state(e), states[i]) == 0)
			return 1;
	return 0;
}

/*
 * While the session lives, what the server says is the script's own fault,
 * and would be it later, too; but for what waiting helps. States, or the
 * beginnings of some.
 */
static void
settle(const struct applying *x, struct err *e)
{
	static const char *const later[] = { "40001", "40P01", "53", "55P03",
		"57P01", "57P02", "57P03" };
	const char *s = state(e);
	size_t i;

	if (e->code != ERR_LATER || !*s || db_tx(x->a->db) == DB_TX_GONE)
		return;
	if (strcmp(s, CANCELLED) == 0 && x->out->seen.called_off)
		return;
	for (i = 0; i < UB_LEN(later); i++)
		if (strncmp(s, later[i], strlen(later[i])) == 0)
			return;
	err_as(e, ERR_TROUBLE, e->kind);
}

/* The server counts characters from 1, or bytes; the text is UTF-8. What is
 * behind the end counts as there. */
static const char *
find_place(const char *at, const char *end, long n, int bytes)
{
	for (; n > 1 && at < end; at++)
		if (bytes || at + 1 == end ||
		    ((unsigned char)at[1] & 0xc0) != 0x80)
			n--;
	return at;
}

/* Where it is. Of statements that were sent together, this tells in which,
 * too: what cannot be parsed fails before the first of them is run. */
static const char *
place(struct applying *x, const char *position)
{
	const struct split_stmt *v = &x->s.stmts[x->sent];
	const char *end = v[x->n_sent - 1].sql + v[x->n_sent - 1].len;
	const char *at = position ? find_place(v->sql, end,
	    strtol(position, NULL, 10), db_is_raw(x->a->db)) : NULL;
	size_t i;

	for (i = 0; at && i < x->n_sent && v[i].sql <= at; i++)
		x->stmt = x->sent + i;
	return at && at < end ? at : x->s.stmts[x->stmt].sql;
}

static void
add_place(const struct applying *x, struct err *e, size_t line,
    size_t column)
{
	const struct split_stmt *st = &x->s.stmts[x->stmt];
	char *text = classify_has_secret(st) ? mem_dup("(it holds a password)")
	    : steps_excerpt(st);
	char *number = mem_printf("%zu", line);

	err_detail(e, "file", x->record.m->path);
	err_detail(e, "line", number);
	free(number);
	number = mem_printf("%zu", column);
	err_detail(e, "column", number);
	err_detail(e, "statement", text);
	free(number);
	free(text);
}

/* What no reader of the server's words may know. */
static void
advise(const struct applying *x, struct err *e)
{
	static const char *const said[] = {
		"25001", /* active_sql_transaction */
		"2D000", /* invalid_transaction_termination */
	};
	size_t i;

	for (i = 0; i < UB_LEN(said); i++)
		if (strcmp(state(e), said[i]) == 0)
			err_hint(e, "begin '%s' with the line "
			    "\"-- ub: no-transaction\": then each statement "
			    "is run on its own", x->record.m->path);
}

int
apply_fail(struct applying *x, struct err *e)
{
	const char *message = err_detail_get(e, "message");
	size_t line, column;
	struct vec detail;
	enum err_code code;
	char *hint, *text;

	settle(x, e);
	if (!x->in_stmt && x->refused && message) {
		text = mem_printf("%s: at COMMIT: %s", x->s.name, message);
		free(e->msg);
		e->msg = text;
		return err_as(e, e->code, "migrate.sql");
	}
	if (!x->in_stmt)
		return err_in(e, "%s", x->s.name);
	split_where(&x->s.split, place(x, err_detail_get(e, "position")),
	    &line, &column);
	if (!message) {
		add_place(x, e, line, column);
		return err_in(e, "%s:%zu:%zu", x->s.name, line, column);
	}
	text = mem_dup(message);
	/* All but the message stays. */
	detail = e->detail;
	hint = e->hint;
	code = e->code;
	e->detail = (struct vec){ 0 };
	e->hint = NULL;
	err_set(e, code, "migrate.sql", "%s:%zu:%zu: %s", x->s.name, line,
	    column, text);
	e->detail = detail;
	e->hint = hint;
	add_place(x, e, line, column);
	advise(x, e);
	free(text);
	return -1;
}

int
apply_busy(struct applying *x, int64_t attempts, struct err *e)
{
	const struct watch_seen *seen = &x->out->seen;
	char *blockers = mem_dup(seen->blockers);
	char *number = mem_printf("%" PRId64, attempts);

	apply_fail(x, e);
	err_as(e, ERR_LATER, "migrate.busy");
	err_in(e, "tried %s %s", number, attempts == 1 ? "time" : "times");
	err_detail(e, "attempts", number);
	if (blockers) {
		err_detail(e, "blockers", blockers);
		err_hint(e, "in the way: %s", blockers);
	} else if (seen->called_off) {
		err_hint(e, "others waited for it too long, see "
		    "migrate.maxBlocked in ub.conf(5): run it when less is "
		    "going on");
	}
	free(number);
	free(blockers);
	return -1;
}
