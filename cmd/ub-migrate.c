/*
 * ub-migrate - run SQL migrations in the ledger that the project already has
 *
 * Exit: 0 done, or nothing to do · 1 unsafe, or out of step · 2 usage · 3
 * trouble, nothing changed · 4 no fresh verified backup, not confirmed · 5
 * locked, or no server · 6 failed, and all is as it was · 7 failed, and
 * something stays · 8 pending (status and plan --exit-code).
 * Reads ub.conf, the folder of migrations, the newest set; writes the
 * database and <state>/journal.ndjson.
 */
#include <stdio.h>

#include "ub/cli.h"
#include "ub/migrate/verbs.h"
#include "ub/operand.h"
#include "ub/runlock.h"

#define LOCK_WAIT_MS 60000

static const struct opt opts[] = {
	{ 0, "to", "NAME", OPT_TEXT, offsetof(struct verbs_args, to),
	    "deploy: the last migration to run" },
	{ 0, "phase", "all|expand|contract", OPT_WORD,
	    offsetof(struct verbs_args, phase),
	    "deploy: only what adds, or only what takes away" },
	{ 0, "allow", DEPLOY_ALLOW, OPT_LIST,
	    offsetof(struct verbs_args, allow),
	    "deploy: go on in spite of this; repeatable" },
	{ 0, "skip-backup-check", NULL, OPT_FLAG,
	    offsetof(struct verbs_args, skip_backup_check),
	    "deploy: without a fresh verified backup" },
	{ 0, "exit-code", NULL, OPT_FLAG,
	    offsetof(struct verbs_args, exit_code),
	    "status, plan: 8 while something is pending" },
	{ 0, "applied", "NAME", OPT_TEXT, offsetof(struct verbs_args, applied),
	    "resolve: it counts as applied" },
	{ 0, "rolled-back", "NAME", OPT_TEXT,
	    offsetof(struct verbs_args, rolled_back),
	    "resolve: what failed was taken back" },
	{ 0, "edited", "NAME", OPT_TEXT, offsetof(struct verbs_args, edited),
	    "resolve: its script is right as it is now" },
	{ 0, "upto", "NAME", OPT_TEXT, offsetof(struct verbs_args, upto),
	    "baseline: the last one that is there already" },
	{ 0, "since", "REV", OPT_TEXT, offsetof(struct verbs_args, since),
	    "lint: those that are new since this revision" },
	{ 0, "report", "FORMAT:FILE", OPT_LIST,
	    offsetof(struct verbs_args, report),
	    "lint: text, json, sarif, github, gitlab, junit" },
	{ 0, "style", NULL, OPT_FLAG, offsetof(struct verbs_args, style),
	    "lint: also what is only a matter of style" },
	{ 0, "offline", NULL, OPT_FLAG, offsetof(struct verbs_args, offline),
	    "lint: without the catalog of the database" },
	{ 0, "from", "SET", OPT_TEXT, offsetof(struct verbs_args, from),
	    "rehearse: on this set (latest)" },
	{ 0, "scratch-cluster", NULL, OPT_FLAG,
	    offsetof(struct verbs_args, own_cluster),
	    "rehearse: in a throw-away cluster" },
	{ 'j', "jobs", "N", OPT_JOBS, offsetof(struct verbs_args, jobs),
	    "rehearse: parallel jobs of the restore" },
	{ 0 },
};

static const struct opt_verb verbs[] = {
	{ "status", "what is applied, and what is to come" },
	{ "plan", "what deploy would do now, and what is in its way" },
	{ "lint", "what the migrations lock, rewrite, break or lose" },
	{ "rehearse", "try the pending ones on a restored backup" },
	{ "deploy", "apply what is pending" },
	{ "resolve", "decide how a migration counts" },
	{ "baseline", "let those that are there already count as applied" },
	{ "new", "make the file of a new migration" },
	{ 0 },
};

