/* rename.c - other names, other schemas, other owners. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* What is renamed: a kind of object without its "OBJECT_". */
static int
is_any(const char *type, const char *const *names)
{
	size_t i;

	for (i = 0; type && names[i]; i++)
		if (strcmp(type + strlen("OBJECT_"), names[i]) == 0)
			return 1;
	return 0;
}

static const char *const relations[] = { "TABLE", "VIEW", "MATVIEW",
	"FOREIGN_TABLE", "SEQUENCE", "INDEX", NULL };
static const char *const parts[] = { "POLICY", "TRIGGER", "RULE",
	"TABCONSTRAINT", NULL };
static const char *const harmless[] = { "DOMCONSTRAINT", "STATISTIC_EXT",
	"PUBLICATION", "SUBSCRIPTION", "EVENT_TRIGGER", "OPCLASS", "OPFAMILY",
	"CONVERSION", "TSCONFIGURATION", "TSDICTIONARY", "TSPARSER",
	"TSTEMPLATE", "FDW", "FOREIGN_SERVER", "LANGUAGE", "TABLESPACE",
	NULL };

static void
rename_relation(struct judge *j, struct model_rel *r, json_t *in)
{
	int index = r->kind == 'i' || r->kind == 'I';
	const char *name = tree_text(in, "newname");
	const char *of = tree_text(r->facts, "table");
	size_t before = j->f->n_findings;
	struct model_rel *t;
	char *was = mem_dup(r->shown);
	json_t *x;

	lint_taken(j, (struct tree_name){ r->schema, name });

	lint_take(j, r, index ? 4 : 8, 0);
	if (!index)
		lint_harm(j, r, r->kind == 'S' ? "rename-object" :
		    "rename-table", &(struct harm){
		    .compat = LINT_COMPAT_BREAKING }, "%s is called %s from "
		    "now on", r->shown, name);
	lint_dropped(j, before, "view", was);
	if (index && of) {
		t = model_find_text(j->m, of);
		x = json_incref(model_index(t, r->name));
		model_set(t, "indexes", r->name, NULL);
		model_set(t, "indexes", name, x);
	}
	model_rename(j->m, r, NULL, name);
	lint_take_renamed(j, was, r->shown);
	free(was);
}

/* A name without an object: the fact moves to the new name. */
static void
move_fact(struct model_rel *r, const char *part, const char *from,
    const char *to)
{
	json_t *v = tree_get(tree_get(r->facts, part), from);

	if (!v || strcmp(from, to) == 0)
		return;
	json_incref(v);
	model_set(r, part, from, NULL);
	model_set(r, part, to, v);
}

static void
rename_column(struct judge *j, struct model_rel *r, json_t *in)
{
	const char *from = tree_text(in, "subname");
	const char *to = tree_text(in, "newname");

	lint_take(j, r, 8, 0);
	lint_take_kin(j, r, 8, 0);
	lint_lacks_column(j, r, from);
	lint_has_column(j, r, to);
	if (!lint_new_column(r, from))
		lint_harm(j, r, "rename-column", &(struct harm){
		    .compat = LINT_COMPAT_BREAKING }, "column %s of %s is "
		    "called %s from now on", from, r->shown, to);
	move_fact(r, "columns", from, to);
}

static void
rename_part(struct judge *j, struct model_rel *r, json_t *in)
{
	const char *from = tree_text(in, "subname");
	const char *index;

	lint_take(j, r, 8, 0);
	json_object_set_new(r->facts, "renamed", json_true());
	if (!from || !tree_is(in, "renameType", "OBJECT_TABCONSTRAINT"))
		return;
	index = tree_text(model_constraint(r, from), "index");
	if (index)
		lint_take_text(j, index, 4, TAKE_KIN);
	if (!tree_flag(model_constraint(r, from), "fresh") &&
	    lint_is_unique(model_constraint(r, from), from))
		lint_harm(j, r, "rename-object", &(struct harm){
		    .compat = LINT_COMPAT_WRITER }, "constraint %s of %s, "
		    "which ON CONFLICT may name, is called %s from now on",
		    from, r->shown, tree_text(in, "newname"));
	move_fact(r, "constraints", from, tree_text(in, "newname"));
	move_fact(r, "indexes", from, tree_text(in, "newname"));
}

