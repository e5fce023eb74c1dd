/* state.h - a dump under way, for the files of this folder. */
#ifndef UB_UB_DUMP_STATE_H
#define UB_UB_DUMP_STATE_H

#include "ext/db.h"
#include "ub/dump.h"
#include "ub/dump/tables.h"

struct dump {
	struct manifest_db *m;
	struct dsn dsn;        /* the database that is read */
	struct pgtools tools;
	struct db *db;         /* holds the snapshot and the locks */
	char *snapshot;        /* its exported name */
	struct dump_tables tables;
	unsigned jobs;
	int64_t lock_timeout_ms;
};

#endif
