/* test_err.c - what went wrong, said once. */
#include "base/err.h"

#include <errno.h>

#include "tap.h"

static void
test_set(void)
{
	struct err e = { 0 };

	err_release(&e);
	tap_ok(e.code == ERR_OK && !e.msg, "{0} is no error");
	tap_ok(err_set(&e, ERR_NO, "a.kind", "cannot %s '%s'", "eat", "x") ==
	    -1, "set returns -1");
	tap_ok(e.code == ERR_NO, "the code");
	tap_is(e.kind, "a.kind", "the kind");
	tap_is(e.msg, "cannot eat 'x'", "the message");
	err_hint(&e, "try %d", 1);
	err_hint(&e, "try %d", 2);
	tap_is(e.hint, "try 2", "a hint replaces the older one");
	err_next(&e, "ub-%s", "restore");
	err_next(&e, "ub-health");
	tap_ok(e.next.n == 2, "two commands to run next");
	tap_is(e.next.v[0], "ub-restore", "the first command");
	err_detail(&e, "sqlstate", "42P01");
	err_detail(&e, "empty", NULL);
	tap_ok(e.detail.n == 4, "names and values");
	tap_is(e.detail.v[1], "42P01", "a value");
	tap_is(e.detail.v[3], "", "NULL is an empty value");
	tap_is(err_detail_get(&e, "sqlstate"), "42P01", "a value by name");
	tap_is(err_detail_get(&e, "42P01"), NULL, "a value is no name");

	err_set(&e, ERR_LATER, e.kind, "%s, again", e.msg);
	tap_is(e.msg, "cannot eat 'x', again",
	    "the old message may be an argument");
	tap_is(e.kind, "a.kind", "and so may the old kind");
	tap_ok(!e.hint && !e.next.n && !e.detail.n,
	    "set replaces all that was there");
	err_release(&e);
}

static void
test_sys(void)
{
	struct err e = { 0 };

	errno = ENOENT;
	tap_ok(err_sys(&e, "cannot open '%s'", "f") == -1, "sys returns -1");
	tap_is(e.msg, "cannot open 'f': No such file or directory",
	    "errno's text is appended");
	tap_is(e.kind, "sys", "its kind");
	tap_ok(e.code == ERR_TROUBLE, "its code");
	tap_ok(err_as(&e, ERR_LATER, "db.connect") == -1, "as returns -1");
	tap_is(e.kind, "db.connect", "another kind");
	tap_ok(e.code == ERR_LATER, "another code");
	tap_is(e.msg, "cannot open 'f': No such file or directory",
	    "the same message");
	tap_ok(err_in(&e, "%s", "step 2") == -1, "in returns -1");
	tap_is(e.msg, "step 2: cannot open 'f': No such file or directory",
	    "context goes in front");
	err_in(&e, "%s", e.msg);
	tap_ok(strlen(e.msg) == 102, "the message may be its own context");
	errno = 123456;
	err_sys(&e, "odd");
	tap_is(e.msg, "odd: error 123456", "an errno of no name");
	err_release(&e);
	err_in(&e, "alone");
	tap_is(e.msg, "alone", "context without a message");
	err_release(&e);
}

static void
test_merge(void)
{
	static const enum err_code order[] = { ERR_CHANGED, ERR_UNDONE,
		ERR_TROUBLE, ERR_LATER, ERR_REFUSED, ERR_USAGE, ERR_NO,
		ERR_PENDING };
	struct err a = { 0 }, b = { 0 };
	size_t i, j;
	int right = 1;

	for (i = 0; i < UB_LEN(order); i++) {
		for (j = 0; j < UB_LEN(order); j++) {
			err_set(&a, order[i], "k", "first");
			err_set(&b, order[j], "k", "second");
			err_merge(&a, &b);
			right &= a.code == order[i < j ? i : j];
			right &= !strcmp(a.msg, j < i ? "second" : "first");
			right &= !b.msg && b.code == ERR_OK;
		}
		err_release(&a);
		err_set(&b, order[i], "k", "only");
		err_merge(&a, &b);
		right &= a.code == order[i];
	}
	tap_ok(right, "the gravest wins, the first wins a draw");
	err_release(&b);
	err_merge(&a, &b);
	tap_ok(a.code == ERR_PENDING, "no error changes nothing");
	err_release(&a);
}

int
main(void)
{
	test_set();
	test_sys();
	test_merge();
	tap_is(err_status(ERR_OK), "ok", "status 0");
	tap_is(err_status(ERR_NO), "no", "status 1");
	tap_is(err_status(ERR_USAGE), "usage", "status 2");
	tap_is(err_status(ERR_TROUBLE), "trouble", "status 3");
	tap_is(err_status(ERR_REFUSED), "refused", "status 4");
	tap_is(err_status(ERR_LATER), "later", "status 5");
	tap_is(err_status(ERR_UNDONE), "undone", "status 6");
	tap_is(err_status(ERR_CHANGED), "changed", "status 7");
	tap_is(err_status(ERR_PENDING), "pending", "status 8");
	return tap_done();
}
