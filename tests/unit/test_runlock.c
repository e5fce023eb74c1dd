/* test_runlock.c - one run at a time, of application and of sets. */
#include "ub/runlock.h"

#include <stdlib.h>

#include "sys/path.h"
#include "sys/tmp.h"

#include "tap.h"

int
main(void)
{
	struct err e = { 0 };
	char *dir = tmp_dir("ub-test", &e);
	struct cli c = { .state = path_join(dir, "state") };
	struct cli other = { .state = path_join(dir, "other") };
	char *sets = path_join(dir, "backups"), *ignore;
	struct runlock a = { 0 }, b = { 0 };

	tap_ok(runlock_take(&a, &c, sets, &e) == 0, "the first takes both");
	ignore = path_join(c.state, ".gitignore");
	tap_ok(path_is_dir(sets) && path_exists(ignore),
	    "and makes both folders");
	tap_ok(runlock_take(&b, &c, sets, &e) == -1, "the second does not");
	tap_ok(e.code == ERR_LATER, "later");
	tap_is(e.kind, "lock.held", "it is held");
	tap_is(e.hint, "wait for it with --lock-timeout 10m", "what to do");
	runlock_release(&b);
	err_release(&e);
	tap_ok(runlock_take(&b, &other, sets, &e) == -1 &&
		e.code == ERR_LATER,
	    "nor does another application with the same sets");
	runlock_release(&b);
	err_release(&e);
	runlock_release(&a);
	tap_ok(runlock_take(&b, &other, sets, &e) == 0, "once it is free");
	runlock_release(&b);
	free(ignore);
	free(sets);
	free(c.state);
	free(other.state);
	free(dir);
	err_release(&e);
	return tap_done();
}
