#include "ub/runlock.h"

#include "base/mem.h"
#include "sys/path.h"

static int
take(struct lock *l, const char *dir, const char *name, int64_t wait_ms,
    struct err *e)
{
	char *path = path_join(dir, name);
	int r = lock_take(l, path, wait_ms, e);

	free(path);
	if (r && e->code == ERR_LATER)
		err_hint(e, "wait for it with --lock-timeout 10m");
	return r;
}

int
runlock_take(struct runlock *l, struct cli *c, const char *backups,
    struct err *e)
{
	int64_t wait = c->common.lock_timeout_ms;

	if (cli_state(c, e) || path_mkdirs(backups, e))
		return -1;
	if (take(&l->state, c->state, "lock", wait, e))
		return -1;
	return take(&l->sets, backups, ".lock", wait, e);
}

void
runlock_release(struct runlock *l)
{
	lock_release(&l->sets);
	lock_release(&l->state);
}
