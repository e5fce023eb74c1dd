/* help.c - help made from the tables. */
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ub/opt/table.h"

/* Left column of an option: "  -C, --directory DIR". Caller owns. */
static char *
left(const struct opt *o)
{
	struct buf b = { 0 };

	if (o->letter)
		buf_printf(&b, "  -%c, ", o->letter);
	else
		buf_puts(&b, "      ");
	buf_printf(&b, "--%s", o->name);
	if (o->arg)
		buf_printf(&b, " %s", o->arg);
	return buf_detach(&b);
}

/* Help that does not fit beside a long option goes below it. */
static void
print_options(const char *title, const struct opt *opts)
{
	size_t i, n = opt_table_count(opts);
	char *text;

	if (n == 0)
		return;
	printf("\n%s:\n", title);
	for (i = 0; i < n; i++) {
		text = left(&opts[i]);
		if (strlen(text) > 26)
			printf("%s\n%28s%s\n", text, "", opts[i].help);
		else
			printf("%-28s%s\n", text, opts[i].help);
		free(text);
	}
}

static void
print_usage(const struct opt_spec *spec)
{
	const char *const *s = spec->synopsis;

	if (!s || !*s)
		printf("usage: %s [OPTION]...\n", spec->prog);
	for (; s && *s; s++)
		printf("%s %s [OPTION]...%s%s\n",
		    s == spec->synopsis ? "usage:" : "      ", spec->prog,
		    **s ? " " : "", *s);
	printf("\n%s\n", spec->about);
}

static void
print_exits(void)
{
	static const char *const meaning[] = {
		"done, or nothing to do",
		"it worked, and the answer is no",
		"wrong option, operand or configuration; nothing touched",
		"could not do it or find out; nothing changed",
		"a gate is shut, or not confirmed; nothing touched",
		"busy, unreachable or too slow; nothing changed",
		"failed midway; what was changed has been put back",
		"failed, and something stays changed; see 'next:'",
		"only with --exit-code: there is something to do",
	};
	size_t i;

	printf("\nExit codes:\n");
	for (i = 0; i < UB_LEN(meaning); i++)
		printf("  %zu     %-9s %s\n", i, err_status((enum err_code)i),
		    meaning[i]);
	printf("  128+N signal    ended by signal N\n");
}

void
opt_help(const struct opt_spec *spec)
{
	const struct opt_verb *v = spec->verbs;
	const char *const *s = spec->examples;

	print_usage(spec);
	if (v)
		printf("\nCommands:\n");
	for (; v && v->name; v++)
		printf("  %-26s%s\n", v->name, v->help);
	print_options("Options", spec->opts);
	print_options("Common options", opt_table_common());
	print_exits();
	if (s && *s)
		printf("\nExamples:\n");
	for (; s && *s; s++)
		printf("  %s\n", *s);
}
