/*
 * trial.h - the proof that a set can be restored: every database of it really
 * loaded into a scratch database, its rows compared, then dropped.
 */
#ifndef UB_UB_SCRATCH_TRIAL_H
#define UB_UB_SCRATCH_TRIAL_H

#include "base/err.h"
#include "ub/set.h"
#include "ub/source.h"

struct trial {
	const struct set *set;
	const struct source *src; /* configured servers; else the origin */
	int own_cluster;          /* --scratch-cluster */
	unsigned jobs;
};

/*
 * ERR_NO when a dump cannot be restored or has other rows; ERR_LATER or
 * ERR_TROUBLE when that could not be found out. *n is how many databases were
 * proven.
 */
int trial_run(const struct trial *t, int64_t *n, struct err *e);

/*
 * Of a restore that failed: was it the dump's fault? An error of the server
 * in the middle of it is, unless it is the server's own.
 */
int trial_blames_dump(const struct err *e);

#endif
