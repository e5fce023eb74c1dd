/*
 * ub-verify - prove a backup set good, up to really restoring it
 *
 * Exit: 0 it is good · 1 it is damaged · 2 usage · 3 it could not be found
 * out · 4 there is no set · 5 a server is not there (level restore).
 * Reads a set; writes VERIFIED.json into it.
 */
#include <stdio.h>

#include "base/mem.h"
#include "base/num.h"
#include "sys/log.h"
#include "ub/cli.h"
#include "ub/jwrite.h"
#include "ub/operand.h"
#include "ub/set.h"
#include "ub/source.h"
#include "ub/scratch/trial.h"
#include "ub/verify.h"

struct args {
	const char *level;
	int cluster;
	int64_t jobs;
};

static const struct opt opts[] = {
	{ 0, "level", "quick|hash|read|restore", OPT_WORD,
	    offsetof(struct args, level), "how far to go (read)" },
	{ 0, "scratch-cluster", NULL, OPT_FLAG,
	    offsetof(struct args, cluster),
	    "at level restore, use a throw-away cluster" },
	{ 'j', "jobs", "N", OPT_JOBS, offsetof(struct args, jobs),
	    "parallel jobs (one a processor, up to 8)" },
	{ 0 },
};

static const char *const synopsis[] = { "[SET|latest|PATH|-]", NULL };

static const char *const examples[] = {
	"ub-verify --level restore latest",
	"ub-backup --json | ub-verify --json -",
	NULL,
};

static const struct opt_spec spec = {
	.prog = "ub-verify",
	.about = "prove a backup set good, up to really restoring it",
	.synopsis = synopsis,
	.opts = opts,
	.examples = examples,
};

/* What a run has and found. Valid as {0}. */
struct result {
	char *backups;
	struct set set;
	struct source src;
	enum set_level level;
	struct verify_report report;
	int64_t restored; /* databases */
	struct set_answer answer;
	int done; /* there is one: yes or no */
};

static int
find_set(struct cli *c, struct result *r, struct err *e)
{
	const char *operand = c->operands.n ? c->operands.v[0] : "latest";

	if (c->operands.n > 1)
		return err_set(e, ERR_USAGE, "usage.operand",
		    "one set at a time: '%s' is too much",
		    c->operands.v[1]);
	r->backups = conf_path(c->conf, "backup", "", "dir");
	return operand_set(c, r->backups, operand, &r->set, e);
}

/* Bytes of the files whose path begins so. */
static int64_t
bytes_in(const struct set *s, const char *folder)
{
	int64_t bytes = 0;
	size_t i;

	for (i = 0; i < s->m.n_files; i++)
		if (strncmp(s->m.files[i].path, folder, strlen(folder)) == 0)
			bytes += s->m.files[i].size;
	return bytes;
}

static int
check_content(struct cli *c, struct result *r, struct err *e)
{
	enum set_level upto =
	    r->level < SET_LEVEL_READ ? r->level : SET_LEVEL_READ;
	int ret;

	cli_step(c, "verify", "verifying set",
	    upto > SET_LEVEL_QUICK ? bytes_in(&r->set, "") : 0);
	r->answer.level = upto;
	ret = verify_set(&r->set, upto, &r->report, e);
	cli_step_end(c, "verify");
	return ret;
}

static int
try_restore(struct cli *c, const struct args *a, struct result *r,
    struct err *e)
{
	struct trial t = { .set = &r->set, .src = &r->src,
		.own_cluster = a->cluster, .jobs = (unsigned)a->jobs };
	int ret;

	if (r->level < SET_LEVEL_RESTORE)
		return 0;
	cli_step(c, "restore", "restoring to try", bytes_in(&r->set, "db/"));
	r->answer.level = SET_LEVEL_RESTORE;
	ret = trial_run(&t, &r->restored, e);
	cli_step_end(c, "restore");
	if (ret && e->code == ERR_NO) {
		vec_add(&r->report.findings,
		    r->set.m.dbs[r->restored].folder);
		vec_add(&r->report.findings, e->msg);
	}
	return ret;
}

