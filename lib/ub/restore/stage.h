/* stage.h - the copies beside: databases loaded, trees extracted. */
#ifndef UB_UB_RESTORE_STAGE_H
#define UB_UB_RESTORE_STAGE_H

#include "base/err.h"
#include "ub/cli.h"
#include "ub/restore/plan.h"

struct stage {
	struct cli *cli; /* for steps */
	const struct set *set;
	struct plan *plan;
	unsigned jobs; /* of pg_restore; 0: one a processor */
};

/*
 * Make them all, databases in one thread and trees in another; op.dbs[i] and
 * op.trees[i] then have what tells the copies. What was made stays when it
 * fails: see flow_cancel().
 */
int stage_run(const struct stage *s, struct err *e);

#endif
