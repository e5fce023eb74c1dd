/* opt.c - options from argv, by the tables. */
#include "ub/opt.h"

#include <getopt.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "ub/opt/table.h"

/* Each is a session, and a process of the server's. */
#define MOST_JOBS 64

/* What getopt_long() returns for option i: above every letter. */
#define VALUE(i) (256 + (int)(i))

struct parse {
	const struct opt_spec *spec;
	const struct opt **all;
	void **at; /* where the value of each goes */
	unsigned char *seen;
	size_t n;
	struct option *longs;
	struct buf letters;
};

static void
add_table(struct parse *p, const struct opt *opts, void *base)
{
	size_t i, n = opt_table_count(opts);

	for (i = 0; i < n; i++, p->n++) {
		p->all[p->n] = &opts[i];
		p->at[p->n] = (char *)base + opts[i].at;
		p->longs[p->n] = (struct option){ .name = opts[i].name,
			.has_arg =
			    opts[i].arg ? required_argument : no_argument,
			.val = VALUE(p->n) };
		if (!opts[i].letter)
			continue;
		buf_putc(&p->letters, opts[i].letter);
		if (opts[i].arg)
			buf_putc(&p->letters, ':');
	}
}

static void
parse_init(struct parse *p, struct opt_common *common, void *args)
{
	const struct opt *every = opt_table_common();
	size_t n = opt_table_count(p->spec->opts) + opt_table_count(every);

	p->all = mem_alloc(n * sizeof(*p->all));
	p->at = mem_alloc(n * sizeof(*p->at));
	p->seen = mem_alloc(n);
	p->longs = mem_alloc((n + 1) * sizeof(*p->longs));
	/* In order, whatever POSIXLY_CORRECT says; a missing argument is
	   told apart from an unknown option. */
	buf_puts(&p->letters, "-:");
	add_table(p, p->spec->opts, args);
	add_table(p, every, common);
}

static void
parse_release(struct parse *p)
{
	free(p->all);
	free(p->at);
	free(p->seen);
	free(p->longs);
	buf_release(&p->letters);
}

/* Index of what getopt_long() named, p->n if it knows none. */
static size_t
find(const struct parse *p, int value)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (value == VALUE(i) ||
		    (p->all[i]->letter && value == p->all[i]->letter))
			break;
	return i;
}

static int
unknown(
    const struct parse *p, const char *word, const char *near, struct err *e)
{
	const char **names = mem_alloc((p->n + 1) * sizeof(*names));
	char *name = mem_dupn(word, strcspn(word, "="));
	size_t i;

	for (i = 0; i < p->n; i++)
		names[i] = p->all[i]->name;
	if (!near && strncmp(name, "--", 2) == 0)
		near = text_nearest(name + 2, names);
	err_set(e, ERR_USAGE, "usage.option", "unknown option '%s'", name);
	if (near)
		err_hint(e, "did you mean '--%s'?", near);
	else
		err_hint(e, "'%s --help' lists the options", p->spec->prog);
	free(name);
	free(names);
	return -1;
}

static int
word_of(const struct opt *o, const char *what, const char *text, struct err *e)
{
	struct vec words = { 0 };
	const char *s = o->arg, *near;
	size_t n;
	int r = 0;

	for (;; s += n + 1) {
		n = strcspn(s, "|");
		vec_take(&words, mem_dupn(s, n));
		if (!s[n])
			break;
	}
	if (!vec_has(&words, text)) {
		near = text_nearest(text, (const char *const *)words.v);
		r = err_set(e, ERR_USAGE, "usage.value",
		    "%s: '%s' is none of %s", what, text, o->arg);
		if (near)
			err_hint(e, "did you mean '%s'?", near);
	}
	vec_release(&words);
	return r;
}

