/* kind.c - which statement it is: its name, and who judges it. */
#include <string.h>

#include "ub/lint/judge.h"

#define EXPAND (1 << LINT_PHASE_EXPAND)

/* Phase 0: neither adds nor changes anything, or its judge knows. */
static const struct {
	const char *type;
	const char *kind;
	lint_handler *judge;
	int phase;
} stmts[] = {
	{ "AlterTableStmt", "ALTER TABLE", lint_alter_table, EXPAND },
	{ "AlterTableMoveAllStmt", "ALTER TABLE", lint_move_all, EXPAND },
	{ "IndexStmt", "CREATE INDEX", lint_create_index, EXPAND },
	{ "ReindexStmt", "REINDEX", lint_reindex, 0 },
	{ "ClusterStmt", "CLUSTER", lint_cluster, 0 },
	{ "VacuumStmt", "VACUUM", lint_vacuum, 0 },
	{ "RefreshMatViewStmt", "REFRESH MATERIALIZED VIEW", lint_refresh,
	  0 },
	{ "DropStmt", "DROP", lint_drop, 0 },
	{ "TruncateStmt", "TRUNCATE", lint_truncate, EXPAND },
	{ "DropdbStmt", "DROP DATABASE", lint_drop_database, EXPAND },
	{ "DropOwnedStmt", "DROP OWNED", lint_drop_owned, EXPAND },
	{ "DropRoleStmt", "DROP ROLE", lint_drop_role, EXPAND },
	{ "RenameStmt", "ALTER", lint_rename, EXPAND },
	{ "AlterObjectSchemaStmt", "ALTER", lint_set_schema, EXPAND },
	{ "AlterOwnerStmt", "ALTER", lint_owner, EXPAND },
	{ "ReassignOwnedStmt", "REASSIGN OWNED", lint_owner, EXPAND },
	{ "CreateStmt", "CREATE TABLE", lint_create_table, EXPAND },
	{ "CreateForeignTableStmt", "CREATE FOREIGN TABLE",
	  lint_create_table, EXPAND },
	{ "CreateTableAsStmt", "CREATE TABLE AS", lint_create_as, EXPAND },
	{ "ViewStmt", "CREATE VIEW", lint_create_view, EXPAND },
	{ "CreateTrigStmt", "CREATE TRIGGER", lint_create_trigger, EXPAND },
	{ "RuleStmt", "CREATE RULE", lint_create_rule, EXPAND },
	{ "CreatePolicyStmt", "CREATE POLICY", lint_create_policy, EXPAND },
	{ "AlterPolicyStmt", "ALTER POLICY", lint_alter_policy, EXPAND },
	{ "CreateSeqStmt", "CREATE SEQUENCE", lint_create_sequence, EXPAND },
	{ "AlterSeqStmt", "ALTER SEQUENCE", lint_alter_sequence, EXPAND },
	{ "CreateEnumStmt", "CREATE TYPE", lint_create_enum, EXPAND },
	{ "AlterEnumStmt", "ALTER TYPE", lint_alter_enum, EXPAND },
	{ "CreateDomainStmt", "CREATE DOMAIN", lint_create_domain, EXPAND },
	{ "AlterDomainStmt", "ALTER DOMAIN", lint_alter_domain, EXPAND },
	{ "CompositeTypeStmt", "CREATE TYPE", lint_create_type, EXPAND },
	{ "CreateRangeStmt", "CREATE TYPE", lint_create_type, EXPAND },
	{ "DefineStmt", "CREATE", lint_create_type, EXPAND },
	{ "CreateSchemaStmt", "CREATE SCHEMA", lint_create_schema, EXPAND },
	{ "GrantStmt", "GRANT", lint_grant, EXPAND },
	{ "GrantRoleStmt", "GRANT", lint_grant, EXPAND },
	{ "AlterRoleStmt", "ALTER ROLE", lint_alter_role, EXPAND },
	{ "AlterRoleSetStmt", "ALTER ROLE", lint_alter_role, EXPAND },
	{ "InsertStmt", "INSERT", lint_insert, 0 },
	{ "UpdateStmt", "UPDATE", lint_update, 0 },
	{ "DeleteStmt", "DELETE", lint_delete, 0 },
	{ "MergeStmt", "MERGE", lint_merge, 0 },
	{ "SelectStmt", "SELECT", lint_select, 0 },
	{ "CopyStmt", "COPY", lint_copy, 0 },
	{ "LockStmt", "LOCK", lint_lock_table, 0 },
	{ "VariableSetStmt", "SET", lint_set, 0 },
	{ "DiscardStmt", "DISCARD", lint_discard, 0 },
	{ "TransactionStmt", "BEGIN", lint_transaction, 0 },
	{ "DoStmt", "DO", lint_do, 0 },
	{ "CallStmt", "CALL", lint_call, 0 },
	{ "CreateFunctionStmt", "CREATE FUNCTION", lint_create_function,
	  EXPAND },
	{ "ExplainStmt", "EXPLAIN", lint_explain, 0 },
	{ "ExecuteStmt", "EXECUTE", lint_execute, 0 },
	{ "PrepareStmt", "PREPARE", NULL, 0 },
	{ "DeallocateStmt", "DEALLOCATE", NULL, 0 },
	{ "VariableShowStmt", "SHOW", NULL, 0 },
	{ "CommentStmt", "COMMENT", lint_comment, 0 },
	{ "CreateStatsStmt", "CREATE STATISTICS", lint_statistics, EXPAND },
	{ "CreatePublicationStmt", "CREATE PUBLICATION", lint_publication,
	  EXPAND },
	{ "AlterPublicationStmt", "ALTER PUBLICATION", lint_publication,
	  EXPAND },
	{ "CreatedbStmt", "CREATE DATABASE", lint_refuses, EXPAND },
	{ "CreateTableSpaceStmt", "CREATE TABLESPACE", lint_refuses,
	  EXPAND },
	{ "DropTableSpaceStmt", "DROP TABLESPACE", lint_refuses, EXPAND },
	{ "CreateSubscriptionStmt", "CREATE SUBSCRIPTION", lint_refuses,
	  EXPAND },
	{ "DropSubscriptionStmt", "DROP SUBSCRIPTION", lint_refuses,
	  EXPAND },
	{ "AlterSystemStmt", "ALTER SYSTEM", lint_refuses, EXPAND },
	{ "CreateExtensionStmt", "CREATE EXTENSION", lint_blind, EXPAND },
	{ "AlterExtensionStmt", "ALTER EXTENSION", lint_blind, EXPAND },
	{ "AlterDefaultPrivilegesStmt", "ALTER DEFAULT PRIVILEGES", NULL,
	  EXPAND },
	{ "CreateRoleStmt", "CREATE ROLE", NULL, EXPAND },
	{ "AlterFunctionStmt", "ALTER FUNCTION", NULL, EXPAND },
	{ "AlterDatabaseSetStmt", "ALTER DATABASE", NULL, EXPAND },
	{ "AlterDatabaseStmt", "ALTER DATABASE", NULL, EXPAND },
};

