/*
 * mountswap.h - exchange the content of a folder that cannot be renamed
 * because it is a mount point: entry by entry, with copies that are folders
 * inside of it (".ub-…", which are not content).
 *
 * list holds the escaped names of the entries that are brought in, fixed
 * before the first is moved. So an entry of live that is in the list, and not
 * in src, has been brought in already; any other is to be displaced.
 */
#ifndef UB_UB_RESTORE_MOUNTSWAP_H
#define UB_UB_RESTORE_MOUNTSWAP_H

#include "base/err.h"
#include "base/vec.h"

/* Content of live goes to kept, content of src comes to live; src vanishes.
 * May be called again after it ended anywhere. */
int mountswap_in(const char *live, const char *src, const char *kept,
    const struct vec *list, struct err *e);

/* The other way round, from wherever mountswap_in ended. */
int mountswap_back(const char *live, const char *src, const char *kept,
    const struct vec *list, struct err *e);

/* Escaped names of the content of a folder. */
int mountswap_list(const char *dir, struct vec *list, struct err *e);

/* Remove what is in a folder but is not content. */
int mountswap_strip(const char *dir, struct err *e);

#endif
