/* The sessions that create, drop and rename databases. */
#include "ub/load.h"

#include "base/mem.h"
#include "ext/db.h"
#include "sys/sig.h"

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
	db_close(db);
	return 0;
}

int
load_drop(const struct dsn *admin, const char *name, struct err *e)
{
	const struct db_opts o = { .shield = 1 };
	const char *params[] = { name, NULL };
	struct db *db = db_open(admin, &o, e);
	char *quoted = db_ident(name);
	int r = -1;

	if (!db)
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
