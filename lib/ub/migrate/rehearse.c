#include "ub/migrate/rehearse.h"

#include "base/mem.h"
#include "sys/log.h"
#include "ub/load.h"
#include "ub/migrate/rehearse_priv.h"
#include "ub/scratch.h"
#include "ub/scratch/trial.h"

/* One rehearsal. */
struct stage {
	struct cli *c;
	const struct project *p;
	const struct rehearse_opts *o;
	struct rehearse *out;
	const struct manifest_db *db; /* of the set */
	struct scratch s;
	struct dsn dsn; /* of the scratch database */
};

/* By the name that is configured; else by the database's own. */
static int
find_database(struct stage *x, struct err *e)
{
	const struct manifest *m = &x->out->set.m;
	size_t i;

	for (i = 0; i < m->n_dbs && !x->db; i++)
		if (strcmp(m->dbs[i].name, x->p->at->name) == 0)
			x->db = &m->dbs[i];
	for (i = 0; i < m->n_dbs && !x->db; i++)
		if (strcmp(m->dbs[i].dbname, x->p->at->dsn.dbname) == 0)
			x->db = &m->dbs[i];
	return x->db ? 0 : err_set(e, ERR_REFUSED, "rehearse.database",
	    "set %s has no database '%s'", m->id, x->p->at->name);
}

/*
 * A cluster of our own looks as the live one does: the database has its name,
 * and is migrated by the same role.
 */
static int
dress_cluster(struct stage *x, struct err *e)
{
	const char *user = x->p->at->dsn.user ? x->p->at->dsn.user :
	    x->db->user;
	char *name = db_ident(user ? user : "postgres");
	struct err there = { 0 };
	int r;

	db_exec(x->s.holder, &there, "CREATE ROLE %s", name);
	err_release(&there);
	r = db_exec(x->s.holder, e, "ALTER ROLE %s SUPERUSER LOGIN", name);
	free(name);
	if (strcmp(x->db->dbname, "postgres") != 0 &&
	    strcmp(x->db->dbname, "template1") != 0 &&
	    strcmp(x->db->dbname, "template0") != 0) {
		free(x->s.name);
		x->s.name = mem_dup(x->db->dbname);
	}
	dsn_for_db(&x->dsn, &x->s.admin, x->s.name);
	if (user) {
		free(x->dsn.user);
		x->dsn.user = mem_dup(user);
	}
	return r;
}

static int
open_scratch(struct stage *x, struct err *e)
{
	const struct source_db *at = x->p->at;

	if (x->o->own_cluster)
		return scratch_in_cluster(&x->s, &x->out->set,
		    x->db->dump_version, at->bindir, e) ? -1 :
		    dress_cluster(x, e);
	if (scratch_on_server(&x->s, &at->dsn, at->bindir, e))
		return -1;
	dsn_for_db(&x->dsn, &x->s.admin, x->s.name);
	return 0;
}

/* Is it for owners and grants that it cannot be restored? */
static int
is_of_rights(const struct err *e)
{
	static const char *const kinds[] = { "load.role", "load.right",
		"props.role", "props.right", "db.right" };
	size_t i;

	for (i = 0; i < UB_LEN(kinds); i++)
		if (strcmp(e->kind, kinds[i]) == 0)
			return 1;
	return 0;
}

/* With owners and grants, where the server has the roles. */
static int
restore(struct stage *x, struct err *e)
{
	struct load l = { .set = &x->out->set, .db = x->db,
		.admin = &x->s.admin, .target = x->s.name,
		.tools = &x->s.tools, .jobs = x->o->jobs, .for_scratch = 1,
		.rights = 1, .analyze = 1 };
	int r = load_database(&l, e);

	if (r && is_of_rights(e)) {
		log_warn("rehearse.rights", "owners and grants are left out: "
		    "%s", e->msg);
		err_release(e);
		l.rights = 0;
		r = load_drop(&x->s.admin, x->s.name, e);
		if (r == 0)
			r = load_database(&l, e);
	}
	x->out->rights = l.rights;
	if (r && trial_blames_dump(e))
		err_as(e, ERR_NO, "rehearse.restore");
	return r;
}

/* Nothing is run before all of it is known to be in the right place. */
static int
look(struct stage *x, struct err *e)
{
	struct project *p = &x->out->p;

	if (project_beside(x->p, &x->dsn, p, e))
		return -1;
	if (strcmp(p->dbname, x->s.name) != 0)
		return err_set(e, ERR_TROUBLE, "rehearse.elsewhere",
		    "asked for database '%s', the server gave '%s'",
		    x->s.name, p->dbname);
	if (project_look(p, e))
		return -1;
	if (p->driven)
		return err_set(e, ERR_USAGE, "rehearse.driven",
		    "migrations of %s are run by its own program, which might "
		    "find the live database: they cannot be rehearsed",
		    migrate_tool_name(p->tool));
	return deploy_choose(x->c, p, &x->o->choose, &x->out->d, e);
}

static int
perform(struct stage *x, struct err *e)
{
	int r;

	cli_step(x->c, "restore", "restoring to rehearse",
	    x->db->size_bytes);
	r = open_scratch(x, e);
	if (r == 0)
		r = restore(x, e);
	cli_step_end(x->c, "restore");
	if (r == 0)
		r = look(x, e);
	if (r || x->out->d.empty)
		return r;
	cli_step(x->c, "rehearse", "rehearsing migrations", 0);
	r = rehearse_migrations(x->out, &x->dsn, x->db, e);
	cli_step_end(x->c, "rehearse");
	return r;
}

int
rehearse_run(struct cli *c, struct project *p, const struct rehearse_opts *o,
    struct rehearse *out, struct err *e)
{
	struct stage x = { .c = c, .p = p, .o = o, .out = out };
	struct err late = { 0 };
	int r;

	out->own_cluster = o->own_cluster;
	if (project_choose(p, e) || find_database(&x, e))
		return -1;
	r = c->common.dry_run ? 0 : perform(&x, e);
	/* What is kept of it speaks of the live one. */
	db_close(out->p.db);
	out->p.db = NULL;
	free(out->p.dbname);
	out->p.dbname = mem_dup(x.db->dbname);
	if (scratch_close(&x.s, &late))
		log_warn("scratch.left", "a scratch database is left behind, "
		    "which the next run removes: %s", late.msg);
	err_release(&late);
	dsn_release(&x.dsn);
	return r;
}

static void
release_stmt(struct rehearse_stmt *s)
{
	size_t i;

	for (i = 0; i < s->n_locks; i++)
		free(s->locks[i].relation);
	for (i = 0; i < s->n_rewrites; i++)
		free(s->rewrites[i].relation);
	free(s->locks);
	free(s->rewrites);
	free(s->text);
}

static void
release_done(struct rehearse_done *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		release_stmt(&d->v[i]);
	free(d->v);
	apply_release(&d->a);
}

void
rehearse_release(struct rehearse *r)
{
	size_t i;

	for (i = 0; i < r->n_done; i++)
		release_done(&r->done[i]);
	for (i = 0; i < r->n_tables; i++) {
		free(r->tables[i].name);
		free(r->tables[i].renamed_to);
	}
	for (i = 0; i < r->n_differences; i++) {
		free(r->differences[i].statement);
		free(r->differences[i].relation);
	}
	free(r->done);
	free(r->tables);
	free(r->differences);
	deploy_release(&r->d);
	project_release(&r->p);
	set_release(&r->set);
	*r = (struct rehearse){ 0 };
}
