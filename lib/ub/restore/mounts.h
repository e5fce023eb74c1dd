/* mounts.h - mount points, as the kernel lists them for this process. */
#ifndef UB_UB_RESTORE_MOUNTS_H
#define UB_UB_RESTORE_MOUNTS_H

/* Is this folder (a real path) a mount point? Where the kernel does not tell:
 * is it on another device than its parent? 0 or 1. */
int mounts_at(const char *path);

/* A mount point below a folder (a real path), or NULL. Caller owns. */
char *mounts_below(const char *path);

#endif
