/*
 * dsn.h - where a database is: connection text, parsed at once by libpq into
 * a real form and a scrubbed one. Only the scrubbed one can be printed.
 */
#ifndef UB_EXT_DSN_H
#define UB_EXT_DSN_H

#include "base/err.h"
#include "base/vec.h"

/* Valid as {0}. Keywords are libpq's, after libpq filled in its defaults
 * (PG* environment, service file); values that were not given are NULL. */
struct dsn {
	char *host;     /* name, address or folder of the socket; or NULL */
	char *port;
	char *user;
	char *dbname;   /* never NULL after dsn_parse */
	char *schema;   /* of Prisma's ?schema=, or NULL */
	struct vec pairs; /* keyword, value, … of all else; may hold a secret */
	int has_password; /* the text itself held one */
};

/*
 * Parse a conninfo string or a postgres:// URL. Prisma's parameters
 * (schema, connection_limit, pool_timeout, pgbouncer, sslaccept,
 * statement_cache_size, socket_timeout …) are taken out. passfile (a .pgpass
 * file) may be NULL. The dbname defaults to PGDATABASE, else the user's name.
 * Wrong text is ERR_USAGE, and the message never repeats it.
 */
int dsn_parse(struct dsn *d, const char *text, const char *passfile,
    struct err *e);

/* A copy that points to another database of the same server. */
void dsn_for_db(struct dsn *to, const struct dsn *from, const char *dbname);

/* "shop at db:5432", "shop at /run/postgresql", for messages. Owned. */
char *dsn_text(const struct dsn *d);

/* PG* variables for a child process, unset ones as bare names (see proc.h);
 * the password goes only here. */
void dsn_env(const struct dsn *d, struct vec *env);

void dsn_release(struct dsn *d);

#endif
