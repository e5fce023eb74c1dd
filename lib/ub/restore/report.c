#include "ub/restore/report.h"

#include <inttypes.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "ub/jwrite.h"

void
report_add_recovered(struct report *r, const struct op *o,
    enum op_state was)
{
	r->recovered = mem_grow(r->recovered, r->n_recovered + 1,
	    sizeof(*r->recovered));
	r->recovered[r->n_recovered++] = (struct report_recovered){
		.id = mem_dup(o->id), .set = mem_dup(o->set), .was = was,
		.now = o->state };
}

static int
is_new(enum op_state s)
{
	return s == OP_RESTORED || s == OP_COMMITTED || s == OP_BESIDE;
}

const char *
report_live(enum op_state s)
{
	return is_new(s) ? "restored" : "old";
}

static json_t *
steps_json(const struct plan *p)
{
	json_t *list = json_array();
	const struct plan_step *s;
	size_t i;

	for (i = 0; p && i < p->n_steps; i++) {
		s = &p->steps[i];
		json_array_append_new(list,
		    json_pack("{sI so so ss sI so}", "n", (json_int_t)i + 1,
			"id", jwrite_text(s->id), "what",
			jwrite_text(s->what), "state",
			s->done ? "done" : "planned", "size_bytes",
			(json_int_t)s->size, "undo", jwrite_text(s->undo)));
	}
	return list;
}

/* The copy that a restore or its undo has left beside, or NULL. */
static const char *
kept(const struct op *o, int was_live, const char *old, const char *undone)
{
	if (o->state == OP_RESTORED || o->state == OP_STAGING)
		return was_live && !o->into ? old : NULL;
	return o->state == OP_UNDONE ? undone : NULL;
}

static json_t *
dbs_json(const struct report *r, const struct op *o)
{
	json_t *list = json_array();
	const struct op_db *d;
	size_t i;

	for (i = 0; o && i < o->n_dbs; i++) {
		d = &o->dbs[i];
		json_array_append_new(list,
		    json_pack("{so so so so so}", "name", jwrite_text(d->name),
			"target", jwrite_text(d->live), "host",
			jwrite_text(d->host), "old",
			jwrite_text(
			    kept(o, d->live_oid != 0, d->old, d->undone)),
			"rows",
			r->plan && !d->kept
			    ? json_integer(manifest_rows(r->plan->dbs[i].m))
			    : json_null()));
	}
	return list;
}

static json_t *
trees_json(const struct op *o)
{
	json_t *list = json_array();
	const struct op_tree *t;
	size_t i;

	for (i = 0; o && i < o->n_trees; i++) {
		t = &o->trees[i];
		json_array_append_new(list,
		    json_pack("{so so so so sb}", "kind", jwrite_text(t->kind),
			"name", jwrite_text(t->name), "target",
			jwrite_text(t->live), "old",
			jwrite_text(kept(o, t->live_ino != 0, t->old,
			    t->undone)), "mount", t->mount));
	}
	return list;
}

static json_t *
recovered_json(const struct report *r)
{
	json_t *list = json_array();
	const struct report_recovered *v;
	size_t i;

	for (i = 0; i < r->n_recovered; i++) {
		v = &r->recovered[i];
		json_array_append_new(list,
		    json_pack("{so so ss ss ss}", "operation",
			jwrite_text(v->id), "set", jwrite_text(v->set), "was",
			op_state_name(v->was), "state", op_state_name(v->now),
			"live", report_live(v->now)));
	}
	return list;
}

static const char *
state_word(const struct report *r, const struct op *o)
{
	if (r->dry_run)
		return "planned";
	if (o)
		return op_state_name(o->state);
	return r->n_recovered ? "recovered" : NULL;
}

static json_t *
set_or_id(const struct report *r, const struct op *o)
{
	if (r->set && r->set->dir)
		return set_json(r->set);
	return o ? json_pack("{so}", "id", jwrite_text(o->set)) : json_null();
}

json_t *
report_json(const struct report *r)
{
	const struct op *o = r->op;

	const char *reason = r->plan && plan_is_empty(r->plan) && o->id
	    ? "all is as in the set already"
	    : NULL;

	return json_pack("{so so so so so so so so}", "set", set_or_id(r, o),
	    "reason", jwrite_text(reason),
	    "operation", jwrite_text(o ? o->id : NULL), "state",
	    jwrite_text(state_word(r, o)), "steps", steps_json(r->plan),
	    "databases", dbs_json(r, o), "trees", trees_json(o), "recovered",
	    recovered_json(r));
}

char *
report_command(const struct cli *c, const char *option, const struct op *o)
{
	struct vec argv = { 0 }, names = { 0 };
	size_t i;
	char *line;

	/* Where the databases are the record tells. */
	cli_call(c, "ub-restore", "database.", &argv);
	if (option) {
		vec_add(&argv, option);
		vec_add(&argv, o->id);
		op_names(o, &names);
	}
	for (i = 0; i < names.n; i++) {
		vec_add(&argv, "--confirm");
		vec_add(&argv, names.v[i]);
	}
	line = text_shell_line(vec_argv(&argv));
	vec_release(&argv);
	vec_release(&names);
	return line;
}

static void
add_next(const struct cli *c, const char *option, const struct op *o,
    struct err *e)
{
	char *line = report_command(c, option, o);

	err_next(e, "%s", line);
	free(line);
}

void
report_next(const struct cli *c, const struct report *r, struct err *e)
{
	const struct op *o = r->op;

	if (e->code == ERR_CHANGED && e->next.n == 0)
		add_next(c, NULL, o, e);
	if (e->code || !o || o->state != OP_RESTORED || r->dry_run)
		return;
	add_next(c, "--undo", o, e);
	add_next(c, "--commit", o, e);
}

void
report_release(struct report *r)
{
	size_t i;

	for (i = 0; i < r->n_recovered; i++) {
		free(r->recovered[i].id);
		free(r->recovered[i].set);
	}
	free(r->recovered);
	*r = (struct report){ 0 };
}
