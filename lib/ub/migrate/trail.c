#include "ub/migrate/trail.h"

#include "base/mem.h"
#include "ub/migrate/trail_priv.h"

/* The number of the row that says that the migration is begun. */
#define BEGUN (-1)

/* The name under which $1 is known: its own, or what it was called before. */
#define KNOWN "(SELECT migration FROM %t WHERE migration = $1 OR %s" \
	" ORDER BY migration <> $1, migration LIMIT 1)"

static int
run(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e)
{
	return trail_run(db, l, sql, params, e) < 0 ? -1 : 0;
}

/* Always -1: a trigger may have it so, and the server says nothing of it. */
static int
not_taken(const struct ledger *l, struct err *e)
{
	return err_set(e, ERR_TROUBLE, "migrate.ledger", "cannot note how far "
	    "the migration has come: the table %s." TRAIL_TABLE " did not "
	    "take the row", l->schema);
}

/* As run(), of one that has to write a row. */
static int
write_row(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e)
{
	int n = trail_run(db, l, sql, params, e);

	return n > 0 ? 0 : n < 0 ? -1 : not_taken(l, e);
}

/* Take rows away, of which there may be none; where names all params. */
static int
take_away(struct db *db, const struct ledger *l, const char *where,
    const char *const *params, struct err *e)
{
	char *sql = mem_printf("DELETE FROM %%t%s", where);
	int n = trail_run(db, l, sql, params, e);

	free(sql);
	if (n != 0)
		return n < 0 ? -1 : 0;
	sql = mem_printf("SELECT FROM %%t%s", where);
	n = trail_run(db, l, sql, params, e);
	free(sql);
	return n > 0 ? not_taken(l, e) : n;
}

static int
take_rows(const struct db_rows *rows, struct trail *out)
{
	struct trail_mark *m;
	int i;

	out->begun = db_count(rows) > 0;
	for (i = 0; i < db_count(rows); i++) {
		if (db_get_int(rows, i, "step") == BEGUN) {
			out->row = mem_dup(db_get(rows, i, "note"));
			continue;
		}
		/* Steps are numbered without a gap. */
		if (db_get_int(rows, i, "step") != (int64_t)out->n)
			return -1;
		m = &out->v[out->n++];
		m->state = db_get_bool(rows, i, "is_done") ? TRAIL_DONE :
		    TRAIL_BEGUN;
		m->sum = mem_dup(db_get(rows, i, "sum"));
		m->note = mem_dup(db_get(rows, i, "note"));
	}
	return 0;
}

int
trail_read(struct db *db, const struct ledger *l, const char *name,
    struct trail *out, struct err *e)
{
	const char *params[] = { name, NULL };
	struct db_rows *rows = NULL;
	char *text;
	int yes, r;

	if (trail_is_there(db, l, &yes, e))
		return -1;
	if (!yes)
		return 0;
	text = trail_sql(l, "SELECT step, sum, note,"
	    " done IS NOT NULL AS is_done FROM %t WHERE migration = " KNOWN
	    " ORDER BY step");
	r = db_query(db, text, params, &rows, e);
	free(text);
	if (r)
		return -1;
	out->v = mem_alloc(((size_t)db_count(rows) + 1) * sizeof(*out->v));
	if (take_rows(rows, out))
		r = err_set(e, ERR_TROUBLE, "migrate.steps", "the table "
		    TRAIL_TABLE " is damaged: a step of '%s' is missing",
		    name);
	db_rows_free(rows);
	return r;
}

int
trail_names(struct db *db, const struct ledger *l, struct vec *out,
    struct err *e)
{
	struct db_rows *rows = NULL;
	char *text;
	int i, yes, r;

	if (trail_is_there(db, l, &yes, e))
		return -1;
	if (!yes)
		return 0;
	text = trail_sql(l, "SELECT DISTINCT migration FROM %t ORDER BY 1");
	r = db_query(db, text, NULL, &rows, e);
	for (i = 0; r == 0 && i < db_count(rows); i++)
		vec_add(out, db_get(rows, i, "migration"));
	db_rows_free(rows);
	free(text);
	return r;
}

void
trail_release(struct trail *t)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		free(t->v[i].sum);
		free(t->v[i].note);
	}
	free(t->v);
	free(t->row);
	*t = (struct trail){ 0 };
}

