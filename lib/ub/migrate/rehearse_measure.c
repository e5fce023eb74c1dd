/*
 * rehearse_measure.c - what a statement did. The locks of a transaction are
 * looked at from another session: to ask in the first one might hinder what
 * comes next there, as SET TRANSACTION. Only it can see its new files.
 */
#include <inttypes.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "ub/migrate/rehearse_priv.h"

#define ANSWER_MS 60000

/* How far the server's log has come, and the locks of the session. */
static const char question[] =
    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::int8 AS wal,"
    " x.oid, x.mode, x.shared FROM (SELECT) one LEFT JOIN"
    " (SELECT l.relation::int8 AS oid, l.mode,"
    " CASE WHEN l.database = 0 THEN l.relation::regclass::text END"
    " AS shared FROM " REHEARSE_LOCKS ") x ON true";

/* Tables that all databases share, and that only what changes more than its
 * own database locks so. */
static const char *const shared[] = { "pg_authid", "pg_auth_members",
	"pg_database", "pg_tablespace", "pg_db_role_setting",
	"pg_shdescription", "pg_shseclabel", "pg_subscription",
	"pg_replication_origin", "pg_parameter_acl" };

/* A proxy answers with a key of its own. */
static int
check_direct(struct rehearse_measure *m, struct err *e)
{
	char *pid = NULL;
	int r = db_value(m->db, "SELECT pg_catalog.pg_backend_pid()", NULL,
	    &pid, e);

	if (r == 0 && strcmp(pid, m->pid) != 0) {
		r = err_set(e, ERR_REFUSED, "migrate.pooler",
		    "a connection pooler stands before the scratch database: "
		    "nothing can be measured");
		err_hint(e, "give database.url the server's own address; or "
		    "--scratch-cluster");
	}
	free(pid);
	return r;
}

int
rehearse_measure_start(struct rehearse_measure *m, const struct dsn *dsn,
    struct db *db, const struct ledger *l, struct err *e)
{
	const struct db_opts o = { .timeout_ms = ANSWER_MS };

	m->db = db;
	m->pid = mem_printf("%d", db_pid(db));
	if (check_direct(m, e))
		return -1;
	m->eye = db_open(dsn, &o, e);
	if (!m->eye || rehearse_shape_read(m->eye, l, &m->shape, e))
		return -1;
	m->sample = rehearse_sample_start(dsn, db_pid(db), e);
	return m->sample ? 0 : -1;
}

static int
is_alone(const struct apply_stmt *s)
{
	return s->steps->v[s->step].kind == STEP_ALONE;
}

static int
look(struct rehearse_measure *m, struct db_rows **rows, struct err *e)
{
	const char *params[] = { m->pid, NULL };

	return db_query(m->eye, question, params, rows, e);
}

int
rehearse_measure_before(void *ctx, const struct apply_stmt *s, struct err *e)
{
	struct rehearse_measure *m = ctx;
	struct db_rows *rows = NULL;
	int64_t from = clock_us();

	if (m->stale &&
	    rehearse_shape_again(m->eye, &m->shape, NULL, NULL, e))
		return -1;
	m->stale = 0;
	if (look(m, &rows, e))
		return -1;
	m->wal = db_get_int(rows, 0, "wal");
	db_rows_free(rows);
	if (is_alone(s))
		rehearse_sample_begin(m->sample);
	m->paused_us += clock_us() - from;
	m->began_us = rehearse_measure_us(m);
	return 0;
}

static int
check_shared(const struct rehearse_measure *m, const char *name, int mode,
    struct err *e)
{
	size_t i;

	/* ANALYZE takes 4, and changes nothing there; what writes takes 3. */
	if (!m->beside || mode < 3 || mode == 4)
		return 0;
	for (i = 0; i < UB_LEN(shared); i++) {
		if (strcmp(name, shared[i]) != 0)
			continue;
		err_set(e, ERR_REFUSED, "rehearse.beyond",
		    "'%s' would change more than the scratch database (%s)",
		    m->done->v[m->done->n - 1].text, name);
		return err_hint(e, "--scratch-cluster has a server of its "
		    "own");
	}
	return 0;
}

/* The locks that are new in the transaction. */
static int
take_locks(struct rehearse_measure *m, const struct db_rows *rows,
    struct rehearse_stmt *st, struct err *e)
{
	const struct rehearse_rel *r;
	struct rehearse_held *h;
	const char *name;
	int i, mode, added;

	for (i = 0; i < db_count(rows); i++) {
		name = db_get(rows, i, "mode");
		mode = name ? rehearse_mode(name) : 0;
		name = db_get(rows, i, "shared");
		if (name && check_shared(m, name, mode, e))
			return -1;
		r = mode ? rehearse_shape_find(&m->shape,
		    db_get_int(rows, i, "oid")) : NULL;
		if (!r)
			continue;
		if (mode > rehearse_held_mode(&m->held, r->oid))
			rehearse_lock_add(st, r, mode);
		h = rehearse_held_of(&m->held, r->oid, mode, &added);
		if (added)
			h->us = m->began_us;
	}
	return 0;
}

