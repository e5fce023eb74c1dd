/* table_column.c - columns come and go. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* What the definition of a column says. */
struct column {
	const char *name;
	json_t *value;  /* of DEFAULT */
	int serial, generated; /* each row gets its own */
	int required;   /* NOT NULL, or in the primary key */
	int unique, primary, checked;
	json_t *foreign;
};

static int
is_serial(json_t *type)
{
	static const char *const names[] = { "serial", "bigserial",
		"smallserial", "serial4", "serial8", "serial2" };
	struct tree_name n = tree_names(tree_get(type, "names"));
	size_t i;

	for (i = 0; n.name && i < UB_LEN(names); i++)
		if (strcmp(n.name, names[i]) == 0)
			return 1;
	return 0;
}

static void
read_constraint(struct column *c, json_t *con)
{
	const char *type = tree_text(con, "contype");

	if (!type)
		return;
	if (strcmp(type, "CONSTR_NOTNULL") == 0)
		c->required = 1;
	else if (strcmp(type, "CONSTR_DEFAULT") == 0)
		c->value = tree_get(con, "raw_expr");
	else if (strcmp(type, "CONSTR_IDENTITY") == 0 ||
	    strcmp(type, "CONSTR_GENERATED") == 0)
		c->generated = 1;
	else if (strcmp(type, "CONSTR_PRIMARY") == 0)
		c->primary = c->unique = c->required = 1;
	else if (strcmp(type, "CONSTR_UNIQUE") == 0)
		c->unique = 1;
	else if (strcmp(type, "CONSTR_CHECK") == 0)
		c->checked = 1;
	else if (strcmp(type, "CONSTR_FOREIGN") == 0)
		c->foreign = con;
}

static struct column
read_column(json_t *def)
{
	struct column c = { .name = tree_text(def, "colname") };
	json_t *cons = tree_get(def, "constraints");
	size_t i;

	if (!c.name)
		c.name = "?";
	c.serial = is_serial(tree_get(def, "typeName"));
	for (i = 0; i < json_array_size(cons); i++)
		read_constraint(&c, tree_as(json_array_get(cons, i),
		    "Constraint"));
	/* DEFAULT NULL is none. */
	if (tree_flag(tree_as(c.value, "A_Const"), "isnull"))
		c.value = NULL;
	return c;
}

static int
is_checked_domain(struct judge *j, json_t *type)
{
	struct tree_name n = tree_names(tree_get(type, "names"));

	if (!n.name || tree_get(type, "arrayBounds") ||
	    (n.schema && strcmp(n.schema, "pg_catalog") == 0))
		return 0;
	return tree_flag(catalog_type(j->m, n), "constrained");
}

/* Each row is written anew? By the first reason found. */
static int
rewrites(struct judge *j, struct model_rel *r, const struct column *c,
    json_t *def)
{
	static const struct harm h = { .lock = LINT_LOCK_REWRITE };

	if (c->serial || c->generated)
		lint_harm(j, r, "add-generated-column", &h,
		    "adding column %s, whose values are made for each row, "
		    "writes %s anew", c->name, r->shown);
	else if (c->value && lint_volatile(j, c->value))
		lint_harm(j, r, "add-volatile-default", &h,
		    "adding column %s with a default that differs from row "
		    "to row writes %s anew", c->name, r->shown);
	else if (is_checked_domain(j, tree_get(def, "typeName")))
		lint_harm(j, r, "add-checked-domain", &h,
		    "adding column %s of a domain with a constraint writes "
		    "%s anew", c->name, r->shown);
	else
		return 0;
	lint_take_rewrite(j, r);
	return 1;
}

