/*
 * ub-restore - bring a set back beside the live data, compare, then swap
 *
 * Exit: 0 done · 1 the set is damaged · 2 usage · 3 trouble, nothing changed
 * · 4 not confirmed, sessions open, an earlier restore waits · 5 locked, or a
 * server is not there · 6 failed, and all was put back · 7 something stays
 * changed, the next ub-restore finishes it.
 * Reads a set; writes <state>/restores/<id>.json and <state>/journal.ndjson.
 */
#include <stdio.h>

#include "base/mem.h"
#include "sys/path.h"
#include "ub/cli.h"
#include "ub/operand.h"
#include "ub/restore/carry.h"
#include "ub/restore/flow.h"
#include "ub/restore/recover.h"
#include "ub/restore/report.h"
#include "ub/runlock.h"

struct args {
	struct vec only;
	const char *into;
	struct vec confirm;
	int64_t jobs;
	int fast;
	int undo;
	int commit;
};

static const struct opt opts[] = {
	{ 0, "only", "KIND[/NAME]", OPT_LIST, offsetof(struct args, only),
	    "just these parts: db, files, config" },
	{ 0, "into", "NAME", OPT_TEXT, offsetof(struct args, into),
	    "restore under this name, and do not swap" },
	{ 0, "fast", NULL, OPT_FLAG, offsetof(struct args, fast),
	    "swap in the snapshot that the backup has kept" },
	{ 0, "undo", NULL, OPT_FLAG, offsetof(struct args, undo),
	    "swap back what a restore has replaced" },
	{ 0, "commit", NULL, OPT_FLAG, offsetof(struct args, commit),
	    "drop what a restore has replaced" },
	{ 0, "confirm", "NAME", OPT_LIST, offsetof(struct args, confirm),
	    "yes, this database (or tree) is meant" },
	{ 'j', "jobs", "N", OPT_JOBS, offsetof(struct args, jobs),
	    "parallel jobs (one a processor, up to 8)" },
	{ 0 },
};

static const char *const synopsis[] = { "SET|latest|PATH|-",
	"--undo [SET]", "--commit [SET]", "", NULL };

static const char *const examples[] = {
	"ub-restore --dry-run latest",
	"ub-restore --confirm shop latest",
	"ub-restore --undo --confirm shop",
	"ub-restore --only db/shop --into shop_copy latest",
	NULL,
};

static const struct opt_spec spec = {
	.prog = "ub-restore",
	.about = "bring a set back beside the live data, then swap",
	.synopsis = synopsis,
	.opts = opts,
	.examples = examples,
};

/* What a run has and found. Valid as {0}. */
struct result {
	const char *operand; /* or NULL */
	char *backups;
	char *records;
	struct vec keep_out;
	struct source src;
	struct runlock lock;
	struct op_list ops;
	struct set set;
	struct plan plan;
	struct report report;
};

static int
check_call(struct cli *c, const struct args *a, struct err *e)
{
	const char *clash = NULL;

	if (a->undo && a->commit)
		clash = "--undo and --commit exclude each other";
	else if ((a->undo || a->commit) && (a->into || a->fast || a->only.n))
		clash = "--undo and --commit take all of a restore";
	else if (a->into && a->fast)
		clash = "--into and --fast exclude each other";
	else if (c->operands.n > 1)
		clash = "one set at a time";
	return clash ? err_set(e, ERR_USAGE, "usage.conflict", "%s", clash) : 0;
}

/* 1: the pipe before us has failed, and is passed on. */
static int
find_set(struct cli *c, const struct args *a, struct result *r,
    struct err *e)
{
	int ret = 0;

	r->backups = conf_path(c->conf, "backup", "", "dir");
	r->operand = c->operands.n ? c->operands.v[0] : NULL;
	if (r->operand && !a->undo && !a->commit)
		ret = operand_set(c, r->backups, r->operand, &r->set, e);
	r->report.set = &r->set;
	return ret;
}

