#include "ub/backup/snapshot.h"

#include "base/mem.h"
#include "ext/db.h"
#include "sys/clock.h"
#include "sys/sig.h"
#include "ub/dbname.h"
#include "ub/load.h"
#include "ub/origin.h"

#define ASK_MS 200

/* Who is connected, as one line; NULL if nobody is. Caller owns. */
static int
sessions(struct db *db, const char *dbname, char **who, struct err *e)
{
	const char *const params[] = { dbname, NULL };

	return db_value(db,
	    "SELECT string_agg(format('pid %s (%s, %s)', pid, usename, "
	    "coalesce(nullif(application_name, ''), backend_type)), ', ') "
	    "FROM pg_stat_activity WHERE datname = $1 "
	    "AND backend_type <> 'autovacuum worker'",
	    params, who, e);
}

static int
wait_until_alone(struct db *db, const char *dbname, int64_t wait_ms,
    struct err *e)
{
	int64_t end = clock_ms() + wait_ms;
	char *who = NULL;
	int r;

	for (;;) {
		free(who);
		who = NULL;
		r = sessions(db, dbname, &who, e);
		if (r || !who || clock_ms() >= end)
			break;
		r = sig_sleep(ASK_MS, e);
		if (r)
			break;
	}
	if (r == 0 && who) {
		r = err_set(e, ERR_REFUSED, "snapshot.sessions",
		    "cannot copy database %s while sessions are open: %s",
		    dbname, who);
		err_hint(e, "stop the application first, or wait with "
			    "--lock-timeout");
	}
	free(who);
	return r;
}

static int
copy(struct db *db, const char *from, const char *to, struct err *e)
{
	char *q_from = db_ident(from), *q_to = db_ident(to);
	int r = db_exec(db, e, "CREATE DATABASE %s TEMPLATE %s", q_to,
	    q_from);

	free(q_from);
	free(q_to);
	return r;
}

int
snapshot_make(const struct dsn *dsn, const char *id, int64_t wait_ms,
    char **out, struct err *e)
{
	struct db_opts o = { 0 };
	struct dsn admin = { 0 };
	struct db *db = NULL;
	char *name = dbname_beside(dsn->dbname, "snap", id);
	int r = -1;

	if (load_admin(dsn, &admin, e))
		goto out;
	db = db_open(&admin, &o, e);
	if (!db || wait_until_alone(db, dsn->dbname, wait_ms, e))
		goto out;
	r = load_claim(db, name, e);
	if (r == 0)
		r = copy(db, dsn->dbname, name, e);
	if (r == 0) {
		*out = name;
		name = NULL;
	}
out:
	db_close(db);
	dsn_release(&admin);
	free(name);
	return r;
}

int
snapshot_drop(const struct manifest_db *d, const struct source_db *src,
    struct err *e)
{
	struct dsn dsn = { 0 }, admin = { 0 };
	int r = -1;

	if (src)
		dsn_for_db(&dsn, &src->dsn, src->dsn.dbname);
	else if (origin_dsn(d, &dsn, e))
		goto out;
	if (load_admin(&dsn, &admin, e) == 0)
		r = load_drop(&admin, d->snapshot, e);
out:
	dsn_release(&admin);
	dsn_release(&dsn);
	return r;
}
