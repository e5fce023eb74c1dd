#include "sys/host.h"

#include <sys/utsname.h>

#include "base/mem.h"

char *
host_name(void)
{
	struct utsname u;

	if (uname(&u) < 0)
		return mem_dup("unknown");
	return mem_dup(u.nodename);
}
