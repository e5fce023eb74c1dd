/* deploy_priv.h - what the files of deploy share. */
#ifndef UB_UB_MIGRATE_DEPLOY_PRIV_H
#define UB_UB_MIGRATE_DEPLOY_PRIV_H

#include "ub/migrate/deploy.h"

/* Give a failure its code, say what stays, and what to do. Always -1. */
int deploy_fail(struct cli *c, const struct project *p,
    const struct deploy *d, struct err *e);

/* Append a call, NULL-terminated, with the options of this run that say where
 * things are, as one more part of a pipeline. */
void deploy_add_call(struct cli *c, struct buf *line,
    const char *const *argv);

/* A backup, and its proof as far as the gate wants it. */
void deploy_add_backup(struct cli *c, struct buf *line);

/* The locks that a deploy takes. */
void deploy_locks(const struct project *p, struct locks *l);

/*
 * Under the locks: look at the ledger and the gate again, since others may
 * have been there. ERR_REFUSED, "migrate.changed": more would be run now than
 * before.
 */
int deploy_look_again(struct cli *c, struct project *p,
    const struct deploy_opts *o, struct deploy *d, struct err *e);

/* Is this session one to migrate in? ERR_REFUSED: there is a pooler before
 * the server, or it is a standby. */
int deploy_preflight(struct project *p, struct err *e);

/*
 * After a loss of the session at COMMIT: is the migration in the ledger, and
 * if not, what of it stays? The latter goes to *a. 0 if that is known now,
 * else -1: a->unknown stays. p->db may be NULL then.
 */
int deploy_look_back(struct project *p, const struct migration *m,
    struct applied *a, int *applied);

/* Is the gate open? Fills d->set and gate. */
int deploy_gate(struct cli *c, struct project *p,
    const struct deploy_opts *o, struct deploy *d, struct err *e);

#endif
