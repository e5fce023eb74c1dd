/* body.h - the part of a migration's script that is run. */
#ifndef UB_UB_MIGRATE_BODY_H
#define UB_UB_MIGRATE_BODY_H

#include <stddef.h>

#include "base/err.h"
#include "ub/migrate/dir.h"
#include "ub/migrate/split.h"

struct migrate_body {
	const char *sql; /* within the script */
	size_t len;
	int no_transaction; /* the script says that it wants none: dbmate's
	                       "transaction:false"; "-- ub: no-transaction" or
	                       "-- +goose NO TRANSACTION" before the first
	                       statement, with dbmate also before its "up" */
};

/*
 * All of it, but with dbmate what stands between "-- migrate:up" and
 * "-- migrate:down". How far s has been read does not matter. ERR_USAGE,
 * "migrate.script": dbmate would refuse it (no up, no down, the wrong order,
 * statements before up, two of one); Flyway would replace a ${placeholder},
 * which nobody here knows.
 */
int migrate_body_find(enum migrate_tool t, const struct split *s,
    struct migrate_body *out, struct err *e);

#endif
