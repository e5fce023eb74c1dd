/* rehearse_json.c - the result's data. */
#include "ub/jwrite.h"
#include "ub/lint.h"
#include "ub/migrate/rehearse.h"

static json_int_t
ms(int64_t us)
{
	return (json_int_t)((us + 500) / 1000);
}

/* What blocked for a moment did block. */
static json_int_t
blocked(int64_t us)
{
	return (json_int_t)((us + 999) / 1000);
}

static json_t *
statement(const struct rehearse_stmt *s)
{
	json_t *locks = json_array(), *rewrites = json_array();
	size_t i;

	for (i = 0; i < s->n_locks; i++)
		json_array_append_new(locks, json_pack("{so ss}", "relation",
		    jwrite_text(s->locks[i].relation), "mode",
		    lint_mode_name(s->locks[i].mode)));
	for (i = 0; i < s->n_rewrites; i++)
		json_array_append_new(rewrites, json_pack("{so sI sb}",
		    "relation", jwrite_text(s->rewrites[i].relation),
		    "size_bytes", (json_int_t)s->rewrites[i].size_bytes,
		    "truncated", s->rewrites[i].truncated));
	return json_pack("{sI so sI sI sI sb so so}", "line",
	    (json_int_t)s->line, "text", jwrite_text(s->text),
	    "duration_ms", ms(s->us), "rows", (json_int_t)s->rows,
	    "wal_bytes", (json_int_t)s->wal_bytes, "sampled", s->sampled,
	    "locks", locks, "rewrites", rewrites);
}

static json_t *
migration(const struct rehearse_done *d)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < d->n; i++)
		json_array_append_new(list, statement(&d->v[i]));
	return json_pack("{so ss sI sb so}", "name", jwrite_text(d->m->name),
	    "mode", steps_mode_name(d->a.mode), "duration_ms",
	    ms(d->us), "failed", d->failed, "statements", list);
}

static json_t *
count(int64_t n)
{
	return n < 0 ? json_null() : json_integer((json_int_t)n);
}

static json_t *
table(const struct rehearse_table *t)
{
	return json_pack("{so so so so sI sI}", "name", jwrite_text(t->name),
	    "renamed_to", jwrite_text(t->renamed_to), "rows_before",
	    count(t->rows_before), "rows_after", count(t->rows_after),
	    "blocked_reads_ms", blocked(t->reads_us), "blocked_writes_ms",
	    blocked(t->writes_us));
}

static json_t *
difference(const struct rehearse_difference *d)
{
	return json_pack("{so sI so so ss ss}", "migration",
	    jwrite_text(d->migration), "line", (json_int_t)d->line,
	    "statement", jwrite_text(d->statement), "relation",
	    jwrite_text(d->relation), "predicted", d->predicted, "measured",
	    d->measured);
}

void
rehearse_show(const struct rehearse *r, json_t *o)
{
	json_t *done = json_array(), *tables = json_array();
	json_t *differences = json_array();
	size_t i;

	for (i = 0; i < r->n_done; i++)
		json_array_append_new(done, migration(&r->done[i]));
	for (i = 0; i < r->n_tables; i++)
		json_array_append_new(tables, table(&r->tables[i]));
	for (i = 0; i < r->n_differences; i++)
		json_array_append_new(differences,
		    difference(&r->differences[i]));
	json_object_set_new(o, "set", r->set.dir ? set_json(&r->set) :
	    json_null());
	json_object_set_new(o, "where", json_string(r->own_cluster ?
	    "cluster" : "database"));
	json_object_set_new(o, "owners_restored", json_boolean(r->rights));
	json_object_set_new(o, "migrations", done);
	json_object_set_new(o, "tables", tables);
	json_object_set_new(o, "blocked_reads_ms",
	    json_integer(blocked(r->reads_us)));
	json_object_set_new(o, "blocked_writes_ms",
	    json_integer(blocked(r->writes_us)));
	json_object_set_new(o, "differences", differences);
	if (r->d.empty)
		json_object_set_new(o, "reason",
		    json_string("nothing is pending"));
}
