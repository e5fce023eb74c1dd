/* type.c - enums, domains and other types. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

void
lint_create_enum(struct judge *j, json_t *in)
{
	struct tree_name n = tree_names(tree_get(in, "typeName"));

	if (!n.name)
		return;
	model_make_type(j->m, n, "e", j->l->tx.number);
	lint_made_again(j, "type", n.name);
}

/* A composite type, a range, a base type. */
void
lint_create_type(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "typevar"));
	json_t *names = tree_get(in, "typeName");
	const char *kind = tree_text(in, "kind");

	if (n.name)
		model_make(j->m, n, 'c', 0);
	else if (names)
		n = tree_names(names);
	else if (kind && strcmp(kind, "OBJECT_TYPE") == 0)
		n = tree_names(tree_get(in, "defnames"));
	if (!n.name)
		return;
	model_make_type(j->m, n, "c", j->l->tx.number);
	lint_made_again(j, "type", n.name);
}

void
lint_create_domain(struct judge *j, json_t *in)
{
	struct tree_name n = tree_names(tree_get(in, "domainname"));
	json_t *cons = tree_get(in, "constraints"), *con, *made;
	int constrained = 0;
	size_t i;

	if (!n.name)
		return;
	for (i = 0; i < json_array_size(cons); i++) {
		con = tree_as(json_array_get(cons, i), "Constraint");
		constrained |= tree_is(con, "contype", "CONSTR_CHECK") ||
		    tree_is(con, "contype", "CONSTR_NOTNULL");
	}
	model_make_type(j->m, n, "d", j->l->tx.number);
	made = catalog_type(j->m, n);
	json_object_set_new(made, "constrained", json_boolean(constrained));
	lint_made_again(j, "type", n.name);
	if (constrained)
		lint_harm(j, NULL, "domain-with-check",
		    &(struct harm){ .noted = 1 },
		    "domain %s has a constraint", n.name);
}

void
lint_alter_enum(struct judge *j, json_t *in)
{
	struct tree_name n = tree_names(tree_get(in, "typeName"));
	const char *from = tree_text(in, "oldVal");
	const char *to = tree_text(in, "newVal");
	json_t *type;

	if (!n.name || !to)
		return;
	type = catalog_type(j->m, n);
	if (!from && j->m->version < 120000)
		lint_no_transaction(j, "ALTER TYPE … ADD VALUE");
	if (tree_flag(type, "fresh")) {
		/* Only the transaction that made the type may use it. */
		if (!from && tree_number(type, "tx") != j->l->tx.number)
			lint_enum_added(j, n, to);
		return;
	}
	if (from) {
		lint_harm(j, NULL, "rename-enum-value", &(struct harm){
		    .compat = LINT_COMPAT_BREAKING }, "value %s of %s is "
		    "called %s from now on", from, n.name, to);
		return;
	}
	if (tree_flag(in, "skipIfNewValExists") &&
	    tree_holds(tree_get(type, "values"), SIZE_MAX, to))
		return;
	lint_harm(j, NULL, "add-enum-value", &(struct harm){
	    .compat = LINT_COMPAT_READER }, "the old code may read %s as a "
	    "value of %s, which it does not know", to, n.name);
	if (!tree_text(in, "newValNeighbor"))
		lint_harm(j, NULL, "enum-value-order",
		    &(struct harm){ .noted = 1 }, "value %s of %s has no "
		    "place among the others", to, n.name);
	lint_enum_added(j, n, to);
}

/* All tables with a column of the domain are read, under SHARE. */
static void
judge_users(struct judge *j, struct tree_name n, int refuses)
{
	json_t *users = catalog_users(j->m, "domain", n);
	enum lint_compat compat = refuses ? LINT_COMPAT_WRITER :
	    LINT_COMPAT_SAFE;
	struct model_rel *r;
	size_t i;

	for (i = 0; i < json_array_size(users); i++) {
		r = model_find_text(j->m,
		    json_string_value(json_array_get(users, i)));
		lint_take(j, r, 5, TAKE_SCAN);
		lint_harm(j, r, "domain-constraint", &(struct harm){
		    .lock = LINT_LOCK_SCAN, .compat = compat }, "the "
		    "constraint of domain %s is tried on all rows of %s "
		    "while writes wait", n.name, r->shown);
	}
	if (i == 0)
		lint_harm(j, NULL, "domain-constraint", &(struct harm){
		    .lock = j->m->db ? LINT_LOCK_NONE : LINT_LOCK_SCAN,
		    .compat = compat }, "the constraint of domain %s is "
		    "tried on all rows of the tables that use it", n.name);
	json_decref(users);
}

void
lint_alter_domain(struct judge *j, json_t *in)
{
	struct tree_name n = tree_names(tree_get(in, "typeName"));
	const char *what = tree_text(in, "subtype");
	json_t *con = tree_as(tree_get(in, "def"), "Constraint");

	if (!n.name || !what)
		return;
	if (strchr("CO", *what))
		json_object_set_new(catalog_type(j->m, n), "constrained",
		    json_true());
	if (tree_flag(catalog_type(j->m, n), "fresh"))
		return;
	if (*what == 'C' && tree_flag(con, "skip_validation"))
		lint_harm(j, NULL, "domain-constraint", &(struct harm){
		    .compat = LINT_COMPAT_WRITER }, "the constraint of "
		    "domain %s refuses at once what breaks it, NOT VALID or "
		    "not", n.name);
	else if (strchr("COV", *what))
		judge_users(j, n, *what != 'V');
	else if (strchr("XN", *what))
		lint_harm(j, NULL, "drop-constraint", &(struct harm){
		    .compat = LINT_COMPAT_READER }, "domain %s loses a "
		    "constraint", n.name);
}
