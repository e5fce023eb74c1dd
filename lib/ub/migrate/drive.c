#include "ub/migrate/drive.h"

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/proc.h"

int
drive_check(const struct project *p, struct err *e)
{
	if (p->command)
		return 0;
	err_set(e, ERR_USAGE, "config.missing",
	    "the migrations of %s are programs, and nothing says how they "
	    "are run", migrate_tool_name(p->tool));
	return err_hint(e, "set migrate.command, as in '%s'",
	    p->tool == MIGRATE_ALEMBIC ? "alembic upgrade head" :
	    p->tool == MIGRATE_DJANGO ? "./manage.py migrate" :
	    "sqitch deploy");
}

static void
versions(const struct ledger *l, struct vec *out)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		vec_add(out, l->v[i].version);
}

static void
less(const struct vec *a, const struct vec *b, struct vec *out)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (!vec_has(b, a->v[i]))
			vec_add(out, a->v[i]);
}

static void
on_line(void *ctx, const char *line)
{
	(void)ctx;
	log_raw("%s", line);
}

static int
run_command(const struct project *p, struct err *e)
{
	struct proc pr = { .dir = p->root, .on_errline = on_line };
	int r;

	vec_add(&pr.argv, "/bin/sh");
	vec_add(&pr.argv, "-c");
	vec_addf(&pr.argv, "{ %s\n} >&2", p->command);
	dsn_env(&p->at->dsn, &pr.env);
	r = proc_demand(&pr, "migrate.command", e);
	if (r)
		err_in(e, "migrate.command");
	proc_release(&pr);
	return r;
}

/* Whatever came: what the command has done is looked at. */
static int
look(struct project *p, struct err *e)
{
	int r;

	db_shield(p->db, 1);
	if (!db_alive(p->db)) {
		log_warn("migrate.lost", "our session ended while the command "
		    "ran: for some of that time no lock kept others out");
		if (project_connect(p, e))
			return -1;
	}
	db_shield(p->db, 1);
	r = project_look(p, e);
	db_shield(p->db, 0);
	return r;
}

int
drive_run(struct project *p, struct drive *out, struct err *e)
{
	struct vec before = { 0 }, after = { 0 };
	struct err lost = { 0 };
	int64_t began = clock_ms();
	int r, changed;

	versions(&p->ledger, &before);
	r = run_command(p, e);
	out->ms = clock_ms() - began;
	if (look(p, &lost)) {
		err_merge(e, &lost);
		r = err_as(e, ERR_CHANGED, "migrate.unknown");
		err_hint(e, "look with ub-migrate status");
		goto out;
	}
	versions(&p->ledger, &after);
	less(&after, &before, &out->added);
	less(&before, &after, &out->removed);
	changed = out->added.n + out->removed.n > 0;
	if (r && e->kind && strcmp(e->kind, "signal") != 0) {
		err_as(e, changed ? ERR_CHANGED : ERR_TROUBLE,
		    "migrate.command");
		err_hint(e, changed ? "some migrations are applied: see "
		    "ub-migrate status" : "the ledger is as it was; what "
		    "else the command has done, only it knows");
	}
out:
	err_release(&lost);
	vec_release(&before);
	vec_release(&after);
	return r;
}

void
drive_release(struct drive *d)
{
	vec_release(&d->added);
	vec_release(&d->removed);
	*d = (struct drive){ 0 };
}
