/* folder.h - is in a set's folder what its manifest says, and only that? */
#ifndef UB_UB_VERIFY_FOLDER_H
#define UB_UB_VERIFY_FOLDER_H

#include "base/err.h"
#include "ub/set.h"

/* A member and what is wrong with it. */
typedef void folder_fn(void *ctx, const char *member, const char *what);

/* What there is of a file of the manifest. */
enum folder_state {
	FOLDER_MISSING,
	FOLDER_WRONG, /* not regular, or of another size */
	FOLDER_SOUND,
};

/*
 * Every file of the manifest is there, regular, of its size; nothing else is
 * there. Differences go to fn. state has room for each file of the manifest.
 * Links are not followed. -1 only when a folder cannot be read.
 */
int folder_check(const struct set *s, enum folder_state *state,
    folder_fn *fn, void *ctx, struct err *e);

/*
 * SHA256SUMS says the same as the manifest, and of the manifest too. When
 * only the manifest's own hash differs, MANIFEST.json is named.
 */
int folder_check_sums(const struct set *s, folder_fn *fn, void *ctx,
    struct err *e);

#endif