/* The file of what ROLLBACK TO has let go of is the one before. */
static int
let_go(struct rehearse_measure *m, const struct db_rows *rows, int64_t now,
    struct err *e)
{
	struct buf only = { 0 };
	struct rehearse_held *h;
	size_t i, gone = 0;
	int k, r = 0;

	for (i = 0; i < m->held.n; i++) {
		h = &m->held.v[i];
		h->there = 0;
		for (k = 0; k < db_count(rows) && !h->there; k++)
			h->there = db_get_int(rows, k, "oid") == h->oid &&
			    rehearse_mode(db_get(rows, k, "mode")) == h->mode;
		gone += !h->there;
		if (!h->there && h->mode == 8)
			buf_printf(&only, "%s%" PRId64, only.len ? "," : "",
			    h->oid);
	}
	if (gone > 0)
		rehearse_blocked_let_go(m, now);
	if (only.len > 0)
		r = rehearse_shape_again(m->db, &m->shape, buf_text(&only),
		    NULL, e);
	buf_release(&only);
	return r;
}

/* A new file comes with an exclusive lock only. */
static int
take_rewrites(struct rehearse_measure *m, const struct split_stmt *text,
    struct rehearse_stmt *st, struct err *e)
{
	struct buf only = { 0 };
	size_t i;
	int r = 0;

	for (i = 0; i < m->held.n; i++)
		if (m->held.v[i].mode == 8)
			buf_printf(&only, "%s%" PRId64, only.len ? "," : "",
			    m->held.v[i].oid);
	/* After these alone SET TRANSACTION may still come. */
	if (only.len > 0 && !split_begins(text, "lock") &&
	    !split_begins(text, "set"))
		r = rehearse_shape_again(m->db, &m->shape, buf_text(&only), st,
		    e);
	buf_release(&only);
	return r;
}

/* What works CONCURRENTLY locks an index only when nobody uses it. */
static void
forget_indexes(struct rehearse_measure *m, const struct split_stmt *text)
{
	const struct rehearse_rel *r;
	struct classify_index index;
	size_t i, n = 0;

	classify_index(text, &index);
	for (i = 0; i < m->held.n; i++) {
		r = rehearse_shape_find(&m->shape, m->held.v[i].oid);
		if (r && (r->kind != 'i' || index.what == CLASSIFY_NONE))
			m->held.v[n++] = m->held.v[i];
	}
	m->held.n = n;
	classify_index_release(&index);
}

/* A statement without a transaction: all that was seen meanwhile. */
static int
take_sample(struct rehearse_measure *m, const struct split_stmt *text,
    struct rehearse_stmt *st, struct err *e)
{
	size_t i;

	st->sampled = 1;
	if (rehearse_sample_end(m->sample, &m->held, e))
		return -1;
	forget_indexes(m, text);
	for (i = 0; i < m->held.n; i++)
		rehearse_lock_add(st, rehearse_shape_find(&m->shape,
		    m->held.v[i].oid), m->held.v[i].mode);
	rehearse_blocked_add(m);
	return rehearse_shape_again(m->eye, &m->shape, NULL, st, e);
}

static struct rehearse_stmt *
add_stmt(struct rehearse_measure *m, const struct apply_stmt *s,
    size_t *column)
{
	const struct split_stmt *text = &s->steps->stmts[s->index];
	struct rehearse_done *d = m->done;
	struct rehearse_stmt *st;

	d->v = mem_grow(d->v, d->n + 1, sizeof(*d->v));
	st = &d->v[d->n++];
	*st = (struct rehearse_stmt){ .text = steps_excerpt(text),
		.us = rehearse_measure_us(m) - m->began_us, .rows = s->rows };
	split_where(&s->steps->split, text->sql, &st->line, column);
	return st;
}

int
rehearse_measure_after(void *ctx, const struct apply_stmt *s, struct err *e)
{
	struct rehearse_measure *m = ctx;
	int64_t from = clock_us();
	struct db_rows *rows = NULL;
	const struct split_stmt *text = &s->steps->stmts[s->index];
	size_t column;
	struct rehearse_stmt *st = add_stmt(m, s, &column);
	int r = look(m, &rows, e);

	if (r == 0)
		st->wal_bytes = db_get_int(rows, 0, "wal") - m->wal;
	if (r == 0 && is_alone(s)) {
		r = take_sample(m, text, st, e);
	} else if (r == 0) {
		if (split_begins(text, "rollback"))
			r = let_go(m, rows, m->began_us + st->us, e);
		if (r == 0)
			r = take_locks(m, rows, st, e);
		if (r == 0)
			r = take_rewrites(m, text, st, e);
	}
	rehearse_lock_sort(st);
	if (r == 0)
		rehearse_compare(m, column);
	if (is_alone(s))
		rehearse_held_release(&m->held);
	db_rows_free(rows);
	m->paused_us += clock_us() - from;
	return r;
}

void
rehearse_measure_stop(struct rehearse_measure *m)
{
	rehearse_sample_stop(m->sample);
	db_close(m->eye);
	rehearse_held_release(&m->held);
	rehearse_shape_release(&m->shape);
	free(m->pid);
	*m = (struct rehearse_measure){ 0 };
}
