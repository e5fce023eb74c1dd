#include "ub/migrate/deploy.h"

#include "base/mem.h"
#include "sys/log.h"
#include "ub/migrate/deploy_priv.h"
#include "ub/migrate/trail.h"

/* A proxy answers with a key of its own. */
int
deploy_preflight(struct project *p, struct err *e)
{
	char *pid = NULL, *mine = mem_printf("%d", db_pid(p->db));
	char *standby = NULL;
	int r = db_value(p->db, "SELECT pg_catalog.pg_backend_pid()", NULL,
	    &pid, e);

	if (r == 0)
		r = db_value(p->db, "SELECT pg_catalog.pg_is_in_recovery()",
		    NULL, &standby, e);
	if (r == 0 && strcmp(pid, mine) != 0) {
		r = err_set(e, ERR_REFUSED, "migrate.pooler",
		    "a connection pooler stands before database '%s': locks "
		    "and settings would not last", p->dbname);
		err_hint(e, "give database.url the server's own address");
	} else if (r == 0 && *standby == 't') {
		r = err_set(e, ERR_REFUSED, "migrate.standby",
		    "database '%s' is a standby, which only reads",
		    p->dbname);
	}
	free(standby);
	free(mine);
	free(pid);
	return r;
}

void
deploy_locks(const struct project *p, struct locks *l)
{
	const char *names[2] = { p->ledger.schema ? p->ledger.schema : "",
		p->ledger.table ? p->ledger.table : "" };

	locks_choose(l, p->tool, names, p->dbname, p->driven);
}

static int
run_one(struct project *p, struct apply *a, struct deploy *d, size_t i,
    struct err *e)
{
	const struct migration *m = d->judged.of[i]->file;
	const struct migration *before = m > p->files.v ? m - 1 : NULL;
	struct deploy_done *done = &d->done[d->n_done++];
	int applied = 0;

	done->m = m;
	a->sum = d->judged.v[i].sum;
	a->afresh = d->judged.of[i]->state != MIGRATE_FAILED;
	a->in_order = i > 0 && done[-1].a.in_order;
	log_info("applying %s", m->name);
	if (apply_migration(a, m, before, &done->a, e) == 0) {
		d->n_applied++;
		d->created |= a->create;
		p->has_ledger = 1;
		a->create = 0;
		return 0;
	}
	if (done->a.unknown)
		deploy_look_back(p, m, &done->a, &applied);
	else if (done->a.changed && done->a.mode != STEPS_ATOMIC)
		p->has_ledger = 1;
	done->failed = !applied;
	d->n_applied += (size_t)applied;
	d->created |= a->create && p->has_ledger;
	if (!applied || i + 1 < d->count)
		return -1;
	/* It was the last one, and it is in: all is done. */
	log_warn("migrate.lost", "%s; '%s' is in the ledger", e->msg,
	    m->name);
	err_release(e);
	return 0;
}

static int
run_all(struct cli *c, struct project *p, struct apply *a, struct deploy *d,
    struct err *e)
{
	size_t i;
	int r = 0;

	d->done = mem_alloc((d->count + 1) * sizeof(*d->done));
	cli_step(c, "apply", "applying migrations", 0);
	for (i = 0; i < d->count && r == 0; i++)
		r = run_one(p, a, d, i, e);
	cli_step_end(c, "apply");
	return r ? deploy_fail(c, p, d, e) : 0;
}

static int
apply_all(struct cli *c, struct project *p, struct apply *a,
    struct deploy *d, struct err *e)
{
	int some;

	if (trail_is_there(p->db, &p->ledger, &some, e))
		return -1;
	a->db = p->db;
	a->ledger = &p->ledger;
	a->root = p->root;
	a->schema = p->schema;
	a->create = !p->has_ledger;
	a->no_trail = !some;
	a->lock_timeout_ms = conf_duration(c->conf, "migrate.lockTimeout");
	a->retries = conf_int(c->conf, "migrate.lockRetries");
	return run_all(c, p, a, d, e);
}

/* A script may let go of the session's locks; then the watch's still keeps
 * others out. */
static int
start_watch(struct cli *c, const struct project *p, struct watch **out,
    struct err *e)
{
	const struct watch_limits limits = {
		.sessions = conf_int(c->conf, "migrate.maxBlocked"),
		.ms = conf_duration(c->conf, "migrate.maxBlockedTime") };

	*out = p->driven ? NULL :
	    watch_start(&p->at->dsn, p->db, limits, e);
	return p->driven || *out ? 0 : -1;
}

int
deploy_run(struct cli *c, struct project *p, const struct deploy_opts *o,
    struct deploy *d, struct err *e)
{
	struct locks l = { 0 };
	struct apply a = { .locks = &l };
	int r;

	if (deploy_preflight(p, e))
		return -1;
	deploy_locks(p, &l);
	if (locks_take(p->db, &l, c->common.lock_timeout_ms, e))
		return -1;
	r = start_watch(c, p, &a.watch, e);
	if (r == 0)
		r = deploy_look_again(c, p, o, d, e);
	if (r == 0 && p->driven)
		r = drive_run(p, &d->drive, e);
	else if (r == 0 && d->count > 0)
		r = apply_all(c, p, &a, d, e);
	watch_stop(a.watch);
	/* Gone with the session, if that is gone. */
	locks_drop(p->db);
	return r;
}

void
deploy_release(struct deploy *d)
{
	size_t i;

	for (i = 0; i < d->n_done; i++)
		apply_release(&d->done[i].a);
	free(d->done);
	drive_release(&d->drive);
	vec_release(&d->names);
	vec_release(&d->again);
	judge_release(&d->judged);
	set_release(&d->set);
	*d = (struct deploy){ 0 };
}
