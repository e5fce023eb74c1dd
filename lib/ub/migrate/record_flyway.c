/* record_flyway.c - flyway_schema_history, as Flyway writes it. */
#include <inttypes.h>

#include "base/mem.h"
#include "sys/path.h"
#include "ub/migrate/name.h"
#include "ub/migrate/record_priv.h"
#include "ub/migrate/sum.h"

#define TEXT "::pg_catalog.text"
#define PLAIN(v) MIGRATE_FLYWAY_PLAIN(v TEXT)
#define SAME "(" PLAIN("version") " = " PLAIN("$1") \
	" OR version IS NULL AND $1 = '' AND description" TEXT " = $2)"
#define RANK "(SELECT coalesce(pg_catalog.max(installed_rank), 0) + 1 FROM %t)"

enum row { ROW_DONE, ROW_FAILED, ROW_BASELINE };

static int
insert(struct db *db, const struct ledger *l, const struct record *r,
    enum row row, struct err *e)
{
	char *sum = sum_text(MIGRATE_FLYWAY, r->text, r->len);
	char *ms = mem_printf("%" PRId64, r->ms);
	const char *version = r->m->version ? r->m->version : "";
	const char *script = r->m->script ? r->m->script :
	    path_base(r->m->path);
	int base = row == ROW_BASELINE;
	const char *params[] = { version,
		base ? "<< Flyway Baseline >>" : r->m->about,
		base ? "<< Flyway Baseline >>" : script,
		base ? "" : sum, ms,
		row == ROW_FAILED ? "false" : "true",
		base ? "BASELINE" : "SQL", NULL };
	int ret = record_write(db, l, "INSERT INTO %t (installed_rank, version,"
	    " description, type, script, checksum, installed_by,"
	    " execution_time, success) VALUES (" RANK ","
	    " nullif($1, ''), $2, $7, $3, nullif($4, '')::pg_catalog.int4,"
	    " current_user, $5::pg_catalog.int4, $6::pg_catalog.bool)",
	    params, e);

	free(ms);
	free(sum);
	return ret;
}

int
record_flyway_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return insert(db, l, r, ROW_DONE, e);
}

int
record_flyway_repair(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	const char *params[] = { r->m->version ? r->m->version : "",
		r->m->about, NULL };

	return record_rest(db, l, "DELETE FROM %t WHERE NOT success AND " SAME,
	    params, e);
}

int
record_flyway_finish(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	if (record_flyway_repair(db, l, r, e))
		return -1;
	return insert(db, l, r, ROW_DONE, e);
}

int
record_flyway_fail(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	if (record_flyway_repair(db, l, r, e))
		return -1;
	return insert(db, l, r, ROW_FAILED, e);
}

int
record_flyway_baseline(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return insert(db, l, r, ROW_BASELINE, e);
}

int
record_flyway_checksum(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	char *sum = sum_text(MIGRATE_FLYWAY, r->text, r->len);
	const char *params[] = { r->m->version ? r->m->version : "",
		r->m->about, sum, NULL };
	int ret = record_write(db, l, "UPDATE %t SET checksum ="
	    " $3::pg_catalog.int4 WHERE success AND " SAME, params, e);

	free(sum);
	return ret;
}
