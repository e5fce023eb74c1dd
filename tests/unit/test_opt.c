/* test_opt.c - options by the tables. */
#include "ub/opt.h"

#include "base/mem.h"
#include "tap.h"

struct args {
	const char *label;
	int force;
	struct vec only;
	int64_t jobs, count;
	int64_t wait_ms;
	const char *level;
};

static const struct opt opts[] = {
	{ 'l', "label", "TEXT", OPT_TEXT, offsetof(struct args, label), "" },
	{ 'f', "force", NULL, OPT_FLAG, offsetof(struct args, force), "" },
	{ 0, "only", "NAME", OPT_LIST, offsetof(struct args, only), "" },
	{ 'j', "jobs", "N", OPT_JOBS, offsetof(struct args, jobs), "" },
	{ 0, "count", "N", OPT_INT, offsetof(struct args, count), "" },
	{ 0, "wait", "DUR", OPT_DURATION, offsetof(struct args, wait_ms), "" },
	{ 0, "level", "quick|hash|read", OPT_WORD, offsetof(struct args, level),
	    "" },
	{ 0, NULL, NULL, OPT_FLAG, 0, NULL },
};

static const struct opt_spec spec = { .prog = "ub-x", .opts = opts };

struct parsed {
	struct args a;
	struct opt_common c;
	struct err e;
	int r;
	char *argv[40];
};

/* Parse a line of words that are parted by one blank. */
static void
parse(struct parsed *p, const char *line)
{
	size_t n = 0, len;

	*p = (struct parsed){ 0 };
	p->argv[n++] = mem_dup("ub-x");
	for (; *line; line += len + (line[len] == ' ')) {
		len = strcspn(line, " ");
		p->argv[n++] = mem_dupn(line, len);
	}
	p->r = opt_parse(&spec, p->argv, &p->c, &p->a, &p->e);
}

static void
release(struct parsed *p)
{
	size_t n;

	opt_release(&spec, &p->c, &p->a);
	err_release(&p->e);
	for (n = 0; p->argv[n]; n++)
		free(p->argv[n]);
}

static void
fails(const char *line, const char *msg, const char *hint)
{
	struct parsed p;

	parse(&p, line);
	tap_ok(p.r == -1 && p.e.code == ERR_USAGE, "'%s' is refused", line);
	tap_is(p.e.msg, msg, "  with its message");
	tap_is(p.e.hint, hint, "  with its hint");
	release(&p);
}

static void
test_errors(void)
{
	fails(
	    "--lable x", "unknown option '--lable'", "did you mean '--label'?");
	fails("--jsn=1", "unknown option '--jsn'", "did you mean '--json'?");
	fails("--zzzzzzzz", "unknown option '--zzzzzzzz'",
	    "'ub-x --help' lists the options");
	fails("-z", "unknown option '-z'", "'ub-x --help' lists the options");
	fails("-fz", "unknown option '-z'", "'ub-x --help' lists the options");
	fails("--lab x", "unknown option '--lab'", "did you mean '--label'?");
	fails("--lab=x", "unknown option '--lab'", "did you mean '--label'?");
	fails("--forc", "unknown option '--forc'", "did you mean '--force'?");
	fails("--label", "option '--label' needs a value: TEXT", NULL);
	fails("-l", "option '--label' needs a value: TEXT", NULL);
	fails("--label=", "--label: the TEXT is empty", NULL);
	fails("-l a --label b", "option '--label' is given twice", NULL);
	fails("-j 1 -j 1", "option '--jobs' is given twice", NULL);
	fails("--force=1", "option '--force' takes no value", NULL);
	fails("--jobs 5x", "--jobs: '5x' is not a whole number", NULL);
	fails("--jobs -5", "--jobs: '-5' is not between 0 and 64", NULL);
	fails("-j65", "--jobs: '65' is not between 0 and 64", NULL);
	fails("--count -5",
	    "--count: '-5' is not between 0 and "
	    "9223372036854775807",
	    NULL);
	fails("--wait 5x",
	    "--wait: '5x' is not a duration such as 500ms, "
	    "30s, 10m, 2h or 1d",
	    NULL);
	fails("--lock-timeout 25d", "--lock-timeout: '25d' is too large",
	    "at most 24d");
	fails("--level=raed", "--level: 'raed' is none of quick|hash|read",
	    "did you mean 'read'?");
	fails("--level rea", "--level: 'rea' is none of quick|hash|read",
	    "did you mean 'read'?");
	fails("--color blue", "--color: 'blue' is none of auto|always|never",
	    NULL);
	fails("--zzzzzzzz --jobs x", "unknown option '--zzzzzzzz'",
	    "'ub-x --help' lists the options");
}

