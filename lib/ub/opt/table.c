/* table.c - the options that every program has. */
#include "ub/opt/table.h"

#include "base/text.h"

#define AT(field) offsetof(struct opt_common, field)

const struct opt *
opt_table_common(void)
{
	static const struct opt common[] = {
		{ 'h', "help", NULL, OPT_FLAG, AT(help),
		    "print this help and exit" },
		{ 'V', "version", NULL, OPT_FLAG, AT(version),
		    "print the version and exit" },
		{ 'v', "verbose", NULL, OPT_FLAG, AT(verbose),
		    "say more; twice: for debugging" },
		{ 'q', "quiet", NULL, OPT_FLAG, AT(quiet),
		    "print warnings and errors only" },
		{ 'n', "dry-run", NULL, OPT_FLAG, AT(dry_run),
		    "say what would be done, do nothing" },
		{ 'y', "yes", NULL, OPT_FLAG, AT(yes),
		    "answer yes to what is not destructive" },
		{ 'C', "directory", "DIR", OPT_TEXT, AT(dir),
		    "go to DIR before anything else" },
		{ 0, "config", "FILE", OPT_TEXT, AT(config),
		    "read FILE in place of ub.conf" },
		{ 'c', "set", "KEY=VALUE", OPT_LIST, AT(set),
		    "set one configuration key; repeatable" },
		{ 0, "show-config", NULL, OPT_FLAG, AT(show_config),
		    "print every value in force and its origin" },
		{ 0, "json", NULL, OPT_FLAG, AT(json),
		    "print one JSON object on stdout" },
		{ 0, "events", "FILE|fd:N", OPT_TEXT, AT(events),
		    "write what happens as lines of JSON" },
		{ 0, "timeout", "DUR", OPT_DURATION, AT(timeout_ms),
		    "give up after DUR" },
		{ 0, "lock-timeout", "DUR", OPT_TIMEOUT, AT(lock_timeout_ms),
		    "wait up to DUR for a lock" },
		{ 0, "color", "auto|always|never", OPT_WORD, AT(color),
		    "when to use colours" },
		{ 0, "progress", "auto|bar|plain|none", OPT_WORD, AT(progress),
		    "how to show progress" },
		{ 0, "run-id", "ID", OPT_TEXT, AT(run_id),
		    "name this run in results and events" },
		{ 0, NULL, NULL, OPT_FLAG, 0, NULL },
	};

	return common;
}

size_t
opt_table_count(const struct opt *opts)
{
	size_t n = 0;

	while (opts && opts[n].name)
		n++;
	return n;
}

int
opt_check_verb(const struct opt_spec *spec, const struct vec *operands,
    struct err *e)
{
	const struct opt_verb *v = spec->verbs;
	struct vec words = { 0 };
	const char *near;

	if (!v || spec->others || operands->n == 0)
		return 0;
	for (; v->name; v++)
		vec_add(&words, v->name);
	if (!vec_has(&words, operands->v[0])) {
		near = text_nearest(operands->v[0],
		    (const char *const *)vec_argv(&words));
		err_set(e, ERR_USAGE, "usage.verb", "'%s' is no command",
		    operands->v[0]);
		if (near)
			err_hint(e, "did you mean '%s'?", near);
		else
			err_hint(e, "--help lists the commands");
	}
	vec_release(&words);
	return e->code ? -1 : 0;
}
