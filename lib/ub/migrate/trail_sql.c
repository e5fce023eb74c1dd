/* trail_sql.c - statements on the table of trails. */
#include "base/buf.h"
#include "base/mem.h"
#include "ub/migrate/trail_priv.h"

#define PART(x, of) "substring(" x " FROM '" of "')"
#define SAME(of) PART("migration", of) " = " PART("$1::pg_catalog.text", of)

/* Whoever renames a file, but keeps the version, means the same migration:
 * so does the ledger. */
static const char *const same[] = {
	[MIGRATE_DBMATE] = SAME("^[0-9]+"),
	[MIGRATE_GOLANG] = SAME("^0*([0-9]+)_"),
	[MIGRATE_FLYWAY] = SAME("^V.*?__"),
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
