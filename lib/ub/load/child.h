/* child.h - pg_restore as a child, and what its complaints mean. */
#ifndef UB_UB_LOAD_CHILD_H
#define UB_UB_LOAD_CHILD_H

#include <stdio.h>

#include "base/err.h"
#include "ub/load.h"

struct load_child {
	const struct load *l;
	const struct dsn *db; /* the new database */
	FILE *list;           /* what of the archive to restore */
	unsigned jobs;        /* 0: one thing after the other */
	int64_t memory;       /* maintenance_work_mem in kB, 0: as it is */
	int stop_fd;          /* see proc.stop_fd */
	void (*on_line)(void *ctx, const char *line); /* of stderr; or NULL */
	void *ctx;
};

/*
 * Run it to its end. ERR_TROUBLE, "load.restore", with the first error that
 * it wrote; "load.role" or "load.right" if a role or a right is missing;
 * ERR_LATER, "db.gone", if the server went away, or takes no more sessions.
 * 1: stopped through stop_fd.
 */
int load_child_run(const struct load_child *c, struct err *e);

/* Say what the first complaint of pg_restore means. Always -1. */
int load_child_explain(const struct load *l, const char *line,
    const char *hint, struct err *e);

#endif
