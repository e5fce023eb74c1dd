/* call.c - functions that a statement calls. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

static int
is_advisory(const char *name)
{
	return strncmp(name, "pg_advisory_", 12) == 0 ||
	    strncmp(name, "pg_try_advisory_", 16) == 0;
}

/* nextval('public.x'), a name without quotes. */
static void
take_sequence(struct judge *j, json_t *args)
{
	const char *s = tree_constant(json_array_get(args, 0)), *dot;
	struct tree_name n = { 0 };
	char *schema = NULL;

	if (!s || !*s || strchr(s, '"') || strchr(s, '\''))
		return;
	dot = strchr(s, '.');
	if (dot)
		schema = mem_dupn(s, (size_t)(dot - s));
	n.schema = schema;
	n.name = dot ? dot + 1 : s;
	lint_take(j, model_find(j->m, n), 3, TAKE_KIN);
	free(schema);
}

static void
set_config(struct judge *j, json_t *args)
{
	const char *name = tree_constant(json_array_get(args, 0));
	const char *value = tree_constant(json_array_get(args, 1));
	int local = !tree_is_zero(json_array_get(args, 2));

	if (!name)
		return;
	lint_setting(j, name, value ? value : "?", local);
	if (value && strcmp(name, "search_path") == 0)
		lint_set_path(j, value);
}

void
lint_called(struct judge *j, struct tree_name n, json_t *args)
{
	json_t *made;

	if (!n.name)
		return;
	if (strcmp(n.name, "set_config") == 0)
		set_config(j, args);
	else if (strcmp(n.name, "nextval") == 0 ||
	    strcmp(n.name, "setval") == 0)
		take_sequence(j, args);
	else if (is_advisory(n.name))
		lint_harm(j, NULL, "advisory-lock", &(struct harm){
		    .told = 1 }, "%s() meddles with the locks that keep a "
		    "second migration away", n.name);
	made = json_object_get(j->m->routines, n.name);
	if (!j->l->blind && !catalog_builtin(j->m, n))
		j->l->blind = 1;
	if (made)
		lint_body(j, n.name, made);
}

void
lint_call(struct judge *j, json_t *in)
{
	json_t *call = tree_get(in, "funccall");

	lint_expressions(j, tree_get(call, "args"));
	lint_called(j, tree_names(tree_get(call, "funcname")),
	    tree_get(call, "args"));
}

/* Only with ANALYZE it is done. */
void
lint_explain(struct judge *j, json_t *in)
{
	json_t *query = tree_get(in, "query");

	if (tree_option_on(tree_get(in, "options"), "analyze"))
		lint_node(j, query);
	else if (tree_as(query, "SelectStmt"))
		lint_expressions(j, query);
}

/* EXECUTE of what was prepared: another statement has its text. */
void
lint_execute(struct judge *j, json_t *in)
{
	const char *name = tree_text(in, "name");

	lint_unanalysed(j, NULL, "what EXECUTE %s does is not known",
	    name ? name : "?");
}
