#include "ub/lint/tree.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "ext/sql.h"

json_t *
tree_parse(const char *text, size_t len, char **why)
{
	struct sql s;
	json_t *tree = NULL;
	json_error_t je;

	if (sql_parse(text, len, &s)) {
		tree = json_loads(s.tree, 0, &je);
		if (!tree && why)
			*why = mem_dup("nested too deeply");
	} else if (why) {
		*why = s.why;
		s.why = NULL;
	}
	sql_release(&s);
	return tree;
}

size_t
tree_count(json_t *tree)
{
	return json_array_size(json_object_get(tree, "stmts"));
}

json_t *
tree_stmt(json_t *tree, size_t i)
{
	return json_object_get(json_array_get(
	    json_object_get(tree, "stmts"), i), "stmt");
}

/* Its only field. */
static void *
only(json_t *node)
{
	return json_object_size(node) == 1 ? json_object_iter(node) : NULL;
}

const char *
tree_type(json_t *node)
{
	void *it = only(node);

	return it ? json_object_iter_key(it) : "";
}

json_t *
tree_in(json_t *node)
{
	void *it = only(node);

	return it ? json_object_iter_value(it) : NULL;
}

json_t *
tree_as(json_t *node, const char *type)
{
	return json_object_size(node) == 1 ?
	    json_object_get(node, type) : NULL;
}

const char *
tree_text(json_t *in, const char *key)
{
	return json_string_value(json_object_get(in, key));
}

int
tree_flag(json_t *in, const char *key)
{
	return json_is_true(json_object_get(in, key));
}

long
tree_number(json_t *in, const char *key)
{
	return (long)json_integer_value(json_object_get(in, key));
}

json_t *
tree_get(json_t *in, const char *key)
{
	return json_object_get(in, key);
}

int
tree_is(json_t *in, const char *key, const char *text)
{
	const char *s = tree_text(in, key);

	return s && strcmp(s, text) == 0;
}

int
tree_holds(json_t *list, size_t n, const char *text)
{
	const char *s;
	size_t i;

	for (i = 0; i < n && i < json_array_size(list); i++) {
		s = json_string_value(json_array_get(list, i));
		if (s && strcmp(s, text) == 0)
			return 1;
	}
	return 0;
}

const char *
tree_string(json_t *node)
{
	return tree_text(tree_as(node, "String"), "sval");
}

const char *
tree_constant(json_t *node)
{
	json_t *in;

	while ((in = tree_as(node, "TypeCast")))
		node = tree_get(in, "arg");
	in = tree_as(node, "A_Const");
	return tree_text(tree_get(in, "sval"), "sval");
}

int
tree_is_zero(json_t *node)
{
	json_t *in, *v;
	const char *s = tree_constant(node);
	char *end = NULL;

	if (s)
		return strtod(s, &end) == 0 && end != s;
	while ((in = tree_as(node, "TypeCast")))
		node = tree_get(in, "arg");
	in = tree_as(node, "A_Const");
	if ((v = tree_get(in, "ival")))
		return tree_number(v, "ival") == 0;
	v = tree_get(in, "boolval");
	return v && !tree_flag(v, "boolval");
}

struct tree_name
tree_names(json_t *list)
{
	struct tree_name n = { 0 };
	size_t k = json_array_size(list);

	if (k > 0)
		n.name = tree_string(json_array_get(list, k - 1));
	if (k > 1)
		n.schema = tree_string(json_array_get(list, k - 2));
	return n;
}

struct tree_name
tree_range(json_t *range)
{
	return (struct tree_name){ .schema = tree_text(range, "schemaname"),
		.name = tree_text(range, "relname") };
}

json_t *
tree_option(json_t *list, const char *name)
{
	json_t *in;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		in = tree_as(json_array_get(list, i), "DefElem");
		if (tree_is(in, "defname", name))
			return tree_get(in, "arg");
	}
	return NULL;
}

const char *
tree_option_text(json_t *list, const char *name)
{
	json_t *arg = tree_option(list, name);
	const char *s = tree_string(arg);

	if (!s)
		s = tree_constant(arg);
	if (!s && tree_as(arg, "List"))
		s = tree_string(json_array_get(
		    tree_get(tree_as(arg, "List"), "items"), 0));
	return s;
}

int
tree_option_on(json_t *list, const char *name)
{
	json_t *in, *arg;
	const char *s;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		in = tree_as(json_array_get(list, i), "DefElem");
		if (!tree_is(in, "defname", name))
			continue;
		arg = tree_get(in, "arg");
		s = tree_string(arg);
		if (s)
			return strcasecmp(s, "false") != 0 &&
			    strcasecmp(s, "off") != 0 && strcmp(s, "0") != 0;
		return !tree_as(arg, "Integer") ||
		    tree_number(tree_as(arg, "Integer"), "ival") != 0;
	}
	return 0;
}

/* The name of a field is no node's type: those begin with a capital. */
static int
is_type(const char *key)
{
	return *key >= 'A' && *key <= 'Z';
}

void
tree_walk(json_t *node, tree_see *see, void *arg)
{
	const char *key;
	json_t *v;
	size_t i;

	if (json_is_array(node)) {
		for (i = 0; i < json_array_size(node); i++)
			tree_walk(json_array_get(node, i), see, arg);
		return;
	}
	if (!json_is_object(node))
		return;
	json_object_foreach (node, key, v) {
		if (is_type(key) && !see(key, v, arg))
			continue;
		tree_walk(v, see, arg);
	}
}
