/* table.c - ALTER TABLE and its like: which part does what. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

#define KIN 1      /* partitions and heirs are locked as well */
#define TRIGGER 2
#define SECURITY 4
#define COLUMN 8   /* it must be there */

/* As the server takes them; what is missing here takes ACCESS EXCLUSIVE. */
static const struct part {
	const char *subtype; /* behind "AT_" */
	int mode;
	int flags;
	lint_part *judge;
} parts[] = {
	{ "AddColumn", 8, KIN, lint_add_column },
	{ "DropColumn", 8, KIN | COLUMN, lint_drop_column },
	{ "AlterColumnType", 8, KIN | COLUMN, lint_alter_type },
	{ "ColumnDefault", 8, KIN | COLUMN, lint_default },
	{ "SetNotNull", 8, KIN | COLUMN, lint_set_not_null },
	{ "DropNotNull", 8, KIN | COLUMN, lint_drop_not_null },
	{ "DropExpression", 8, KIN | COLUMN, lint_default },
	{ "SetStorage", 8, KIN | COLUMN, NULL },
	{ "SetStatistics", 4, KIN, NULL },
	{ "SetOptions", 4, 0, NULL },
	{ "ResetOptions", 4, 0, NULL },
	{ "AddIdentity", 8, COLUMN, lint_identity },
	{ "SetIdentity", 8, COLUMN, lint_identity },
	{ "DropIdentity", 8, COLUMN, lint_identity },
	{ "AddConstraint", 0, 0, lint_add_constraint },
	{ "DropConstraint", 8, 0, lint_drop_constraint },
	{ "ValidateConstraint", 4, 0, lint_validate },
	{ "EnableTrig", 6, TRIGGER, NULL },
	{ "EnableAlwaysTrig", 6, TRIGGER, NULL },
	{ "EnableReplicaTrig", 6, TRIGGER, NULL },
	{ "EnableTrigAll", 6, TRIGGER, NULL },
	{ "EnableTrigUser", 6, TRIGGER, NULL },
	{ "DisableTrig", 6, TRIGGER, NULL },
	{ "DisableTrigAll", 6, TRIGGER, NULL },
	{ "DisableTrigUser", 6, TRIGGER, NULL },
	{ "EnableRule", 8, TRIGGER, NULL },
	{ "EnableAlwaysRule", 8, TRIGGER, NULL },
	{ "EnableReplicaRule", 8, TRIGGER, NULL },
	{ "DisableRule", 8, TRIGGER, NULL },
	{ "EnableRowSecurity", 8, SECURITY, NULL },
	{ "ForceRowSecurity", 8, SECURITY, NULL },
	{ "ChangeOwner", 8, 0, lint_table_owner },
	{ "ClusterOn", 4, 0, lint_table_rewrite },
	{ "DropCluster", 4, 0, NULL },
	{ "SetLogged", 8, 0, lint_table_rewrite },
	{ "SetUnLogged", 8, 0, lint_table_rewrite },
	{ "SetTableSpace", 8, 0, lint_table_rewrite },
	{ "SetAccessMethod", 8, 0, lint_table_rewrite },
	{ "SetRelOptions", 0, 0, lint_table_rewrite },
	{ "ResetRelOptions", 0, 0, lint_table_rewrite },
	{ "ReplicaIdentity", 8, 0, lint_table_rewrite },
	{ "AddInherit", 8, 0, lint_inherit },
	{ "DropInherit", 8, 0, lint_inherit },
	{ "AttachPartition", 0, 0, lint_attach },
	{ "DetachPartition", 0, 0, lint_detach },
	{ "DetachPartitionFinalize", 0, 0, lint_detach },
};

static const struct part *
part_of(json_t *cmd)
{
	const char *subtype = tree_text(cmd, "subtype");
	size_t i;

	for (i = 0; subtype && i < UB_LEN(parts); i++)
		if (strcmp(subtype + strcspn(subtype, "_") + 1,
		    parts[i].subtype) == 0)
			return &parts[i];
	return NULL;
}

