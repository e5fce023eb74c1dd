/* What will be done, for people, before it is done. */
#include "ub/restore/plan.h"

#include "base/mem.h"
#include "base/text.h"
#include "ub/restore/treeswap.h"

static void
add(struct plan *p, char *id, char *what, char *undo, int64_t size)
{
	p->steps = mem_grow(p->steps, p->n_steps + 1, sizeof(*p->steps));
	p->steps[p->n_steps++] = (struct plan_step){ .id = id, .what = what,
		.undo = undo, .size = size };
}

static void
add_copies(struct plan *p)
{
	const struct op *o = &p->op;
	size_t i;

	for (i = 0; i < o->n_dbs; i++)
		if (!o->dbs[i].kept)
			add(p, mem_printf("load/%s", o->dbs[i].name),
			    mem_printf("restore database '%s' beside, as '%s', "
			    "and compare its rows", o->dbs[i].live,
			    o->dbs[i].fresh),
			    mem_dup("it is dropped"),
			    p->dbs[i].m->size_bytes);
	for (i = 0; i < o->n_trees; i++)
		add(p, mem_printf("extract/%s", o->trees[i].name),
		    mem_printf("restore '%s' beside, as '%s'",
		    o->trees[i].live, o->trees[i].fresh),
		    mem_dup("it is removed"),
		    p->trees[i].tree ? p->trees[i].tree->size_bytes : 0);
}

static void
add_swap(struct plan *p, const char *name, const char *live,
    const char *old, int was_live)
{
	char *word = text_shell(p->op.id);

	add(p, mem_printf("swap/%s", name),
	    was_live ? mem_printf("swap '%s'; the old one stays as '%s'", live,
			   old)
		     : mem_printf("name it '%s'", live),
	    p->op.into ? NULL : mem_printf("ub-restore --undo %s", word), 0);
	free(word);
}

void
plan_steps(const struct plan_call *c, struct plan *p)
{
	const struct op *o = &p->op;
	size_t i;

	add(p, mem_dup("verify"), mem_dup("verify every file of the set"), NULL,
	    manifest_bytes(&c->set->m));
	add_copies(p);
	for (i = 0; i < o->n_dbs; i++)
		add_swap(p, o->dbs[i].name, o->dbs[i].live, o->dbs[i].old,
		    o->dbs[i].live_oid != 0);
	for (i = 0; i < o->n_trees; i++)
		add_swap(p, o->trees[i].name, o->trees[i].live,
		    o->trees[i].old, o->trees[i].live_ino != 0);
	for (i = 0; i < c->ops->n; i++)
		if (plan_replaces(p, &c->ops->v[i]))
			add(p, mem_printf("drop/%s", c->ops->v[i].id),
			    mem_printf("drop what the undo of restore '%s' "
			    "had kept", c->ops->v[i].id), NULL, 0);
}

void
plan_done(struct plan *p, const char *kind)
{
	size_t i, n = strlen(kind);
	const char *id;

	for (i = 0; i < p->n_steps; i++) {
		id = p->steps[i].id;
		if (strncmp(id, kind, n) == 0 && (!id[n] || id[n] == '/'))
			p->steps[i].done = 1;
	}
}
