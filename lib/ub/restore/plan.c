#include "ub/restore/plan.h"

#include "base/mem.h"
#include "base/text.h"
#include "sys/path.h"
#include "ub/only.h"
#include "ub/restore/server.h"

static const char *const kinds[] = { "db", "files", "config", NULL };

static void
add_name(struct vec *names, const char *kind, const char *name)
{
	vec_addf(names, "%s/%s", kind, name);
}

/* --only means parts that the set has. */
static int
check_only(const struct plan_call *c, struct err *e)
{
	const struct manifest *m = &c->set->m;
	struct vec names = { 0 };
	size_t i;
	int r;

	for (i = 0; i < m->n_dbs; i++)
		add_name(&names, "db", m->dbs[i].name);
	for (i = 0; i < m->n_trees; i++)
		add_name(&names, "files", m->trees[i].name);
	for (i = 0; i < m->n_configs; i++)
		add_name(&names, "config", path_base(m->configs[i].path));
	r = only_check(c->only, kinds, e);
	if (r == 0)
		r = only_met(c->only, &names, e);
	vec_release(&names);
	return r;
}

static int
wants_config(const struct plan_call *c, const struct manifest_config *m)
{
	/* Not unless asked for: it holds the secrets of today. */
	return c->only->n > 0 &&
	    only_wants(c->only, "config", path_base(m->path));
}

/* --into takes one part. */
static int
check_into(const struct plan_call *c, struct err *e)
{
	const struct manifest *m = &c->set->m;
	size_t i, n = 0;

	if (!c->into)
		return 0;
	for (i = 0; i < m->n_dbs; i++)
		n += (size_t)only_wants(c->only, "db", m->dbs[i].name);
	for (i = 0; i < m->n_trees; i++)
		n += (size_t)only_wants(c->only, "files", m->trees[i].name);
	for (i = 0; i < m->n_configs; i++)
		n += (size_t)wants_config(c, &m->configs[i]);
	if (n == 1)
		return 0;
	err_set(e, ERR_USAGE, "opt.into",
	    "--into takes one part of a set, not %zu", n);
	return err_hint(e, "choose it with --only db/%s",
	    m->n_dbs ? m->dbs[0].name : "NAME");
}

static int
add_parts(const struct plan_call *c, struct plan *p, struct err *e)
{
	const struct manifest *m = &c->set->m;
	size_t i;

	for (i = 0; i < m->n_dbs; i++)
		if (only_wants(c->only, "db", m->dbs[i].name) &&
		    plan_db(c, &m->dbs[i], p, e))
			return -1;
	for (i = 0; i < m->n_trees; i++)
		if (only_wants(c->only, "files", m->trees[i].name) &&
		    plan_tree(c, &m->trees[i], p, e))
			return -1;
	for (i = 0; i < m->n_configs; i++)
		if (wants_config(c, &m->configs[i]) &&
		    plan_config(c, &m->configs[i], p, e))
			return -1;
	return 0;
}

static int
same_db(const struct op_db *a, const struct op_db *b)
{
	if (strcmp(a->live, b->live) != 0)
		return 0;
	if (a->system_id && b->system_id)
		return strcmp(a->system_id, b->system_id) == 0;
	return server_same(a, b);
}

/* Have two records a target in common? Its name, or NULL. */
static const char *
same_target(const struct op *a, const struct op *b)
{
	size_t i, k;

	for (i = 0; i < a->n_dbs; i++)
		for (k = 0; k < b->n_dbs; k++)
			if (same_db(&a->dbs[i], &b->dbs[k]))
				return a->dbs[i].live;
	for (i = 0; i < a->n_trees; i++)
		for (k = 0; k < b->n_trees; k++)
			if (strcmp(a->trees[i].live, b->trees[k].live) == 0)
				return a->trees[i].live;
	return NULL;
}

int
plan_replaces(const struct plan *p, const struct op *o)
{
	return o->state == OP_UNDONE && same_target(&p->op, o) != NULL;
}

/* The old copies of a restore that nobody has decided on are not buried. */
static int
check_pending(const struct plan_call *c, const struct plan *p,
    struct err *e)
{
	const struct op *o;
	const char *target;
	size_t i;

	for (i = 0; i < c->ops->n; i++) {
		o = &c->ops->v[i];
		target = same_target(&p->op, o);
		if (o->state != OP_RESTORED || !target)
			continue;
		err_set(e, ERR_REFUSED, "restore.pending",
		    "'%s' was restored from set '%s' already, and what was "
		    "live before is kept", target, o->set);
		return err_hint(e, "decide on it first: --undo %s brings it "
		    "back, --commit %s drops it", o->id, o->id);
	}
	return 0;
}

/* Two parts of a set that would go to one place. */
static int
check_twins(const struct plan *p, struct err *e)
{
	const struct op *o = &p->op;
	const char *a, *b;
	size_t i, k, n;

	for (i = 0; i < o->n_dbs; i++)
		for (k = 0; k < i; k++)
			if (same_db(&o->dbs[i], &o->dbs[k]))
				return err_set(e, ERR_USAGE, "restore.twice",
				    "'%s' and '%s' both go to database '%s'",
				    o->dbs[k].name, o->dbs[i].name,
				    o->dbs[i].live);
	for (i = 0; i < o->n_trees; i++)
		for (k = 0; k < o->n_trees; k++) {
			a = o->trees[i].live;
			b = o->trees[k].live;
			n = strlen(a);
			if (k == i || strncmp(a, b, n) != 0 ||
			    (b[n] && b[n] != '/'))
				continue;
			return err_set(e, ERR_USAGE, "restore.twice",
			    "'%s' is inside of '%s': restore them one after "
			    "the other with --only", b, a);
		}
	return 0;
}

static void
close_sessions(struct plan *p)
{
	size_t i;

	for (i = 0; i < p->op.n_dbs; i++) {
		db_close(p->dbs[i].session);
		p->dbs[i].session = NULL;
	}
}

int
plan_make(const struct plan_call *c, struct plan *out, struct err *e)
{
	int r = -1;

	out->op.set = mem_dup(c->set->m.id);
	out->op.created_at = c->now;
	out->op.into = c->into != NULL;
	if (check_only(c, e) || check_into(c, e) || add_parts(c, out, e) ||
	    check_pending(c, out, e) || check_twins(out, e) ||
	    plan_names(c, out, e) || plan_space(out, e))
		goto out;
	plan_steps(c, out);
	r = 0;
out:
	close_sessions(out);
	return r;
}

int
plan_is_empty(const struct plan *p)
{
	return p->op.n_dbs == 0 && p->op.n_trees == 0;
}

static void
release_parts(struct plan *p)
{
	size_t i;

	for (i = 0; i < p->op.n_dbs; i++) {
		dsn_release(&p->dbs[i].admin);
		pgtools_release(&p->dbs[i].tools);
	}
	for (i = 0; i < p->n_steps; i++) {
		free(p->steps[i].id);
		free(p->steps[i].what);
		free(p->steps[i].undo);
	}
	free(p->dbs);
	free(p->trees);
	free(p->steps);
}

void
plan_release(struct plan *p)
{
	close_sessions(p);
	release_parts(p);
	op_release(&p->op);
	*p = (struct plan){ 0 };
}
