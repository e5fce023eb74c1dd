/*
 * server.h - the PostgreSQL of a scratch cluster, for cluster.c alone. pg is
 * its folder: data, log, and the socket, which only its user and root reach.
 */
#ifndef UB_UB_SCRATCH_SERVER_H
#define UB_UB_SCRATCH_SERVER_H

#include "base/err.h"
#include "ext/dsn.h"
#include "ub/pgtools.h"

#define SCRATCH_SERVER_USER "postgres" /* it runs as this if we are root */

/* Is initdb there? ERR_TROUBLE, "pg.tools", names the package. */
int scratch_server_find(const struct pgtools *t, struct err *e);

int scratch_server_initdb(const struct pgtools *t, const char *pg,
    struct err *e);
int scratch_server_start(const struct pgtools *t, const char *pg,
    struct err *e);

/* At once, and also after a signal. */
int scratch_server_stop(const struct pgtools *t, const char *pg,
    struct err *e);

/* How to connect to it. */
int scratch_server_dsn(const char *pg, struct dsn *d, struct err *e);

#endif
