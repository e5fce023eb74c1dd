/*
 * tmp.h - files and folders that vanish when the process ends, unless kept;
 * and whole files written in one step.
 */
#ifndef UB_SYS_TMP_H
#define UB_SYS_TMP_H

#include "base/err.h"

/*
 * Register path: it is removed (whole tree) at exit(), by this process only,
 * unless tmp_keep() was called. Not at a signal that cannot be caught.
 */
void tmp_add(const char *path);
void tmp_keep(const char *path);

/* Remove now what exit() would; sig_reraise() calls it. */
void tmp_sweep(void);

/* A new 0700 folder below $TMPDIR or /tmp, registered. Caller owns it. */
char *tmp_dir(const char *prefix, struct err *e);

/*
 * Replace path by data in one step: a temporary beside it (mode 0600),
 * write, fsync, rename, fsync of the folder. Old or new, never torn.
 */
int tmp_write_file(const char *path, const void *data, size_t len,
    struct err *e);

#endif
