/* deploy_prepare.c - may it be run, and what of it? */
#include "base/mem.h"
#include "base/text.h"
#include "sys/log.h"
#include "ub/migrate/deploy_priv.h"
#include "ub/migrate/steps.h"
#include "ub/migrate/trail.h"

static int
allows(const struct deploy_opts *o, const char *word)
{
	return o->allow && vec_has(o->allow, word);
}

static const char *
name_of(const struct migrate_item *it)
{
	return it->file ? it->file->name : it->row->version ?
	    it->row->version : it->row->name;
}

static void
next_resolve(struct cli *c, const char *as, const char *name, struct err *e)
{
	struct buf line = { 0 };

	deploy_add_call(c, &line, (const char *[]){ "ub-migrate", "resolve",
	    as, name, NULL });
	err_next(e, "%s", buf_text(&line));
	buf_release(&line);
}

/* One that we have begun can be gone on with. */
static int
check_failed(struct cli *c, struct project *p, const struct migrate_item *it,
    struct err *e)
{
	struct trail t = { 0 };
	int begun;

	if (it->file && trail_read(p->db, &p->ledger, it->file->name, &t, e))
		return -1;
	begun = t.begun;
	trail_release(&t);
	if (begun)
		return 0;
	err_set(e, ERR_REFUSED, "migrate.failed",
	    "migration '%s' has failed before, and nobody has said since how "
	    "the database is", name_of(it));
	if (it->row && it->row->logs && *it->row->logs)
		err_detail(e, "logs", it->row->logs);
	if (!it->file && p->tool != MIGRATE_PRISMA &&
	    p->tool != MIGRATE_DBMATE)
		return err_hint(e, "put its file back first: only with it "
		    "can it be gone on with, or resolved");
	err_hint(e, it->file ? "look; then say whether it counts as applied" :
	    "put its file back; or take back by hand what was run, and say "
	    "so");
	next_resolve(c, "--rolled-back", name_of(it), e);
	if (it->file)
		next_resolve(c, "--applied", name_of(it), e);
	return -1;
}

static int
refuse(const struct migrate_item *it, const char *word, struct err *e)
{
	static const struct {
		const char *word, *what;
	} says[] = {
		{ "edited", "was edited after it was applied" },
		{ "late", "comes before one that is applied already" },
		{ "ahead", "is applied, and there is no file of it" },
	};
	char *kind = mem_printf("migrate.%s", word);
	size_t i = 0;

	while (strcmp(says[i].word, word) != 0)
		i++;
	err_set(e, ERR_REFUSED, kind, "migration '%s' %s", name_of(it),
	    says[i].what);
	if (i == 0)
		err_hint(e, "put it back; or 'ub-migrate resolve --edited "
		    "%s' if it is right as it is; or --allow edited",
		    name_of(it));
	else if (i == 1)
		err_hint(e, "rename it to come last; or --allow late if the "
		    "order does not matter");
	else
		err_hint(e, "is this checkout older than the database? "
		    "--allow ahead goes on all the same");
	free(kind);
	return -1;
}

static int
check_state(struct cli *c, struct project *p, const struct deploy_opts *o,
    struct err *e)
{
	const struct migrate_item *it;
	const char *word;
	size_t i;

	for (i = 0; i < p->state.n; i++) {
		it = &p->state.v[i];
		if (it->state == MIGRATE_FAILED && check_failed(c, p, it, e))
			return -1;
		word = it->file == NULL ? "ahead" : it->late ? "late" :
		    it->edited && it->state == MIGRATE_APPLIED ? "edited" :
		    NULL;
		if (word && !allows(o, word))
			return refuse(it, word, e);
	}
	if (p->has_ledger || p->is_empty || (p->tool != MIGRATE_PRISMA &&
	    p->tool != MIGRATE_FLYWAY))
		return 0;
	err_set(e, ERR_REFUSED, "migrate.baseline",
	    "database '%s' has tables in schema '%s', and no ledger of %s",
	    p->dbname, p->ledger.schema, migrate_tool_name(p->tool));
	return err_hint(e, "say which migrations they are: ub-migrate "
	    "baseline --upto NAME");
}

/* Of what is pending, what belongs to the phase, from the first one on. */
static int
choose_phase(const struct deploy_opts *o, struct deploy *d, struct err *e)
{
	size_t n = 0;

	while (n < d->count && judge_is_contract(&d->judged.v[n]) ==
	    (o->phase == DEPLOY_CONTRACT))
		n++;
	if (n == 0 && o->phase == DEPLOY_CONTRACT) {
		err_set(e, ERR_REFUSED, "migrate.phase",
		    "migration '%s' comes first, and takes nothing away",
		    d->judged.v[0].name);
		return err_hint(e, "deploy --phase expand before it");
	}
	d->count = n;
	return 0;
}

