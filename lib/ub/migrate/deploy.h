/*
 * deploy.h - apply what is pending: behind the gate, past the lint, under the
 * locks, one migration after the other.
 */
#ifndef UB_UB_MIGRATE_DEPLOY_H
#define UB_UB_MIGRATE_DEPLOY_H

#include "base/err.h"
#include "base/vec.h"
#include "ub/cli.h"
#include "ub/gate.h"
#include "ub/migrate/apply.h"
#include "ub/migrate/drive.h"
#include "ub/migrate/judge.h"
#include "ub/migrate/project.h"

enum deploy_phase { DEPLOY_ALL, DEPLOY_EXPAND, DEPLOY_CONTRACT };

struct deploy_opts {
	const char *to;         /* the last one to run, or NULL */
	enum deploy_phase phase;
	int skip_backup_check;
	const struct vec *allow; /* words of DEPLOY_ALLOW */
	const struct set *set;  /* the one to rely on; NULL: the newest */
};

/* A migration that was run. */
struct deploy_done {
	const struct migration *m;
	struct applied a;
	int failed;
};

/* Valid as {0}. */
struct deploy {
	struct set set;        /* what stands behind it */
	enum gate_why gate;
	int gate_asked;
	int gate_skipped;      /* --skip-backup-check */
	int chosen;            /* what is to be run is known, and judged */
	struct judged judged;  /* of all that was pending */
	struct vec again;      /* the options of this run, to say them again */
	struct vec names;      /* of all that was pending */
	size_t count;          /* of judged, from the first on: what is, or
	                          was, to be run */
	struct deploy_done *done;
	size_t n_done;
	size_t n_applied;
	struct drive drive;    /* of a driven tool */
	int created;           /* the ledger */
	int empty;             /* there was nothing to do */
};

/* Words of --allow, "late|edited|ahead|unsafe". */
#define DEPLOY_ALLOW "late|edited|ahead|unsafe"

/*
 * Look, and decide what would be run. Nothing is changed. ERR_REFUSED: a
 * migration that failed and is not resolved ("migrate.failed"), was edited
 * since ("migrate.edited"), comes before applied ones ("migrate.late"), or is
 * known to the database alone ("migrate.ahead"); the gate; a schema that is
 * not empty and has no ledger ("migrate.baseline"). ERR_NO, "migrate.unsafe":
 * the lint has found an error. ERR_USAGE: a script that cannot be run.
 */
int deploy_prepare(struct cli *c, struct project *p,
    const struct deploy_opts *o, struct deploy *d, struct err *e);

/*
 * As deploy_prepare(), whatever lint and gate say: what is pending, judged,
 * and which of it the options choose. Not for a driven tool.
 */
int deploy_choose(struct cli *c, struct project *p,
    const struct deploy_opts *o, struct deploy *d, struct err *e);

/*
 * Do it. On failure the code is ERR_UNDONE if nothing of this run stays,
 * ERR_LATER if that was for want of a lock or a server, ERR_CHANGED if
 * something stays; what, is in *d and in the message.
 */
int deploy_run(struct cli *c, struct project *p,
    const struct deploy_opts *o, struct deploy *d, struct err *e);

void deploy_release(struct deploy *d);

#endif
