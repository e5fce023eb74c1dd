#include "ub/migrate/ledger.h"

#include "base/buf.h"
#include "base/mem.h"

/* Its tables' names and columns, by which each is known; the columns as
 * "name type, …" in the order of the table. */
static const char find[] =
    "WITH t AS (SELECT n.nspname AS schema, c.relname AS name,"
    " string_agg(a.attname || ' ' || y.typname, ',' ORDER BY a.attnum) AS has"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
    " AND NOT a.attisdropped JOIN pg_type y ON y.oid = a.atttypid"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'"
    " AND n.nspname <> 'information_schema'"
    " AND ($1::text = '' OR n.nspname IN ($1, 'sqitch',"
    " 'prisma_contract'))"
    " AND c.relname IN ('_prisma_migrations', 'schema_migrations',"
    " 'flyway_schema_history', 'alembic_version', 'django_migrations',"
    " 'changes', 'marker', 'ar_internal_metadata')"
    " GROUP BY n.nspname, c.relname)"
    ", k AS MATERIALIZED (SELECT schema, name, CASE"
    " WHEN name = '_prisma_migrations' AND has LIKE '%migration_name %'"
    " THEN 'prisma'"
    " WHEN name = 'schema_migrations' AND has = 'version int8,dirty bool'"
    " THEN 'golang-migrate'"
    " WHEN name = 'schema_migrations' AND has = 'version varchar'"
    " AND NOT EXISTS (SELECT FROM t r WHERE r.schema = t.schema"
    " AND r.name = 'ar_internal_metadata') THEN 'dbmate'"
    " WHEN name = 'flyway_schema_history' AND has LIKE 'installed_rank %'"
    " THEN 'flyway'"
    " WHEN name = 'alembic_version' AND has = 'version_num varchar'"
    " THEN 'alembic'"
    " WHEN name = 'django_migrations' AND has LIKE '%app varchar,%'"
    " THEN 'django'"
    " WHEN name = 'changes' AND has LIKE 'change_id text,%' THEN 'sqitch'"
    " WHEN name = 'marker' AND schema = 'prisma_contract' THEN 'prisma8'"
    " END AS tool FROM t),"
    /* Where its tool looks for it, if nobody says where: Prisma in public,
     * three in the session's own schema alone. */
    " p AS (SELECT *, CASE"
    " WHEN $1::text <> '' OR tool IN ('sqitch', 'prisma8') THEN 0"
    " WHEN tool = 'prisma' THEN CASE WHEN schema = 'public' THEN 0 END"
    " WHEN tool IN ('dbmate', 'golang-migrate', 'flyway')"
    " THEN CASE WHEN schema = $2 THEN 0 END"
    " ELSE array_position($3::name[], schema) END AS place"
    " FROM k WHERE tool IS NOT NULL)"
    " SELECT schema, name, tool, place IS NULL OR"
    " place > min(place) OVER (PARTITION BY tool) AS outside"
    " FROM p ORDER BY schema, name";

struct found {
	struct ledger *v;
	size_t n;
};

/* RFC 3339, UTC. */
#define TIME(x) " pg_catalog.to_char((" x ")::timestamptz AT TIME ZONE" \
	" 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS at,"

/* How each is read: version, name, checksum, at, logs, failed, rolled_back;
 * %s is the table. */
