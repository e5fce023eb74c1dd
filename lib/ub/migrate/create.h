/* create.h - a new migration's file, in the layout of the project's tool. */
#ifndef UB_UB_MIGRATE_CREATE_H
#define UB_UB_MIGRATE_CREATE_H

#include "base/err.h"
#include "ub/migrate/project.h"

/*
 * Make it, after all that are there: Prisma, dbmate and golang-migrate count
 * by time (UTC), or go on counting if the last one has a small number, but
 * 0; Flyway's has the next whole version. An existing file is never written
 * over. name may hold letters, digits, '_' and '-'; spaces become '_'.
 * *path is the script's; the caller owns it, after an error, too. ERR_USAGE:
 * "migrate.name"; "migrate.version", where nothing comes after the last.
 */
int create_migration(const struct project *p, const char *name, char **path,
    struct err *e);

/* The path that it would have. */
int create_path(const struct project *p, const char *name, char **path,
    struct err *e);

#endif
