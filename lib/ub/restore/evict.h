/*
 * evict.h - end every session of some databases, again and again, until told
 * to stop; in a thread and a session of its own.
 */
#ifndef UB_UB_RESTORE_EVICT_H
#define UB_UB_RESTORE_EVICT_H

#include <stdint.h>

#include "base/err.h"
#include "ext/dsn.h"

struct evict;

/*
 * May this role end session a (of pg_stat_activity), whose role is t? For
 * that it must be of the session's role or of pg_signal_backend, and only a
 * superuser ends a superuser's. Workers of the server have no role; they
 * leave when RENAME asks them to.
 */
#define EVICT_FROM                                                          \
	"FROM pg_stat_activity a JOIN pg_roles t ON t.oid = a.usesysid,"    \
	" pg_roles me WHERE me.rolname = current_user AND "
#define EVICT_MAY                                                           \
	"(me.rolsuper OR NOT t.rolsuper AND "                               \
	"(pg_has_role(t.oid, 'USAGE') OR "                                  \
	"pg_has_role('pg_signal_backend', 'USAGE')))"

/* Connected and running when it returns; NULL with e set if it cannot. */
struct evict *evict_start(const struct dsn *admin, const int64_t *oids,
    size_t n, struct err *e);
void evict_end(struct evict *ev); /* NULL is fine */

#endif
