/*
 * beside.h - threads that load rows, and then, on the processors that
 * pg_restore leaves idle, compare row counts and gather statistics.
 */
#ifndef UB_UB_LOAD_BESIDE_H
#define UB_UB_LOAD_BESIDE_H

#include "base/err.h"
#include "ub/load.h"
#include "ub/load/parts.h"

struct load_beside;

/* Start them; db is the new database, whose tables are there. Borrowed: all,
 * until the end. */
struct load_beside *load_beside_start(const struct load *l,
    const struct load_parts *p, const struct dsn *db, struct err *e);

/*
 * Wait until pg_restore may begin with what comes after the data: see
 * load_board_late_may_begin(). 0; -1: a thread failed, and
 * load_beside_end() tells why.
 */
int load_beside_await(struct load_beside *b);

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
