#include "ub/migrate/concur.h"

#include "base/mem.h"
#include "sys/log.h"

/*
 * The indexes that are meant: $1 the name as written, $2 the table as
 * written, $3 the note. A note is "there", "invalid" (there, but so), or
 * "{1,2}": those that the table had, where the server chooses the name.
 */
#define SELECT "SELECT x.indexrelid AS oid, n.nspname, c.relname," \
	" x.indisvalid AND x.indisready AS valid" \
	" FROM pg_catalog.pg_index x" \
	" JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" WHERE c.relkind = 'i' AND $1 = $1 AND $2 = $2 AND $3 = $3 AND "

/* CREATE: in the schema of the table. */
static const char named[] = SELECT
    "x.indrelid = pg_catalog.to_regclass($2)"
    /* Long ones are cut, as the server has cut the index's. */
    " AND c.relname = (pg_catalog.parse_ident($1))[1]::pg_catalog.name";
static const char unnamed[] = SELECT
    "x.indrelid = pg_catalog.to_regclass($2)"
    " AND x.indexrelid <> ALL ($3::pg_catalog.oid[])";
static const char dropped[] = SELECT
    "x.indexrelid = pg_catalog.to_regclass($1)";
/* Those that REINDEX makes beside the one it rebuilds. */
static const char rebuilt[] = SELECT
    "NOT x.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND x.indrelid ="
    " coalesce(pg_catalog.to_regclass(nullif($2, '')), (SELECT o.indrelid"
    " FROM pg_catalog.pg_index o"
    " WHERE o.indexrelid = pg_catalog.to_regclass(nullif($1, ''))))";

static int
is_unnamed(const struct classify_index *x)
{
	return x->what == CLASSIFY_CREATE && !x->name;
}

static int
find(struct db *db, const struct classify_index *x, const char *note,
    struct db_rows **rows, struct err *e)
{
	const char *params[] = { x->name ? x->name : "",
		x->table ? x->table : "", note ? note : "{}", NULL };
	const char *sql = x->what == CLASSIFY_REBUILD ? rebuilt :
	    x->what == CLASSIFY_DROP ? dropped :
	    x->name ? named : unnamed;

	return db_query(db, sql, params, rows, e);
}

struct look {
	int there; /* one is */
	int valid; /* and it is (all are) */
};

static int
look(struct db *db, const struct classify_index *x, const char *note,
    struct look *out, struct err *e)
{
	struct db_rows *rows = NULL;
	int i;

	if (find(db, x, note, &rows, e))
		return -1;
	out->valid = out->there = db_count(rows) > 0;
	for (i = 0; i < db_count(rows); i++)
		out->valid &= db_get_bool(rows, i, "valid");
	db_rows_free(rows);
	return 0;
}

int
concur_before(struct db *db, const struct classify_index *x, char **note,
    struct err *e)
{
	const char *params[] = { x->table, NULL };
	struct look at;

	*note = NULL;
	if (x->what == CLASSIFY_NONE || x->what == CLASSIFY_REBUILD)
		return 0;
	if (is_unnamed(x))
		return db_value(db, "SELECT coalesce(pg_catalog.array_agg("
		    "indexrelid), '{}') FROM pg_catalog.pg_index WHERE"
		    " indrelid = pg_catalog.to_regclass($1)", params, note, e);
	if (look(db, x, NULL, &at, e))
		return -1;
	if (at.there && (at.valid || x->what == CLASSIFY_DROP))
		*note = mem_dup(at.valid ? "there" : "invalid");
	return 0;
}

int
concur_finished(struct db *db, const struct classify_index *x,
    const char *note, int *yes, struct err *e)
{
	struct look at;

	*yes = 0;
	if (x->what == CLASSIFY_NONE || x->what == CLASSIFY_REBUILD ||
	    (is_unnamed(x) && !note))
		return 0;
	if (look(db, x, note, &at, e))
		return -1;
	if (x->what == CLASSIFY_DROP)
		*yes = !at.there && note;
	else
		*yes = at.valid && (!x->name || !note);
	return 0;
}

/* Another session may be at it: it looks the same. */
static int
check_building(struct db *db, const char *oid, const char *name,
    struct err *e)
{
	const char *params[] = { oid, NULL };
	char *pid = NULL;
	/* Of another role only the pid is told, but its lock is seen. */
	int r = db_value(db, "SELECT p.pid FROM"
	    " pg_catalog.pg_stat_progress_create_index p"
	    " WHERE p.index_relid = $1::pg_catalog.oid OR p.index_relid IS"
	    " NULL AND p.pid IN (SELECT l.pid FROM pg_catalog.pg_locks l JOIN"
	    " pg_catalog.pg_index x ON x.indrelid = l.relation WHERE"
	    " x.indexrelid = $1::pg_catalog.oid AND l.granted AND l.mode ="
	    " 'ShareUpdateExclusiveLock')", params, &pid, e);

	if (r == 0 && pid) {
		r = err_set(e, ERR_LATER, "migrate.building",
		    "index '%s' is being built by pid %s", name, pid);
		err_hint(e, "wait for it, or end it with"
		    " SELECT pg_terminate_backend(%s)", pid);
	}
	free(pid);
	return r;
}

static int
drop_one(struct db *db, const struct db_rows *rows, int i, struct err *e)
{
	char *schema = db_ident(db_get(rows, i, "nspname"));
	char *name = db_ident(db_get(rows, i, "relname"));
	int r = check_building(db, db_get(rows, i, "oid"), name, e);

	if (r == 0) {
		log_info("dropping the invalid index %s.%s that an earlier "
		    "attempt has left", schema, name);
		r = db_exec(db, e, "DROP INDEX CONCURRENTLY IF EXISTS %s.%s",
		    schema, name);
	}
	free(name);
	free(schema);
	return r;
}

int
concur_clean(struct db *db, const struct classify_index *x, const char *note,
    struct err *e)
{
	struct db_rows *rows = NULL;
	int i, r = 0;

	if (x->what != CLASSIFY_CREATE && x->what != CLASSIFY_REBUILD)
		return 0;
	if (is_unnamed(x) && !note)
		return 0;
	if (find(db, x, note, &rows, e))
		return -1;
	for (i = 0; i < db_count(rows) && r == 0; i++)
		if (!db_get_bool(rows, i, "valid"))
			r = drop_one(db, rows, i, e);
	db_rows_free(rows);
	return r;
}

int
concur_spoilt(struct db *db, const struct classify_index *x,
    const char *note, struct err *e)
{
	struct look at;

	if (x->what != CLASSIFY_DROP || !note || strcmp(note, "there") != 0)
		return 0;
	if (look(db, x, note, &at, e))
		return -1;
	return at.there && !at.valid;
}

int
concur_check(struct db *db, const struct classify_index *x, const char *note,
    struct err *e)
{
	struct look at;

	if (x->what != CLASSIFY_CREATE)
		return 0;
	if (look(db, x, note, &at, e))
		return -1;
	if (!at.there || at.valid)
		return 0;
	return err_set(e, ERR_TROUBLE, "migrate.invalid",
	    "the index on %s was made, but is INVALID", x->table);
}
