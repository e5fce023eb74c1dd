/*
 * resolve.h - what somebody has decided about migrations, written into the
 * ledger as its tool would write it: under the locks, in one transaction.
 */
#ifndef UB_UB_MIGRATE_RESOLVE_H
#define UB_UB_MIGRATE_RESOLVE_H

#include "base/err.h"
#include "ub/cli.h"
#include "ub/migrate/project.h"

enum resolve_what {
	RESOLVE_APPLIED,     /* it counts as applied, though not by us */
	RESOLVE_ROLLED_BACK, /* what failed was taken back by hand */
	RESOLVE_EDITED,      /* the script is right as it is now */
	RESOLVE_BASELINE,    /* all up to it were there before the ledger */
};

/* Valid as {0}. */
struct resolve {
	enum resolve_what what;
	const char *name;
	struct vec done; /* names of those that were marked */
	int planned;     /* or only would be */
	int created;     /* the ledger */
};

/*
 * Do it, or with dry_run only find out what would be done. ERR_USAGE,
 * "migrate.resolve": it does not fit how the migration stands (--applied: it
 * is, or with golang-migrate one before it is not; --rolled-back: it has not
 * failed; --edited: it was not; baseline: it has no version). ERR_REFUSED,
 * "migrate.baseline": there are applied ones already.
 */
int resolve_run(struct cli *c, struct project *p, struct resolve *r,
    struct err *e);

void resolve_release(struct resolve *r);

#endif
