/* role.c - rights and roles. */
#include <string.h>

#include "ub/lint/judge.h"

/* Are all the objects made in this run? */
static int
all_new(struct judge *j, json_t *in)
{
	json_t *objects = tree_get(in, "objects"), *object;
	struct tree_name n;
	const char *name;
	size_t i;

	if (!tree_is(in, "targtype", "ACL_TARGET_OBJECT"))
		return 0;
	for (i = 0; i < json_array_size(objects); i++) {
		object = json_array_get(objects, i);
		n = tree_range(tree_as(object, "RangeVar"));
		if (n.name) {
			if (!model_find(j->m, n)->fresh)
				return 0;
			continue;
		}
		name = tree_string(object);
		if (!name)
			name = tree_names(tree_get(tree_as(object,
			    "ObjectWithArgs"), "objname")).name;
		if (!name || (!model_made_other(j->m, "routine", name) &&
		    !model_made_other(j->m, "schema", name)))
			return 0;
	}
	return i > 0;
}

/* Also of roles. */
void
lint_grant(struct judge *j, json_t *in)
{
	if (tree_flag(in, "is_grant") || all_new(j, in))
		return;
	lint_harm(j, NULL, "revoke", &(struct harm){
	    .compat = LINT_COMPAT_BREAKING }, "takes rights away");
}

/* ALTER ROLE, ALTER ROLE … SET. */
void
lint_alter_role(struct judge *j, json_t *in)
{
	const char *name = tree_text(tree_get(in, "role"), "rolename");
	int setting = tree_get(in, "setstmt") != NULL;

	lint_harm(j, NULL, "change-role", &(struct harm){ .compat = setting ?
	    LINT_COMPAT_WRITER : LINT_COMPAT_BREAKING }, "changes role %s",
	    name ? name : "of all");
}

void
lint_drop_role(struct judge *j, json_t *in)
{
	json_t *roles = tree_get(in, "roles");
	const char *name = tree_text(tree_as(json_array_get(roles, 0),
	    "RoleSpec"), "rolename");

	lint_harm(j, NULL, "change-role", &(struct harm){
	    .compat = LINT_COMPAT_BREAKING }, "drops role %s",
	    name ? name : "?");
}
