/* explain.h - why a dump failed: which table, which right, or the server. */
#ifndef UB_UB_DUMP_EXPLAIN_H
#define UB_UB_DUMP_EXPLAIN_H

#include "base/err.h"
#include "sys/proc.h"
#include "ub/dump/state.h"

/*
 * Set the error of a pg_dump that ended badly, from what it said and from
 * what the server says now. The server away, or its sessions ended, a lock
 * that could not be had: ERR_LATER, "dump.gone", "dump.lock"; a missing
 * right: ERR_TROUBLE, "dump.right", with role and GRANT; else ERR_TROUBLE,
 * "dump.failed". Always -1.
 */
int dump_explain_child(struct dump *d, const struct proc *p, struct err *e);

/* Turn the error of a query of ours (lock, count) into one of those.
 * Always -1. */
int dump_explain_query(struct dump *d, struct err *e);

#endif
