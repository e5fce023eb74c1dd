/* dir_priv.h - what the files of dir share. */
#ifndef UB_UB_MIGRATE_DIR_PRIV_H
#define UB_UB_MIGRATE_DIR_PRIV_H

#include "ub/migrate/dir.h"

/* Append; d owns what m holds from then on. */
void migrate_dir_add(struct migrate_dir *d, const struct migration *m);

/* Is this entry of a folder, marked, one of Prisma's? */
int migrate_prisma_is(const char *dir, const char *name);

/* migration_lock.toml, if there is one, must be for PostgreSQL. */
int migrate_prisma_check(const char *path, struct err *e);

/* Every folder counts; files are ignored. name is marked. */
int migrate_prisma_add(struct migrate_dir *d, const char *path,
    const char *name, struct err *e);

/* The names of a folder's entries, marked, are joined by those of what is in
 * folders in it: "more/V2__b.sql". Links and hidden ones are not followed. Of
 * callbacks and settings of a script it is warned. */
int migrate_flyway_list(const char *dir, struct vec *names, struct err *e);

/* Are there migrations of Flyway's in folders of this one, which has no
 * scripts itself? 0 or 1 */
int migrate_flyway_below(const char *dir, const struct vec *names);

#endif
