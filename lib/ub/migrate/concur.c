#include "ub/migrate/concur.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/log.h"

/*
 * The indexes that are meant: $1 the name (or schema) as written, $2 the
 * table as written, $3 the note. A note is "there", "invalid" (there, but
 * so), or "{1,2}": those that there were, where the server chooses the name.
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
#define BESIDE SELECT \
	"NOT x.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' AND "
#define TABLE "coalesce(pg_catalog.to_regclass(nullif($2, ''))," \
	" (SELECT o.indrelid FROM pg_catalog.pg_index o WHERE" \
	" o.indexrelid = pg_catalog.to_regclass(nullif($1, ''))))"
#define NEW BESIDE "x.indexrelid <> ALL ($3::pg_catalog.oid[])" \
	" AND x.indrelid IN (SELECT pg_catalog.unnest(ARRAY[t.oid," \
	" t.reltoastrelid]) FROM pg_catalog.pg_class t WHERE "

static const char rebuilt[] = BESIDE "x.indrelid = " TABLE;
/* With a note, of partitions and TOAST tables, too. */
static const char rebuilt_since[] = NEW "t.oid = " TABLE " OR t.oid IN"
    " (SELECT p.relid FROM pg_catalog.pg_partition_tree(" TABLE ") p))";
static const char rebuilt_all[] = NEW "$1 = '' OR t.relnamespace = (SELECT"
    " s.oid FROM pg_catalog.pg_namespace s WHERE s.nspname ="
    " (pg_catalog.parse_ident($1))[1]::pg_catalog.name))";

/* The server chooses the names, and only a note tells which are meant. */
static int
is_unnamed(const struct classify_index *x)
{
	return !x->name && (x->what == CLASSIFY_CREATE ||
	    (x->what == CLASSIFY_REBUILD && !x->table));
}

static const char *
question(const struct classify_index *x, const char *note)
{
	if (x->what == CLASSIFY_DROP)
		return dropped;
	if (x->what == CLASSIFY_CREATE)
		return x->name ? named : unnamed;
	if (is_unnamed(x))
		return rebuilt_all;
	return note ? rebuilt_since : rebuilt;
}

static int
find(struct db *db, const struct classify_index *x, const char *note,
    struct db_rows **rows, struct err *e)
{
	const char *name = x->schema ? x->schema : x->name;
	const char *params[] = { name ? name : "", x->table ? x->table : "",
		note ? note : "{}", NULL };

	return db_query(db, question(x, note), params, rows, e);
}

/* "{1,2}": those that are there. */
static int
list(struct db *db, const struct classify_index *x, char **note,
    struct err *e)
{
	struct db_rows *rows = NULL;
	struct buf b = { 0 };
	int i;

	if (find(db, x, "{}", &rows, e))
		return -1;
	for (i = 0; i < db_count(rows); i++)
		buf_printf(&b, "%c%s", i > 0 ? ',' : '{',
		    db_get(rows, i, "oid"));
	buf_puts(&b, i > 0 ? "}" : "{}");
	*note = buf_detach(&b);
	db_rows_free(rows);
	return 0;
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
	struct look at;

	*note = NULL;
	if (x->what == CLASSIFY_NONE)
		return 0;
	if (x->what == CLASSIFY_REBUILD || is_unnamed(x))
		return list(db, x, note, e);
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
		if (r)
			err_in(e, "cannot drop the invalid index %s.%s",
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
	struct err one = { 0 };
	int i, r = 0;

	if (x->what != CLASSIFY_CREATE && x->what != CLASSIFY_REBUILD)
		return 0;
	if (is_unnamed(x) && !note)
		return 0;
	if (find(db, x, note, &rows, e))
		return -1;
	/* One that cannot go does not keep the others. */
	for (i = 0; i < db_count(rows); i++) {
		if (db_get_bool(rows, i, "valid") ||
		    drop_one(db, rows, i, r ? &one : e) == 0)
			continue;
		if (r)
			log_warn("migrate.invalid", "%s", one.msg);
		err_release(&one);
		r = -1;
	}
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
