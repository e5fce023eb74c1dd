/* The sessions that create, drop and rename databases. */
#include "ub/load.h"

#include <poll.h>

#include "base/mem.h"
#include "ext/db.h"
#include "sys/clock.h"
#include "sys/sig.h"

#define CREATION_MS 10000

/*
 * "postgres" unless it is the database in question: nobody can rename or
 * drop the one that he is connected to.
 */
int
load_admin(const struct dsn *d, struct dsn *out, struct err *e)
{
	static const char *const names[] = { "postgres", "template1" };
	/* After a signal it is for putting things back. */
	const struct db_opts o = { .shield = sig_got() != 0 };
	struct db *db = NULL;
	size_t i;

	for (i = 0; i < UB_LEN(names) && !db; i++) {
		if (strcmp(d->dbname, names[i]) == 0)
			continue;
		err_release(e);
		dsn_for_db(out, d, names[i]);
		db = db_open(out, &o, e);
		/* No such database, or not for us: the next one may do. */
		if (!db && e->code != ERR_TROUBLE)
			break;
	}
	if (!db) {
		dsn_release(out);
		return -1;
	}
	db_pin(db, out);
	db_close(db);
	return 0;
}

/* Seed 1: with seed 0 such locks mean a scratch database; see scratch.c. */
#define KEY "hashtextextended($1, 1)"

int
load_claim(struct db *db, const char *name, struct err *e)
{
	const char *params[] = { name, NULL };

	return db_query(db, "SELECT pg_advisory_lock(" KEY ")", params, NULL,
	    e);
}

/*
 * A run that was killed may have left a session behind that is about to
 * create the database, or just does: end it first. Its claim tells, in
 * whichever database of the server it is.
 */
static int
end_creation(struct db *db, const char *name, struct err *e)
{
	const char *params[] = { name, NULL };
	int64_t end = clock_ms() + CREATION_MS;
	char *n = NULL;
	int r;

	for (;;) {
		free(n);
		n = NULL;
		r = db_value(db, "SELECT count(pg_terminate_backend(pid)) "
		    "FROM pg_locks, (SELECT " KEY " AS key) k "
		    "WHERE locktype = 'advisory' AND objsubid = 1 "
		    "AND classid = ((key >> 32) & 4294967295)::oid "
		    "AND objid = (key & 4294967295)::oid "
		    "AND pid <> pg_backend_pid()", params, &n, e);
		if (r || strcmp(n, "0") == 0 || clock_ms() >= end)
			break;
		poll(NULL, 0, 20);
	}
	free(n);
	return r;
}

int
load_drop(const struct dsn *admin, const char *name, struct err *e)
{
	const struct db_opts o = { .shield = 1 };
	const char *params[] = { name, NULL };
	struct db *db = db_open(admin, &o, e);
	char *quoted = db_ident(name);
	int r = -1;

	if (!db || end_creation(db, name, e))
		goto out;
	if (db_version(db) < 130000 &&
	    db_query(db, "SELECT pg_terminate_backend(pid) "
		"FROM pg_stat_activity WHERE datname::text = $1", params,
		NULL, e))
		goto out;
	r = db_exec(db, e, "DROP DATABASE IF EXISTS %s%s", quoted,
	    db_version(db) < 130000 ? "" : " WITH (FORCE)");
out:
	free(quoted);
	db_close(db);
	return r;
}
