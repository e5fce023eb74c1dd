/*
 * treeswap.h - exchange a live tree (or file) for the copy beside it. Each
 * function may be called again after it ended anywhere: what is where tells
 * what is left to do.
 */
#ifndef UB_UB_RESTORE_TREESWAP_H
#define UB_UB_RESTORE_TREESWAP_H

#include "base/err.h"
#include "ub/restore/op.h"

/* What is live becomes old, fresh becomes live. */
int treeswap_in(const struct op_tree *t, struct err *e);

/* Undo treeswap_in, whole or half: fresh is beside again, old is live. */
int treeswap_back(const struct op_tree *t, struct err *e);

/* What was restored becomes undone, old becomes live. */
int treeswap_undo(const struct op_tree *t, struct err *e);

/* What treeswap_undo would need is there; else ERR_REFUSED,
 * "restore.moved". */
int treeswap_can_undo(const struct op_tree *t, struct err *e);

/* A number that a rename keeps; 0 if there is nothing at path. */
int64_t treeswap_ino(const char *path);

/*
 * "/srv/.media.ub-old-<id>" for a tree "/srv/media", or
 * "/srv/media/.ub-old-<id>" if that is a mount point. Caller owns.
 */
char *treeswap_beside(const char *live, int mount, const char *role,
    const char *id);

/* Where fresh is while it is being extracted. Caller owns. */
char *treeswap_half(const struct op_tree *t);

#endif