static const char *const reads[] = {
	[MIGRATE_PRISMA] = "SELECT migration_name AS version, NULL AS name,"
	    " checksum," TIME("coalesce(finished_at, started_at)") " logs,"
	    " finished_at IS NULL AND rolled_back_at IS NULL AS failed,"
	    " rolled_back_at IS NOT NULL AS rolled_back"
	    " FROM %s ORDER BY started_at, migration_name",
	[MIGRATE_DBMATE] = "SELECT version, NULL AS name, NULL AS checksum,"
	    " NULL AS at, NULL AS logs, false AS failed, false AS rolled_back"
	    " FROM %s ORDER BY version COLLATE \"C\"",
	[MIGRATE_GOLANG] = "SELECT version::text, NULL AS name,"
	    " NULL AS checksum, NULL AS at, NULL AS logs, dirty AS failed,"
	    " false AS rolled_back FROM %s WHERE version >= 0 OR dirty",
	[MIGRATE_FLYWAY] = "SELECT version, description AS name,"
	    " checksum::text," TIME("installed_on") " NULL AS logs,"
	    " NOT success AS failed,"
	    " starts_with(type, 'UNDO') OR type = 'DELETE' AS rolled_back,"
	    " type = 'BASELINE' AS baseline"
	    " FROM %s WHERE type <> 'SCHEMA' ORDER BY installed_rank",
	[MIGRATE_ALEMBIC] = "SELECT version_num AS version, NULL AS name,"
	    " NULL AS checksum, NULL AS at, NULL AS logs, false AS failed,"
	    " false AS rolled_back FROM %s ORDER BY 1",
	[MIGRATE_DJANGO] = "SELECT app || '.' || name AS version,"
	    " NULL AS name, NULL AS checksum," TIME("applied")
	    " NULL AS logs, false AS failed, false AS rolled_back"
	    " FROM %s ORDER BY id",
	[MIGRATE_SQITCH] = "SELECT change_id AS version, change AS name,"
	    " script_hash AS checksum," TIME("committed_at")
	    " NULL AS logs, false AS failed, false AS rolled_back"
	    " FROM %s ORDER BY committed_at",
};

/* The schemas of the session's search_path, and the first of them. After that
 * what is asked is the server's own: anybody who may make things in one of
 * them could have made an operator that suits a varchar better. */
static int
leave_path(struct db *db, struct db_rows **out, struct err *e)
{
	return db_query(db, "SELECT coalesce(pg_catalog.current_schema(), '')"
	    " AS own, pg_catalog.current_schemas(false) AS path,"
	    " pg_catalog.set_config('search_path', 'pg_catalog', true)",
	    NULL, out, e);
}

/* Which ledgers are there; without rows. */
static int
find_all(struct db *db, const char *schema, const struct db_rows *path,
    struct found *f, struct err *e)
{
	const char *params[] = { schema ? schema : "",
		db_get(path, 0, "own"), db_get(path, 0, "path"), NULL };
	struct db_rows *rows = NULL;
	enum migrate_tool tool;
	int i;

	if (db_query(db, find, params, &rows, e))
		return -1;
	f->v = mem_alloc(((size_t)db_count(rows) + 1) * sizeof(*f->v));
	for (i = 0; i < db_count(rows); i++) {
		tool = migrate_tool_of(db_get(rows, i, "tool"));
		if (tool != MIGRATE_NONE)
			f->v[f->n++] = (struct ledger){ .tool = tool,
				.schema = mem_dup(db_get(rows, i, "schema")),
				.table = mem_dup(db_get(rows, i, "name")),
				.outside = db_get_bool(rows, i, "outside") };
	}
	db_rows_free(rows);
	return 0;
}

static int
refuse(const struct ledger *v, size_t n, struct err *e)
{
	struct buf names = { 0 };
	int outside = v[0].outside;
	size_t i;

	for (i = 0; i < n; i++)
		buf_printf(&names, "%s%s.%s (%s)", i ? ", " : "", v[i].schema,
		    v[i].table, migrate_tool_name(v[i].tool));
	err_set(e, ERR_REFUSED, "migrate.ledgers", "%s: %s", outside ?
	    "there is no ledger where it is looked for, but there is one "
	    "elsewhere" : "there are ledgers of several tools",
	    buf_text(&names));
	buf_release(&names);
	if (outside)
		return err_hint(e, "say in database.url whether it is the "
		    "project's: ?schema=%s; or, for a new one, which schema "
		    "that is to be in", v[0].schema);
	return err_hint(e, "say which: migrate.ledger, or the schema in "
	    "database.url (?schema=)");
}

