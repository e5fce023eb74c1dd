/*
 * seal.h - the end of a set's writing: every file hashed and on disk, then
 * RESTORE.txt, SHA256SUMS and, last of all, the manifest.
 */
#ifndef UB_UB_BACKUP_SEAL_H
#define UB_UB_BACKUP_SEAL_H

#include "base/err.h"
#include "ub/manifest.h"

/*
 * Hash and fsync every file below dir that the manifest does not list yet
 * (data is in the page cache: about 1.5 GB/s a core), the largest first on
 * all processors; write the three texts; fsync every folder.
 */
int seal_set(const char *dir, struct manifest *m, struct err *e);

/* RESTORE.txt of a set: shell commands that need no ub. Caller owns. */
char *seal_restore_text(const struct manifest *m);

#endif
