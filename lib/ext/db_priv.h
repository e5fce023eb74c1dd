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
	int superuser;
	size_t ahead; /* bytes, all ASCII, sent before what is not ours */
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

/* How a wait for what was sent, and for a result, ended. */
enum db_end { DB_END_DONE, DB_END_TIMEOUT, DB_END_SIGNAL };

/*
 * Send what is unsent and wait until PQgetResult() would not block. A broken
 * connection counts as done: the result tells.
 */
enum db_end db_await(struct db *db, int64_t deadline, int shield);

/* Before sending: is there a session, and does nobody want us to stop? */
int db_ready(struct db *db, struct err *e);

/*
 * Take all results; the first bad one, else the last; one of COPY at once,
 * which the session is then in. *late: the wait was called off, and why. sum,
 * unless NULL: what was done is added. NULL: nothing came (see db->conn).
 */
struct pg_result *db_collect(struct db *db, enum db_end *late,
    struct db_done *sum);

/* Make of what was collected what db_query() says; res is owned. */
int db_take(struct db *db, struct pg_result *res, enum db_end late,
    struct db_rows **rows, struct err *e);

/* Both: the answer to what was sent; as db_query(). */
int db_finish(struct db *db, struct db_rows **rows, struct err *e);

/* Close the connection: the server rolls back what is unfinished. */
void db_give_up(struct db *db);

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
