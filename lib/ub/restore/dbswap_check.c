/* what would stop a database from being renamed. */
#include "ub/restore/dbswap.h"

#include <inttypes.h>

#include "base/mem.h"
#include "ub/restore/evict.h"

static const char not_ours[] =
    "SELECT string_agg(format('pid %s (%s, %s)', a.pid, a.usename,"
    " coalesce(nullif(a.application_name, ''), a.backend_type, 'client')),"
    " ', ' ORDER BY a.pid) "
    EVICT_FROM "NOT " EVICT_MAY " AND a.datid = $1";

static int
check_sessions(struct db *db, const char *const *oid, const char *name,
    struct err *e)
{
	char *who = NULL;

	if (db_value(db, not_ours, oid, &who, e))
		return -1;
	if (!who)
		return 0;
	err_set(e, ERR_REFUSED, "restore.sessions",
	    "sessions are open in database '%s' that this role may not end: "
	    "%s", name, who);
	free(who);
	return err_hint(e, "stop the application, or grant this role "
	    "pg_signal_backend");
}

static int
check_prepared(struct db *db, const char *const *oid, const char *name,
    struct err *e)
{
	char *gid = NULL;

	if (db_value(db, "SELECT min(gid) FROM pg_prepared_xacts p "
	    "JOIN pg_database d ON d.datname = p.database WHERE d.oid = $1",
	    oid, &gid, e))
		return -1;
	if (!gid)
		return 0;
	err_set(e, ERR_REFUSED, "restore.prepared",
	    "a prepared transaction is open in database '%s': '%s'", name,
	    gid);
	free(gid);
	return err_hint(e, "end it with COMMIT PREPARED or ROLLBACK PREPARED");
}

int
dbswap_check(struct db *db, int64_t oid, struct err *e)
{
	char *number = mem_printf("%" PRId64, oid), *name = NULL;
	const char *params[] = { number, NULL };
	int r = dbswap_name(db, oid, &name, e);

	if (r == 0 && name)
		r = check_prepared(db, params, name, e) ||
			check_sessions(db, params, name, e)
		    ? -1
		    : 0;
	free(name);
	free(number);
	return r;
}
