#include "ub/scratch/trial.h"

#include "sys/log.h"
#include "ub/load.h"
#include "ub/origin.h"
#include "ub/scratch.h"

static int
open_scratch(const struct trial *t, const struct manifest_db *d,
    struct scratch *s, struct err *e)
{
	const struct source_db *src = source_find_db(t->src, d->name);
	struct dsn dsn = { 0 };
	int r;

	if (t->own_cluster)
		return scratch_in_cluster(s, t->set, d->dump_version,
		    src ? src->bindir : NULL, e);
	if (src)
		return scratch_on_server(s, &src->dsn, src->bindir, e);
	r = origin_dsn(d, &dsn, e);
	if (r == 0)
		r = scratch_on_server(s, &dsn, NULL, e);
	dsn_release(&dsn);
	return r;
}

int
trial_blames_dump(const struct err *e)
{
	static const char *const others[] = { "No space left on device",
		"out of memory", "out of shared memory", "is not available",
		"could not open extension control file",
		"could not access file", "could not extend file",
		"could not write", "could not create locale",
		"'pg_restore' ", NULL };
	size_t i;

	if (strcmp(e->kind, "load.restore") != 0)
		return 0;
	for (i = 0; others[i]; i++)
		if (strstr(e->msg, others[i]))
			return 0;
	return 1;
}

static int
try_one(const struct trial *t, const struct manifest_db *d, struct err *e)
{
	struct scratch s = { 0 };
	struct err late = { 0 };
	struct load l = { .set = t->set, .db = d, .jobs = t->jobs,
		.for_scratch = 1 };
	int r = open_scratch(t, d, &s, e);

	if (r == 0) {
		l.admin = &s.admin;
		l.target = s.name;
		l.tools = &s.tools;
		r = load_database(&l, e);
	}
	if (scratch_close(&s, &late))
		log_warn("scratch.left", "a scratch database is left behind, "
		    "which the next run removes: %s", late.msg);
	err_release(&late);
	if (r && trial_blames_dump(e))
		err_as(e, ERR_NO, "verify.restore");
	return r;
}

int
trial_run(const struct trial *t, int64_t *n, struct err *e)
{
	size_t i;

	for (i = 0; i < t->set->m.n_dbs; i++) {
		if (try_one(t, &t->set->m.dbs[i], e))
			return -1;
		(*n)++;
	}
	return 0;
}
