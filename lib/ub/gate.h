/*
 * gate.h - may something dangerous begin? Only with a way back: a backup set
 * of this very database, made lately, proven good, and not older than what
 * was changed last.
 */
#ifndef UB_UB_GATE_H
#define UB_UB_GATE_H

#include <stdint.h>

#include "base/err.h"
#include "ub/set.h"

struct gate {
	const char *backups;    /* where the sets are */
	const struct set *set;  /* the one to judge; NULL: the newest of this
	                           database */
	const char *dbname;
	const char *system_id;  /* of the cluster; NULL: it does not tell */
	int64_t max_age_ms;
	enum set_level level;   /* this, or better */
	int64_t changed_at;     /* when the database was changed last, ms since
	                           1970; 0: not known */
};

/* Why it is shut. */
enum gate_why {
	GATE_OPEN,
	GATE_NONE,       /* no set of this database */
	GATE_OTHER,      /* the set is of another database */
	GATE_OLD,        /* older than max_age_ms */
	GATE_CHANGED,    /* older than the last change */
	GATE_FAILED,     /* verification said no */
	GATE_UNVERIFIED, /* not proven, or not so far */
};

/*
 * Judge. *why tells; out is the set that was judged, if there was one (the
 * caller releases it). Shut: -1, ERR_REFUSED, "gate.none" "gate.other"
 * "gate.old" "gate.changed" "gate.failed" "gate.unverified". What to run
 * then is the caller's to say.
 */
int gate_check(const struct gate *g, struct set *out, enum gate_why *why,
    struct err *e);

const char *gate_why_name(enum gate_why why); /* "open" … "unverified" */

#endif
