/* routine.c - DO, and the bodies of functions. */
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/sql.h"
#include "ub/lint/judge.h"
#include "ub/lint/plpgsql.h"

#define DEPTH_MAX 8

/* Where the judge was, before it went into a body. */
struct place {
	const char *sql, *routine;
	size_t len, line, column, end_line;
};

static struct place
enter(struct judge *j, const char *routine)
{
	struct place was = { j->sql, j->routine, j->len, j->line, j->column,
		j->end_line };

	j->routine = routine;
	j->depth++;
	return was;
}

static void
leave(struct judge *j, const struct place *was)
{
	j->sql = was->sql;
	j->routine = was->routine;
	j->len = was->len;
	j->line = was->line;
	j->column = was->column;
	j->end_line = was->end_line;
	j->depth--;
}

void
lint_inner(struct judge *j, const char *sql, size_t len)
{
	struct place was = enter(j, j->routine);
	char *why = NULL;
	json_t *tree = NULL;
	size_t i;

	j->sql = sql;
	j->len = len;
	if (j->depth > DEPTH_MAX)
		lint_unanalysed(j, NULL, "bodies are nested too deeply");
	else if (!(tree = tree_parse(sql, len, &why)))
		lint_guess(j, sql, len, why, 0);
	for (i = 0; i < tree_count(tree); i++)
		lint_node(j, tree_stmt(tree, i));
	json_decref(tree);
	free(why);
	leave(j, &was);
}

/* The line on which a body begins, which stands behind a keyword or at the
 * place of its option. */
static size_t
line_of_body(const struct judge *j, json_t *options)
{
	size_t i, at = 0, line = j->line;
	json_t *in;

	for (i = 0; i < json_array_size(options); i++) {
		in = tree_as(json_array_get(options, i), "DefElem");
		if (tree_is(in, "defname", "as"))
			at = (size_t)tree_number(in, "location");
	}
	for (i = 0; i < at && i < j->len; i++)
		line += j->sql[i] == '\n';
	return line;
}

void
lint_do(struct judge *j, json_t *in)
{
	json_t *args = tree_get(in, "args");
	const char *language = tree_option_text(args, "language");
	const char *body = tree_option_text(args, "as");
	struct place was;
	size_t line;

	if (language && strcmp(language, "plpgsql") != 0) {
		lint_unanalysed(j, NULL, "a block in %s", language);
		return;
	}
	if (j->depth >= DEPTH_MAX || !body) {
		lint_unanalysed(j, NULL, "bodies are nested too deeply");
		return;
	}
	line = line_of_body(j, args);
	was = enter(j, "a DO block");
	plpgsql_judge(j, body, line);
	leave(j, &was);
	lint_blind(j, in);
}

void
lint_body(struct judge *j, const char *name, json_t *routine)
{
	const char *text = tree_text(routine, "text");
	const char *body = tree_text(routine, "body");
	json_t *open = tree_get(routine, "open"), *tree;
	struct place was;
	char *what;

	/* It calls itself. */
	if (json_is_true(open) || j->depth >= DEPTH_MAX)
		return;
	json_object_set_new(routine, "open", json_true());
	what = mem_printf("function %s", name);
	was = enter(j, what);
	if (tree_is(routine, "language", "plpgsql") && text && body) {
		j->sql = text;
		j->len = strlen(text);
		plpgsql_judge(j, body, 0);
	} else if (tree_is(routine, "language", "sql") && body) {
		lint_inner(j, body, strlen(body));
	} else if (tree_is(routine, "language", "sql") && text) {
		tree = tree_parse(text, strlen(text), NULL);
		lint_expressions(j, tree_get(tree_as(tree_stmt(tree, 0),
		    "CreateFunctionStmt"), "sql_body"));
		json_decref(tree);
	} else if (tree_flag(routine, "volatile")) {
		lint_unanalysed(j, NULL, "the body is neither SQL nor "
		    "PL/pgSQL");
	}
	leave(j, &was);
	free(what);
	json_object_set_new(routine, "open", json_false());
}

char *
lint_signature(const char *name, json_t *types)
{
	struct buf b = { 0 };
	json_t *in, *type;
	size_t i, n = 0;

	buf_printf(&b, "%s(", name);
	for (i = 0; i < json_array_size(types); i++) {
		type = tree_as(json_array_get(types, i), "TypeName");
		in = tree_as(json_array_get(types, i), "FunctionParameter");
		if (tree_is(in, "mode", "FUNC_PARAM_OUT") ||
		    tree_is(in, "mode", "FUNC_PARAM_TABLE"))
			continue;
		if (in)
			type = tree_get(in, "argType");
		name = tree_names(tree_get(type, "names")).name;
		buf_printf(&b, "%s%s%s", n++ ? ", " : "", name ? name : "?",
		    tree_get(type, "arrayBounds") ? "[]" : "");
	}
	buf_puts(&b, ")");
	return buf_detach(&b);
}

/* What has a default may be left out by who calls it. */
static void
made_again(struct judge *j, const char *name, json_t *parameters)
{
	json_t *args = parameters ? json_copy(parameters) : json_array();
	int more = 1;
	size_t n;
	char *text;

	while (more) {
		text = lint_signature(name, args);
		lint_made_again(j, "routine", text);
		free(text);
		n = json_array_size(args);
		more = n > 0 && tree_get(tree_as(json_array_get(args, n - 1),
		    "FunctionParameter"), "defexpr");
		if (more)
			json_array_remove(args, n - 1);
	}
	json_decref(args);
}

void
lint_create_function(struct judge *j, json_t *in)
{
	struct tree_name n = tree_names(tree_get(in, "funcname"));
	json_t *options = tree_get(in, "options");
	const char *language = tree_option_text(options, "language");
	const char *body = tree_option_text(options, "as");
	const char *steady = tree_option_text(options, "volatility");
	char *text;

	if (!n.name)
		return;
	if (!tree_flag(in, "replace") ||
	    (j->m->db && !catalog_has(j->m, "routine", n)))
		model_make_other(j->m, "routine", n.name);
	lint_made_again(j, "routine", n.name);
	made_again(j, n.name, tree_get(in, "parameters"));
	if (tree_get(in, "sql_body"))
		language = "sql";
	text = mem_dupn(j->sql, j->len);
	json_object_set_new(j->m->routines, n.name, json_pack(
	    "{s:s?, s:s?, s:s, s:b}", "language", language, "body", body,
	    "text", text, "volatile", !steady ||
	    strcmp(steady, "volatile") == 0));
	free(text);
}
