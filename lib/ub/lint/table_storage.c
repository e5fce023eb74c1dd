/* table_storage.c - where and how a table is stored, and whose it is. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* What an option of a table or index does at once to those who use it. */
static int
option_mode(const struct model_rel *r, json_t *options)
{
	static const char *const strong[] = { "user_catalog_table",
		"fastupdate", "gin_pending_list_limit", "buffering",
		"pages_per_range", "autosummarize", "security_barrier",
		"check_option", "security_invoker" };
	size_t i;

	for (i = 0; i < UB_LEN(strong); i++) {
		json_t *list = tree_get(tree_as(options, "List"), "items");
		size_t k;

		for (k = 0; k < json_array_size(list); k++)
			if (tree_is(tree_as(json_array_get(list, k),
			    "DefElem"), "defname", strong[i]))
				return 8;
	}
	return r->kind == 'v' ? 8 : 4;
}

/* Is it so already, by a fact? Not known counts as no. */
static int
is_so(const struct model_rel *r, const char *fact, const char *value)
{
	return value && tree_is(r->facts, fact, value);
}

static void
judge_move(struct judge *j, struct model_rel *r, const char *how, int whole)
{
	if (r->kind == 'p' || r->kind == 'I')
		return;
	if (whole) {
		lint_take(j, r, 8, TAKE_REWRITE | TAKE_SCAN);
		lint_take_indexes(j, r, 8);
	} else {
		lint_take(j, r, 8, TAKE_REWRITE);
	}
	lint_harm(j, r, "rewrite-table", &(struct harm){
	    .lock = LINT_LOCK_REWRITE }, "%s %s under a lock", how, r->shown);
}

static void
judge_identity(struct judge *j, struct model_rel *r, json_t *cmd)
{
	struct tree_name n = { r->schema, tree_text(tree_as(tree_get(cmd,
	    "def"), "ReplicaIdentityStmt"), "name") };

	if (n.name)
		lint_take(j, model_find(j->m, n), 5, 0);
}

void
lint_table_rewrite(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *sub = tree_text(cmd, "subtype");
	const char *name = tree_text(cmd, "name");
	struct tree_name index = { r->schema, name };

	if (strcmp(sub, "AT_ReplicaIdentity") == 0)
		judge_identity(j, r, cmd);
	else if (strcmp(sub, "AT_ClusterOn") == 0 && name)
		lint_take(j, model_find(j->m, index), 4, TAKE_KIN);
	else if (strstr(sub, "RelOptions"))
		lint_take(j, r, option_mode(r, tree_get(cmd, "def")), 0);
	else if (strcmp(sub, "AT_SetLogged") == 0 ||
	    strcmp(sub, "AT_SetUnLogged") == 0) {
		if (is_so(r, "persistence", sub[6] == 'L' ? "p" : "u"))
			return;
		judge_move(j, r, sub[6] == 'L' ? "writes to the log" :
		    "writes without the log", 1);
		lint_take_sequences(j, r, 8, 1);
	} else if (strcmp(sub, "AT_SetTableSpace") == 0) {
		if (!is_so(r, "tablespace", name))
			judge_move(j, r, "moves", 0);
	} else if (strcmp(sub, "AT_SetAccessMethod") == 0) {
		if (!is_so(r, "method", name))
			judge_move(j, r, "writes anew", 1);
	}
}

void
lint_table_owner(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *owner = tree_text(tree_get(cmd, "newowner"), "rolename");
	int kept;

	if (is_so(r, "owner", owner))
		return;
	lint_take_indexes(j, r, 8);
	lint_take_sequences(j, r, 8, 0);
	/* What others were granted stays. */
	kept = catalog_keeps(j->m, tree_text(r->facts, "owner"), owner);
	lint_harm(j, r, "change-owner", &(struct harm){ .noted = 1,
	    .compat = kept ? LINT_COMPAT_SAFE : LINT_COMPAT_BREAKING },
	    "%s belongs to %s from now on",
	    r->shown, owner ? owner : "somebody else");
}

/* ALTER TABLE ALL IN TABLESPACE … */
void
lint_move_all(struct judge *j, json_t *in)
{
	const char *space = tree_text(in, "orig_tablespacename");

	lint_harm(j, NULL, "rewrite-table", &(struct harm){
	    .lock = LINT_LOCK_REWRITE }, "moves all that is in tablespace %s",
	    space ? space : "?");
}
