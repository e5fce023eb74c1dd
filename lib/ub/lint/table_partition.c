/* table_partition.c - partitions and heirs come and go. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* Is there a CHECK that is likely to say what the bounds say? Whether it
 * does, only the server can tell. */
static int
is_checked(const struct model_rel *parent, const struct model_rel *child)
{
	json_t *keys = tree_get(parent->facts, "partkeys"), *k, *c;
	const char *name, *key, *text;
	size_t i, found;

	for (i = 0; i < json_array_size(keys); i++) {
		key = json_string_value(json_array_get(keys, i));
		c = model_column(child, key);
		found = 0;
		json_object_foreach (tree_get(child->facts, "constraints"),
		    name, k) {
			text = tree_text(k, "text");
			found |= tree_is(k, "type", "c") && text &&
			    tree_flag(k, "valid") && strstr(text, key);
		}
		if (!found || (!tree_flag(c, "notnull") &&
		    !model_never_null(child, key, 1)))
			return 0;
	}
	return i > 0;
}

static void
attach_index(struct judge *j, struct model_rel *r, struct model_rel *child)
{
	lint_take(j, r, 4, 0);
	lint_take(j, child, 8, 0);
}

void
lint_attach(struct judge *j, struct model_rel *r, json_t *cmd)
{
	json_t *part = tree_as(tree_get(cmd, "def"), "PartitionCmd");
	struct tree_name n = tree_range(tree_get(part, "name"));
	const char *other = tree_text(r->facts, "defaultpartition");
	struct model_rel *child, *rest;
	int scan;

	if (!n.name)
		return;
	child = model_find(j->m, n);
	if (r->kind == 'I' || child->kind == 'i') {
		attach_index(j, r, child);
		return;
	}
	scan = !is_checked(r, child);
	lint_take(j, r, 4, 0);
	lint_take(j, child, 8, TAKE_KIN | (scan ? TAKE_SCAN : 0));
	lint_take_keys(j, r, 6, 0);
	lint_take_indexes(j, r, 4);
	if (scan)
		lint_harm(j, child, "attach-partition", &(struct harm){
		    .lock = LINT_LOCK_SCAN }, "all rows of %s are read while "
		    "it becomes a partition of %s", child->shown, r->shown);
	if (!other)
		return;
	rest = model_find_text(j->m, other);
	lint_take(j, rest, 8, TAKE_SCAN | TAKE_KIN);
	lint_harm(j, rest, "attach-partition", &(struct harm){
	    .lock = LINT_LOCK_SCAN }, "all rows of %s, the default partition "
	    "of %s, are read under a lock", rest->shown, r->shown);
}

void
lint_detach(struct judge *j, struct model_rel *r, json_t *cmd)
{
	json_t *part = tree_as(tree_get(cmd, "def"), "PartitionCmd");
	struct tree_name n = tree_range(tree_get(part, "name"));
	const char *other = tree_text(r->facts, "defaultpartition");
	int gently = tree_flag(part, "concurrent") ||
	    tree_is(cmd, "subtype", "AT_DetachPartitionFinalize");
	struct model_rel *child;
	size_t before = j->f->n_findings;

	if (!n.name)
		return;
	child = model_find(j->m, n);
	lint_take(j, r, gently ? 4 : 8, 0);
	lint_take(j, child, 8, TAKE_KIN);
	lint_take_keys(j, r, 8, TAKE_SCAN);
	lint_take_indexes(j, child, 8);
	if (!gently && other)
		lint_take_text(j, other, 8, TAKE_KIN);
	lint_harm(j, child, "detach-partition", &(struct harm){
	    .compat = LINT_COMPAT_BREAKING },
	    "the rows of %s are no longer rows of %s%s", child->shown,
	    r->shown, gently ? "" : ", and both are locked for all");
	if (gently)
		lint_hint(j, before, "Detach it once no code looks for its "
		    "rows in the parent.");
	if (tree_flag(part, "concurrent") && other)
		lint_harm(j, r, "detach-partition", &(struct harm){
		    .fails = 1 }, "%s has a default partition, beside which "
		    "none can be detached CONCURRENTLY", r->shown);
	if (tree_flag(part, "concurrent"))
		lint_no_transaction(j, "DETACH PARTITION … CONCURRENTLY");
}

void
lint_inherit(struct judge *j, struct model_rel *r, json_t *cmd)
{
	struct tree_name n = tree_range(tree_as(tree_get(cmd, "def"),
	    "RangeVar"));
	int add = tree_is(cmd, "subtype", "AT_AddInherit");
	struct model_rel *parent;

	if (!n.name)
		return;
	parent = model_find(j->m, n);
	lint_take(j, parent, add ? 4 : 1, 0);
	lint_harm(j, r, "change-inheritance", &(struct harm){
	    .compat = LINT_COMPAT_READER }, "the rows of %s are %s rows of "
	    "%s", r->shown, add ? "from now on" : "no longer", parent->shown);
}
