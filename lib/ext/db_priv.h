/* db_priv.h - what the files of db share: the session, waiting, errors. */
#ifndef UB_EXT_DB_PRIV_H
#define UB_EXT_DB_PRIV_H

#include <stdint.h>

#include "ext/db.h"

struct pg_conn;   /* libpq's PGconn */
struct pg_result; /* libpq's PGresult */

struct db {
	struct pg_conn *conn; /* NULL: given up */
	char *where;          /* "shop at db:5432" */
	int64_t timeout_ms;
	int shield;
};

struct db_rows {
	struct pg_result *res;
};

enum db_wait_for { DB_WAIT_READ = 1, DB_WAIT_WRITE = 2 };

enum db_wait_end { DB_WAIT_READY, DB_WAIT_TIMEOUT, DB_WAIT_SIGNAL };

/*
 * Wait until the socket can be read or written, until the deadline (of
 * clock_ms(); 0: none), or, unless shielded, until a signal comes.
 */
enum db_wait_end db_wait(int sock, int what, int64_t deadline, int shield);

/* Ask the server to cancel what the session does; does not wait. */
void db_wait_cancel(struct pg_conn *conn);

/* Say that doing ("query") took longer than limit_ms. Always -1. */
int db_error_late(const struct db *db, const char *doing, int64_t limit_ms,
    struct err *e);

/* Say why connecting failed. Always -1. */
int db_error_connect(const struct db *db, struct err *e);

/* Say what the server, or libpq, answered; res may be NULL. Always -1. */
int db_error_query(const struct db *db, const struct pg_result *res,
    struct err *e);

#endif
