/* test_origin.c - the server that a database of a set came from. */
#include "ub/origin.h"

#include <stdlib.h>

#include "base/mem.h"

#include "tap.h"

static void
test_origin(void)
{
	struct manifest_db d = { .dbname = mem_dup("o'd\\d = x"),
		.host = mem_dup("/run/it's"), .user = mem_dup("me"),
		.port = mem_dup("5433") };
	struct dsn dsn = { 0 };
	struct err e = { 0 };

	tap_ok(origin_dsn(&d, &dsn, &e) == 0, "an origin with odd names");
	tap_is(dsn.dbname, "o'd\\d = x", "database");
	tap_is(dsn.host, "/run/it's", "host");
	tap_is(dsn.port, "5433", "port");
	tap_is(dsn.user, "me", "user");
	dsn_release(&dsn);
	free(d.dbname);
	free(d.host);
	free(d.user);
	free(d.port);
	err_release(&e);
}

int
main(void)
{
	test_origin();
	return tap_done();
}
