/*
 * scratch.h - a database to try a restore in: on a server beside the live
 * ones, or in a cluster of its own that nobody else sees. It never outlives
 * the run: what a killed one left is dropped by the next.
 */
#ifndef UB_UB_SCRATCH_H
#define UB_UB_SCRATCH_H

#include "base/err.h"
#include "ext/db.h"
#include "ext/dsn.h"
#include "sys/lock.h"
#include "ub/pgtools.h"
#include "ub/set.h"

/* Valid as {0}. */
struct scratch {
	struct dsn admin;  /* maintenance database of its server */
	struct db *holder; /* its advisory lock says that we live */
	char *name;        /* ub_scratch_<time>_<random>; not created yet */
	char *cluster;     /* folder of an own cluster, or NULL */
	struct lock lock;  /* of that folder */
	struct pgtools tools;
};

/*
 * On the server of dsn: find tools, drop what dead runs left there, choose a
 * name and hold its lock.
 */
int scratch_on_server(struct scratch *s, const struct dsn *dsn,
    const char *bindir, struct err *e);

/*
 * In a cluster of its own: initdb in a temporary folder, a server on a Unix
 * socket there (as user postgres if we are root, which the server refuses),
 * with the roles that globals.sql of the set creates. version is that of the
 * tools to use, as in 150020. Takes the PG* variables out of the environment
 * and must not be called beside other threads.
 */
int scratch_in_cluster(struct scratch *s, const struct set *set, int version,
    const char *bindir, struct err *e);

/* Drop the database if it is there, stop an own cluster, remove it. */
int scratch_close(struct scratch *s, struct err *e);

#endif
