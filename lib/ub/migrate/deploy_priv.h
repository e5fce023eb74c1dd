/* deploy_priv.h - what the files of deploy share. */
#ifndef UB_UB_MIGRATE_DEPLOY_PRIV_H
#define UB_UB_MIGRATE_DEPLOY_PRIV_H

#include "ub/migrate/deploy.h"

/* Give a failure its code, say what stays, and what to do. Always -1. */
int deploy_fail(struct cli *c, const struct project *p,
    const struct deploy *d, struct err *e);

/* Is the gate open? Fills d->set, gate, changed_at. */
int deploy_gate(struct cli *c, struct project *p,
    const struct deploy_opts *o, struct deploy *d, struct err *e);

#endif
