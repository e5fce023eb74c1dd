/* trail_sql.c - statements on the table of trails. */
#include "base/buf.h"
#include "base/mem.h"
#include "ub/migrate/name.h"
#include "ub/migrate/trail_priv.h"

#define PART(x, of) "substring(" x " FROM '" of "')"
#define SAME(of) PART("migration", of) " = " PART("$1::pg_catalog.text", of)

#define VERSION(x) MIGRATE_FLYWAY_PLAIN("pg_catalog.replace(" \
	PART(x, "^V(.*?)__") ", '_', '.')")

/* Whoever renames a file, but keeps the version, means the same migration:
 * so does the ledger. */
static const char *const same[] = {
	[MIGRATE_DBMATE] = SAME("^[0-9]+"),
	[MIGRATE_GOLANG] = SAME("^0*([0-9]+)_"),
	[MIGRATE_FLYWAY] = VERSION("migration") " = "
	    VERSION("$1::pg_catalog.text"),
};

char *
trail_sql(const struct ledger *l, const char *sql)
{
	const char *by = l->tool < UB_LEN(same) ? same[l->tool] : NULL;
	char *schema = db_ident(l->schema);
	struct buf b = { 0 };
	const char *mark;

	for (; (mark = strchr(sql, '%')); sql = mark + 2) {
		buf_add(&b, sql, (size_t)(mark - sql));
		if (mark[1] == 't')
			buf_printf(&b, "%s." TRAIL_TABLE, schema);
		else
			buf_puts(&b, by ? by : "false");
	}
	buf_puts(&b, sql);
	free(schema);
	return buf_detach(&b);
}

int
trail_run(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e)
{
	char *text = trail_sql(l, sql);
	struct db_rows *rows = NULL;
	int r = db_query(db, text, params, &rows, e);

	free(text);
	if (r)
		return err_in(e, "cannot note how far the migration has come");
	r = db_touched(rows);
	db_rows_free(rows);
	return r;
}

/* Who could have made the ledger say what he likes. */
#define TRUSTED "o.rolsuper OR o.rolname IN (current_user, session_user)" \
	" OR o.oid OPERATOR(pg_catalog.=) (SELECT nspowner FROM" \
	" pg_catalog.pg_namespace n WHERE n.oid OPERATOR(pg_catalog.=)" \
	" c.relnamespace)" \
	" OR o.oid OPERATOR(pg_catalog.=) (SELECT relowner FROM" \
	" pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=)" \
	" pg_catalog.to_regclass($2)::pg_catalog.oid) OR o.oid" \
	" OPERATOR(pg_catalog.=) (SELECT datdba FROM" \
	" pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=)" \
	" pg_catalog.current_database())"

/* Always -1. */
static int
distrust(const char *table, const char *owner, struct err *e)
{
	err_set(e, ERR_REFUSED, "migrate.steps", "the table %s belongs to "
	    "'%s', who owns neither the ledger, nor the schema, nor the "
	    "database: what it says is not believed", table, owner);
	return err_hint(e, "look where it comes from; then drop it, or make "
	    "it yours: ALTER TABLE … OWNER TO …");
}

int
trail_is_there(struct db *db, const struct ledger *l, int *yes,
    struct err *e)
{
	char *table = trail_sql(l, "%t");
	char *schema = db_ident(l->schema), *name = db_ident(l->table);
	char *ledger = mem_printf("%s.%s", schema, name);
	const char *params[] = { table, ledger, NULL };
	struct db_rows *rows = NULL;
	int r = db_query(db, "SELECT o.rolname AS owner, " TRUSTED
	    " AS trusted FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles o"
	    " ON o.oid OPERATOR(pg_catalog.=) c.relowner WHERE c.oid"
	    " OPERATOR(pg_catalog.=)"
	    " pg_catalog.to_regclass($1)::pg_catalog.oid", params, &rows, e);

	*yes = r == 0 && db_count(rows) > 0;
	if (*yes && !db_get_bool(rows, 0, "trusted"))
		r = distrust(table, db_get(rows, 0, "owner"), e);
	db_rows_free(rows);
	free(ledger);
	free(name);
	free(schema);
	free(table);
	return r;
}
