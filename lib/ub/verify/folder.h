/* folder.h - is in a set's folder what its manifest says, and only that? */
#ifndef UB_UB_VERIFY_FOLDER_H
#define UB_UB_VERIFY_FOLDER_H

#include "base/err.h"
#include "ub/set.h"

/* A member and what is wrong with it. */
typedef void folder_fn(void *ctx, const char *member, const char *what);

/*
 * Every file of the manifest is there, regular, of its size; nothing else is
 * there. Differences go to fn. -1 only when a folder cannot be read.
 */
int folder_check(const struct set *s, folder_fn *fn, void *ctx,
    struct err *e);

/* SHA256SUMS says the same as the manifest, and of the manifest too. */
int folder_check_sums(const struct set *s, folder_fn *fn, void *ctx,
    struct err *e);

#endif
