/* table_depend.c - what a column's new type does to all that uses it. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

static int
refers(const char *table, const struct model_rel *r)
{
	json_t *from = tree_get(r->facts, "incoming");
	size_t i;

	for (i = 0; i < json_array_size(from); i++)
		if (tree_is(json_array_get(from, i), "table", table))
			return 1;
	return 0;
}

/* A foreign key compares by another operator now: all rows are tried. */
static void
recheck(struct judge *j, struct model_rel *k, const struct model_rel *r)
{
	lint_take(j, k, 8, TAKE_SCAN | TAKE_KIN);
	if (k->kind == 'p')
		lint_take_kin(j, k, 8, TAKE_SCAN);
	lint_harm(j, k, "change-column-type", &(struct harm){
	    .lock = LINT_LOCK_SCAN }, "all rows of %s are read under a lock, "
	    "as its foreign key refers to %s", k->shown, r->shown);
}

void
lint_take_changed(struct judge *j, const struct model_rel *r, json_t *list,
    int other)
{
	const char *kind, *name;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		kind = tree_text(json_array_get(list, i), "kind");
		name = tree_text(json_array_get(list, i), "name");
		if (!kind || strchr("Svm", *kind))
			continue;
		lint_take_text(j, name, 8, TAKE_KIN);
		if (other && strchr("rp", *kind) && refers(name, r))
			recheck(j, model_find_text(j->m, name), r);
	}
}
