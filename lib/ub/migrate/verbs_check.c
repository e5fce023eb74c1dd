/* verbs_check.c - does a call make sense? */
#include "ub/migrate/verbs.h"

static int
is(const char *verb, const char *word)
{
	return strcmp(verb, word) == 0;
}

/* A word of DEPLOY_ALLOW. */
static int
allows(const char *word)
{
	const char *at = DEPLOY_ALLOW;
	size_t n;

	for (; *at; at += n + (at[n] == '|')) {
		n = strcspn(at, "|");
		if (strlen(word) == n && strncmp(at, word, n) == 0)
			return 1;
	}
	return 0;
}

/* Options that only some verbs heed. */
static int
check_options(const struct verbs_args *a, const char *verb, struct err *e)
{
	const struct {
		int given;
		const char *option, *verbs;
	} rules[] = {
		{ a->to != NULL, "--to", "plan deploy rehearse" },
		{ strcmp(a->phase, "all") != 0, "--phase",
		    "plan deploy rehearse" },
		{ a->allow.n > 0, "--allow", "plan deploy rehearse" },
		{ a->skip_backup_check, "--skip-backup-check", "deploy" },
		{ a->exit_code, "--exit-code", "status plan" },
		{ a->applied != NULL, "--applied", "resolve" },
		{ a->rolled_back != NULL, "--rolled-back", "resolve" },
		{ a->edited != NULL, "--edited", "resolve" },
		{ a->upto != NULL, "--upto", "baseline" },
		{ a->from != NULL, "--from", "rehearse" },
		{ a->own_cluster, "--scratch-cluster", "rehearse" },
		{ a->jobs > 0, "--jobs", "rehearse" },
		{ a->since != NULL, "--since", "lint" },
		{ a->report.n > 0, "--report", "lint" },
		{ a->style, "--style", "lint" },
		{ a->offline, "--offline", "lint" },
	};
	size_t i;

	for (i = 0; i < UB_LEN(rules); i++)
		if (rules[i].given && !strstr(rules[i].verbs, verb))
			return err_set(e, ERR_USAGE, "usage.conflict",
			    "%s is an option of %s", rules[i].option,
			    rules[i].verbs);
	for (i = 0; i < a->allow.n; i++)
		if (!allows(a->allow.v[i]))
			return err_set(e, ERR_USAGE, "usage.value",
			    "--allow: '%s' is none of " DEPLOY_ALLOW,
			    a->allow.v[i]);
	return 0;
}

int
verbs_check(const struct verbs_args *a, const struct vec *operands,
    struct err *e)
{
	const char *verb = operands->n ? operands->v[0] : "";
	int decided = !!a->applied + !!a->rolled_back + !!a->edited;
	size_t most = is(verb, "lint") ? SIZE_MAX :
	    is(verb, "deploy") || is(verb, "new") ? 2 : 1;

	if (operands->n == 0) {
		err_set(e, ERR_USAGE, "usage.verb", "what is to be done?");
		return err_hint(e, "--help lists the commands");
	}
	if (operands->n > most)
		return err_set(e, ERR_USAGE, "usage.operand",
		    "'%s' is too much", operands->v[most]);
	if (is(verb, "new") && operands->n < 2)
		return err_set(e, ERR_USAGE, "usage.operand",
		    "new wants a name");
	if (is(verb, "resolve") && decided != 1)
		return err_set(e, ERR_USAGE, "usage.missing", "resolve wants "
		    "one of --applied, --rolled-back and --edited");
	if (is(verb, "baseline") && !a->upto)
		return err_set(e, ERR_USAGE, "usage.missing",
		    "baseline wants --upto NAME");
	return check_options(a, verb, e);
}
