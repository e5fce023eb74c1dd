/* test_host.c - the machine that we run on. */
#include "sys/host.h"

#include <unistd.h>

#include "base/attr.h"
#include "tap.h"

int
main(void)
{
	char *name = host_name();
	char want[256] = "";

	tap_ok(gethostname(want, sizeof(want) - 1) == 0, "a name to compare");
	tap_is(name, want, "the name of the machine");
	free(name);
	return tap_done();
}
