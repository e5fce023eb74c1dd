/*
 * collect.h - the parts of a set beside databases: file trees, config files,
 * what containers are and said. Each adds its part to the manifest.
 */
#ifndef UB_UB_BACKUP_COLLECT_H
#define UB_UB_BACKUP_COLLECT_H

#include "base/err.h"
#include "ub/backup/partial.h"
#include "ub/manifest.h"
#include "ub/source.h"

/* Pack a tree into files/<name>.tar.zst; hashed while it is written. */
int collect_tree(const struct partial *p, const struct source_tree *t,
    struct manifest *m, struct err *e);

/* Copy a file to config/<name>; one that is not there is a warning. */
int collect_config(const struct partial *p, const char *path,
    struct manifest *m, struct err *e);

/* Save inspect and log below containers/; without an engine a warning. */
int collect_container(const struct partial *p,
    const struct source_container *c, struct manifest *m, struct err *e);

#endif
