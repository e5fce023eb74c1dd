/* cluster.h - a PostgreSQL of our own, for scratch.c alone. */
#ifndef UB_UB_SCRATCH_CLUSTER_H
#define UB_UB_SCRATCH_CLUSTER_H

#include "base/err.h"
#include "ub/scratch.h"

/* Sweep what others left, initdb, start; sets cluster, lock and admin. */
int scratch_cluster_start(struct scratch *s, struct err *e);

/* Make each role of the set's globals.sql, with memberships and settings. */
int scratch_cluster_roles(struct scratch *s, const struct set *set,
    struct err *e);

/* Stop at once and remove the folder. */
int scratch_cluster_stop(struct scratch *s, struct err *e);

#endif
