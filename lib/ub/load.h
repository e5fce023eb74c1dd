/*
 * load.h - a dump of a set brought into a new database, complete and
 * compared, or not at all. Used by ub-restore and by ub-verify.
 */
#ifndef UB_UB_LOAD_H
#define UB_UB_LOAD_H

#include "base/err.h"
#include "ext/db.h"
#include "ext/dsn.h"
#include "ub/pgtools.h"
#include "ub/set.h"

struct load {
	const struct set *set;
	const struct manifest_db *db;
	const struct dsn *admin;      /* maintenance database of the server */
	const char *target;           /* name of the new database */
	const struct pgtools *tools;
	unsigned jobs;                /* 0: one a processor, at most 8 */
	int for_scratch;              /* the caller drops it in any case: no
	                                 owner, grants, settings; roles need
	                                 not exist */
	int rights;                   /* for_scratch, but with owners, grants
	                                 and settings: the roles exist */
	int analyze;
};

/*
 * CREATE DATABASE target, pg_restore -jN --exit-on-error, every row count
 * compared with the manifest, ANALYZE, settings and grants. On failure the
 * target is dropped again, if this call made it; when even that fails, code
 * ERR_CHANGED. Counts that differ: ERR_NO, "load.rows". A role or right that
 * is missing is named.
 */
int load_database(const struct load *l, struct err *e);

/* Refuse (ERR_TROUBLE, "load.version") an archive that was written by a newer
 * pg_dump than the server understands. */
int load_check_version(const struct manifest_db *db, int server_version,
    struct err *e);

/*
 * Before CREATE DATABASE name in this session: a lock until the session ends,
 * by which load_drop() finds a creation that outlived a killed run, even one
 * that the server has not read yet.
 */
int load_claim(struct db *db, const char *name, struct err *e);

/* DROP DATABASE IF EXISTS, its sessions and its creation ended. */
int load_drop(const struct dsn *admin, const char *name, struct err *e);

/*
 * Sessions with a server's maintenance database ("postgres", else
 * "template1"), for CREATE, DROP and RENAME. out is set to its dsn.
 */
int load_admin(const struct dsn *d, struct dsn *out, struct err *e);

#endif