static const char *const synopsis[] = { "status", "plan",
	"lint [FILE...]", "rehearse",
	"deploy [SET|latest|-]", "resolve", "baseline", "new NAME", NULL };

static const char *const examples[] = {
	"ub-migrate status",
	"ub-migrate plan",
	"ub-backup --json | ub-verify --json - | ub-migrate deploy --yes -",
	NULL,
};

static const struct opt_spec spec = {
	.prog = "ub-migrate",
	.about = "run SQL migrations in the ledger of the project's tool",
	.synopsis = synopsis,
	.opts = opts,
	.verbs = verbs,
	.examples = examples,
};

/* What a run has and found. Valid as {0}. */
struct result {
	const char *verb;
	struct verbs v;
	struct runlock lock;
};

static int
is(const struct result *r, const char *verb)
{
	return strcmp(r->verb, verb) == 0;
}

/* 1: the pipe before us has failed, and is passed on. */
static int
find_set(struct cli *c, struct result *r, struct err *e)
{
	char *backups;
	int ret;

	if (!is(r, "deploy") || c->operands.n < 2)
		return 0;
	backups = conf_path(c->conf, "backup", "", "dir");
	ret = operand_set(c, backups, c->operands.v[1], &r->v.set, e);
	free(backups);
	return ret;
}

/* Who writes does so alone. */
static int
take_lock(struct cli *c, struct result *r, struct err *e)
{
	char *backups;
	int ret;

	if (c->common.dry_run || is(r, "status") || is(r, "plan"))
		return 0;
	c->audit = 1;
	backups = conf_path(c->conf, "backup", "", "dir");
	ret = runlock_take(&r->lock, c, backups, e);
	free(backups);
	return ret;
}

/* What can do without the database. */
static int
run_offline(struct cli *c, const struct verbs_args *a, struct result *r,
    struct err *e)
{
	if (project_read(c->conf, c->root, &r->v.p, e))
		return -1;
	if (is(r, "new"))
		return verbs_new(c, &r->v, e);
	if (is(r, "lint"))
		return verbs_lint(c, a, &r->v, e);
	return verbs_rehearse(c, a, &r->v, e);
}

static int
run(struct cli *c, const struct verbs_args *a, struct result *r, struct err *e)
{
	int ret = verbs_check(a, &c->operands, e);

	if (ret == 0)
		ret = find_set(c, r, e);
	if (ret)
		return ret;
	if (is(r, "new") || is(r, "lint") || is(r, "rehearse"))
		return run_offline(c, a, r, e);
	if (take_lock(c, r, e) ||
	    project_open(c->conf, c->root, &r->v.p, e) ||
	    project_look(&r->v.p, e))
		return -1;
	if (is(r, "status"))
		return verbs_status(c, a, &r->v, e);
	if (is(r, "plan"))
		return verbs_plan(c, a, &r->v, e);
	if (is(r, "deploy"))
		return verbs_deploy(c, a, &r->v, e);
	return verbs_resolve(c, a, &r->v, e);
}

static void
print_text(const struct cli *c, const struct result *r)
{
	struct buf out = { 0 };

	verbs_text(&r->v, r->verb, c->common.verbose, &out);
	fputs(buf_text(&out), stdout);
	buf_release(&out);
}

int
main(int argc, char **argv)
{
	struct verbs_args a = { .phase = "all" };
	struct result r = { .verb = "" };
	struct cli c = { .common = { .lock_timeout_ms = LOCK_WAIT_MS } };

	if (cli_begin(&c, &spec, &a, argc, argv) == 0) {
		if (c.operands.n > 0)
			r.verb = c.operands.v[0];
		run(&c, &a, &r, &c.err);
		if (!c.common.json && !c.pass)
			print_text(&c, &r);
		if (cli_wants_data(&c))
			cli_data(&c, verbs_json(&r.v, r.verb));
	}
	runlock_release(&r.lock);
	verbs_release(&r.v);
	return cli_end(&c);
}
