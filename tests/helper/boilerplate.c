/*
 * ub-boilerplate - the smallest program of the suite: prints a word. Copy it
 * to begin a new one; the tests of the common options run it.
 */
#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "sys/log.h"
#include "sys/progress.h"
#include "sys/sig.h"
#include "ub/cli.h"

struct args {
	const char *word;
	int shout;
	struct vec also;
	int64_t times;
	int64_t wait_ms;
	const char *end;
	struct vec confirm;
};

static const struct opt opts[] = {
	{ 'w', "word", "WORD", OPT_TEXT, offsetof(struct args, word),
	    "the word to print" },
	{ 's', "shout", NULL, OPT_FLAG, offsetof(struct args, shout),
	    "print it with a mark; twice: two marks" },
	{ 0, "also", "WORD", OPT_LIST, offsetof(struct args, also),
	    "print this one too; repeatable" },
	{ 0, "times", "N", OPT_INT, offsetof(struct args, times),
	    "print it N times" },
	{ 0, "wait", "DUR", OPT_DURATION, offsetof(struct args, wait_ms),
	    "wait before that" },
	{ 0, "end", "ok|skipped|no|changed", OPT_WORD,
	    offsetof(struct args, end), "how to end" },
	{ 0, "confirm", "NAME", OPT_LIST, offsetof(struct args, confirm),
	    "confirm that NAME is destroyed" },
	{ 0, NULL, NULL, OPT_FLAG, 0, NULL },
};

static const char *const synopsis[] = { "[WORD | -]", "destroy NAME...", NULL };
static const struct opt_verb verbs[] = {
	{ "destroy", "ask as if something were destroyed" },
	{ NULL, NULL },
};
static const char *const examples[] = { "ub-boilerplate --word hello", NULL };

static const struct opt_spec spec = {
	.prog = "ub-boilerplate",
	.about = "print a word",
	.synopsis = synopsis,
	.opts = opts,
	.verbs = verbs,
	.others = 1,
	.examples = examples,
};

struct result {
	struct vec words;
	const char *set; /* of the upstream; borrowed */
};

static int
destroy(struct cli *c, const struct args *a, struct err *e)
{
	struct vec needed = { 0 };
	size_t i;
	int r;

	for (i = 1; i < c->operands.n; i++)
		vec_add(&needed, c->operands.v[i]);
	r = cli_confirm(c, &a->confirm, &needed, "this destroys data", e);
	vec_release(&needed);
	return r;
}

static int
collect(struct cli *c, const struct args *a, struct result *r, struct err *e)
{
	int64_t i;

	cli_step(c, "collect", "collecting words", 0);
	for (i = 0; i < (a->times ? a->times : 1); i++)
		vec_add(&r->words, a->word ? a->word : "hello");
	progress_add((int64_t)r->words.n);
	vec_copy(&r->words, &a->also);
	if (sig_sleep((int)a->wait_ms, e))
		return -1;
	cli_step_end(c, "collect");
	return 0;
}

static int
finish(struct cli *c, const struct args *a, struct err *e)
{
	const char *end = a->end ? a->end : "ok";

	c->audit = 1;
	if (strcmp(end, "skipped") == 0)
		c->status = "skipped";
	if (strcmp(end, "no") == 0) {
		cli_finding(c, "word.bad", "error", "a bad word");
		return err_set(e, ERR_NO, "word.bad", "the word is bad");
	}
	if (strcmp(end, "changed") == 0) {
		log_warn("word.odd", "the word '%s' is odd", "\xff");
		err_set(e, ERR_CHANGED, "word.changed", "cannot go back");
		err_hint(e, "try it by hand");
		err_detail(e, "word", "hello");
		return err_next(e, "ub-boilerplate --end ok");
	}
	return 0;
}

static int
run(struct cli *c, const struct args *a, struct result *r, struct err *e)
{
	const char *first = c->operands.n ? c->operands.v[0] : "";
	int got;

	c->steps = 1;
	if (strcmp(first, "destroy") == 0)
		return destroy(c, a, e);
	if (strcmp(first, "-") == 0) {
		got = cli_upstream(c, e);
		if (got)
			return -1;
		r->set = cli_upstream_set(c);
	} else if (*first) {
		vec_add(&r->words, first);
	}
	if (collect(c, a, r, e))
		return -1;
	return finish(c, a, e);
}

static void
print_text(const struct args *a, const struct result *r)
{
	size_t i;

	for (i = 0; i < r->words.n; i++)
		printf("%s%s\n", r->words.v[i],
		    a->shout > 1 ? "!!"
		    : a->shout	 ? "!"
				 : "");
	if (r->set)
		printf("set %s\n", r->set);
}

static json_t *
result_json(const struct result *r)
{
	json_t *words = json_array();
	size_t i;

	for (i = 0; i < r->words.n; i++)
		json_array_append_new(words, cli_json_text(r->words.v[i]));
	return json_pack(
	    "{s:o, s:o}", "words", words, "set", cli_json_text(r->set));
}

int
main(int argc, char **argv)
{
	struct args a = { 0 };
	struct result r = { 0 };
	struct cli c = { 0 };

	if (cli_begin(&c, &spec, &a, argc, argv) == 0 &&
	    run(&c, &a, &r, &c.err) == 0 && !c.common.json)
		print_text(&a, &r);
	cli_data(&c, result_json(&r));
	vec_release(&r.words);
	return cli_end(&c);
}
