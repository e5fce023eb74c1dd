/*
 * dsn.h - where a database is: connection text, parsed at once by libpq into
 * a real form and a scrubbed one. Only the scrubbed one can be printed.
 */
#ifndef UB_EXT_DSN_H
#define UB_EXT_DSN_H

#include "base/err.h"
#include "base/vec.h"

/*
 * Valid as {0}. Keywords are libpq's, after libpq filled in its defaults:
 * service file, PG* environment, compiled-in; NULL where there is none. What
 * a session really uses (a host of several, the default socket) is known
 * after connecting: db_where().
 */
struct dsn {
	char *host;     /* name or folder of the socket, or a list; or NULL */
	char *port;
	char *user;
	char *dbname;   /* never NULL after dsn_parse */
	char *schema;   /* of Prisma's ?schema=, or NULL */
	struct vec pairs; /* keyword, value, … of all else, "service" among
	                     them; may hold a secret */
	int has_password; /* the text itself held one */
};

/*
 * Parse a conninfo string or a postgres:// URL. Prisma's parameters
 * (schema, connection_limit, pool_timeout, pgbouncer, sslaccept,
 * statement_cache_size, socket_timeout …) are taken out. passfile (a .pgpass
 * file) may be NULL. The dbname defaults to PGDATABASE, else the user's name.
 * Wrong text is ERR_USAGE, "database.url", and the message never repeats it;
 * so is a URL in which an unencoded '@' or '/' would have libpq take a part
 * of the password for the host. A service that does not exist is an error of
 * db_open(). Changes PGSERVICE for a moment: call it before threads start.
 */
int dsn_parse(struct dsn *d, const char *text, const char *passfile,
    struct err *e);

/* A copy that points to another database of the same server. */
void dsn_for_db(struct dsn *to, const struct dsn *from, const char *dbname);

/* Put a keyword that is not one of the fields into pairs, or another value in
 * its place. */
void dsn_set(struct dsn *d, const char *keyword, const char *value);

/* "shop at db:5432", "shop at /run/postgresql", "shop" where there is no
 * host, for messages. Owned. */
char *dsn_text(const struct dsn *d);

/*
 * PG* variables for a child process, unset ones as bare names (see proc.h);
 * the password goes only here. PGSERVICE is always unset, as its values would
 * override these. Keywords without a variable (keepalives, sslpassword, …)
 * are lost.
 */
void dsn_env(const struct dsn *d, struct vec *env);

/* A value as a connection string has it: quoted by '…'. Caller owns. */
char *dsn_quote(const char *value);

void dsn_release(struct dsn *d);

#endif
