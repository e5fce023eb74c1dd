/* recover.h - what earlier runs have left open is finished first. */
#ifndef UB_UB_RESTORE_RECOVER_H
#define UB_UB_RESTORE_RECOVER_H

#include "base/err.h"
#include "ub/cli.h"
#include "ub/restore/op.h"
#include "ub/restore/report.h"
#include "ub/source.h"

/*
 * Bring each open record of the list to its end (flow_recover) and note it
 * in the report. The first that cannot be is the error, with the command to
 * run next.
 */
int recover_all(struct cli *c, struct op_list *ops,
    const struct source *src, struct report *r, struct err *e);

/*
 * The record that --undo (or else --commit) means: the newest that may be,
 * of that record's or set's id if operand is not NULL. NULL with e set
 * (ERR_REFUSED, "restore.none") if there is none.
 */
struct op *recover_find(struct op_list *ops, const char *operand, int undo,
    struct err *e);

#endif
