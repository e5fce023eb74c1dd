/*
 * ub-backup - make one backup set, published whole or not at all
 *
 * Exit: 0 a set was made · 2 usage · 3 trouble, nothing was published ·
 * 4 sessions are open (--snapshot) · 5 locked, or a server is not there.
 * Reads the configured databases, trees, files and containers; writes
 * <backup.dir>/<id>/ and <state>/journal.ndjson.
 */
#include <stdio.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/host.h"
#include "sys/log.h"
#include "ub/backup/gather.h"
#include "ub/backup/partial.h"
#include "ub/backup/report.h"
#include "ub/backup/retain.h"
#include "ub/backup/seal.h"
#include "ub/cli.h"
#include "ub/jwrite.h"
#include "ub/runlock.h"
#include "ub/set.h"

struct args {
	const char *label;
	struct vec only;
	int64_t keep; /* -1: as configured */
	int64_t jobs;
	int snapshot;
};

static const struct opt opts[] = {
	{ 0, "label", "TEXT", OPT_TEXT, offsetof(struct args, label),
	    "a word on the set, kept in its manifest" },
	{ 0, "only", "KIND[/NAME]", OPT_LIST, offsetof(struct args, only),
	    "just these parts: db, files, config, container" },
	{ 0, "keep", "N", OPT_INT, offsetof(struct args, keep),
	    "sets that stay, in place of backup.keep" },
	{ 'j', "jobs", "N", OPT_JOBS, offsetof(struct args, jobs),
	    "jobs of pg_dump (one a processor, up to 8)" },
	{ 0, "snapshot", NULL, OPT_FLAG, offsetof(struct args, snapshot),
	    "also keep a copy of each database beside it" },
	{ 0 },
};

static const struct opt_verb verbs[] = {
	{ "list", "show the sets, newest first" },
	{ "prune", "remove sets beyond backup.keep" },
	{ 0 },
};

static const char *const synopsis[] = { "", "list", "prune", NULL };

static const char *const examples[] = {
	"id=$(ub-backup --label before-2.4)",
	"ub-backup -c database.url=dbname=shop --only db",
	NULL,
};

static const struct opt_spec spec = {
	.prog = "ub-backup",
	.about = "make one backup set of databases, files and config",
	.synopsis = synopsis,
	.opts = opts,
	.verbs = verbs,
	.examples = examples,
};

/* What a run has and found. Valid as {0}. */
struct result {
	const char *verb; /* "", "list", "prune" */
	char *backups;
	struct source src;
	struct runlock lock;
	struct partial part;
	struct manifest m;
	struct set_list before; /* what was there; v[0] is the newest */
	struct set set;         /* the new one */
	struct vec removed;
	int64_t estimate;
};

static int
read_source(const struct cli *c, const struct args *a, struct result *r,
    struct err *e)
{
	if (source_read(c->conf, &a->only, &r->src, e))
		return -1;
	if (!source_is_empty(&r->src) || strcmp(r->verb, "prune") == 0)
		return 0;
	err_set(e, ERR_USAGE, "backup.nothing", "there is nothing to back up");
	return err_hint(e, "set database.url or files.NAME.path, as with -c");
}

static void
describe(const struct cli *c, const struct args *a, struct result *r)
{
	r->m.id = mem_dup(r->part.id);
	r->m.app = mem_dup(c->app);
	r->m.label = mem_dup(a->label);
	r->m.ub_version = mem_dup(UB_VERSION);
	r->m.git_commit = mem_dup(c->repo.commit);
	r->m.git_branch = mem_dup(c->repo.branch);
	r->m.host = host_name();
	r->m.created_at = c->started_at;
}

static int
publish(struct cli *c, struct gather *g, struct result *r, struct err *e)
{
	r->m.duration_ms = clock_ms() - c->started_ms;
	if (seal_set(r->part.dir, &r->m, e) || partial_publish(&r->part, e))
		return -1;
	g->published = 1;
	space_compare(&r->m, r->before.v);
	return set_read(r->part.dir, &r->set, e);
}