static void
test_values(void)
{
	struct parsed p;

	parse(&p, "one -ffl x --only a --only=b two -j64 --wait=2m "
		  "--level hash - -- --json -f");
	tap_ok(p.r == 0, "a long line is fine");
	tap_is(p.e.msg, NULL, "  without a message");
	tap_ok(p.a.force == 2, "flags are counted, letters may be joined");
	tap_is(p.a.label, "x", "a letter's value stands apart");
	tap_ok(p.a.only.n == 2, "a list takes all");
	tap_is(p.a.only.v[0], "a", "  in order");
	tap_is(p.a.only.v[1], "b", "  and joined with =");
	tap_ok(p.a.jobs == 64, "a letter's value is joined");
	tap_ok(p.a.wait_ms == 120000, "a duration is in milliseconds");
	tap_is(p.a.level, "hash", "a word of the list");
	tap_ok(p.c.json == 0, "-- ends the options");
	tap_ok(p.c.operands.n == 5, "five operands");
	tap_is(p.c.operands.v[0], "one", "  before");
	tap_is(p.c.operands.v[1], "two", "  between");
	tap_is(p.c.operands.v[2], "-", "  a lone dash");
	tap_is(p.c.operands.v[3], "--json", "  behind --");
	tap_is(p.c.operands.v[4], "-f", "  to the end");
	release(&p);
}

static void
test_common(void)
{
	struct parsed p;

	parse(&p, "-hVvvqny -C dir --config f -c a=b -c c=d --show-config "
		  "--json --events fd:3 --timeout 1s --lock-timeout 2s");
	tap_is(p.e.msg, NULL, "the common options");
	tap_ok(p.c.help && p.c.version && p.c.quiet && p.c.dry_run && p.c.yes &&
		   p.c.json && p.c.show_config,
	    "every flag");
	tap_ok(p.c.verbose == 2, "-vv");
	tap_is(p.c.dir, "dir", "-C");
	tap_is(p.c.config, "f", "--config");
	tap_ok(p.c.set.n == 2, "-c twice");
	tap_is(p.c.events, "fd:3", "--events");
	tap_ok(p.c.timeout_ms == 1000 && p.c.lock_timeout_ms == 2000,
	    "both limits");
	release(&p);
	parse(&p, "--color never --progress bar --run-id x.1");
	tap_is(p.c.color, "never", "--color");
	tap_is(p.c.progress, "bar", "--progress");
	tap_is(p.c.run_id, "x.1", "--run-id");
	release(&p);
}

static void
test_json(void)
{
	struct parsed p;

	parse(&p, "--bogus --json");
	tap_ok(p.r == -1 && p.c.json == 1, "--json behind an error counts");
	release(&p);
	parse(&p, "--json --label");
	tap_ok(p.r == -1 && p.c.json == 1, "--json before an error counts");
	release(&p);
	parse(&p, "--jso");
	tap_ok(p.r == -1 && p.c.json == 0, "half of --json does not");
	release(&p);
}

static void
test_empty(void)
{
	char *none[] = { NULL };
	struct opt_common c = { 0 };
	struct err e = { 0 };
	struct args a = { 0 };
	struct opt_spec bare = { .prog = "ub-y" };

	tap_ok(opt_parse(&bare, none, &c, NULL, &e) == 0, "no table, no words");
	opt_release(&bare, &c, NULL);
	opt_release(&spec, &c, &a);
	opt_release(&spec, &c, &a);
	tap_ok(c.operands.n == 0, "released twice");
}

static void
test_posix(void)
{
	struct parsed p;

	setenv("POSIXLY_CORRECT", "1", 1);
	parse(&p, "one --force");
	tap_ok(
	    p.r == 0 && p.a.force == 1, "options may follow operands, always");
	release(&p);
	unsetenv("POSIXLY_CORRECT");
}

static void
verb_is(const struct opt_spec *of, const char *word, const char *want)
{
	struct vec v = { 0 };
	struct err e = { 0 };
	char *got = NULL;

	if (word)
		vec_add(&v, word);
	vec_add(&v, "x");
	v.n -= !word;
	if (opt_check_verb(of, &v, &e))
		got = mem_printf("%d %s %s; %s", (int)e.code, e.kind, e.msg,
		    e.hint);
	v.n += !word;
	tap_is(got, want, word ? word : "none");
	free(got);
	err_release(&e);
	vec_release(&v);
}

static void
test_verbs(void)
{
	static const struct opt_verb verbs[] = { { "status", "" },
		{ "deploy", "" }, { NULL, NULL } };
	static const struct opt_spec with = { .prog = "ub-x", .opts = opts,
		.verbs = verbs };

	verb_is(&with, "status", NULL);
	verb_is(&with, "deploy", NULL);
	verb_is(&with, NULL, NULL);
	verb_is(&spec, "anything", NULL);
	verb_is(&with, "statsu", "2 usage.verb 'statsu' is no command; did "
	    "you mean 'status'?");
	verb_is(&with, "xyzzyplugh", "2 usage.verb 'xyzzyplugh' is no "
	    "command; --help lists the commands");
	verb_is(&with, "", "2 usage.verb '' is no command; --help lists the "
	    "commands");
	verb_is(&with, "Status", "2 usage.verb 'Status' is no command; did "
	    "you mean 'status'?");
}

int
main(void)
{
	test_errors();
	test_values();
	test_common();
	test_json();
	test_empty();
	test_posix();
	test_verbs();
	return tap_done();
}
