/* project_open.c - the folder and the server at the same time. */
#include <stdatomic.h>

#include "sys/pool.h"
#include "ub/migrate/early.h"
#include "ub/migrate/project_priv.h"

struct opening {
	struct project *p;
	struct err folder, db;
	atomic_int connected; /* or failed to */
};

static int
open_half(void *ctx, size_t i, struct err *e)
{
	struct opening *o = ctx;
	struct project *p = o->p;

	(void)e; /* what is wrong with the folder is told first */
	if (i == 1) {
		project_connect(p, &o->db);
		o->connected = 1;
	} else if (project_read_folder(p, &o->folder) == 0) {
		while (!o->connected &&
		    p->early < early_items(&p->files, p->layout))
			early_read(&p->files, p->layout, p->early++);
	}
	return 0;
}

int
project_open(const struct conf *conf, const char *root, struct project *p,
    struct err *e)
{
	struct opening o = { .p = p };

	if (project_read_conf(conf, root, p, e))
		return -1;
	pool_run(2, 2, open_half, &o, e);
	if (!e->code && o.folder.code)
		err_merge(e, &o.folder);
	if (!e->code && o.db.code)
		err_merge(e, &o.db);
	err_release(&o.folder);
	err_release(&o.db);
	return e->code ? -1 : 0;
}
