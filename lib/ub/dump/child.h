/* child.h - pg_dump as a child process. */
#ifndef UB_UB_DUMP_CHILD_H
#define UB_UB_DUMP_CHILD_H

#include "base/err.h"
#include "ub/dump/state.h"

/*
 * pg_dump -Fd of d's snapshot into dir, which must not be there yet. When
 * stop_fd becomes readable it is ended, and 1 is returned, without an error.
 * When it fails the server is asked what became of it, over d->db.
 */
int dump_child_run(struct dump *d, const char *dir, int stop_fd,
    struct err *e);

#endif
