/* project_priv.h - what the files of project share. */
#ifndef UB_UB_MIGRATE_PROJECT_PRIV_H
#define UB_UB_MIGRATE_PROJECT_PRIV_H

#include "ub/migrate/project.h"

/* The two halves of project_read(). */
int project_read_conf(const struct conf *conf, const char *root,
    struct project *p, struct err *e);
int project_read_folder(struct project *p, struct err *e);

/* A usual place below the root, and whose it is by its name alone, or
 * MIGRATE_NONE. */
struct project_place {
	const char *path;
	enum migrate_tool tool;
};

/* Is it a folder, and is nothing in it but what is hidden (.gitkeep)? */
int project_bare_is(const char *dir, int *yes, struct err *e);

/* With no migrations anywhere: p->dir is the place that is there for them,
 * and p->bare is set; or neither, if there is none, or no telling which. */
int project_bare_find(struct project *p, const struct project_place *places,
    size_t n, struct err *e);

/* The ledger says whose folder it is, whatever the name said. */
void project_bare_settle(struct project *p);

#endif
