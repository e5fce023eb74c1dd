/*
 * beside.h - threads that compare row counts and gather statistics beside
 * pg_restore, on the processors that it leaves idle.
 */
#ifndef UB_UB_LOAD_BESIDE_H
#define UB_UB_LOAD_BESIDE_H

#include "base/err.h"
#include "ub/load.h"

struct load_beside;

/* Start them; db is the new database. Borrowed: all, until the end. */
struct load_beside *load_beside_start(const struct load *l,
    const struct dsn *db, struct err *e);

/* pg_restore wrote a line (proc.on_errline; ctx is the load_beside). */
void load_beside_line(void *ctx, const char *line);

/* Readable once a count differs or a thread fails: pg_restore may stop. */
int load_beside_stop_fd(const struct load_beside *b);

/*
 * pg_restore ended. If it did well, do the rest on all threads; else stop.
 * Frees b. 0, or -1 with what a thread met: ERR_NO, "load.rows", if a count
 * differs.
 */
int load_beside_end(struct load_beside *b, int well, struct err *e);

#endif
