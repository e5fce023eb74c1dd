/* confdiff.h - show how a config file would change. */
#ifndef UB_UB_RESTORE_CONFDIFF_H
#define UB_UB_RESTORE_CONFDIFF_H

#include "base/err.h"

/*
 * Say on stderr how the live file differs from the one of the set, as diff -u
 * does; or that it is new. Config files hold secrets: unless stderr is a
 * terminal, nothing behind the first '=' or ':' of a line is shown. *same is
 * set if there is no difference.
 */
int confdiff_show(const char *live, const char *from_set, int *same,
    struct err *e);

#endif