/* By the kind of object: DROP, RENAME, COMMENT share a tree. */
static const struct {
	const char *type;
	const char *drop, *alter;
} objects[] = {
	{ "OBJECT_TABLE", "DROP TABLE", "ALTER TABLE" },
	{ "OBJECT_COLUMN", "DROP", "ALTER TABLE" },
	{ "OBJECT_TABCONSTRAINT", "DROP", "ALTER TABLE" },
	{ "OBJECT_INDEX", "DROP INDEX", "ALTER INDEX" },
	{ "OBJECT_VIEW", "DROP VIEW", "ALTER VIEW" },
	{ "OBJECT_MATVIEW", "DROP MATERIALIZED VIEW",
	  "ALTER MATERIALIZED VIEW" },
	{ "OBJECT_SEQUENCE", "DROP SEQUENCE", "ALTER SEQUENCE" },
	{ "OBJECT_FOREIGN_TABLE", "DROP FOREIGN TABLE",
	  "ALTER FOREIGN TABLE" },
	{ "OBJECT_SCHEMA", "DROP SCHEMA", "ALTER SCHEMA" },
	{ "OBJECT_TYPE", "DROP TYPE", "ALTER TYPE" },
	{ "OBJECT_ATTRIBUTE", "DROP", "ALTER TYPE" },
	{ "OBJECT_DOMAIN", "DROP DOMAIN", "ALTER DOMAIN" },
	{ "OBJECT_FUNCTION", "DROP FUNCTION", "ALTER FUNCTION" },
	{ "OBJECT_PROCEDURE", "DROP PROCEDURE", "ALTER PROCEDURE" },
	{ "OBJECT_AGGREGATE", "DROP AGGREGATE", "ALTER AGGREGATE" },
	{ "OBJECT_TRIGGER", "DROP TRIGGER", "ALTER TRIGGER" },
	{ "OBJECT_RULE", "DROP RULE", "ALTER RULE" },
	{ "OBJECT_POLICY", "DROP POLICY", "ALTER POLICY" },
	{ "OBJECT_EXTENSION", "DROP EXTENSION", "ALTER EXTENSION" },
	{ "OBJECT_ROLE", "DROP ROLE", "ALTER ROLE" },
	{ "OBJECT_DATABASE", "DROP DATABASE", "ALTER DATABASE" },
};

