/* test_load.c - what is refused before anything is loaded. */
#include "ub/load.h"

#include <stdlib.h>

#include "base/mem.h"

#include "tap.h"

static void
test_version(void)
{
	struct manifest_db d = { .dbname = mem_dup("shop"),
		.dump_version = 170002, .server_version = 170002 };
	struct err e = { 0 };

	tap_ok(load_check_version(&d, 150020, &e) == -1, "a newer pg_dump");
	tap_is(e.kind, "load.version", "is refused");
	tap_ok(e.code == ERR_TROUBLE, "as trouble");
	tap_ok(strstr(e.msg, "17") && strstr(e.msg, "15"),
	    "both versions are named: %s", e.msg);
	err_release(&e);
	tap_ok(load_check_version(&d, 170004, &e) == 0, "the same major one");
	tap_ok(load_check_version(&d, 180001, &e) == 0, "a newer server");
	tap_ok(e.code == ERR_OK, "no error");
	free(d.dbname);
	err_release(&e);
}

static void
test_no_server(void)
{
	struct dsn dsn = { 0 }, admin = { 0 };
	struct err e = { 0 };

	tap_ok(dsn_parse(&dsn, "host=/nonexistent dbname=shop", NULL, &e) ==
		    0,
	    "a server that is not there");
	tap_ok(load_admin(&dsn, &admin, &e) == -1 && e.code == ERR_LATER,
	    "no maintenance database: later");
	err_release(&e);
	tap_ok(load_drop(&dsn, "x", &e) == -1 && e.code == ERR_LATER,
	    "nothing is dropped: later");
	dsn_release(&dsn);
	dsn_release(&admin);
	err_release(&e);
}

int
main(void)
{
	test_version();
	test_no_server();
	return tap_done();
}