static int
choose(const struct project *p, const struct deploy_opts *o,
    struct deploy *d, struct err *e)
{
	const struct migrate_item *last;
	size_t i;

	for (i = 0; i < d->judged.n; i++)
		vec_add(&d->names, d->judged.of[i]->file->name);
	d->count = d->judged.n;
	if (o->to) {
		if (project_find(p, o->to, &last, e))
			return -1;
		if (!last->file)
			return err_set(e, ERR_USAGE, "migrate.name",
			    "migration '%s' has no file", o->to);
		d->count = 0;
		for (i = 0; i < d->judged.n; i++)
			if (d->judged.of[i] <= last)
				d->count = i + 1;
	}
	if (d->count > 0 && o->phase != DEPLOY_ALL)
		return choose_phase(o, d, e);
	return 0;
}

/* Before the first is run, all can be read. */
static int
check_scripts(const struct project *p, const struct deploy *d,
    struct err *e)
{
	const struct migration *m;
	struct steps s = { 0 };
	size_t i;

	for (i = 0; i < d->count; i++) {
		m = d->judged.of[i]->file;
		if (steps_read(m->path, migrate_dir_shown(m->path, p->root),
		    p->tool, &s, e))
			return -1;
		steps_release(&s);
	}
	return 0;
}

static int
check_lint(const struct deploy_opts *o, const struct deploy *d,
    struct err *e)
{
	const struct lint_finding *f;
	const struct lint_file *at;
	size_t i;

	for (i = 0; i < d->count; i++) {
		at = &d->judged.v[i];
		f = judge_first_error(at);
		if (!f)
			continue;
		if (allows(o, "unsafe")) {
			log_warn("migrate.unsafe", "%s:%zu:%zu: %s", at->name,
			    f->line, f->column, f->message);
			continue;
		}
		err_set(e, ERR_NO, "migrate.unsafe", "%s:%zu:%zu: %s [%s]",
		    at->name, f->line, f->column, f->message, f->rule);
		err_detail(e, "rule", f->rule);
		return err_hint(e, "%s%s'-- ub-ignore %s: REASON' before the "
		    "statement says that it is meant; 'ub-migrate lint' "
		    "shows all", f->hint ? f->hint : "", f->hint ? " " : "",
		    f->rule);
	}
	return 0;
}

/* What is to be said to do the same once more. */
static void
keep_options(const struct deploy_opts *o, struct deploy *d)
{
	size_t i;

	vec_release(&d->again);
	if (o->to) {
		vec_add(&d->again, "--to");
		vec_add(&d->again, o->to);
	}
	if (o->phase != DEPLOY_ALL) {
		vec_add(&d->again, "--phase");
		vec_add(&d->again, o->phase == DEPLOY_EXPAND ? "expand" :
		    "contract");
	}
	for (i = 0; o->allow && i < o->allow->n; i++) {
		vec_add(&d->again, "--allow");
		vec_add(&d->again, o->allow->v[i]);
	}
	if (o->skip_backup_check)
		vec_add(&d->again, "--skip-backup-check");
}

int
deploy_choose(struct cli *c, struct project *p, const struct deploy_opts *o,
    struct deploy *d, struct err *e)
{
	keep_options(o, d);
	if (check_state(c, p, o, e))
		return -1;
	d->empty = p->state.pending + p->state.failed == 0;
	d->chosen = d->empty;
	if (d->empty)
		return 0;
	if (judge_pending(p, p->conf, &d->judged, e) ||
	    choose(p, o, d, e) || check_scripts(p, d, e)) {
		d->count = 0; /* nothing is chosen */
		return -1;
	}
	d->empty = d->count == 0;
	d->chosen = 1;
	return 0;
}

int
deploy_prepare(struct cli *c, struct project *p, const struct deploy_opts *o,
    struct deploy *d, struct err *e)
{
	if (p->driven && (o->to || o->phase != DEPLOY_ALL))
		return err_set(e, ERR_USAGE, "migrate.driven",
		    "which migrations are run, migrate.command says alone");
	if (p->driven)
		return drive_check(p, e) ? -1 : deploy_gate(c, p, o, d, e);
	if (deploy_choose(c, p, o, d, e))
		return -1;
	if (d->empty)
		return 0;
	if (check_lint(o, d, e))
		return -1;
	return deploy_gate(c, p, o, d, e);
}