static int
is_wanted(const struct ledger *l, enum migrate_tool want)
{
	return want == MIGRATE_NONE || l->tool == want ||
	    (want == MIGRATE_PRISMA && l->tool == MIGRATE_PRISMA8);
}

/* Leave out what is not wanted; and of that, what is not where its tool looks
 * for it, but if nothing is. */
static size_t
keep(struct ledger *v, size_t n, enum migrate_tool want)
{
	size_t i, kept = 0;
	int inside = 0;

	for (i = 0; i < n; i++)
		inside |= is_wanted(&v[i], want) && !v[i].outside;
	for (i = 0; i < n; i++) {
		if (!is_wanted(&v[i], want) || (inside && v[i].outside))
			ledger_release(&v[i]);
		else if (kept++ != i) {
			v[kept - 1] = v[i];
			v[i] = (struct ledger){ 0 };
		}
	}
	return kept;
}

int
ledger_open(struct db *db, const char *schema, enum migrate_tool want,
    struct ledger *out, struct err *e)
{
	struct found f = { 0 };
	struct db_rows *path = NULL;
	size_t i;
	int r = leave_path(db, &path, e);

	if (r == 0)
		r = find_all(db, schema, path, &f, e);
	f.n = keep(f.v, f.n, want);
	if (r == 0 && f.n > 0 && (f.n > 1 || f.v[0].outside))
		r = refuse(f.v, f.n, e);
	else if (r == 0 && f.n == 1 && f.v[0].tool == MIGRATE_PRISMA8)
		r = err_set(e, ERR_REFUSED, "migrate.prisma8",
		    "the ledger is that of Prisma 8, which ub does not know");
	if (r == 0 && f.n == 1) {
		*out = f.v[0];
		f.v[0] = (struct ledger){ 0 };
	} else if (r == 0 && (schema || *db_get(path, 0, "own"))) {
		out->schema = mem_dup(schema ? schema :
		    db_get(path, 0, "own"));
	}
	for (i = 0; i < f.n; i++)
		ledger_release(&f.v[i]);
	free(f.v);
	db_rows_free(path);
	return r;
}

static char *
copy(const struct db_rows *rows, int i, const char *column)
{
	return mem_dup(db_get(rows, i, column));
}

int
ledger_read(struct db *db, struct ledger *l, struct err *e)
{
	char *schema = db_ident(l->schema), *table = db_ident(l->table);
	char *at = mem_printf("%s.%s", schema, table);
	const char *sql = reads[l->tool], *mark = strstr(sql, "%s");
	char *whole = mem_printf("%.*s%s%s", (int)(mark - sql), sql, at,
	    mark + 2);
	struct db_rows *rows = NULL;
	struct ledger_row *w;
	int i, r = db_query(db, whole, NULL, &rows, e);

	free(whole);
	free(at);
	free(table);
	free(schema);
	if (r)
		return -1;
	l->v = mem_alloc(((size_t)db_count(rows) + 1) * sizeof(*l->v));
	for (i = 0; i < db_count(rows); i++) {
		w = &l->v[l->n++];
		w->version = copy(rows, i, "version");
		w->name = copy(rows, i, "name");
		w->checksum = copy(rows, i, "checksum");
		w->at = copy(rows, i, "at");
		w->logs = copy(rows, i, "logs");
		w->state = db_get_bool(rows, i, "failed") ? LEDGER_FAILED :
		    db_get_bool(rows, i, "rolled_back") ? LEDGER_ROLLED_BACK :
		    LEDGER_APPLIED;
		w->baseline = l->tool == MIGRATE_FLYWAY &&
		    db_get_bool(rows, i, "baseline");
	}
	db_rows_free(rows);
	return 0;
}

void
ledger_release(struct ledger *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		free(l->v[i].version);
		free(l->v[i].name);
		free(l->v[i].checksum);
		free(l->v[i].at);
		free(l->v[i].logs);
	}
	free(l->v);
	free(l->schema);
	free(l->table);
	*l = (struct ledger){ 0 };
}
