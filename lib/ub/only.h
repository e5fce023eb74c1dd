/*
 * only.h - the option --only KIND[/NAME], repeatable: which parts of the
 * application or of a set are meant. Without it, all are.
 */
#ifndef UB_UB_ONLY_H
#define UB_UB_ONLY_H

#include "base/err.h"
#include "base/vec.h"

/* Check each word: its kind must be among kinds (NULL-terminated), else
 * ERR_USAGE with the nearest. */
int only_check(const struct vec *only, const char *const *kinds,
    struct err *e);

/* Is this part meant? */
int only_wants(const struct vec *only, const char *kind, const char *name);

/* Every word must have met something: names holds "db/shop", "files/media",
 * … of all that there is. ERR_USAGE names a word that met nothing. */
int only_met(const struct vec *only, const struct vec *names,
    struct err *e);

#endif
