/* drop_other.c - DROP of what is no relation. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/drop.h"
#include "ub/lint/take.h"

static const struct drop_kind relations[] = {
	{ "OBJECT_TABLE", "table", "drop-table", LINT_DATA_LOSES },
	{ "OBJECT_FOREIGN_TABLE", "foreign table", "drop-table",
	  LINT_DATA_KEEPS },
	{ "OBJECT_VIEW", "view", "drop-view", LINT_DATA_KEEPS },
	{ "OBJECT_MATVIEW", "materialized view", "drop-view",
	  LINT_DATA_KEEPS },
	{ "OBJECT_SEQUENCE", "sequence", "drop-sequence", LINT_DATA_LOSES },
	{ "OBJECT_INDEX", "index", "drop-index", LINT_DATA_KEEPS },
};

/* Named by more than a list of names. */
static const struct drop_kind others[] = {
	{ "OBJECT_SCHEMA", "schema", "drop-schema", LINT_DATA_LOSES },
	{ "OBJECT_TYPE", "type", "drop-type", LINT_DATA_KEEPS },
	{ "OBJECT_DOMAIN", "type", "drop-type", LINT_DATA_KEEPS },
	{ "OBJECT_FUNCTION", "routine", "drop-routine", LINT_DATA_KEEPS },
	{ "OBJECT_PROCEDURE", "routine", "drop-routine", LINT_DATA_KEEPS },
	{ "OBJECT_ROUTINE", "routine", "drop-routine", LINT_DATA_KEEPS },
	{ "OBJECT_AGGREGATE", "routine", "drop-routine", LINT_DATA_KEEPS },
	{ "OBJECT_EXTENSION", "extension", "drop-object", LINT_DATA_KEEPS },
};

/* Parts of a table, whose name comes before theirs. */
static const struct drop_kind parts[] = {
	{ "OBJECT_TRIGGER", "trigger", "drop-trigger", LINT_DATA_KEEPS },
	{ "OBJECT_RULE", "rule", "drop-trigger", LINT_DATA_KEEPS },
	{ "OBJECT_POLICY", "policy", "change-policy", LINT_DATA_KEEPS },
};

static const struct drop_kind *
look(const struct drop_kind *v, size_t n, const char *type)
{
	size_t i;

	for (i = 0; type && i < n; i++)
		if (strcmp(v[i].type, type) == 0)
			return &v[i];
	return NULL;
}

static struct tree_name
name_of(json_t *object)
{
	struct tree_name n = { .name = tree_string(object) };
	json_t *in;

	if (n.name)
		return n;
	if ((in = tree_as(object, "ObjectWithArgs")))
		return tree_names(tree_get(in, "objname"));
	if ((in = tree_as(object, "TypeName")))
		return tree_names(tree_get(in, "names"));
	return tree_names(tree_get(tree_as(object, "List"), "items"));
}

static int
is_new(struct judge *j, const struct drop_kind *k, struct tree_name n)
{
	if (strcmp(k->name, "type") == 0)
		return tree_flag(catalog_type(j->m, n), "fresh");
	return model_made_other(j->m, k->name, n.name);
}

/* One with other arguments is another routine. */
static void
remember(struct judge *j, size_t before, json_t *object,
    const struct drop_kind *k)
{
	json_t *in = tree_as(object, "ObjectWithArgs");
	const char *name = name_of(object).name;
	char *full;

	full = in && !tree_flag(in, "args_unspecified") ?
	    lint_signature(name, tree_get(in, "objargs")) : mem_dup(name);
	lint_dropped(j, before, k->name, full);
	free(full);
}

static void
drop_other(struct judge *j, json_t *in, json_t *object,
    const struct drop_kind *k)
{
	struct tree_name n = name_of(object);
	int cascade = tree_is(in, "behavior", "DROP_CASCADE");
	size_t before = j->f->n_findings;
	json_t *list = NULL;

	if (!n.name || is_new(j, k, n) || (tree_flag(in, "missing_ok") &&
	    !catalog_has(j->m, k->name, n)))
		return;
	if (cascade)
		list = catalog_dependents(j->m, k->name, n, NULL);
	lint_take_list(j, list);
	lint_harm(j, NULL, k->rule, &(struct harm){
	    .compat = LINT_COMPAT_BREAKING,
	    .data = cascade ? LINT_DATA_LOSES : k->data },
	    "drops %s %s", k->name, n.name);
	remember(j, before, object, k);
	if (cascade)
		drop_cascade(j, k->name, n.name, list);
	json_decref(list);
}

