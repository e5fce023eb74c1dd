/* comments_foreign.c - what other lints call the rules of this one. */
#include <string.h>

#include "ub/lint/comments.h"

#define OURS_MAX 8

static const struct {
	const char *theirs;
	const char *ours[OURS_MAX];
} rules[] = {
	/* squawk */
	{ "require-concurrent-index-creation", { "create-index" } },
	{ "require-concurrent-index-deletion", { "drop-index" } },
	{ "constraint-missing-not-valid", { "add-check", "add-foreign-key",
	  "add-checked-column" } },
	{ "adding-field-with-default", { "add-volatile-default",
	  "add-generated-column", "add-checked-domain" } },
	{ "adding-foreign-key-constraint", { "add-foreign-key",
	  "references-table" } },
	{ "changing-column-type", { "change-column-type" } },
	{ "adding-not-nullable-field", { "set-not-null",
	  "add-required-column" } },
	{ "adding-required-field", { "add-required-column" } },
	{ "adding-serial-primary-key-field", { "add-generated-column",
	  "add-primary-key", "add-unique-column" } },
	{ "renaming-column", { "rename-column" } },
	{ "renaming-table", { "rename-table" } },
	{ "disallowed-unique-constraint", { "add-unique",
	  "add-unique-column" } },
	{ "ban-drop-database", { "drop-database" } },
	{ "ban-drop-column", { "drop-column" } },
	{ "ban-drop-table", { "drop-table" } },
	{ "ban-drop-not-null", { "drop-not-null" } },
	{ "prefer-bigint-over-int", { "prefer-bigint" } },
	{ "prefer-bigint-over-smallint", { "prefer-bigint" } },
	{ "prefer-repack", { "rewrite-table" } },
	{ "prefer-robust-stmts", { "prefer-robust" } },
	{ "prefer-text-field", { "prefer-text" } },
	{ "prefer-timestamp-tz", { "prefer-timestamptz" } },
	{ "ban-char-field", { "no-char" } },
	{ "transaction-nesting", { "transaction-nesting",
	  "transaction-control" } },
	{ "ban-concurrent-index-creation-in-transaction",
	  { "concurrently-in-transaction", "concurrently-beside-others" } },
	{ "ban-create-domain-with-constraint", { "domain-with-check" } },
	{ "ban-alter-domain-with-add-constraint", { "domain-constraint" } },
	{ "ban-truncate-cascade", { "truncate-cascade" } },
	{ "require-timeout-settings", { "disable-timeout" } },
	{ "require-lock-timeout", { "disable-timeout" } },
	{ "require-statement-timeout", { "disable-timeout" } },
	{ "ban-uncommitted-transaction", { "uncommitted-transaction" } },
	{ "require-enum-value-ordering", { "enum-value-order" } },
	{ "require-table-schema", { "require-schema" } },
	{ "require-concurrent-partition-detach", { "detach-partition" } },
	{ "require-concurrent-reindex", { "reindex" } },
	{ "ban-duplicate-column-assignments", { "duplicate-assignment" } },
	/* atlas */
	{ "destructive", { "drop-table", "drop-column", "drop-schema",
	  "truncate", "delete-rows" } },
	{ "DS101", { "drop-schema" } },
	{ "DS102", { "drop-table" } },
	{ "DS103", { "drop-column" } },
	{ "data_depend", { "add-unique", "create-unique-index",
	  "set-not-null", "add-required-column", "add-check" } },
	{ "MF101", { "create-unique-index", "add-unique" } },
	{ "MF103", { "add-required-column" } },
	{ "MF104", { "set-not-null" } },
	{ "incompatible", { "rename-table", "rename-column" } },
	{ "BC101", { "rename-table" } },
	{ "BC102", { "rename-column" } },
	{ "concurrent_index", { "create-index", "drop-index",
	  "concurrently-beside-others" } },
	{ "PG101", { "create-index" } },
	{ "PG102", { "drop-index" } },
	{ "CD101", { "drop-constraint" } },
};

const char *const *
comments_foreign(const char *rule)
{
	size_t i;

	for (i = 0; i < UB_LEN(rules); i++)
		if (strcmp(rules[i].theirs, rule) == 0)
			return rules[i].ours;
	return NULL;
}
