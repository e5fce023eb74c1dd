/* carry.h - a plan carried out: verify, copy beside, compare, swap. */
#ifndef UB_UB_RESTORE_CARRY_H
#define UB_UB_RESTORE_CARRY_H

#include "base/err.h"
#include "ub/cli.h"
#include "ub/restore/plan.h"

struct carry {
	struct cli *cli;
	const struct set *set;
	const struct source *src;
	struct plan *plan;
	struct op_list *ops; /* earlier records: those that were undone and
	                        are replaced are committed */
	unsigned jobs;
};

/*
 * Nothing is touched unless every file of the set has its hash. From the
 * record's first writing on, an error is ERR_UNDONE or ERR_CHANGED.
 */
int carry_out(const struct carry *c, struct err *e);

#endif
