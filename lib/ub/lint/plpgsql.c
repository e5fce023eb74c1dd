#include "ub/lint/plpgsql.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/sql.h"
#include "ub/migrate/scan.h"

struct walk {
	struct judge *j;
	size_t line;
};

/* The text of an expression's field. */
static const char *
query_of(json_t *in, const char *key)
{
	return tree_text(tree_as(tree_get(in, key), "PLpgSQL_expr"), "query");
}

/* Text that is put together of constants; NULL if it is not. Caller owns. */
static char *
fold(json_t *node)
{
	json_t *in = tree_as(node, "A_Expr"), *args;
	const char *text = tree_constant(node), *op;
	char *a, *b, *both = NULL;

	if (text)
		return mem_dup(text);
	op = tree_names(tree_get(in, "name")).name;
	if (op && strcmp(op, "||") == 0) {
		a = fold(tree_get(in, "lexpr"));
		b = fold(tree_get(in, "rexpr"));
		if (a && b)
			both = mem_printf("%s%s", a, b);
		free(a);
		free(b);
		return both;
	}
	in = tree_as(node, "FuncCall");
	args = tree_get(in, "args");
	op = tree_names(tree_get(in, "funcname")).name;
	text = tree_constant(json_array_get(args, 0));
	if (op && text && strcmp(op, "format") == 0 &&
	    json_array_size(args) == 1 && !strchr(text, '%'))
		return mem_dup(text);
	return NULL;
}

static int
see_constant(const char *type, json_t *in, void *arg)
{
	const char *s = tree_text(tree_get(in, "sval"), "sval");

	if (strcmp(type, "A_Const") == 0 && s)
		buf_printf(arg, "%s ", s);
	return 1;
}

/* EXECUTE: of what is constant in it something can be told. */
static void
dynamic(struct judge *j, const char *expression)
{
	char *select, *sql = NULL;
	struct buf words = { 0 };
	json_t *tree, *target = NULL;

	if (!expression)
		return;
	select = mem_printf("SELECT %s", expression);
	tree = tree_parse(select, strlen(select), NULL);
	target = json_array_get(tree_get(tree_as(tree_stmt(tree, 0),
	    "SelectStmt"), "targetList"), 0);
	sql = fold(tree_get(tree_as(target, "ResTarget"), "val"));
	if (sql) {
		lint_inner(j, sql, strlen(sql));
	} else {
		tree_walk(target, see_constant, &words);
		lint_guess(j, buf_text(&words), words.len,
		    "EXECUTE of a text that is made when it runs", 0);
	}
	buf_release(&words);
	json_decref(tree);
	free(select);
	free(sql);
}

/* An expression matters for the functions that it calls. */
static void
evaluate(struct judge *j, const char *expression)
{
	const char *at = strstr(expression, ":=");
	char *select;
	json_t *tree;

	if (!strchr(expression, '('))
		return;
	select = mem_printf("SELECT %s", at ? at + 2 : expression);
	tree = tree_parse(select, strlen(select), NULL);
	lint_expressions(j, tree_stmt(tree, 0));
	json_decref(tree);
	free(select);
}

/* COMMIT within a block works only where no transaction is around it. */
static void
control(struct judge *j)
{
	j->s->verdict.tx = LINT_TX_NOT;
	lint_harm(j, NULL, "transaction-control", &(struct harm){ .told = 1,
	    .fails = j->l->tx.block || j->wrapped }, "the block ends "
	    "transactions itself: if it fails, a part of it may stay");
}

static void
statement(struct judge *j, const char *sql)
{
	if (sql)
		lint_inner(j, sql, strlen(sql));
}

static void
see(struct judge *j, const char *type, json_t *in)
{
	const char *kind = type + strlen("PLpgSQL_stmt_");

	if (strcmp(kind, "execsql") == 0)
		statement(j, query_of(in, "sqlstmt"));
	else if (strcmp(kind, "perform") == 0 || strcmp(kind, "call") == 0)
		statement(j, query_of(in, "expr"));
	else if (strcmp(kind, "dynexecute") == 0 ||
	    strcmp(kind, "dynfors") == 0)
		dynamic(j, query_of(in, "query"));
	else if (strcmp(kind, "fors") == 0 || strcmp(kind, "open") == 0 ||
	    strcmp(kind, "return_query") == 0) {
		statement(j, query_of(in, "query"));
		dynamic(j, query_of(in, "dynquery"));
	} else if (strcmp(kind, "commit") == 0 ||
	    strcmp(kind, "rollback") == 0) {
		control(j);
	} else {
		static const char *const keys[] = { "expr", "cond", "query" };
		size_t i;

		for (i = 0; i < UB_LEN(keys); i++)
			if (query_of(in, keys[i]))
				evaluate(j, query_of(in, keys[i]));
	}
}

