#include "ub/scratch.h"

#include <sys/random.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "ub/load.h"
#include "ub/scratch/cluster.h"

#define PREFIX "ub_scratch_"

static char *
new_name(void)
{
	unsigned char r[4] = { 0 };
	char *stamp = clock_stamp(clock_now()), *name;

	if (getrandom(r, sizeof(r), 0) != sizeof(r))
		r[0] = (unsigned char)clock_ms();
	name = mem_printf(PREFIX "%s_%02x%02x%02x%02x", stamp, r[0], r[1],
	    r[2], r[3]);
	free(stamp);
	return name;
}

/* The lock belongs to the session: it is free when its holder is dead. */
static int
try_lock(struct db *db, const char *name, int *got, struct err *e)
{
	const char *const params[] = { name, NULL };
	char *text = NULL;
	int r = db_value(db,
	    "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", params,
	    &text, e);

	*got = text && *text == 't';
	free(text);
	return r;
}

/*
 * Those whose maker is dead. An advisory lock counts in one database only,
 * but a maker may be in another one than we are: pg_locks shows all.
 */
static const char abandoned[] =
    "SELECT datname FROM pg_database, LATERAL"
    " (SELECT hashtextextended(datname::text, 0) AS key) k"
    " WHERE datname LIKE 'ub\\_scratch\\_2%'"
    " AND pg_has_role(datdba, 'USAGE') AND NOT EXISTS (SELECT FROM pg_locks"
    " WHERE locktype = 'advisory' AND objsubid = 1"
    " AND classid = ((key >> 32) & 4294967295)::oid"
    " AND objid = (key & 4294967295)::oid)";

static void
drop_abandoned(const struct scratch *s, const char *name)
{
	struct err e = { 0 };
	int got = 0;

	/* Another run may be sweeping, too. */
	if (try_lock(s->holder, name, &got, &e) == 0 && got) {
		log_info("dropping database %s, left by a run that was killed",
		    name);
		load_drop(&s->admin, name, &e);
	}
	if (e.code)
		log_warn("scratch.sweep", "%s", e.msg);
	err_release(&e);
}

/* What cannot be dropped is no reason to do nothing. */
static int
sweep(struct scratch *s, struct err *e)
{
	struct db_rows *rows = NULL;
	int i;

	if (db_query(s->holder, abandoned, NULL, &rows, e))
		return -1;
	for (i = 0; i < db_count(rows); i++)
		drop_abandoned(s, db_get(rows, i, "datname"));
	db_rows_free(rows);
	return 0;
}

static int
hold(struct scratch *s, struct err *e)
{
	const struct db_opts o = { 0 };
	int got;

	s->holder = db_open(&s->admin, &o, e);
	if (!s->holder || sweep(s, e))
		return -1;
	s->name = new_name();
	return try_lock(s->holder, s->name, &got, e);
}

int
scratch_on_server(struct scratch *s, const struct dsn *dsn,
    const char *bindir, struct err *e)
{
	if (load_admin(dsn, &s->admin, e) || hold(s, e))
		return -1;
	return pgtools_find(&s->tools, db_version(s->holder), bindir, e);
}

int
scratch_in_cluster(struct scratch *s, const struct set *set, int version,
    const char *bindir, struct err *e)
{
	if (pgtools_find(&s->tools, version, bindir, e) ||
	    scratch_cluster_start(s, e) || hold(s, e))
		return -1;
	return scratch_cluster_roles(s, set, e);
}

int
scratch_close(struct scratch *s, struct err *e)
{
	struct err ignored = { 0 };
	int r = 0;

	if (s->cluster) {
		db_close(s->holder);
		s->holder = NULL;
		r = scratch_cluster_stop(s, e);
	} else if (s->name) {
		r = load_drop(&s->admin, s->name, e);
		/* The server may have made one for a dead run since then. */
		sweep(s, &ignored);
		err_release(&ignored);
	}
	db_close(s->holder);
	dsn_release(&s->admin);
	pgtools_release(&s->tools);
	free(s->name);
	free(s->cluster);
	*s = (struct scratch){ 0 };
	return r;
}
