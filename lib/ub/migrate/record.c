#include "ub/migrate/record.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ub/migrate/record_priv.h"

/* Both to the letter. */
#define PRISMA "CREATE TABLE IF NOT EXISTS %t (" \
	"id VARCHAR(36) PRIMARY KEY NOT NULL," \
	" checksum VARCHAR(64) NOT NULL," \
	" finished_at TIMESTAMPTZ," \
	" migration_name VARCHAR(255) NOT NULL," \
	" logs TEXT," \
	" rolled_back_at TIMESTAMPTZ," \
	" started_at TIMESTAMPTZ NOT NULL DEFAULT now()," \
	" applied_steps_count INTEGER NOT NULL DEFAULT 0)"
#define FLYWAY "CREATE TABLE IF NOT EXISTS %t (" \
	"installed_rank INT NOT NULL," \
	" version VARCHAR(50)," \
	" description VARCHAR(200) NOT NULL," \
	" type VARCHAR(20) NOT NULL," \
	" script VARCHAR(1000) NOT NULL," \
	" checksum INTEGER," \
	" installed_by VARCHAR(100) NOT NULL," \
	" installed_on TIMESTAMP NOT NULL DEFAULT now()," \
	" execution_time INTEGER NOT NULL," \
	" success BOOLEAN NOT NULL," \
	" CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank));" \
	"CREATE INDEX IF NOT EXISTS flyway_schema_history_s_idx ON %t (success)"

/* As record_run(); with params, how many rows were touched. -1: an error. */
static int
run(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e)
{
	char *schema = db_ident(l->schema), *table = db_ident(l->table);
	char *at = mem_printf("%s.%s", schema, table);
	struct db_rows *rows = NULL;
	struct buf b = { 0 };
	const char *mark;
	int r;

	while ((mark = strstr(sql, "%t"))) {
		buf_add(&b, sql, (size_t)(mark - sql));
		buf_puts(&b, at);
		sql = mark + 2;
	}
	buf_puts(&b, sql);
	r = params ? db_query(db, buf_text(&b), params, &rows, e) :
	    db_exec(db, e, "%s", buf_text(&b));
	if (r)
		err_in(e, "cannot write the ledger %s", at);
	else if (rows)
		r = db_touched(rows);
	db_rows_free(rows);
	buf_release(&b);
	free(at);
	free(table);
	free(schema);
	return r;
}

int
record_run(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e)
{
	return run(db, l, sql, params, e) < 0 ? -1 : 0;
}

/* Always -1. */
static int
not_taken(const struct ledger *l, struct err *e)
{
	err_set(e, ERR_TROUBLE, "migrate.ledger", "cannot write the ledger "
	    "%s.%s: the ledger did not take the row, and the server said "
	    "nothing of it", l->schema, l->table);
	return err_hint(e, "a trigger or a rule of that table keeps it from "
	    "being written");
}

int
record_write(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e)
{
	int n = run(db, l, sql, params, e);

	return n > 0 ? 0 : n < 0 ? -1 : not_taken(l, e);
}

int
record_rest(struct db *db, const struct ledger *l, const char *sql,
    const char *const *params, struct err *e)
{
	int n = run(db, l, sql, params, e);
	char *rest;

	if (n != 0)
		return n < 0 ? -1 : 0;
	rest = mem_printf("SELECT FROM %%t%s", strstr(sql, " WHERE "));
	n = run(db, l, rest, params, e);
	free(rest);
	return n > 0 ? not_taken(l, e) : n;
}

/* What each tool's functions are; a NULL does nothing. */
typedef int record_fn(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e);

static int
dbmate_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	const char *params[] = { r->m->version, NULL };

	return record_write(db, l, "INSERT INTO %t (version) VALUES ($1)",
	    params, e);
}