void
trail_sum(const struct steps *s, size_t step, char out[HASH_HEX_LEN + 1])
{
	const struct step *at = &s->v[step];
	struct hash *h = hash_new();
	size_t i;

	for (i = at->first; i < at->first + at->n; i++) {
		hash_add(h, s->stmts[i].sql, s->stmts[i].len);
		hash_add(h, "", 1); /* a NUL, which is in no script */
		hash_add(h, s->stmts[i].rows, s->stmts[i].rows_len);
		hash_add(h, "", 1);
	}
	hash_end(h, out);
}

#define AGAIN " ON CONFLICT (migration, step) DO UPDATE SET" \
	" sum = excluded.sum"

int
trail_begin(struct db *db, const struct ledger *l, const char *name,
    const char *row, struct err *e)
{
	const char *known[] = { name, NULL }, *params[] = { name, row, NULL };
	int yes;

	if (run(db, l, "CREATE TABLE IF NOT EXISTS %t (migration"
	    " pg_catalog.text NOT NULL, step pg_catalog.int4 NOT NULL,"
	    " sum pg_catalog.text NOT NULL, note pg_catalog.text,"
	    " begun pg_catalog.timestamptz NOT NULL DEFAULT"
	    " pg_catalog.clock_timestamp(), done pg_catalog.timestamptz,"
	    " PRIMARY KEY (migration, step))", NULL, e) ||
	    trail_is_there(db, l, &yes, e) ||
	    run(db, l, "UPDATE %t SET migration = $1 WHERE migration = " KNOWN
	    " AND migration <> $1", known, e))
		return -1;
	/* Written anew rather than left alone, so that a row is touched. */
	return write_row(db, l, row ? "INSERT INTO %t (migration, step, sum,"
	    " note) VALUES ($1, -1, '', $2)" AGAIN : "INSERT INTO %t"
	    " (migration, step, sum) VALUES ($1, -1, '')" AGAIN, params, e);
}

static int
write_mark(struct db *db, const struct ledger *l, const struct trail_step *s,
    const char *sql, struct err *e)
{
	char *step = mem_printf("%zu", s->step);
	const char *params[] = { s->name, step, s->sum,
		s->note ? s->note : "", NULL };
	int r = write_row(db, l, sql, params, e);

	free(step);
	return r;
}

int
trail_begun(struct db *db, const struct ledger *l,
    const struct trail_step *s, struct err *e)
{
	return write_mark(db, l, s, "INSERT INTO %t (migration, step, sum,"
	    " note) VALUES ($1, $2::pg_catalog.int4, $3, nullif($4, ''))"
	    " ON CONFLICT (migration, step) DO UPDATE SET sum = excluded.sum,"
	    " begun = excluded.begun, note = excluded.note", e);
}

int
trail_done(struct db *db, const struct ledger *l, const struct trail_step *s,
    struct err *e)
{
	return write_mark(db, l, s, "INSERT INTO %t (migration, step, sum,"
	    " note, done) VALUES ($1, $2::pg_catalog.int4, $3,"
	    " nullif($4, ''), pg_catalog.clock_timestamp())"
	    " ON CONFLICT (migration, step) DO UPDATE SET sum = excluded.sum,"
	    " done = excluded.done", e);
}

int
trail_take_back(struct db *db, const struct ledger *l,
    const struct trail_step *s, struct err *e)
{
	char *step = mem_printf("%zu", s->step);
	const char *params[] = { s->name, step, NULL };
	int r = take_away(db, l, " WHERE migration = $1 AND step ="
	    " $2::pg_catalog.int4 AND done IS NULL", params, e);

	free(step);
	return r;
}

int
trail_forget(struct db *db, const struct ledger *l, const char *name,
    struct err *e)
{
	const char *params[] = { name, NULL };
	char *text, *left = NULL;
	int yes, r;

	if (trail_is_there(db, l, &yes, e))
		return -1;
	if (!yes)
		return 0;
	if (take_away(db, l, " WHERE migration = $1 OR %s", params, e))
		return -1;
	text = trail_sql(l, "SELECT 1 FROM %t LIMIT 1");
	r = db_value(db, text, NULL, &left, e);
	if (r == 0 && !left)
		r = run(db, l, "DROP TABLE %t", NULL, e);
	free(left);
	free(text);
	return r;
}