static int
make_set(struct cli *c, const struct args *a, struct result *r,
    struct err *e)
{
	struct gather g = { .cli = c, .src = &r->src,
		.part = &r->part, .m = &r->m, .jobs = (unsigned)a->jobs,
		.keep_snapshot = a->snapshot && !c->common.dry_run };
	int ret;

	if (set_list(r->backups, &r->before, e))
		return -1;
	if (!c->common.dry_run &&
	    partial_begin(&r->part, r->backups, c->started_at,
		c->repo.commit, e))
		return -1;
	describe(c, a, r);
	ret = gather_open(&g, e);
	if (ret == 0)
		ret = gather_check_space(&g, r->backups, r->before.v,
		    &r->estimate, e);
	if (ret == 0 && !c->common.dry_run)
		ret = gather_run(&g, e) ? -1 : publish(c, &g, r, e);
	gather_release(&g);
	return ret;
}

static int
prune(struct cli *c, const struct args *a, struct result *r, struct err *e)
{
	struct retain rule = { .backups = r->backups,
		.keep = a->keep >= 0 ? a->keep
				     : conf_int(c->conf, "backup.keep"),
		.min_keep = conf_int(c->conf, "backup.minKeep"),
		.dry_run = c->common.dry_run };

	return retain_sets(&rule, &r->src, &r->removed, e);
}

/* The set is made; that old ones stay is no failure of it. */
static void
prune_after(struct cli *c, const struct args *a, struct result *r)
{
	struct err err = { 0 };

	if (prune(c, a, r, &err))
		log_warn("backup.prune", "old sets stay: %s", err.msg);
	err_release(&err);
}

static int
run(struct cli *c, const struct args *a, struct result *r, struct err *e)
{
	r->backups = conf_path(c->conf, "backup", "", "dir");
	if (strcmp(r->verb, "list") == 0)
		return set_list(r->backups, &r->before, e);
	if (read_source(c, a, r, e))
		return -1;
	c->audit = !c->common.dry_run;
	if (!c->common.dry_run && runlock_take(&r->lock, c, r->backups, e))
		return -1;
	if (strcmp(r->verb, "prune") == 0)
		return prune(c, a, r, e);
	if (make_set(c, a, r, e))
		return -1;
	prune_after(c, a, r);
	return 0;
}

static json_t *
result_json(const struct result *r)
{
	json_t *j;

	if (strcmp(r->verb, "list") == 0)
		return report_list(&r->before);
	j = report_parts(&r->m);
	json_object_set_new(j, "removed", jwrite_list(&r->removed));
	json_object_set_new(j, "estimate_bytes", json_integer(r->estimate));
	json_object_set_new(j, "set",
	    r->set.dir ? set_json(&r->set) : json_null());
	return j;
}

static void
print_text(const struct cli *c, const struct result *r)
{
	char *text;

	if (strcmp(r->verb, "list") == 0)
		text = report_list_text(&r->before);
	else if (strcmp(r->verb, "prune") == 0)
		text = report_lines(&r->removed);
	else if (c->common.dry_run)
		text = report_plan_text(&r->m, &r->src, r->estimate);
	else
		text = mem_printf("%s\n", r->set.m.id);
	fputs(text, stdout);
	free(text);
}

static void
release(struct args *a, struct result *r)
{
	partial_release(&r->part);
	runlock_release(&r->lock);
	manifest_release(&r->m);
	set_release(&r->set);
	set_list_release(&r->before);
	source_release(&r->src);
	vec_release(&r->removed);
	vec_release(&a->only);
	free(r->backups);
}

int
main(int argc, char **argv)
{
	struct args a = { .keep = -1 };
	struct result r = { .verb = "" };
	struct cli c = { 0 };

	if (cli_begin(&c, &spec, &a, argc, argv) == 0) {
		if (c.operands.n > 0)
			r.verb = c.operands.v[0];
		if (run(&c, &a, &r, &c.err) == 0 && !c.common.json)
			print_text(&c, &r);
		cli_data(&c, result_json(&r));
	}
	release(&a, &r);
	return cli_end(&c);
}
