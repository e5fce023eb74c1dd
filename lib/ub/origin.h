/* origin.h - the server that a database of a set came from. */
#ifndef UB_UB_ORIGIN_H
#define UB_UB_ORIGIN_H

#include "base/err.h"
#include "ext/dsn.h"
#include "ub/manifest.h"

/*
 * Host, port, user and database as the manifest tells them; all else (the
 * password above all) as libpq finds it in environment and files.
 */
int origin_dsn(const struct manifest_db *d, struct dsn *out, struct err *e);

#endif