static void
drop_part(struct judge *j, json_t *in, json_t *object,
    const struct drop_kind *k)
{
	json_t *items = tree_get(tree_as(object, "List"), "items"), *owner;
	const char *name = tree_names(items).name;
	size_t i, before = j->f->n_findings;
	struct model_rel *r;
	struct tree_name n;
	char *full;

	owner = json_array();
	for (i = 0; i + 1 < json_array_size(items); i++)
		json_array_append(owner, json_array_get(items, i));
	n = tree_names(owner);
	if (n.name && name) {
		r = model_find(j->m, n);
		if (!(tree_flag(in, "missing_ok") && j->m->db && (r->gone ||
		    catalog_lacks(j->m, k->name, r, name)))) {
			lint_take(j, r, 8, 0);
			lint_harm(j, r, k->rule, &(struct harm){ .compat =
			    strcmp(k->name, "policy") ? LINT_COMPAT_READER :
			    LINT_COMPAT_WRITER }, "drops %s %s of %s",
			    k->name, name, r->shown);
			full = mem_printf("%s %s", name, r->shown);
			lint_dropped(j, before, k->name, full);
			free(full);
		}
	}
	json_decref(owner);
}

void
lint_drop(struct judge *j, json_t *in)
{
	json_t *objects = tree_get(in, "objects"), *object;
	const char *type = tree_text(in, "removeType");
	const struct drop_kind *k = look(relations, UB_LEN(relations), type);
	const struct drop_kind *o = look(others, UB_LEN(others), type);
	const struct drop_kind *p = look(parts, UB_LEN(parts), type);
	size_t i;

	if (!tree_flag(in, "missing_ok"))
		lint_style_robust(j, "IF EXISTS");
	/* More goes than is named. */
	if (tree_is(in, "behavior", "DROP_CASCADE") || (type &&
	    strcmp(type, "OBJECT_EXTENSION") == 0))
		lint_blind(j, in);
	for (i = 0; i < json_array_size(objects); i++) {
		object = json_array_get(objects, i);
		if (k)
			drop_one(j, in, object, k);
		else if (o)
			drop_other(j, in, object, o);
		else if (p)
			drop_part(j, in, object, p);
		else if (!type || strcmp(type, "OBJECT_STATISTIC_EXT"))
			lint_harm(j, NULL, "drop-object", &(struct harm){
			    .compat = LINT_COMPAT_BREAKING }, "drops %s",
			    name_of(object).name ? name_of(object).name :
			    "an object");
	}
}

void
lint_drop_database(struct judge *j, json_t *in)
{
	const char *name = tree_text(in, "dbname");

	if (name && tree_flag(in, "missing_ok") && !catalog_has(j->m,
	    "database", (struct tree_name){ .name = name })) {
		lint_no_transaction(j, "DROP DATABASE");
		return;
	}
	lint_harm(j, NULL, "drop-database", &(struct harm){
	    .compat = LINT_COMPAT_BREAKING, .data = LINT_DATA_LOSES },
	    "drops database %s", name ? name : "?");
	lint_no_transaction(j, "DROP DATABASE");
}

void
lint_drop_owned(struct judge *j, json_t *in)
{
	json_t *roles = tree_get(in, "roles");
	int owns = 0;
	const char *name;
	size_t i;

	for (i = 0; i < json_array_size(roles); i++) {
		name = tree_text(tree_as(json_array_get(roles, i),
		    "RoleSpec"), "rolename");
		owns |= !name || catalog_has(j->m, "owner",
		    (struct tree_name){ .name = name });
	}
	lint_blind(j, in);
	lint_harm(j, NULL, "drop-object", &(struct harm){
	    .compat = LINT_COMPAT_BREAKING, .data = owns ? LINT_DATA_LOSES :
	    LINT_DATA_KEEPS }, "drops all that a role owns, and its rights");
}