static void
tell_findings(struct cli *c, const struct vec *v)
{
	char *line;
	size_t i;

	for (i = 0; i < v->n; i += 2) {
		line = mem_printf("%s: %s", v->v[i], v->v[i + 1]);
		cli_finding(c, "damage", "error", line);
		free(line);
	}
}

/* The answer stays with the set; a set on read-only ground is no failure. */
static void
remember(struct cli *c, struct result *r, const struct err *found)
{
	struct err err = { 0 };

	tell_findings(c, &r->report.findings);
	r->answer.ok = found->code == ERR_OK;
	r->answer.finding = found->msg;
	r->done = r->answer.ok || found->code == ERR_NO;
	if (r->done && set_mark_verified(&r->set, &r->answer, &err))
		log_warn("verify.mark", "the answer is not kept: %s", err.msg);
	r->answer.finding = NULL; /* it was the error's */
	err_release(&err);
}

static int
run(struct cli *c, const struct args *a, struct result *r, struct err *e)
{
	int ret;

	if (set_level_parse(a->level, &r->level))
		return err_set(e, ERR_USAGE, "usage.value",
		    "--level: '%s' is no level", a->level);
	c->steps = r->level < SET_LEVEL_RESTORE ? 1 : 2;
	ret = find_set(c, r, e);
	if (ret)
		return ret;
	/* Only who restores has to know where to. */
	if (r->level == SET_LEVEL_RESTORE &&
	    source_read(c->conf, NULL, &r->src, e))
		return -1;
	if (c->common.dry_run)
		return 0;
	ret = check_content(c, r, e);
	if (ret == 0)
		ret = try_restore(c, a, r, e);
	remember(c, r, e);
	return ret;
}

static json_t *
result_json(const struct result *r)
{
	if (!r->set.dir)
		return json_object();
	return json_pack("{so ss so sI sI sI sI sI so}", "set",
	    set_json(&r->set), "level", set_level_name(r->level), "ok",
	    r->done ? json_boolean(r->answer.ok) : json_null(), "files",
	    (json_int_t)r->report.files, "bytes",
	    (json_int_t)r->report.bytes, "rows", (json_int_t)r->report.rows,
	    "entries", (json_int_t)r->report.entries, "databases_restored",
	    (json_int_t)r->restored, "findings",
	    verify_report_findings(&r->report));
}

static void
print_text(const struct cli *c, const struct result *r)
{
	char *size;

	if (c->common.dry_run) {
		printf("would verify %s at level %s\n", r->set.m.id,
		    set_level_name(r->level));
		return;
	}
	size = num_size_text(r->report.bytes);
	printf("%s: good at level %s: %lld files, %s read, %lld rows",
	    r->set.m.id, set_level_name(r->level),
	    (long long)r->report.files, size, (long long)r->report.rows);
	if (r->level == SET_LEVEL_RESTORE)
		printf(", %lld databases restored", (long long)r->restored);
	printf("\n");
	free(size);
}

/* When they are the error, it has the first one already. */
static void
print_findings(const struct vec *v, const struct err *e)
{
	size_t i;

	for (i = e->code == ERR_NO ? 2 : 0; i < v->n; i += 2)
		log_raw("%s: %s", v->v[i], v->v[i + 1]);
}

int
main(int argc, char **argv)
{
	struct args a = { .level = "read" };
	struct result r = { 0 };
	struct cli c = { 0 };

	if (cli_begin(&c, &spec, &a, argc, argv) == 0) {
		if (run(&c, &a, &r, &c.err) == 0 && !c.common.json)
			print_text(&c, &r);
		print_findings(&r.report.findings, &c.err);
		cli_data(&c, result_json(&r));
	}
	set_release(&r.set);
	source_release(&r.src);
	verify_report_release(&r.report);
	free(r.backups);
	return cli_end(&c);
}
