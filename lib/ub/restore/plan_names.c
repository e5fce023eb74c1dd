/* What the copies beside the live parts are called. */
#include "ub/restore/plan.h"

#include "base/mem.h"
#include "sys/path.h"
#include "ub/dbname.h"
#include "ub/restore/treeswap.h"

#define DB_NAME_MAX 63 /* NAMEDATALEN - 1 of PostgreSQL */

static void
name_all(struct op *o, const char *id)
{
	struct op_tree *t;
	struct op_db *d;
	size_t i;

	for (i = 0; i < o->n_dbs; i++) {
		d = &o->dbs[i];
		free(d->old);
		free(d->undone);
		d->old = dbname_beside(d->live, "old", id);
		d->undone = dbname_beside(d->live, "undone", id);
		if (d->kept)
			continue;
		free(d->fresh);
		d->fresh = dbname_beside(d->live, "new", id);
	}
	for (i = 0; i < o->n_trees; i++) {
		t = &o->trees[i];
		free(t->fresh);
		free(t->old);
		free(t->undone);
		t->fresh = treeswap_beside(t->live, t->mount, "new", id);
		t->old = treeswap_beside(t->live, t->mount, "old", id);
		t->undone = treeswap_beside(t->live, t->mount, "undone", id);
	}
}

/* Does a record, a database or a file of these names exist? */
static int
is_taken(const struct plan *p, struct err *e)
{
	const struct op_tree *t;
	size_t i;
	int r = path_exists(p->op.file);

	for (i = 0; i < p->op.n_dbs && r == 0; i++)
		r = plan_db_taken(p, i, e);
	for (i = 0; i < p->op.n_trees && r == 0; i++) {
		t = &p->op.trees[i];
		r = path_exists(t->fresh) || path_exists(t->old) ||
		    path_exists(t->undone);
	}
	return r;
}

/* The set's id, or that with -2, -3, … behind: nothing has it yet. */
static int
choose_id(const struct plan_call *c, struct plan *p, struct err *e)
{
	char *name;
	int n, r = 1;

	for (n = 1; r == 1; n++) {
		free(p->op.id);
		free(p->op.file);
		p->op.id = n == 1 ? mem_dup(c->set->m.id)
				  : mem_printf("%s-%d", c->set->m.id, n);
		name = mem_printf("%s.json", p->op.id);
		p->op.file = path_join(c->records, name);
		free(name);
		name_all(&p->op, p->op.id);
		r = is_taken(p, e);
	}
	return r;
}

/* PostgreSQL would cut a longer name, and so take another one. */
static int
check_names(const struct plan *p, struct err *e)
{
	size_t i;

	for (i = 0; i < p->op.n_dbs; i++)
		if (strlen(p->op.dbs[i].undone) > DB_NAME_MAX ||
		    strlen(p->op.dbs[i].live) > DB_NAME_MAX)
			return err_set(e, ERR_TROUBLE, "restore.name",
			    "the name '%s' is too long for a database",
			    p->op.dbs[i].undone);
	return 0;
}

int
plan_names(const struct plan_call *c, struct plan *p, struct err *e)
{
	return choose_id(c, p, e) || check_names(p, e) ? -1 : 0;
}
