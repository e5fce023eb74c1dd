/* test_load.c - what pg_restore's complaints mean. */
#include "ub/load.h"

#include "base/mem.h"
#include "tap.h"
#include "ub/load/child.h"

static struct manifest m;
static struct manifest_db *d;

static void
explain(const char *line, enum err_code code, const char *kind)
{
	struct set s = { .dir = mem_dup("/nowhere") };
	struct load l = { .set = &s, .db = d };
	struct err e = { 0 };
	char *want = mem_printf("cannot restore database 'shop': %s", line);

	tap_ok(load_child_explain(&l, line, NULL, &e) == -1 && e.code == code,
	    "code of: %s", line);
	tap_is(e.kind, kind, "its kind");
	tap_is(e.msg, want, "its message");
	err_release(&e);
	free(want);
	free(s.dir);
}

static void
test_explain(void)
{
	explain("role \"x\" does not exist", ERR_TROUBLE, "load.role");
	explain("permission denied to create extension \"hstore\"",
	    ERR_TROUBLE, "load.right");
	explain("must be owner of schema public", ERR_TROUBLE, "load.right");
	explain("sorry, too many clients already", ERR_LATER, "db.gone");
	explain("remaining connection slots are reserved for non-replication "
	    "superuser connections", ERR_LATER, "db.gone");
	explain("server closed the connection unexpectedly", ERR_LATER,
	    "db.gone");
	explain("terminating connection due to administrator command",
	    ERR_LATER, "db.gone");
	explain("could not read from input file: end of file", ERR_TROUBLE,
	    "load.restore");
}

static void
test_version(void)
{
	struct manifest_db old = { .name = d->name, .dump_version = 140010 };
	struct manifest_db new = { .name = d->name, .dump_version = 160001 };
	struct err e = { 0 };

	tap_ok(load_check_version(&old, 150020, &e) == 0, "an older dump");
	tap_ok(load_check_version(&new, 150020, &e) == -1 &&
	    e.code == ERR_TROUBLE, "a newer dump");
	tap_is(e.kind, "load.version", "its kind");
	tap_is(e.msg, "the dump of database 'shop' was made by pg_dump 16, "
	    "which a server of version 15 does not understand", "its message");
	err_release(&e);
}

int
main(void)
{
	d = manifest_add_db(&m);
	d->name = mem_dup("shop");
	test_explain();
	test_version();
	manifest_release(&m);
	return tap_done();
}
