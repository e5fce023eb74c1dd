#include "ub/migrate/show.h"

#include "ub/jwrite.h"

const char *
show_state_name(enum migrate_item_state s)
{
	static const char *const names[] = { [MIGRATE_APPLIED] = "applied",
		[MIGRATE_PENDING] = "pending", [MIGRATE_FAILED] = "failed" };

	return names[s];
}

json_t *
show_head(const struct project *p, const char *verb)
{
	json_t *o = json_pack("{ss so so so}", "verb", verb, "tool",
	    p->tool == MIGRATE_NONE ? json_null() :
	    json_string(migrate_tool_name(p->tool)), "database",
	    jwrite_text(p->dbname), "dir", jwrite_text(p->dir));

	json_object_set_new(o, "ledger", !p->ledger.table ? json_null() :
	    json_pack("{so so sb}", "schema", jwrite_text(p->ledger.schema),
	    "table", jwrite_text(p->ledger.table), "exists",
	    p->has_ledger));
	return o;
}

static json_t *
item(const struct migrate_item *it)
{
	const struct ledger_row *row = it->row;
	const char *name = it->file ? it->file->name :
	    row->version ? row->version : row->name;
	const char *version = it->file ? it->file->version : row->version;

	return json_pack("{so so ss sb sb sb so so}", "name",
	    jwrite_text(name), "version", jwrite_text(version), "state",
	    show_state_name(it->state), "edited", it->edited, "late",
	    it->late, "file", it->file != NULL, "at",
	    jwrite_text(row ? row->at : NULL), "logs",
	    jwrite_text(row && it->state == MIGRATE_FAILED ? row->logs :
	    NULL));
}

/* Of a driven tool all that is known is what is in its ledger. */
static json_t *
rows(const struct ledger *l)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < l->n; i++)
		json_array_append_new(list, json_pack("{so so ss sb sb sb so"
		    " so}", "name", jwrite_text(l->v[i].name ? l->v[i].name :
		    l->v[i].version), "version",
		    jwrite_text(l->v[i].version), "state", "applied",
		    "edited", 0, "late", 0, "file", 0, "at",
		    jwrite_text(l->v[i].at), "logs", json_null()));
	return list;
}

void
show_status(const struct project *p, json_t *o)
{
	const struct migrate_state *s = &p->state;
	json_t *list = p->driven ? rows(&p->ledger) : json_array();
	size_t i, applied = p->driven ? p->ledger.n : 0;

	for (i = 0; i < s->n; i++) {
		json_array_append_new(list, item(&s->v[i]));
		applied += s->v[i].state == MIGRATE_APPLIED;
	}
	json_object_set_new(o, "counts", json_pack("{sI so sI sI sI sI}",
	    "applied", (json_int_t)applied, "pending",
	    p->driven ? json_null() : json_integer((json_int_t)s->pending),
	    "failed", (json_int_t)s->failed, "edited",
	    (json_int_t)s->edited, "late", (json_int_t)s->late, "ahead",
	    (json_int_t)s->ahead));
	json_object_set_new(o, "in_sync", p->driven || !p->looked ?
	    json_null() :
	    json_boolean(s->pending + s->failed + s->edited + s->ahead == 0));
	json_object_set_new(o, "migrations", list);
}

static json_t *
verdict(const struct lint_file *f)
{
	return json_pack("{ss ss ss ss ss sb}", "lock",
	    lint_lock_name(f->verdict.lock), "compat",
	    lint_compat_name(f->verdict.compat), "data",
	    lint_data_name(f->verdict.data), "tx",
	    lint_tx_name(f->verdict.tx), "phase",
	    lint_phase_name(f->verdict.phase), "rollback_without_restore",
	    f->rollback_without_restore);
}

static json_t *
blockers(const struct outlook *k)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; k && i < k->n; i++)
		json_array_append_new(list, json_pack("{si so so so sI}",
		    "pid", k->v[i].pid, "who", jwrite_text(k->v[i].who),
		    "table", jwrite_text(k->v[i].table), "state",
		    jwrite_text(k->v[i].state), "age_ms",
		    (json_int_t)k->v[i].age_ms));
	return list;
}

static json_t *
gate(const struct deploy *d)
{
	return json_pack("{ss sb so}", "why", gate_why_name(d->gate), "open",
	    d->gate == GATE_OPEN, "set", d->set.dir ? set_json(&d->set) :
	    json_null());
}

static size_t
count_errors(const struct lint_file *f, enum lint_level level)
{
	size_t i, n = 0;

	for (i = 0; i < f->n_findings; i++)
		n += f->findings[i].level == level && !f->findings[i].ignored;
	return n;
}

