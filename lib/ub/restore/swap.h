/*
 * swap.h - all exchanges of a record, in one of three directions. May be
 * called again after it ended anywhere.
 */
#ifndef UB_UB_RESTORE_SWAP_H
#define UB_UB_RESTORE_SWAP_H

#include "base/err.h"
#include "ub/restore/op.h"
#include "ub/source.h"

enum swap_way {
	SWAP_IN,   /* live becomes old, fresh becomes live */
	SWAP_BACK, /* as it was before SWAP_IN, wherever that ended */
	SWAP_UNDO, /* live becomes undone, old becomes live */
};

/*
 * The databases, one transaction a server, then the trees. *touched is set
 * once something may have changed.
 */
int swap_all(const struct op *o, enum swap_way way,
    const struct source *src, int *touched, struct err *e);

/* Drop and remove what is beside under the name fresh; what is live stays.
 * Checked afterwards. */
int swap_drop_fresh(const struct op *o, const struct source *src,
    struct err *e);

/*
 * Before SWAP_UNDO is recorded: are the old trees still there (ERR_REFUSED,
 * "restore.moved", if not), and what is in those that go entry by entry?
 */
int swap_prepare_undo(struct op *o, struct err *e);

#endif
