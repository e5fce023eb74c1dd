/*
 * rehearse_guard.c - a scratch database on a live server shares its roles,
 * settings and processes. What changes these is told by its words, before
 * anything runs; what hides in a function shows itself by its locks, see
 * rehearse_measure.c, and is rolled back. Where it could commit by itself that
 * would be too late.
 */
#include <ctype.h>
#include <strings.h>

#include "base/mem.h"
#include "ub/migrate/rehearse_priv.h"
#include "ub/migrate/scan.h"

/* Words of a text, lower case. In deep, those within strings, too. */
struct words {
	const char *at, *end;
	int deep;
	char now[64];
	char last[64];
};

static int
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t
length(const struct words *w, int *use)
{
	size_t n = 0, left = (size_t)(w->end - w->at);
	struct scan s;

	if (!w->deep) {
		s = scan_token(w->at, left);
		*use = s.kind == SCAN_WORD || s.kind == SCAN_STOP;
		return s.kind == SCAN_END || s.kind == SCAN_NO_END ? left :
		    s.len;
	}
	while (n < left && is_word(w->at[n]))
		n++;
	*use = n > 0 || *w->at == ';';
	return n > 0 ? n : 1;
}

/* The next word, or ";". */
static int
next(struct words *w)
{
	size_t n, i;
	int use = 0;

	while (w->at < w->end) {
		n = length(w, &use);
		w->at += n;
		if (!use)
			continue;
		memcpy(w->last, w->now, sizeof(w->last));
		for (i = 0; i < n && i < sizeof(w->now) - 1; i++)
			w->now[i] = (char)tolower((unsigned char)w->at[
			    (ptrdiff_t)i - (ptrdiff_t)n]);
		w->now[i] = '\0';
		return 1;
	}
	return 0;
}

static int
among(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return 1;
	return 0;
}

static int
is_pair(const struct words *w)
{
	static const char *const make[] = { "create", "alter", "drop",
		NULL };
	static const char *const things[] = { "role", "user", "group",
		"database", "tablespace", "system", NULL };

	if (strcmp(w->now, "owned") == 0)
		return strcmp(w->last, "drop") == 0 ||
		    strcmp(w->last, "reassign") == 0;
	return among(w->last, make) && among(w->now, things);
}

/* Functions that reach other sessions, or the server. */
static int
is_call(const char *word)
{
	static const char *const calls[] = { "pg_terminate_backend",
		"pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile",
		"pg_create_physical_replication_slot",
		"pg_create_logical_replication_slot",
		"pg_drop_replication_slot", "pg_promote", "lo_export",
		"pg_replication_origin_create", NULL };

	return among(word, calls);
}

/* GRANT a TO b, without ON; ON DATABASE; COMMENT ON ROLE. */
static int
is_shared(const struct words *w, int on)
{
	static const char *const things[] = { "database", "tablespace",
		"role", "parameter", "subscription", NULL };

	if (!on)
		return strcmp(w->now, "to") == 0 ||
		    strcmp(w->now, "from") == 0;
	return strcmp(w->last, "on") == 0 && among(w->now, things);
}

static int
is_subscription(const struct words *w)
{
	return strcmp(w->now, "subscription") == 0 &&
	    (strcmp(w->last, "create") == 0 ||
	    strcmp(w->last, "alter") == 0);
}

/* In its own cluster there is nothing to spare but other servers. */
static int
reaches(struct words *w, int own_cluster)
{
	static const char *const rights[] = { "grant", "revoke", "comment",
		"security", NULL };
	int n = 0, right = 0, on = 0, mapping;

	while (next(w)) {
		n = strcmp(w->now, ";") == 0 ? 0 : n + 1;
		if (n == 0 || among(w->now, rights)) {
			right = n == 1 || (n > 0 && w->deep);
			/* These have their ON in any case. */
			on = *w->now == 'c' || *w->now == 's';
			continue;
		}
		if (is_subscription(w) && (n == 2 || w->deep))
			return 1;
		if (own_cluster)
			continue;
		mapping = strcmp(w->now, "user") == 0 && w->end - w->at > 8 &&
		    strncasecmp(w->at + strspn(w->at, " \t\n"), "mapping",
		    7) == 0;
		if ((is_pair(w) && (n == 2 || w->deep) && !mapping) ||
		    is_call(w->now) || (right && is_shared(w, on)))
			return 1;
		on |= strcmp(w->now, "on") == 0;
	}
	return 0;
}

/* CALL and DO alone: who is in no transaction may commit. */
static int
may_commit(const struct steps *s, size_t stmt)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->v[i].kind == STEP_ALONE && s->v[i].first == stmt)
			return classify(&s->stmts[stmt]) == STMT_CALL;
	return 0;
}

int
rehearse_guard(const struct steps *s, size_t stmt, int own_cluster,
    struct err *e)
{
	const struct split_stmt *st = &s->stmts[stmt];
	struct words w = { .at = st->sql, .end = st->sql + st->len,
		.deep = split_begins(st, "do") };
	const char *what = "would change more than the scratch database";
	size_t line, column;
	char *text;

	if (!reaches(&w, own_cluster)) {
		if (own_cluster)
			return 0;
		if (may_commit(s, stmt))
			what = "is in no transaction: it could change more "
			    "than the scratch database, and commit that";
		else if (!classify_shared(st))
			return 0;
	}
	split_where(&s->split, st->sql, &line, &column);
	text = steps_excerpt(st);
	err_set(e, ERR_REFUSED, "rehearse.beyond", "%s:%zu:%zu: '%s' %s",
	    s->name, line, column, text, what);
	free(text);
	if (own_cluster)
		return -1;
	return err_hint(e, "--scratch-cluster has a server of its own");
}