static void
rename_other(struct judge *j, json_t *in, const char *type)
{
	json_t *object = tree_get(in, "object");
	struct tree_name n = tree_names(tree_get(tree_as(object, "List"),
	    "items"));

	if (tree_as(object, "ObjectWithArgs"))
		n = tree_names(tree_get(tree_as(object, "ObjectWithArgs"),
		    "objname"));
	if (!n.name)
		n.name = tree_text(in, "subname");
	if (is_any(type, harmless) || (n.name &&
	    (model_made_other(j->m, "routine", n.name) ||
	    model_made_other(j->m, "schema", n.name) ||
	    tree_flag(json_object_get(j->m->types, n.name), "fresh"))))
		return;
	if (strcmp(type, "OBJECT_ATTRIBUTE") == 0 &&
	    tree_is(in, "behavior", "DROP_CASCADE"))
		lint_take_of(j, tree_range(tree_get(in, "relation")));
	/* All that is in it is called otherwise, too. */
	if (strcmp(type, "OBJECT_SCHEMA") == 0)
		j->l->blind = 1;
	lint_harm(j, NULL, strcmp(type, "OBJECT_ROLE") ? "rename-object" :
	    "change-role", &(struct harm){ .compat = LINT_COMPAT_BREAKING },
	    "%s is called %s from now on", n.name ? n.name : "an object",
	    tree_text(in, "newname"));
}

void
lint_rename(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	const char *type = tree_text(in, "renameType");
	const char *to = tree_text(in, "newname");
	struct model_rel *r;

	if (!type || !to)
		return;
	if (!n.name || strcmp(type, "OBJECT_ATTRIBUTE") == 0) {
		rename_other(j, in, type);
		return;
	}
	r = lint_target(j, in, n, type);
	if (!r)
		return;
	if (strcmp(type, "OBJECT_COLUMN") == 0 && tree_text(in, "subname"))
		rename_column(j, r, in);
	else if (is_any(type, parts))
		rename_part(j, r, in);
	else if (is_any(type, relations))
		rename_relation(j, r, in);
}

void
lint_set_schema(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	const char *schema = tree_text(in, "newschema");
	struct model_rel *r;
	char *was;

	if (!schema)
		return;
	if (!n.name) {
		lint_harm(j, NULL, "rename-object", &(struct harm){
		    .compat = LINT_COMPAT_BREAKING }, "an object moves to "
		    "schema %s", schema);
		return;
	}
	r = model_find(j->m, n);
	if (tree_flag(in, "missing_ok") && r->gone && j->m->db)
		return;
	if (lint_missing(j, r, n))
		return;
	lint_taken(j, (struct tree_name){ schema, r->name });
	lint_take(j, r, 8, 0);
	lint_take_sequences(j, r, 8, 0);
	lint_harm(j, r, "rename-table", &(struct harm){
	    .compat = LINT_COMPAT_BREAKING }, "%s moves to schema %s",
	    r->shown, schema);
	was = mem_dup(r->shown);
	model_rename(j->m, r, schema, r->name);
	lint_take_renamed(j, was, r->shown);
	free(was);
}

/* ALTER … OWNER TO of what is no relation; REASSIGN OWNED. */
void
lint_owner(struct judge *j, json_t *in)
{
	json_t *object = tree_get(in, "object");
	const char *name = tree_string(object);
	const char *owner = tree_text(tree_get(in, "newowner"), "rolename");

	if (tree_as(object, "ObjectWithArgs"))
		name = tree_names(tree_get(tree_as(object, "ObjectWithArgs"),
		    "objname")).name;
	if (tree_as(object, "List"))
		name = tree_names(tree_get(tree_as(object, "List"),
		    "items")).name;
	if (name && (model_made_other(j->m, "routine", name) ||
	    model_made_other(j->m, "schema", name) ||
	    tree_flag(catalog_type(j->m,
	    (struct tree_name){ .name = name }), "fresh")))
		return;
	lint_harm(j, NULL, "change-owner", &(struct harm){
	    .compat = LINT_COMPAT_WRITER }, "%s belongs to %s from now on",
	    name ? name : "what a role owns", owner ? owner :
	    "another role");
}