static const char *
kind_of_object(const char *type, json_t *in)
{
	int drop = strcmp(type, "DropStmt") == 0;
	const char *object = tree_text(in, drop ? "removeType" :
	    strcmp(type, "RenameStmt") == 0 ? "renameType" :
	    strcmp(type, "AlterTableStmt") == 0 ? "objtype" : "objectType");
	size_t i;

	if (tree_is(in, "renameType", "OBJECT_COLUMN"))
		object = tree_text(in, "relationType");
	for (i = 0; object && i < UB_LEN(objects); i++)
		if (strcmp(objects[i].type, object) == 0)
			return drop ? objects[i].drop : objects[i].alter;
	return drop ? "DROP" : "ALTER";
}

static const char *
kind_of_end(json_t *in)
{
	static const char *const kinds[][2] = {
		{ "BEGIN", "BEGIN" }, { "START", "START TRANSACTION" },
		{ "COMMIT", "COMMIT" }, { "ROLLBACK", "ROLLBACK" },
		{ "SAVEPOINT", "SAVEPOINT" }, { "RELEASE", "RELEASE" },
		{ "ROLLBACK_TO", "ROLLBACK TO" },
		{ "PREPARE", "PREPARE TRANSACTION" },
		{ "COMMIT_PREPARED", "COMMIT PREPARED" },
		{ "ROLLBACK_PREPARED", "ROLLBACK PREPARED" },
	};
	const char *kind = tree_text(in, "kind");
	size_t i;

	for (i = 0; kind && i < UB_LEN(kinds); i++)
		if (strcmp(kind + strlen("TRANS_STMT_"), kinds[i][0]) == 0)
			return kinds[i][1];
	return "COMMIT";
}

const char *
lint_kind(const char *type, json_t *in)
{
	size_t i;

	if (strcmp(type, "DropStmt") == 0 || strcmp(type, "RenameStmt") == 0 ||
	    strcmp(type, "AlterTableStmt") == 0 ||
	    strcmp(type, "AlterObjectSchemaStmt") == 0 ||
	    strcmp(type, "AlterOwnerStmt") == 0)
		return kind_of_object(type, in);
	if (strcmp(type, "TransactionStmt") == 0)
		return kind_of_end(in);
	if (strcmp(type, "VacuumStmt") == 0 && !tree_flag(in, "is_vacuumcmd"))
		return "ANALYZE";
	if (strncmp(type, "Grant", 5) == 0 && !tree_flag(in, "is_grant"))
		return "REVOKE";
	if (strcmp(type, "CreateTableAsStmt") == 0 &&
	    tree_is(in, "objtype", "OBJECT_MATVIEW"))
		return "CREATE MATERIALIZED VIEW";
	if (strcmp(type, "CreateFunctionStmt") == 0 &&
	    tree_flag(in, "is_procedure"))
		return "CREATE PROCEDURE";
	for (i = 0; i < UB_LEN(stmts); i++)
		if (strcmp(stmts[i].type, type) == 0)
			return stmts[i].kind;
	return "?";
}

void
lint_blind(struct judge *j, json_t *in)
{
	(void)in;
	j->l->blind = 1;
}

void
lint_refuses(struct judge *j, json_t *in)
{
	(void)in;
	lint_no_transaction(j, j->s->kind);
}

void
lint_node(struct judge *j, json_t *node)
{
	const char *type = tree_type(node);
	json_t *in = tree_in(node);
	size_t i;

	for (i = 0; i < UB_LEN(stmts); i++) {
		if (strcmp(stmts[i].type, type) != 0)
			continue;
		j->phases |= stmts[i].phase;
		if (stmts[i].judge)
			stmts[i].judge(j, in);
		return;
	}
	/* What is not known here locks no table that people use. */
	j->phases |= EXPAND;
	lint_blind(j, in);
}
