/* deploy_gate.c - the way back, before the way forth. */
#include "base/mem.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "ub/journal.h"
#include "ub/jread.h"
#include "ub/migrate/deploy_priv.h"

#define AHEAD_MS 60000 /* by so much others' clocks may be ahead of ours */

struct wanted {
	const char *dbname;
	const char *system_id;
};

static int
is_text(const json_t *o, const char *key, const char *want)
{
	const char *is = json_string_value(json_object_get(o, key));

	return !is || !want || strcmp(is, want) == 0;
}

/* It has applied something, taken it back, or left it half done; where a
 * signal has the exit code, the error tells. */
static int
has_changed(const json_t *result, const json_t *data)
{
	const json_t *detail = json_object_get(json_object_get(result,
	    "error"), "detail");
	const json_t *code = json_object_get(result, "exit");

	return json_array_size(json_object_get(data, "applied")) > 0 ||
	    json_array_size(json_object_get(data, "removed")) > 0 ||
	    json_integer_value(code) == ERR_CHANGED ||
	    (json_object_get(detail, "code") &&
	    is_text(detail, "code", err_status(ERR_CHANGED)));
}

/* A deploy that has changed something here. */
static int
is_deploy(void *ctx, const json_t *result)
{
	const struct wanted *w = ctx;
	const json_t *data = json_object_get(result, "data");

	return is_text(data, "verb", "deploy") && has_changed(result, data) &&
	    is_text(data, "database", w->dbname) &&
	    is_text(data, "system_id", w->system_id);
}

/* When we have deployed last, as the journal tells. */
static int
journal_time(struct cli *c, struct wanted *w, int64_t *out,
    struct err *e)
{
	struct err ignored = { 0 };
	json_t *last = NULL;
	int r = journal_last(c->state, &(struct journal_query){
	    .tool = "ub-migrate", .is = is_deploy, .ctx = w }, &last, e);

	if (r == 0 && last && jread_time(last, "ended_at", out, &ignored))
		err_release(&ignored);
	json_decref(last);
	return r;
}

/* When anybody has, as the ledger tells, if it does. Flyway's does not say
 * in which zone. No backup could be newer than what has not been yet. */
static int64_t
ledger_time(const struct project *p)
{
	const struct ledger *l = &p->ledger;
	int64_t last = 0, at, most = clock_now() + AHEAD_MS;
	size_t i;

	for (i = 0; i < l->n && p->tool != MIGRATE_FLYWAY; i++)
		if (l->v[i].at && clock_parse(l->v[i].at, &at) == 0 &&
		    at > last && at <= most)
			last = at;
	return last;
}

/* The commands that open it. */
static void
say_how(struct cli *c, const struct gate *g, const struct deploy *d,
    struct err *e)
{
	const char *level = set_level_name(g->level);
	struct buf line = { 0 };

	if (d->gate == GATE_UNVERIFIED)
		deploy_add_call(c, &line, (const char *[]){ "ub-verify",
		    "--level", level, d->set.m.id, NULL });
	else
		deploy_add_backup(c, &line);
	err_hint(e, "make a backup that stands behind the deploy, and verify "
	    "it");
	err_next(e, "%s", buf_text(&line));
	buf_release(&line);
}

int
deploy_gate(struct cli *c, struct project *p, const struct deploy_opts *o,
    struct deploy *d, struct err *e)
{
	char *backups = conf_path(c->conf, "backup", "", "dir");
	char *system_id = db_system_id(p->db);
	struct wanted w = { .dbname = p->dbname, .system_id = system_id };
	struct gate g = { .backups = backups, .set = o->set,
		.dbname = p->dbname, .system_id = system_id,
		.max_age_ms = conf_duration(c->conf, "backup.maxAge") };
	int64_t ledger = ledger_time(p);
	int r = set_level_parse(conf_get(c->conf, "backup.level"), &g.level);

	if (o->skip_backup_check && d->gate_skipped)
		goto out;
	d->gate_skipped = o->skip_backup_check;
	if (o->skip_backup_check) {
		log_warn("migrate.gate", "no backup is looked for: what this "
		    "deploy breaks cannot be brought back");
		goto out;
	}
	if (r == 0)
		r = journal_time(c, &w, &g.changed_at, e);
	if (ledger > g.changed_at)
		g.changed_at = ledger;
	set_release(&d->set);
	d->gate_asked = 1;
	if (r == 0 && gate_check(&g, &d->set, &d->gate, e)) {
		r = -1;
		if (e->code == ERR_REFUSED)
			say_how(c, &g, d, e);
	}
out:
	free(system_id);
	free(backups);
	return r;
}