/* An index is built, or rows are read, for the column's own constraints. */
static void
judge_constraints(struct judge *j, struct model_rel *r,
    const struct column *c)
{
	int filled = c->value || c->serial || c->generated;

	if (c->unique) {
		lint_take(j, r, 8, TAKE_SCAN);
		lint_take_kin(j, r, 8, TAKE_SCAN);
		lint_harm(j, r, "add-unique-column", &(struct harm){
		    .lock = LINT_LOCK_SCAN, .compat = c->value &&
		    !c->generated ? LINT_COMPAT_WRITER : LINT_COMPAT_SAFE },
		    "column %s is added with an index, which is built while "
		    "%s is locked", c->name, r->shown);
	}
	if (c->checked) {
		lint_take(j, r, 8, TAKE_SCAN);
		lint_take_kin(j, r, 8, TAKE_SCAN);
		lint_harm(j, r, "add-checked-column", &(struct harm){
		    .lock = LINT_LOCK_SCAN }, "the CHECK of column %s is "
		    "tried on all rows of %s", c->name, r->shown);
	}
	if (c->required && !filled) {
		lint_take(j, r, 8, TAKE_SCAN);
		lint_harm(j, r, "add-required-column", &(struct harm){
		    .compat = LINT_COMPAT_BREAKING,
		    .lock = LINT_LOCK_BRIEF },
		    "column %s of %s must not be NULL and has no default: "
		    "this fails if there are rows, and then INSERTs of the "
		    "old code do", c->name, r->shown);
	}
}

/*
 * The column's foreign key: old rows are NULL there, and none is read, if it
 * has no default.
 */
static void
judge_foreign(struct judge *j, struct model_rel *r, const struct column *c)
{
	char *who = mem_printf("%s.%s", r->shown, c->name);

	lint_take_reference(j, who, c->foreign);
	free(who);
	if (!c->value && !c->serial && !c->generated)
		return;
	lint_take(j, r, 8, TAKE_SCAN);
	lint_harm(j, r, "add-foreign-key", &(struct harm){
	    .lock = LINT_LOCK_SCAN }, "column %s has a default, so that "
	    "its foreign key is tried on all rows of %s", c->name, r->shown);
}

void
lint_add_column(struct judge *j, struct model_rel *r, json_t *cmd)
{
	json_t *def = tree_as(tree_get(cmd, "def"), "ColumnDef");
	struct column c = read_column(def);

	if (tree_flag(cmd, "missing_ok") && model_column(r, c.name))
		return;
	if (!tree_flag(cmd, "missing_ok"))
		lint_style_robust(j, "IF NOT EXISTS");
	lint_has_column(j, r, c.name);
	rewrites(j, r, &c, def);
	judge_constraints(j, r, &c);
	if (c.foreign)
		judge_foreign(j, r, &c);
	lint_define_column(j, r, def);
	if (!r->fresh && !vec_has(&j->l->added, r->shown))
		vec_add(&j->l->added, r->shown);
}

void
lint_drop_column(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	struct tree_name n = { r->schema, r->name };
	int cascade = tree_is(cmd, "behavior", "DROP_CASCADE");
	const char *view;
	json_t *list = NULL;

	if (!name || (tree_flag(cmd, "missing_ok") &&
	    model_lacks(r, "columns", name)))
		return;
	if (!tree_flag(cmd, "missing_ok"))
		lint_style_robust(j, "IF EXISTS");
	if (!lint_new_column(r, name)) {
		list = catalog_dependents(j->m, "column", n, name);
		lint_take_list(j, list);
		lint_harm(j, r, "drop-column", &(struct harm){
		    .compat = LINT_COMPAT_BREAKING, .data = LINT_DATA_LOSES },
		    "drops column %s of %s", name, r->shown);
	}
	view = lint_view_in(j, list);
	if (view && !cascade)
		lint_harm(j, r, "column-used-by-view", &(struct harm){
		    .fails = 1 }, "column %s of %s cannot be dropped: view "
		    "%s uses it", name, r->shown, view);
	else if (cascade && !r->fresh)
		lint_harm(j, r, "drop-cascade", &(struct harm){ .told = 1 },
		    "drops all that depends on column %s of %s%s%s", name,
		    r->shown, view ? ", as view " : "", view ? view : "");
	json_decref(list);
	model_set(r, "columns", name, NULL);
}
