/*
 * rehearse.h - the pending migrations tried on a restored backup: what they
 * really lock, rewrite and change, how long that takes, and whether the lint
 * was right. All of it in a scratch database, or a cluster of its own; the
 * live database is neither written nor read.
 */
#ifndef UB_UB_MIGRATE_REHEARSE_H
#define UB_UB_MIGRATE_REHEARSE_H

#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "ub/cli.h"
#include "ub/migrate/apply.h"
#include "ub/migrate/deploy.h"
#include "ub/migrate/project.h"
#include "ub/set.h"

struct rehearse_opts {
	struct deploy_opts choose; /* what of the pending ones */
	int own_cluster;           /* --scratch-cluster */
	unsigned jobs;             /* of the restore */
};

/* On a relation that was there before the first migration. */
struct rehearse_lock {
	char *relation; /* "public.orders" */
	int mode;       /* 1 ACCESS SHARE … 8 ACCESS EXCLUSIVE */
};

struct rehearse_rewrite {
	char *relation;
	int64_t size_bytes; /* before it */
	int truncated;      /* its rows are gone: nothing was written */
};

struct rehearse_stmt {
	size_t line;
	char *text;         /* its beginning */
	int64_t us;
	int64_t rows;       /* that it changed or returned */
	int64_t wal_bytes;  /* of the whole server meanwhile */
	int sampled;        /* locks were looked for while it ran: short ones
	                       may have been missed */
	struct rehearse_lock *locks; /* that it took, one a relation */
	size_t n_locks;
	struct rehearse_rewrite *rewrites;
	size_t n_rewrites;
};

struct rehearse_done {
	const struct migration *m;
	struct applied a;
	int64_t us;         /* without what measuring took */
	int failed;
	struct rehearse_stmt *v; /* those that were run to their end */
	size_t n;
};

/* A relation whose rows changed in number, or that others would have waited
 * for. Microseconds, from the beginning of the statement that took such a
 * lock to the end of its transaction. */
struct rehearse_table {
	char *name;          /* before; if it is new, after */
	char *renamed_to;    /* or NULL */
	int64_t rows_before; /* -1: it was not there, or holds no rows */
	int64_t rows_after;  /* -1: it is not there any more, or that is not
	                        known */
	int64_t reads_us;
	int64_t writes_us;
};

/* Where the lint was wrong. */
struct rehearse_difference {
	const char *migration;
	size_t line;
	char *statement;
	char *relation;
	const char *predicted; /* "SHARE", "no lock", "rewritten" … */
	const char *measured;
};

/* Valid as {0}. */
struct rehearse {
	struct project p; /* as the scratch database had it; not connected */
	struct set set;   /* the caller opens it */
	struct deploy d;
	int own_cluster;
	int rights;       /* owners, grants and settings were restored, too */
	int ran;          /* as far as the migrations */
	struct rehearse_done *done;
	size_t n_done;
	struct rehearse_table *tables;
	size_t n_tables;
	struct rehearse_difference *differences;
	size_t n_differences;
	int64_t reads_us; /* of each transaction the longest, summed up */
	int64_t writes_us;
};

/*
 * Restore out->set, apply, measure, compare, and drop it all again. p has
 * been read, and is not connected.
 *
 * ERR_NO: a migration failed ("rehearse.failed", the message as
 * apply_migration()'s; what was measured until then is in *out), or the set
 * is damaged. ERR_REFUSED: the set has no such database
 * ("rehearse.database"); what deploy would refuse in that state of the
 * ledger; a statement would change more than the scratch database
 * ("rehearse.beyond"), as roles and other databases of the live server.
 * ERR_USAGE, "rehearse.driven": the tool's own program migrates.
 */
int rehearse_run(struct cli *c, struct project *p,
    const struct rehearse_opts *o, struct rehearse *out, struct err *e);

/* Put the result's data into o. */
void rehearse_show(const struct rehearse *r, json_t *o);

void rehearse_text(const struct rehearse *r, struct buf *out);

void rehearse_release(struct rehearse *r);

#endif