static int
store(const struct opt *o, void *at, const char *text, struct err *e)
{
	char *what = mem_printf("--%s", o->name);
	int r = 0;

	if (o->type != OPT_FLAG && !text[0])
		r = err_set(e, ERR_USAGE, "usage.value", "%s: the %s is empty",
		    what, o->arg);
	else if (o->type == OPT_FLAG)
		++*(int *)at;
	else if (o->type == OPT_LIST)
		vec_add(at, text);
	else if (o->type == OPT_INT)
		r = num_int(
		    text, what, (struct num_range){ 0, INT64_MAX }, at, e);
	else if (o->type == OPT_JOBS)
		r = num_int(
		    text, what, (struct num_range){ 0, MOST_JOBS }, at, e);
	else if (o->type == OPT_DURATION)
		r = num_duration(text, what, at, e);
	else if (o->type == OPT_TIMEOUT)
		r = num_timeout(text, what, at, e);
	else if (o->type == OPT_WORD)
		r = word_of(o, what, text, e);
	if (r == 0 && (o->type == OPT_TEXT || o->type == OPT_WORD))
		*(const char **)at = text;
	free(what);
	return r;
}

/* The word that held a long option: before its argument, if that stands
 * apart. */
static const char *
word_used(char **argv)
{
	if (optarg == argv[optind - 1])
		return argv[optind - 2];
	return argv[optind - 1];
}

/* getopt_long() takes any clear beginning of a name for the name. */
static int
is_abbreviated(const struct opt *o, const char *word)
{
	size_t n = strlen(o->name);

	if (strncmp(word + 2, o->name, n) != 0)
		return 1;
	return word[2 + n] && word[2 + n] != '=';
}

static int
take(struct parse *p, int got, char **argv, struct err *e)
{
	int failed = got == '?' || got == ':';
	size_t i = find(p, failed ? optopt : got);
	const struct opt *o;
	char letter[3] = { '-', (char)optopt, '\0' };

	if (i == p->n)
		return unknown(p, optopt ? letter : argv[optind - 1], NULL, e);
	o = p->all[i];
	if (got == ':')
		return err_set(e, ERR_USAGE, "usage.option",
		    "option '--%s' needs a value: %s", o->name, o->arg);
	if (got == '?')
		return err_set(e, ERR_USAGE, "usage.option",
		    "option '--%s' takes no value", o->name);
	if (got == VALUE(i) && is_abbreviated(o, word_used(argv)))
		return unknown(p, word_used(argv), o->name, e);
	if (p->seen[i] && o->type != OPT_FLAG && o->type != OPT_LIST)
		return err_set(e, ERR_USAGE, "usage.option",
		    "option '--%s' is given twice", o->name);
	p->seen[i] = 1;
	return store(o, p->at[i], optarg, e);
}

int
opt_parse(const struct opt_spec *spec, char **argv, struct opt_common *common,
    void *args, struct err *e)
{
	struct parse p = { .spec = spec };
	struct err one = { 0 };
	int argc = 0, got;

	while (argv[argc])
		argc++;
	parse_init(&p, common, args);
	/* 0 and not 1: starts afresh in glibc and musl, for tests. */
	optind = 0;
	while ((got = getopt_long(
		    argc, argv, buf_text(&p.letters), p.longs, NULL)) != -1) {
		if (got == 1)
			vec_add(&common->operands, optarg);
		else
			take(&p, got, argv, &one);
		err_merge(e, &one);
	}
	for (; optind < argc; optind++)
		vec_add(&common->operands, argv[optind]);
	parse_release(&p);
	return e->code == ERR_OK ? 0 : -1;
}

static void
release_lists(const struct opt *opts, void *base)
{
	size_t i, n = opt_table_count(opts);

	for (i = 0; i < n; i++)
		if (opts[i].type == OPT_LIST)
			vec_release((void *)((char *)base + opts[i].at));
}

void
opt_release(const struct opt_spec *spec, struct opt_common *common, void *args)
{
	release_lists(spec->opts, args);
	release_lists(opt_table_common(), common);
	vec_release(&common->operands);
}
