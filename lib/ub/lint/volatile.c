/* volatile.c - may an expression have another value for each row? */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "ub/lint/judge.h"

/* Functions of the server's own that people use in defaults, and that give
 * one value to all rows of a statement. What is not here may not. */
static const char *const steady[] = { "now", "transaction_timestamp",
	"statement_timestamp", "current_setting", "current_schema",
	"current_database", "timezone", "date_trunc", "date_part", "to_char",
	"to_date", "to_timestamp", "to_number", "make_date", "make_time",
	"make_timestamp", "make_timestamptz", "make_interval", "age",
	"lower", "upper", "initcap", "btrim", "ltrim", "rtrim", "substr",
	"substring", "left", "right", "length", "char_length",
	"octet_length", "replace", "translate", "repeat", "reverse", "lpad",
	"rpad", "concat", "concat_ws", "format", "md5", "sha224", "sha256",
	"sha384", "sha512", "encode", "decode", "convert_from", "convert_to",
	"chr", "ascii", "quote_ident", "quote_literal", "abs", "ceil",
	"ceiling", "floor", "round", "trunc", "sign", "mod", "power", "sqrt",
	"greatest", "least", "json_build_object", "json_build_array",
	"jsonb_build_object", "jsonb_build_array", "to_json", "to_jsonb",
	"json_object", "jsonb_object", "row_to_json", "array_fill",
	"array_append", "array_cat", "array_to_string", "string_to_array",
	"array_length", "cardinality", "to_tsvector", "to_tsquery",
	"setweight", "int4range", "int8range", "numrange", "tsrange",
	"tstzrange", "daterange", "point", "box", "circle", "inet",
	"uuid_nil", "uuid_ns_dns", "uuid_ns_url", "uuid_generate_v3",
	"uuid_generate_v5", "txid_current", "pg_current_xact_id" };

struct look {
	struct judge *j;
	int depth;
	int found;
};

static int see(const char *type, json_t *in, void *arg);

static int
is_steady(const char *name)
{
	size_t i;

	for (i = 0; i < UB_LEN(steady); i++)
		if (strcasecmp(steady[i], name) == 0)
			return 1;
	return 0;
}

/*
 * A function in SQL that is one SELECT of one expression is put in its place
 * by the planner, whatever it is declared as.
 */
static int
is_body_volatile(struct look *w, const char *body)
{
	json_t *tree, *select;
	struct look inner = { w->j, w->depth + 1, 0 };

	if (!body || w->depth > 4)
		return 1;
	tree = tree_parse(body, strlen(body), NULL);
	select = tree_as(tree_stmt(tree, 0), "SelectStmt");
	if (tree_count(tree) != 1 || !select ||
	    json_array_size(tree_get(select, "targetList")) != 1 ||
	    tree_get(select, "fromClause") || tree_get(select, "withClause") ||
	    tree_get(select, "whereClause"))
		inner.found = 1;
	else
		tree_walk(tree_get(select, "targetList"), see, &inner);
	json_decref(tree);
	return inner.found;
}

static int
is_call_volatile(struct look *w, struct tree_name n, size_t args)
{
	json_t *made = json_object_get(w->j->m->routines, n.name);
	char *body = NULL, v;
	int yes;

	if (made && tree_is(made, "language", "sql"))
		return is_body_volatile(w, tree_text(made, "body"));
	if (made)
		return tree_flag(made, "volatile");
	if (!w->j->m->db)
		return !is_steady(n.name);
	v = catalog_volatile(w->j->m, n, args, &body);
	yes = v == 'v' || v == 0;
	if (yes && body)
		yes = is_body_volatile(w, body);
	free(body);
	return yes;
}

static int
see(const char *type, json_t *in, void *arg)
{
	struct look *w = arg;
	struct tree_name n;

	if (strcmp(type, "FuncCall") == 0 && !w->found) {
		n = tree_names(tree_get(in, "funcname"));
		if (n.name && is_call_volatile(w, n,
		    json_array_size(tree_get(in, "args"))))
			w->found = 1;
	}
	return !w->found;
}

int
lint_volatile(struct judge *j, json_t *expression)
{
	struct look w = { j, 0, 0 };

	tree_walk(expression, see, &w);
	return w.found;
}
