#include "ub/migrate/outlook.h"

#include "base/buf.h"
#include "base/mem.h"

#define MODES 9

/*
 * Which modes a mode conflicts with, as bits by number; 1 ACCESS SHARE … 8
 * ACCESS EXCLUSIVE (the manual's table of conflicting lock modes).
 */
static const unsigned conflicts[MODES] = { 0, 1U << 8, 1U << 7 | 1U << 8,
	0xfU << 5, 0x1fU << 4, 1U << 3 | 1U << 4 | 0x7U << 6,
	0x3fU << 3, 0x7fU << 2, 0xffU << 1 };

/* Names as the lint has them, quoted or not: what is none meets nothing. */
static const char question[] =
    "SELECT a.pid, coalesce(nullif(a.application_name, ''), a.usename, '?')"
    " AS who, t.name, a.state, (extract(epoch FROM"
    " pg_catalog.clock_timestamp() - a.xact_start) * 1000)"
    "::pg_catalog.int8 AS age, pg_catalog.bit_or(1 << CASE l.mode"
    " WHEN 'AccessShareLock' THEN 1 WHEN 'RowShareLock' THEN 2"
    " WHEN 'RowExclusiveLock' THEN 3"
    " WHEN 'ShareUpdateExclusiveLock' THEN 4 WHEN 'ShareLock' THEN 5"
    " WHEN 'ShareRowExclusiveLock' THEN 6 WHEN 'ExclusiveLock' THEN 7"
    " WHEN 'AccessExclusiveLock' THEN 8 ELSE 0 END) AS held,"
    " pg_catalog.bit_or(1 << t.mode) AS want"
    " FROM pg_catalog.pg_locks l"
    " JOIN pg_catalog.pg_class c ON c.oid = l.relation"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " JOIN (VALUES %s) AS t (name, mode) ON t.name IN (n.nspname || '.' ||"
    " c.relname, pg_catalog.format('%I.%I', n.nspname, c.relname))"
    " OR t.name IN (c.relname, pg_catalog.quote_ident(c.relname))"
    " AND pg_catalog.pg_table_is_visible(c.oid)"
    " JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype = 'relation' AND l.granted"
    " AND l.database = (SELECT oid FROM pg_catalog.pg_database"
    " WHERE datname = pg_catalog.current_database())"
    " AND a.pid <> pg_catalog.pg_backend_pid()"
    " GROUP BY a.pid, a.application_name, a.usename, t.name, a.state,"
    " a.xact_start ORDER BY a.xact_start, a.pid";

/* "('public.orders', 8), …" of all takes. */
static void
list_takes(const struct judged *j, const struct outlook *o, struct buf *b)
{
	const struct lint_stmt *s;
	size_t i, k, m;
	char *name;

	for (i = 0; i < j->n; i++)
		for (k = outlook_left_first(o, i); k < j->v[i].n_stmts; k++) {
			s = &j->v[i].stmts[k];
			for (m = 0; m < s->n_takes; m++) {
				name = db_literal(s->takes[m].relation);
				buf_printf(b, "%s(%s, %d)", b->len ? ", " : "",
				    name, s->takes[m].mode);
				free(name);
			}
		}
}

/* Both are sets of modes, as bits. */
static int
is_in_the_way(int64_t held, int64_t want)
{
	int mode;

	for (mode = 1; mode < MODES; mode++)
		if ((want >> mode & 1) && (held & conflicts[mode]))
			return 1;
	return 0;
}

static void
take(const struct db_rows *rows, struct outlook *out)
{
	struct outlook_blocker *b;
	const char *state;
	int i;

	out->v = mem_alloc(((size_t)db_count(rows) + 1) * sizeof(*out->v));
	for (i = 0; i < db_count(rows); i++) {
		if (!is_in_the_way(db_get_int(rows, i, "held"),
		    db_get_int(rows, i, "want")))
			continue;
		state = db_get(rows, i, "state");
		b = &out->v[out->n++];
		b->pid = (int)db_get_int(rows, i, "pid");
		b->who = mem_dup(db_get(rows, i, "who"));
		b->table = mem_dup(db_get(rows, i, "name"));
		b->state = mem_dup(state ? state : "?");
		b->age_ms = db_get_int(rows, i, "age");
	}
}

int
outlook_look(struct db *db, const struct judged *j, struct outlook *out,
    struct err *e)
{
	struct buf list = { 0 };
	struct db_rows *rows = NULL;
	const char *mark = strstr(question, "%s");
	char *sql;
	int r;

	list_takes(j, out, &list);
	if (list.len == 0)
		return 0;
	sql = mem_printf("%.*s%s%s", (int)(mark - question), question,
	    buf_text(&list), mark + 2);
	r = db_query(db, sql, NULL, &rows, e);
	if (r == 0)
		take(rows, out);
	db_rows_free(rows);
	free(sql);
	buf_release(&list);
	return r;
}

void
outlook_release(struct outlook *o)
{
	size_t i;

	for (i = 0; i < o->n; i++) {
		free(o->v[i].who);
		free(o->v[i].table);
		free(o->v[i].state);
	}
	free(o->v);
	free(o->begun);
	*o = (struct outlook){ 0 };
}