enum lint_lock
show_lock(const struct lint_file *f, size_t first)
{
	enum lint_lock lock = LINT_LOCK_NONE;
	size_t i;

	if (first == 0)
		return f->verdict.lock;
	for (i = first; i < f->n_stmts; i++)
		if (f->stmts[i].verdict.lock > lock)
			lock = f->stmts[i].verdict.lock;
	return lock;
}

/* What is done of it is not to be run any more. */
static void
add_left(json_t *o, const struct lint_file *f, const struct outlook *k,
    size_t i)
{
	size_t first = outlook_left_first(k, i);
	size_t steps = k && k->begun ? k->begun[i].steps : 0;

	json_object_set_new(o, "lock",
	    json_string(lint_lock_name(show_lock(f, first))));
	json_object_set_new(o, "statements",
	    json_integer((json_int_t)(f->n_stmts - first)));
	json_object_set_new(o, "steps", steps ?
	    json_integer((json_int_t)steps) : json_null());
	json_object_set_new(o, "steps_done", json_integer(steps ?
	    (json_int_t)k->begun[i].done : 0));
}

void
show_plan(const struct deploy *d, const struct outlook *k, json_t *o)
{
	const struct lint_file *f;
	json_t *list = json_array(), *j;
	size_t i;
	int safe = 1;

	for (i = 0; i < d->count; i++) {
		f = &d->judged.v[i];
		j = verdict(f);
		json_object_set_new(j, "name",
		    jwrite_text(d->judged.of[i]->file->name));
		add_left(j, f, k, i);
		json_object_set_new(j, "errors",
		    json_integer((json_int_t)count_errors(f, LINT_ERROR)));
		json_object_set_new(j, "warnings",
		    json_integer((json_int_t)count_errors(f, LINT_WARNING)));
		json_array_append_new(list, j);
		safe &= f->rollback_without_restore;
	}
	json_object_set_new(o, "planned", list);
	json_object_set_new(o, "left", json_integer(
	    (json_int_t)(d->judged.n - d->count)));
	json_object_set_new(o, "rollback_without_restore",
	    d->chosen ? json_boolean(safe) : json_null());
	json_object_set_new(o, "blockers", blockers(k));
	json_object_set_new(o, "gate", d->gate_asked ? gate(d) :
	    json_null());
}

static json_t *
done(const struct deploy_done *x)
{
	const struct applied *a = &x->a;

	return json_pack("{so ss sI sI sI sI sI sI sI sI}", "name",
	    jwrite_text(x->m->name), "mode", steps_mode_name(a->mode),
	    "steps", (json_int_t)a->steps, "steps_resumed",
	    (json_int_t)a->resumed, "statements", (json_int_t)a->statements,
	    "rows", (json_int_t)a->rows, "duration_ms", (json_int_t)a->ms,
	    "attempts", (json_int_t)a->attempts, "blocked_sessions",
	    (json_int_t)a->seen.blocked, "blocked_ms",
	    (json_int_t)a->seen.blocked_ms);
}

/* Of what its own program has run, only the names are known. */
static void
add_driven(const struct drive *v, json_t *applied, json_t *o)
{
	size_t i;

	for (i = 0; i < v->added.n; i++)
		json_array_append_new(applied, json_pack("{so ss}", "name",
		    jwrite_text(v->added.v[i]), "mode", "driven"));
	json_object_set_new(o, "removed", jwrite_list(&v->removed));
}

void
show_deploy(const struct project *p, const struct deploy *d, json_t *o)
{
	json_t *list = json_array(), *failed = json_null();
	size_t i;
	char *id = p->db ? db_system_id(p->db) : NULL;
	int safe = 1;

	for (i = 0; i < d->n_done; i++) {
		if (d->done[i].failed)
			failed = done(&d->done[i]);
		else
			json_array_append_new(list, done(&d->done[i]));
		safe &= d->judged.v[i].rollback_without_restore;
	}
	if (p->driven)
		add_driven(&d->drive, list, o);
	json_object_set_new(o, "system_id", jwrite_text(id));
	json_object_set_new(o, "applied", list);
	json_object_set_new(o, "failed", failed);
	json_object_set_new(o, "ledger_created", json_boolean(d->created));
	json_object_set_new(o, "left", json_integer(
	    (json_int_t)(d->judged.n - d->n_applied)));
	json_object_set_new(o, "rollback_without_restore",
	    d->chosen ? json_boolean(safe) : json_null());
	json_object_set_new(o, "backup_check", json_string(
	    d->gate_asked ? "done" : d->gate_skipped ? "skipped" :
	    d->empty ? "not needed" : "not reached"));
	json_object_set_new(o, "set", d->set.dir ? set_json(&d->set) :
	    json_null());
	if (d->empty)
		json_object_set_new(o, "reason", json_string(d->judged.n > 0 ?
		    "nothing of this phase, or up to there, is pending" :
		    "nothing is pending"));
	free(id);
}
