/*
 * snapshot.h - a copy of a database kept beside it (CREATE DATABASE …
 * TEMPLATE): the way back is then one rename, whatever the size.
 */
#ifndef UB_UB_BACKUP_SNAPSHOT_H
#define UB_UB_BACKUP_SNAPSHOT_H

#include "base/err.h"
#include "ext/dsn.h"
#include "ub/manifest.h"
#include "ub/source.h"

/*
 * Copy the database of dsn to <db>__ub_snap_<id>; its name in *out (caller
 * owns). PostgreSQL copies only a database that nobody is connected to: wait
 * up to wait_ms, then ERR_REFUSED, "snapshot.sessions", naming who is there.
 * The time that nobody may connect is that of copying the files.
 */
int snapshot_make(const struct dsn *dsn, const char *id, int64_t wait_ms,
    char **out, struct err *e);

/* Drop one; src is the configured database, or NULL: as the manifest says
 * where it came from. */
int snapshot_drop(const struct manifest_db *d, const struct source_db *src,
    struct err *e);

#endif
