/* where.c - does a condition leave out any row at all? */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"

/* Of a condition. */
enum truth { NO, YES, DEPENDS };

static enum truth truth_of(json_t *node);

static int
see_constant(const char *type, json_t *in, void *arg)
{
	static const char *const plain[] = { "A_Const", "A_Expr", "TypeCast",
		"TypeName", "String", "Integer", "List", "A_ArrayExpr",
		"BoolExpr", "NullTest", "BooleanTest" };
	size_t i;

	(void)in;
	for (i = 0; i < UB_LEN(plain); i++)
		if (strcmp(type, plain[i]) == 0)
			return 1;
	*(int *)arg = 0;
	return 0;
}

/* 1, or 0 for two that are not the same; without doubt only then. */
static int
may_be_same(json_t *a, json_t *b)
{
	json_t *x = tree_as(a, "A_Const"), *y = tree_as(b, "A_Const");
	const char *s = tree_constant(a), *t = tree_constant(b);

	if (!x || !y)
		return 1;
	if (s && t)
		return strcmp(s, t) == 0;
	if (tree_get(x, "ival") && tree_get(y, "ival"))
		return tree_number(tree_get(x, "ival"), "ival") ==
		    tree_number(tree_get(y, "ival"), "ival");
	return 1;
}

/* All of it is constant. What we cannot work out may be true. */
static enum truth
constant(json_t *node)
{
	json_t *in = tree_as(node, "A_Const"), *op, *v;

	if (in) {
		v = tree_get(in, "boolval");
		return tree_flag(in, "isnull") || (v && !tree_flag(v,
		    "boolval")) ? NO : YES;
	}
	in = tree_as(node, "A_Expr");
	op = tree_get(in, "name");
	if (tree_is(in, "kind", "AEXPR_OP") && tree_names(op).name &&
	    strcmp(tree_names(op).name, "=") == 0)
		return may_be_same(tree_get(in, "lexpr"),
		    tree_get(in, "rexpr")) ? YES : NO;
	return tree_as(node, "TypeCast") && tree_is_zero(node) ? NO : YES;
}

/* AND, OR, NOT: the one argument that settles it, or all of them. */
static enum truth
combined(json_t *in)
{
	json_t *args = tree_get(in, "args");
	int all = tree_is(in, "boolop", "AND_EXPR");
	enum truth end = all ? NO : YES, t, sum = all ? YES : NO;
	size_t i;

	if (tree_is(in, "boolop", "NOT_EXPR")) {
		t = truth_of(json_array_get(args, 0));
		return t == DEPENDS ? DEPENDS : t == YES ? NO : YES;
	}
	for (i = 0; i < json_array_size(args); i++) {
		t = truth_of(json_array_get(args, i));
		if (t == end)
			return end;
		if (t == DEPENDS)
			sum = DEPENDS;
	}
	return sum;
}

static enum truth
truth_of(json_t *node)
{
	json_t *in = tree_as(node, "BoolExpr");
	int yes = 1;

	if (in)
		return combined(in);
	tree_walk(node, see_constant, &yes);
	return yes ? constant(node) : DEPENDS;
}

int
lint_where_all(json_t *where)
{
	return !where || truth_of(where) == YES;
}
