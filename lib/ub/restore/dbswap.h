/*
 * dbswap.h - rename databases of one server, all in one transaction, with
 * nobody inside. RENAME locks the database's name first, so that a new
 * session waits from then on; the old sessions are ended meanwhile through a
 * second session. When we die, the transaction is rolled back and nothing
 * has happened.
 */
#ifndef UB_UB_RESTORE_DBSWAP_H
#define UB_UB_RESTORE_DBSWAP_H

#include <stdint.h>

#include "base/err.h"
#include "ext/db.h"

/* The database with this OID shall have this name. */
struct dbswap {
	int64_t oid;
	const char *to;
	int optional; /* it may be gone: then nothing is to be done */
};

/*
 * Do it; what has its name already is left alone, so that it may be called
 * again after any failure. An OID that is gone, or a name that another
 * database has, is ERR_REFUSED, "restore.moved". Sessions that this role may
 * not end: ERR_REFUSED, "restore.sessions". In every error nothing has
 * changed, but for ERR_CHANGED, "restore.unknown": the server went away
 * during COMMIT and did not come back for a minute.
 */
int dbswap_run(const struct dsn *admin, const struct dbswap *v, size_t n,
    struct err *e);

/* OID of a database; 0 if there is none of this name. */
int dbswap_oid(struct db *db, const char *name, int64_t *oid,
    struct err *e);

/* Name of a database; NULL if there is none of this OID. Caller owns. */
int dbswap_name(struct db *db, int64_t oid, char **name, struct err *e);

/*
 * Refuse (ERR_REFUSED) if the database could not be renamed: a prepared
 * transaction is in it ("restore.prepared"), or sessions that this role may
 * not end ("restore.sessions", saying who is there and the missing right).
 */
int dbswap_check(struct db *db, int64_t oid, struct err *e);

#endif
