/* record_golang.c - schema_migrations, as golang-migrate writes it. */
#include "base/mem.h"
#include "sys/log.h"
#include "ub/migrate/record_priv.h"

/* As its SetVersion: the table holds one row. */
static int
set(struct db *db, const struct ledger *l, const char *version,
    int dirty, struct err *e)
{
	const char *params[] = { version, dirty ? "true" : "false", NULL };

	if (record_run(db, l, "TRUNCATE %t", NULL, e))
		return -1;
	if (!version)
		return 0;
	return record_write(db, l, "INSERT INTO %t (version, dirty)"
	    " VALUES ($1::pg_catalog.int8, $2::pg_catalog.bool)", params, e);
}

int
record_golang_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return set(db, l, r->m->version, 0, e);
}

int
record_golang_begin(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return set(db, l, r->m->version, 1, e);
}

int
record_golang_back(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	const char *row = r->before ? r->before->version : "";

	if (r->row)
		row = r->row;
	else
		log_warn("migrate.ledger", "what the ledger said before '%s' "
		    "is not known; by the files it is taken for %s",
		    r->m->name, *row ? row : "nothing");
	return set(db, l, *row ? row : NULL, 0, e);
}

int
record_golang_row(struct db *db, const struct ledger *l, char **out,
    struct err *e)
{
	char *schema = db_ident(l->schema), *table = db_ident(l->table);
	char *sql = mem_printf("SELECT version FROM %s.%s LIMIT 1", schema,
	    table);
	int r = db_value(db, sql, NULL, out, e);

	free(sql);
	free(table);
	free(schema);
	if (r == 0 && !*out)
		*out = mem_dup("");
	return r;
}
