/* server.h - the server that a database of a record is on. */
#ifndef UB_UB_RESTORE_SERVER_H
#define UB_UB_RESTORE_SERVER_H

#include "base/err.h"
#include "ext/db.h"
#include "ub/restore/op.h"
#include "ub/source.h"

/*
 * Its maintenance database: as configured under that name, else as the
 * record tells; passwords are as libpq finds them. A cluster with another
 * system identifier than that of the record: ERR_TROUBLE, "restore.server".
 */
int server_admin(const struct op_db *d, const struct source *src,
    struct dsn *admin, struct err *e);

/* Are two of them on one server, reached in one way? */
int server_same(const struct op_db *a, const struct op_db *b);

#endif
