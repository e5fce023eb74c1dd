/* record_prisma.c - _prisma_migrations, as Prisma 7 and older write it. */
#include <sys/random.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "ub/migrate/record_priv.h"
#include "ub/migrate/sum.h"

#define NOW "pg_catalog.clock_timestamp()"
/* A varchar as a text, which the server's own operators suit best. */
#define NAMED " WHERE migration_name::pg_catalog.text = $1::pg_catalog.text" \
	" AND rolled_back_at IS NULL"
#define OPEN NAMED " AND finished_at IS NULL"

/* A random UUID (RFC 4122, version 4). Caller owns. */
static char *
uuid(void)
{
	unsigned char r[16] = { 0 };
	int64_t now = clock_ms();

	/* Without random numbers at hand: at least not always the same. */
	if (getrandom(r, sizeof(r), GRND_NONBLOCK) != sizeof(r))
		memcpy(r, &now, sizeof(now));
	r[6] = (unsigned char)((r[6] & 0x0f) | 0x40);
	r[8] = (unsigned char)((r[8] & 0x3f) | 0x80);
	return mem_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3], r[4], r[5],
	    r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]);
}

/* Run a statement whose parameters are the name, an id, the checksum. */
static int
run(struct db *db, const struct ledger *l, const struct record *r,
    const char *sql, struct err *e)
{
	char *sum = sum_text(MIGRATE_PRISMA, r->text, r->len), *id = uuid();
	const char *params[] = { r->m->version, id, sum, NULL };
	int ret = record_write(db, l, sql, params, e);

	free(id);
	free(sum);
	return ret;
}

int
record_prisma_applied(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return run(db, l, r, "INSERT INTO %t (id, checksum, finished_at,"
	    " migration_name, started_at, applied_steps_count) VALUES"
	    " ($2, $3, " NOW ", $1, pg_catalog.now(), 1)", e);
}

/* One that is open already is gone on with. */
int
record_prisma_begin(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return run(db, l, r, "WITH begun AS (INSERT INTO %t (id, checksum,"
	    " migration_name, started_at) SELECT $2::pg_catalog.text,"
	    " $3::pg_catalog.text, $1::pg_catalog.text, " NOW
	    " WHERE NOT EXISTS (SELECT FROM %t" OPEN ") RETURNING id)"
	    " SELECT id FROM begun UNION ALL SELECT id FROM %t" OPEN, e);
}

int
record_prisma_finish(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	/* The script may have taken the row away. */
	if (record_prisma_begin(db, l, r, e))
		return -1;
	return run(db, l, r, "UPDATE %t SET finished_at = " NOW
	    ", checksum = $3, logs = NULL, applied_steps_count = 1"
	    OPEN " AND $2::pg_catalog.text IS NOT NULL", e);
}

int
record_prisma_fail(struct db *db, const struct ledger *l,
    const struct record *r, const char *logs, struct err *e)
{
	const char *params[] = { r->m->version, logs, NULL };

	return record_rest(db, l, "UPDATE %t SET logs = $2" OPEN
	    " AND $2::pg_catalog.text IS NOT NULL", params, e);
}

int
record_prisma_roll_back(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	const char *params[] = { r->m->version, NULL };

	return record_rest(db, l, "UPDATE %t SET rolled_back_at = " NOW OPEN,
	    params, e);
}

int
record_prisma_undo(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	const char *params[] = { r->m->version, NULL };

	return record_rest(db, l, "DELETE FROM %t" OPEN, params, e);
}

int
record_prisma_resolve(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	if (record_prisma_roll_back(db, l, r, e))
		return -1;
	return run(db, l, r, "INSERT INTO %t (id, checksum, finished_at,"
	    " migration_name, logs, started_at, applied_steps_count)"
	    " SELECT $2::pg_catalog.text, $3::pg_catalog.text, t,"
	    " $1::pg_catalog.text, '', t, 0 FROM " NOW " t", e);
}

int
record_prisma_checksum(struct db *db, const struct ledger *l,
    const struct record *r, struct err *e)
{
	return run(db, l, r, "UPDATE %t SET checksum = $3" NAMED
	    " AND $2::pg_catalog.text IS NOT NULL", e);
}
