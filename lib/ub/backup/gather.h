/*
 * gather.h - the content of a set: databases and file trees at the same
 * time, each database at one exported snapshot, files after it exists.
 */
#ifndef UB_UB_BACKUP_GATHER_H
#define UB_UB_BACKUP_GATHER_H

#include <stdint.h>

#include "base/err.h"
#include "ub/backup/partial.h"
#include "ub/backup/space.h"
#include "ub/cli.h"
#include "ub/dump.h"
#include "ub/manifest.h"
#include "ub/source.h"

/* Fill in the first part; valid as {0} otherwise. */
struct gather {
	struct cli *cli;             /* for steps and options */
	const struct source *src;
	const struct partial *part;
	struct manifest *m;          /* gets a part for each thing read */
	unsigned jobs;               /* of pg_dump; 0: one a processor */
	int keep_snapshot;           /* --snapshot */
	/* its own */
	struct dump **dumps; /* one for each of m->dbs */
	int published;       /* snapshots stay when it is released */
};

/*
 * Connect to every database and fix its content: an exported snapshot, or
 * with keep_snapshot a copy that is dumped in its place.
 */
int gather_open(struct gather *g, struct err *e);

/*
 * Is there room for it in backups? last is the newest set, or NULL; about
 * how many bytes it will have goes to *estimate.
 */
int gather_check_space(const struct gather *g, const char *backups,
    const struct set *last, int64_t *estimate, struct err *e);

/* Dump and pack, on two threads; then config files and containers. */
int gather_run(struct gather *g, struct err *e);

/* End the sessions; drop the copies unless published is set. */
void gather_release(struct gather *g);

#endif