static void
walk(struct walk *w, json_t *node)
{
	const char *key;
	json_t *v;
	size_t i;

	for (i = 0; i < json_array_size(node); i++)
		walk(w, json_array_get(node, i));
	if (!json_is_object(node))
		return;
	json_object_foreach (node, key, v) {
		if (strncmp(key, "PLpgSQL_stmt_", 13) == 0) {
			if (w->line && tree_number(v, "lineno") > 0) {
				w->j->line = w->j->end_line = w->line - 1 +
				    (size_t)tree_number(v, "lineno");
				w->j->column = 1;
			}
			see(w->j, key, v);
		} else if (strcmp(key, "PLpgSQL_var") == 0 &&
		    query_of(v, "default_val")) {
			evaluate(w->j, query_of(v, "default_val"));
		}
		if (strcmp(key, "PLpgSQL_expr") != 0)
			walk(w, v);
	}
}

/* Words that may stand before a statement of SQL within a body. */
static int
is_lead(const char *s, size_t n)
{
	static const char *const words[] = { "begin", "then", "else", "loop",
		"declare" };
	size_t i;

	for (i = 0; i < UB_LEN(words); i++)
		if (scan_is(s, n, words[i]))
			return 1;
	return 0;
}

static int
is_ddl(const char *s, size_t n)
{
	static const char *const words[] = { "alter", "create", "drop",
		"truncate", "delete", "update", "insert", "grant", "revoke",
		"lock", "refresh", "perform", "call", "execute" };
	size_t i;

	for (i = 0; i < UB_LEN(words); i++)
		if (scan_is(s, n, words[i]))
			return 1;
	return 0;
}

/* One piece up to a semicolon, which begins with a word of SQL or not. */
static void
piece(struct judge *j, const char *s, size_t n)
{
	struct scan t = scan_token(s, n);
	char *text;

	if (!is_ddl(s, t.len))
		return;
	if (scan_is(s, t.len, "execute")) {
		text = mem_dupn(s + t.len, n - t.len);
		dynamic(j, text);
	} else if (scan_is(s, t.len, "perform")) {
		text = mem_printf("SELECT%.*s", (int)(n - t.len), s + t.len);
		lint_inner(j, text, strlen(text));
	} else {
		text = mem_dupn(s, n);
		lint_inner(j, text, n);
	}
	free(text);
}

/*
 * The parser refuses bodies whose variables it cannot know the types of.
 * Statements begin behind a semicolon or a keyword; that is no grammar, but
 * it finds what changes tables.
 */
static void
roughly(struct walk *w, const char *body)
{
	const char *at = body, *end = body + strlen(body), *begin = NULL;
	size_t line = w->line;
	struct scan t;

	for (; at < end; at += t.len) {
		t = scan_token(at, (size_t)(end - at));
		if (t.kind == SCAN_WORD && is_lead(at, t.len)) {
			begin = NULL;
		} else if (t.kind == SCAN_STOP) {
			if (begin)
				piece(w->j, begin, (size_t)(at - begin));
			begin = NULL;
		} else if (t.kind != SCAN_BLANK && !begin) {
			begin = at;
			if (w->line)
				w->j->line = w->j->end_line = line;
			w->j->column = 1;
		}
		for (size_t i = 0; w->line && i < t.len; i++)
			line += at[i] == '\n';
	}
}

void
plpgsql_judge(struct judge *j, const char *body, size_t line)
{
	struct walk w = { j, line };
	struct sql s;
	json_t *tree = NULL;

	if (sql_parse_plpgsql(j->sql, j->len, &s))
		tree = json_loads(s.tree, 0, NULL);
	if (tree) {
		walk(&w, tree);
	} else {
		lint_unanalysed(j, NULL, "the body is not understood: %s",
		    s.why ? s.why : "nested too deeply");
		roughly(&w, body);
	}
	json_decref(tree);
	sql_release(&s);
}