static int
begin(struct cli *c, struct result *r, struct err *e)
{
	r->records = path_join(c->state, "restores");
	vec_add(&r->keep_out, r->backups);
	vec_add(&r->keep_out, c->state);
	if (r->set.dir)
		vec_add(&r->keep_out, r->set.dir);
	if (source_read(c->conf, NULL, &r->src, e))
		return -1;
	c->audit = !c->common.dry_run;
	if (!c->common.dry_run && (runlock_take(&r->lock, c, r->backups, e) ||
	    path_mkdirs(r->records, e)))
		return -1;
	if (op_list(r->records, &r->ops, e))
		return -1;
	return c->common.dry_run ? 0 :
	    recover_all(c, &r->ops, &r->src, &r->report, e);
}

static int
confirm(struct cli *c, const struct args *a, const struct op *o,
    const char *question, struct err *e)
{
	struct vec names = { 0 };
	int ret;

	op_names(o, &names);
	ret = cli_confirm(c, &a->confirm, &names, question, e);
	vec_release(&names);
	return ret;
}

/* --undo and --commit */
static int
decide(struct cli *c, const struct args *a, struct result *r,
    struct err *e)
{
	struct op *o = recover_find(&r->ops, r->operand, a->undo, e);

	if (!o)
		return -1;
	r->report.op = o;
	if (c->common.dry_run)
		return 0;
	if (confirm(c, a, o, a->undo
		? "what the restore has replaced comes back"
		: "what is kept beside is dropped for good", e))
		return -1;
	return a->undo ? flow_undo(o, &r->src, e)
		       : flow_commit(o, &r->src, e);
}

static int
restore(struct cli *c, const struct args *a, struct result *r,
    struct err *e)
{
	struct plan *p = &r->plan;
	struct plan_call call = { .set = &r->set, .src = &r->src,
		.only = &a->only, .into = a->into, .fast = a->fast,
		.records = r->records, .ops = &r->ops,
		.keep_out = &r->keep_out, .now = c->started_at };
	struct carry all = { .cli = c, .set = &r->set, .src = &r->src,
		.plan = p, .ops = &r->ops, .jobs = (unsigned)a->jobs };

	r->report.plan = p;
	r->report.op = &p->op;
	if (plan_make(&call, p, e))
		return -1;
	if (plan_is_empty(p))
		c->status = "skipped";
	if (c->common.dry_run || plan_is_empty(p))
		return 0;
	if (!a->into &&
	    confirm(c, a, &p->op, "what is live now will be replaced", e))
		return -1;
	return carry_out(&all, e);
}

static int
run(struct cli *c, const struct args *a, struct result *r, struct err *e)
{
	int ret = check_call(c, a, e);

	/* Before any lock: in a pipe, ub-backup holds it until it is done. */
	if (ret == 0)
		ret = find_set(c, a, r, e);
	if (ret == 0)
		ret = begin(c, r, e);
	if (ret)
		return ret;
	if (a->undo || a->commit)
		ret = decide(c, a, r, e);
	else if (r->operand)
		ret = restore(c, a, r, e);
	else if (r->report.n_recovered == 0)
		ret = err_set(e, ERR_USAGE, "usage.operand",
		    "which set? there is nothing to recover");
	c->changed = ret == 0 && !c->common.dry_run && !c->status;
	report_next(c, &r->report, e);
	return ret;
}

static void
release(struct result *r)
{
	runlock_release(&r->lock);
	report_release(&r->report);
	plan_release(&r->plan);
	set_release(&r->set);
	op_list_release(&r->ops);
	source_release(&r->src);
	vec_release(&r->keep_out);
	free(r->records);
	free(r->backups);
}

int
main(int argc, char **argv)
{
	struct args a = { 0 };
	struct result r = { 0 };
	struct cli c = { 0 };
	struct buf text = { 0 };

	if (cli_begin(&c, &spec, &a, argc, argv) == 0) {
		r.report.dry_run = c.common.dry_run;
		if (run(&c, &a, &r, &c.err) == 0 && !c.common.json) {
			report_text(&r.report, &text);
			printf("%s", buf_text(&text));
		}
		cli_data(&c, report_json(&r.report));
	}
	buf_release(&text);
	release(&r);
	return cli_end(&c);
}
