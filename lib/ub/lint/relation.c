/* relation.c - what hangs on tables: triggers, rules, policies, comments,
 * statistics, publications. */
#include <string.h>

#include "base/mem.h"
#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* The part is there again that the file may have dropped before. */
static void
again(struct judge *j, const char *kind, const char *name,
    const struct model_rel *r)
{
	char *full;

	if (!name)
		return;
	full = mem_printf("%s %s", name, r->shown);
	lint_made_again(j, kind, full);
	free(full);
}

void
lint_create_trigger(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	struct tree_name from = tree_range(tree_get(in, "constrrel"));
	const char *name = tree_text(in, "trigname");
	struct model_rel *r;

	if (!n.name)
		return;
	r = model_find(j->m, n);
	lint_take(j, r, 6, 0);
	if (tree_flag(in, "row"))
		lint_take_kin(j, r, 6, 0);
	if (from.name)
		lint_take(j, model_find(j->m, from), 1, 0);
	lint_harm(j, r, "create-trigger", &(struct harm){
	    .compat = LINT_COMPAT_WRITER }, "trigger %s acts on what the old "
	    "code writes to %s", name ? name : "", r->shown);
	again(j, "trigger", name, r);
}

void
lint_create_rule(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	const char *name = tree_text(in, "rulename");
	struct model_rel *r;

	if (!n.name)
		return;
	r = model_find(j->m, n);
	lint_take(j, r, 8, 0);
	lint_harm(j, r, "create-trigger", &(struct harm){
	    .compat = LINT_COMPAT_WRITER }, "rule %s acts on what the old "
	    "code does with %s", name ? name : "", r->shown);
	again(j, "rule", name, r);
}

void
lint_create_policy(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "table"));
	const char *name = tree_text(in, "policy_name");
	struct model_rel *r;

	if (!n.name)
		return;
	r = model_find(j->m, n);
	lint_take(j, r, 8, 0);
	json_object_set_new(r->facts, "policies",
	    json_integer(tree_number(r->facts, "policies") + 1));
	if (!tree_flag(in, "permissive"))
		lint_harm(j, r, "change-policy", &(struct harm){
		    .compat = LINT_COMPAT_WRITER }, "restrictive policy %s "
		    "of %s takes rows from who had them", name ? name : "",
		    r->shown);
	else
		lint_mended(j, "policy of", r->shown, "and gets one here");
	again(j, "policy", name, r);
}

void
lint_alter_policy(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "table"));
	const char *name = tree_text(in, "policy_name");
	struct model_rel *r;

	if (!n.name)
		return;
	r = model_find(j->m, n);
	lint_take(j, r, 8, 0);
	lint_harm(j, r, "change-policy", &(struct harm){
	    .compat = LINT_COMPAT_WRITER }, "policy %s of %s changes",
	    name ? name : "", r->shown);
}

/* COMMENT ON: the name of a part comes behind that of its table. */
void
lint_comment(struct judge *j, json_t *in)
{
	static const struct {
		const char *type;
		int mode, part;
	} kinds[] = {
		{ "OBJECT_TABLE", 4, 0 }, { "OBJECT_VIEW", 4, 0 },
		{ "OBJECT_MATVIEW", 4, 0 }, { "OBJECT_INDEX", 4, 0 },
		{ "OBJECT_SEQUENCE", 4, 0 }, { "OBJECT_FOREIGN_TABLE", 4, 0 },
		{ "OBJECT_COLUMN", 4, 1 }, { "OBJECT_TABCONSTRAINT", 1, 1 },
		{ "OBJECT_TRIGGER", 1, 1 }, { "OBJECT_POLICY", 1, 1 },
		{ "OBJECT_RULE", 1, 1 },
	};
	json_t *items = tree_get(tree_as(tree_get(in, "object"), "List"),
	    "items"), *list = json_array();
	struct tree_name n;
	size_t i, k;

	for (i = 0; i < UB_LEN(kinds); i++) {
		if (!tree_is(in, "objtype", kinds[i].type))
			continue;
		for (k = 0; k + (size_t)kinds[i].part <
		    json_array_size(items); k++)
			json_array_append(list, json_array_get(items, k));
		n = tree_names(list);
		if (n.name)
			lint_take(j, model_find(j->m, n), kinds[i].mode,
			    TAKE_KIN);
	}
	json_decref(list);
}

void
lint_statistics(struct judge *j, json_t *in)
{
	json_t *rels = tree_get(in, "relations");
	struct tree_name n = tree_range(tree_as(json_array_get(rels, 0),
	    "RangeVar"));

	if (n.name)
		lint_take(j, model_find(j->m, n), 4, 0);
}

void
lint_publication(struct judge *j, json_t *in)
{
	json_t *objects = tree_get(in, "pubobjects");
	struct tree_name n;
	size_t i;

	for (i = 0; i < json_array_size(objects); i++) {
		n = tree_range(tree_get(tree_get(tree_as(json_array_get(
		    objects, i), "PublicationObjSpec"), "pubtable"),
		    "relation"));
		if (n.name)
			lint_take(j, model_find(j->m, n), 4, 0);
	}
}