static const struct {
	const char *table;
	const char *create;
	record_fn *applied, *begin, *finish, *resolve, *checksum;
} tools[] = {
	[MIGRATE_PRISMA] = { "_prisma_migrations", PRISMA,
	    record_prisma_applied, record_prisma_begin, record_prisma_finish,
	    record_prisma_resolve, record_prisma_checksum },
	[MIGRATE_DBMATE] = { "schema_migrations",
	    "CREATE TABLE IF NOT EXISTS %t (version varchar PRIMARY KEY)",
	    dbmate_applied, NULL, dbmate_applied, dbmate_applied, NULL },
	[MIGRATE_GOLANG] = { "schema_migrations",
	    "CREATE TABLE IF NOT EXISTS %t (version bigint not null primary"
	    " key, dirty boolean not null)", record_golang_applied,
	    record_golang_begin, record_golang_applied, record_golang_applied,
	    NULL },
	[MIGRATE_FLYWAY] = { "flyway_schema_history", FLYWAY,
	    record_flyway_applied, record_flyway_fail, record_flyway_finish,
	    record_flyway_finish, record_flyway_checksum },
};

int
record_knows(enum migrate_tool t)
{
	return (size_t)t < UB_LEN(tools) && tools[t].table;
}

const char *
record_table(enum migrate_tool t)
{
	return tools[t].table;
}

int
record_create(struct db *db, const struct ledger *l, struct err *e)
{
	return record_run(db, l, tools[l->tool].create, NULL, e);
}

int
record_remove(struct db *db, const struct ledger *l, struct err *e)
{
	char *schema = db_ident(l->schema), *table = db_ident(l->table);
	char *sql = mem_printf("SELECT 1 FROM %s.%s LIMIT 1", schema, table);
	char *row = NULL;
	int r = db_value(db, sql, NULL, &row, e);

	if (r == 0 && !row)
		r = record_run(db, l, "DROP TABLE %t", NULL, e);
	free(row);
	free(sql);
	free(table);
	free(schema);
	return r;
}

int
record_applied(struct db *db, const struct ledger *l, const struct record *r,
    struct err *e)
{
	return tools[l->tool].applied(db, l, r, e);
}

static int
optional(record_fn *fn, struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return fn ? fn(db, l, r, e) : 0;
}

int
record_begin(struct db *db, const struct ledger *l, const struct record *r,
    struct err *e)
{
	return optional(tools[l->tool].begin, db, l, r, e);
}

int
record_finish(struct db *db, const struct ledger *l, const struct record *r,
    struct err *e)
{
	return tools[l->tool].finish(db, l, r, e);
}

int
record_fail(struct db *db, const struct ledger *l, const struct record *r,
    const char *logs, struct err *e)
{
	if (l->tool == MIGRATE_PRISMA)
		return record_prisma_fail(db, l, r, logs, e);
	if (l->tool == MIGRATE_FLYWAY)
		return record_flyway_fail(db, l, r, e);
	return 0;
}

int
record_resolve(struct db *db, const struct ledger *l, const struct record *r,
    struct err *e)
{
	return tools[l->tool].resolve(db, l, r, e);
}

int
record_row(struct db *db, const struct ledger *l, char **out, struct err *e)
{
	*out = NULL;
	return l->tool == MIGRATE_GOLANG ? record_golang_row(db, l, out, e) :
	    0;
}

int
record_roll_back(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	switch (l->tool) {
	case MIGRATE_PRISMA:
		return record_prisma_roll_back(db, l, r, e);
	case MIGRATE_FLYWAY:
		return record_flyway_repair(db, l, r, e);
	case MIGRATE_GOLANG:
		return record_golang_back(db, l, r, e);
	default:
		return 0;
	}
}

int
record_undo(struct db *db, const struct ledger *l, const struct record *r,
    struct err *e)
{
	if (l->tool == MIGRATE_PRISMA)
		return record_prisma_undo(db, l, r, e);
	return record_roll_back(db, l, r, e);
}

int
record_baseline(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return record_flyway_baseline(db, l, r, e);
}

int
record_checksum(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return optional(tools[l->tool].checksum, db, l, r, e);
}
