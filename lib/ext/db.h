/*
 * db.h - a session with PostgreSQL (libpq): every wait is a poll that also
 * watches for our signals and for the time limit; then the query is
 * cancelled. Server notices go to log_verbose().
 *
 * Errors: "cannot connect to database shop at db:5432: Connection refused",
 * "cannot query database shop at db:5432: relation "x" does not exist".
 * Code: no connection, server starting or stopping, too many connections,
 * session ended, lock or statement time-out: ERR_LATER ("db.connect",
 * "db.gone", "db.timeout"); password, role, database or TLS wrong, missing
 * right (42501): ERR_TROUBLE ("db.auth", "db.right"); a parameter that libpq
 * does not take, an unknown service: ERR_USAGE ("database.url"); all else
 * ERR_TROUBLE ("db.sql"). Detail holds sqlstate and message (the server's
 * alone) and, where the server gave them, detail, position (characters from
 * 1), constraint and context. Messages are in English (lc_messages) where the
 * server lets us.
 */
#ifndef UB_EXT_DB_H
#define UB_EXT_DB_H

#include <stdint.h>

#include "base/err.h"
#include "ext/dsn.h"

struct db; /* a session; use it in one thread at a time */

struct db_opts {
	const char *app;        /* application_name; NULL: log_prog() */
	int64_t timeout_ms;     /* of connecting and of each query; 0: none,
	                           but connect_timeout counts */
	int shield;             /* as db_shield(), from the start */
};

/*
 * Connect. Sets search_path to pg_catalog, row_security off, all server-side
 * time limits off, datestyle ISO, client_encoding UTF8 (but the names' own
 * bytes for a SQL_ASCII database).
 */
struct db *db_open(const struct dsn *d, const struct db_opts *o,
    struct err *e);
void db_close(struct db *db); /* NULL is fine */

/*
 * Shield (1) or expose (0) the session: when shielded, a signal that came
 * does not end a wait. For putting back what was changed.
 */
void db_shield(struct db *db, int on);

/*
 * Set host, port, user and dbname of out to those that the session really
 * uses: of several hosts the one that answered, the default socket's folder.
 * Nothing else is in it; for records and messages. Caller releases.
 */
void db_where(const struct db *db, struct dsn *out);

/*
 * Have dsn lead to the very server that this session has: of several hosts,
 * or several addresses of one, the one that answered. For what has to work
 * together with it: a second session, a pg_dump with its snapshot.
 */
void db_pin(const struct db *db, struct dsn *dsn);

int db_version(const struct db *db);     /* 150020 for 15.20 */
int db_pid(const struct db *db);         /* backend's pid */
int db_superuser(const struct db *db);   /* was the login, 1 or 0 */
int db_is_raw(const struct db *db);      /* SQL_ASCII: it knows bytes only */
int db_alive(struct db *db);             /* asks the server; 1 or 0 */

/* The cluster's system identifier; NULL if it does not tell. Owned. */
char *db_system_id(struct db *db);

struct db_rows; /* a result; values are borrowed until db_rows_free() */

/*
 * One statement with text parameters ($1 …; params is NULL-terminated, NULL
 * for none). rows may be NULL to drop the result. 0 or -1. When the time is
 * up or a signal comes, the statement is cancelled; had it ended by then, it
 * counts as done (0). Without any answer the session is given up (db.gone),
 * and what became of the statement is not known. No COPY.
 */
int db_query(struct db *db, const char *sql, const char *const *params,
    struct db_rows **rows, struct err *e);

/* One or more statements without parameters, formatted here; use db_ident
 * and db_literal for what is not a constant. */
int db_exec(struct db *db, struct err *e, const char *fmt, ...)
    UB_PRINTF(3, 4);

/* The single value of a query, copied; NULL value gives NULL in *out. No row
 * gives NULL too. Caller owns. */
int db_value(struct db *db, const char *sql, const char *const *params,
    char **out, struct err *e);

/* As db_exec(), of constant text; the value is that of the last one. */
int db_exec_value(struct db *db, const char *sql, char **out, struct err *e);

/*
 * COPY … FROM STDIN: begin, put any number of blocks, end; *rows is how many
 * the server took. After an error, or without the end, the session is of no
 * use: close it, and nothing of its transaction stays.
 */
int db_copy_begin(struct db *db, const char *sql, struct err *e);
int db_copy_put(struct db *db, const void *data, size_t len, struct err *e);
int db_copy_end(struct db *db, int64_t *rows, struct err *e);

/* A statement of a script; or several, none of which is COPY. */
struct db_script {
	const char *sql;  /* len bytes, no NUL in them */
	size_t len;
	const char *rows; /* of COPY … FROM STDIN, or NULL */
	size_t rows_len;
	/* Of our own, in the same round trip, or NULL: one statement ahead;
	 * with that, one or more behind it, but not behind COPY. */
	const char *ahead, *behind;
};

struct db_done {
	int64_t rows;      /* that they changed or returned */
	size_t statements; /* that were done, also when the next one failed:
	                      of sql and of what is behind it */
	int ahead;         /* and that was done */
};

/*
 * Run it as psql would, on its own: what refuses a transaction works too.
 * Rows that it returns are dropped. Several cost one round trip; the server
 * parses all before it runs the first, and a position in an error counts from
 * the beginning of sql.
 */
int db_script(struct db *db, const struct db_script *s, struct db_done *out,
    struct err *e);

/* Where the session stands, without asking the server. */
enum db_tx { DB_TX_NONE, DB_TX_OPEN, DB_TX_FAILED, DB_TX_GONE };

enum db_tx db_tx(const struct db *db);

int db_count(const struct db_rows *r);
/* How many the statement has written, or returned; 0 where there is no such
 * number. */
int db_touched(const struct db_rows *r);
/* Value of row i in the column; NULL for SQL null. The column must exist. */
const char *db_get(const struct db_rows *r, int i, const char *column);
int64_t db_get_int(const struct db_rows *r, int i, const char *column);
int db_get_bool(const struct db_rows *r, int i, const char *column);
void db_rows_free(struct db_rows *r); /* NULL is fine */

/* Quoted for SQL. Caller owns. */
char *db_ident(const char *name);
char *db_literal(const char *value);

#endif