static void
judge_trigger(struct judge *j, const struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	int off = strncmp(tree_text(cmd, "subtype"), "AT_Dis", 6) == 0;

	lint_harm(j, r, "toggle-trigger", &(struct harm){
	    .compat = off ? LINT_COMPAT_READER : LINT_COMPAT_WRITER },
	    "switches %s%s of %s %s", name ? "trigger or rule " :
	    "all triggers", name ? name : "", r->shown, off ? "off" : "on");
}

/* With a policy the table's readers may be meant to see what they see. */
static void
judge_security(struct judge *j, const struct model_rel *r, json_t *cmd)
{
	int force = tree_is(cmd, "subtype", "AT_ForceRowSecurity");
	int some = tree_number(r->facts, "policies") > 0;
	size_t before = j->f->n_findings;

	if (tree_flag(r->facts, "rls") && !force)
		return;
	lint_harm(j, r, "enable-row-security", &(struct harm){ .compat =
	    some ? LINT_COMPAT_READER : LINT_COMPAT_BREAKING },
	    "%s row security for %s%s", force ? "forces" : "switches on",
	    r->shown, some ? "" : ", which has no policy: who is not its "
	    "owner sees no row");
	if (!some)
		lint_dropped(j, before, "policy of", r->shown);
}

static void
judge_column(struct judge *j, const struct model_rel *r, json_t *cmd)
{
	if (!tree_flag(cmd, "missing_ok"))
		lint_lacks_column(j, r, tree_text(cmd, "name"));
}

static void
judge_part(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const struct part *p = part_of(cmd);
	int mode = p ? p->mode : 8;

	if (mode)
		lint_take(j, r, mode, 0);
	if (!p)
		return;
	if (mode && (p->flags & KIN))
		lint_take_kin(j, r, mode, 0);
	if (p->flags & COLUMN)
		judge_column(j, r, cmd);
	if (p->flags & TRIGGER)
		judge_trigger(j, r, cmd);
	if (p->flags & SECURITY)
		judge_security(j, r, cmd);
	if (p->judge)
		p->judge(j, r, cmd);
}

/* Tables that are made of a type change with it. */
void
lint_take_of(struct judge *j, struct tree_name type)
{
	json_t *list = catalog_users(j->m, "of", type);
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		lint_take_text(j, json_string_value(json_array_get(list, i)),
		    8, TAKE_KIN);
	json_decref(list);
}

/* ALTER TYPE of a composite type is written as one, too. */
static void
alter_composite(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *sub = tree_text(cmd, "subtype");
	const char *name = tree_text(cmd, "name");
	if (tree_is(cmd, "behavior", "DROP_CASCADE"))
		lint_take_of(j, (struct tree_name){ r->schema, r->name });
	if (!sub || strcmp(sub, "AT_AddColumn") == 0)
		return;
	lint_harm(j, r, "drop-type", &(struct harm){
	    .compat = LINT_COMPAT_BREAKING, .data =
	    strcmp(sub, "AT_DropColumn") == 0 ? LINT_DATA_LOSES :
	    LINT_DATA_KEEPS }, "changes attribute %s of type %s",
	    name ? name : "?", r->shown);
}

void
lint_alter_table(struct judge *j, json_t *in)
{
	struct tree_name n = tree_range(tree_get(in, "relation"));
	json_t *cmds = tree_get(in, "cmds"), *cmd;
	struct model_rel *r;
	size_t i;

	if (!n.name)
		return;
	r = lint_target(j, in, n, tree_text(in, "objtype"));
	if (!r)
		return;
	for (i = 0; i < json_array_size(cmds); i++) {
		cmd = tree_as(json_array_get(cmds, i), "AlterTableCmd");
		if (tree_is(in, "objtype", "OBJECT_TYPE"))
			alter_composite(j, r, cmd);
		else
			judge_part(j, r, cmd);
	}
}
