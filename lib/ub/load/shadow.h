/*
 * shadow.h - the COPY statements of a dump, whatever the version of its
 * archive: pg_restore writes them, of a copy of the dump that has no rows.
 */
#ifndef UB_UB_LOAD_SHADOW_H
#define UB_UB_LOAD_SHADOW_H

#include <stdint.h>

#include "base/err.h"
#include "ub/load/script.h"
#include "ub/pgtools.h"

struct load_shadow {
	const struct pgtools *tools;
	const char *dump; /* absolute */
	const char *tmp;  /* a folder to work in */
	const int64_t *ids;
	size_t n;
};

/*
 * The statements of these n dump ids, in their order. ERR_TROUBLE,
 * "load.script", if there is not one for each.
 */
int load_shadow_script(const struct load_shadow *s, struct load_script *out,
    struct err *e);

#endif
