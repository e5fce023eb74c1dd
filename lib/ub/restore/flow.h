/*
 * flow.h - a record from one state to the next: carried out, put back when it
 * fails, and finished by a later run when this one ends in the middle.
 */
#ifndef UB_UB_RESTORE_FLOW_H
#define UB_UB_RESTORE_FLOW_H

#include "base/err.h"
#include "ub/restore/op.h"
#include "ub/source.h"

/*
 * staging -> swapping -> restored (beside with --into). When the swap fails,
 * all is put back: cancelled, and the error becomes ERR_UNDONE. When even
 * that fails, or nobody can tell what happened: ERR_CHANGED.
 */
int flow_swap(struct op *o, const struct source *src, struct err *e);

/*
 * staging -> cancelled: the copies beside are removed, what is live was never
 * touched. e holds why; it becomes ERR_UNDONE, or ERR_CHANGED if something is
 * left behind. Always -1.
 */
int flow_cancel(struct op *o, const struct source *src, struct err *e);

/* restored -> undoing -> undone. If nothing had changed when it failed, it
 * is restored again and the error stands; else ERR_CHANGED. */
int flow_undo(struct op *o, const struct source *src, struct err *e);

/*
 * restored or undone -> committing -> committed: what is kept is dropped. If
 * what is live is not there any more: ERR_REFUSED, "restore.moved", as the
 * kept one is the only copy then.
 */
int flow_commit(struct op *o, const struct source *src, struct err *e);

/*
 * Bring a record that a run has left open to its end: staging is cancelled,
 * swapping and undoing and committing are finished, reverting too. A swap
 * that cannot be finished is put back (ERR_UNDONE).
 */
int flow_recover(struct op *o, const struct source *src, struct err *e);

#endif
