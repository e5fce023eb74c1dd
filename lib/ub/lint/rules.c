/* rules.c - the table of rules, in the order of the manual. */
#include "ub/lint.h"

#define E LINT_ERROR
#define W LINT_WARNING
#define I LINT_INFO

static const struct lint_rule rules[] = {
	/* columns */
	{ "add-volatile-default",
	  "a column is added with a default that differs from row to row",
	  "Add the column without a default, set the default in the next "
	  "statement, and fill old rows in batches.", E, 0 },
	{ "add-generated-column",
	  "a serial, identity or stored generated column is added",
	  "Add a plain column, fill it in batches, then give it a sequence "
	  "as its default; compute what is generated in a view.", E, 0 },
	{ "add-checked-domain",
	  "a column is added whose type is a domain with a constraint",
	  "Add the column with the domain's base type and a CHECK that is "
	  "NOT VALID, then validate it.", E, 0 },
	{ "add-required-column",
	  "a column is added that must not be NULL and has no default",
	  "Give it a default, or add it as nullable and SET NOT NULL once "
	  "the new code fills it.", E, 0 },
	{ "add-unique-column",
	  "a column is added with a UNIQUE or PRIMARY KEY constraint",
	  "Add the column, then CREATE UNIQUE INDEX CONCURRENTLY, then ADD "
	  "CONSTRAINT … USING INDEX.", E, 0 },
	{ "add-checked-column",
	  "a column is added with a CHECK that is tried on all rows",
	  "Add the column, then the CHECK as NOT VALID, then VALIDATE "
	  "CONSTRAINT in another migration.", E, 0 },
	{ "drop-column", "a column is dropped",
	  "Release code that does not use it first; drop it in a migration "
	  "that says \"-- ub: phase=contract\".", E, 0 },
	{ "rename-column", "a column gets another name",
	  "Add a column of the new name, write both, move the readers, drop "
	  "the old one.", E, 0 },
	{ "change-column-type", "a column gets another type",
	  "Add a column of the new type, write both, fill it in batches, "
	  "move the readers, drop the old one.", E, 0 },
	{ "column-used-by-view",
	  "a column changes its type, or goes, that a view uses",
	  "Drop the view before and create it again in the same "
	  "transaction.", E, 0 },
	{ "set-not-null", "a column must not be NULL from now on",
	  "Add CHECK (column IS NOT NULL) NOT VALID, validate it in another "
	  "migration, then SET NOT NULL, which then reads no row.", E, 0 },
	{ "drop-not-null", "a column may be NULL from now on",
	  "See to it that the old code can read NULL there.", W, 0 },
	{ "drop-default", "a column loses its default or its sequence",
	  "Keep the default until no code relies on it.", E, 0 },

	/* constraints */
	{ "add-check", "a CHECK is added",
	  "Add it as NOT VALID and VALIDATE it in another migration, once "
	  "all running code keeps it.", E, 0 },
	{ "add-foreign-key", "a foreign key is added",
	  "Add it as NOT VALID and VALIDATE it in another migration, once "
	  "all running code keeps it.", E, 0 },
	{ "references-table",
	  "a new foreign key locks the table that it refers to",
	  "Nothing: the lock is short. Keep the migration small, as writes "
	  "to that table wait until it ends.", I, 0 },
	{ "foreign-key-without-index",
	  "no index begins with the columns of a foreign key",
	  "CREATE INDEX CONCURRENTLY on them: without it each DELETE in the "
	  "table that is referred to reads all of this one.", W, 0 },
	{ "add-unique", "a UNIQUE constraint is added",
	  "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE "
	  "USING INDEX.", E, 0 },
	{ "add-primary-key", "a primary key is added",
	  "CREATE UNIQUE INDEX CONCURRENTLY on columns that are NOT NULL, "
	  "then ADD PRIMARY KEY USING INDEX.", E, 0 },
	{ "add-exclusion", "an EXCLUDE constraint is added",
	  "There is no way to add one without a lock: do it while the table "
	  "is small, or build a new table beside it.", E, 0 },
	{ "validate-in-same-transaction",
	  "a constraint is validated while its table is locked",
	  "VALIDATE CONSTRAINT in a migration of its own: there it shuts "
	  "nobody out.", E, 0 },
	{ "drop-constraint", "a constraint is dropped",
	  "See to it that no running code relies on it, ON CONFLICT "
	  "included.", W, 0 },
	{ "domain-constraint", "a domain gets a constraint",
	  "Add it as NOT VALID and VALIDATE it in another migration.",
	  E, 0 },

	/* tables and other objects */
	{ "drop-table", "a table is dropped",
	  "Release code that does not use it first; drop it in a migration "
	  "that says \"-- ub: phase=contract\".", E, 0 },
	{ "drop-view", "a view is dropped",
	  "Use CREATE OR REPLACE VIEW, or drop it once no code reads it.",
	  E, 0 },
	{ "drop-routine", "a function or procedure is dropped",
	  "Drop it once no code calls it.", E, 0 },
	{ "drop-type", "a type or domain is dropped, or a part of one",
	  "Drop it once no code uses it.", E, 0 },
	{ "drop-sequence", "a sequence is dropped",
	  "Drop it once no code uses it.", E, 0 },
	{ "reset-sequence", "a sequence goes back to numbers it has given",
	  "See to it that none of them is in use.", W, 0 },
	{ "drop-schema", "a schema is dropped",
	  "Drop what is in it piece by piece, once no code uses it.", E, 0 },
	{ "drop-database", "a database is dropped",
	  "That is no migration's work.", E, 0 },
	{ "drop-object", "an extension or another object is dropped",
	  "Drop it once no code uses it.", E, 0 },
	{ "drop-cascade", "CASCADE drops what is not named",
	  "Name all that is to be dropped, so that nothing goes along "
	  "unseen.", W, 0 },
	{ "truncate", "a table is emptied",
	  "Delete in batches, or say \"-- ub: phase=contract\" if the rows "
	  "are really not needed.", E, 0 },
	{ "truncate-cascade", "TRUNCATE … CASCADE empties other tables too",
	  "Name all the tables that are to be emptied.", E, 0 },
	{ "rename-table", "a table or view gets another name or schema",
	  "Leave a view of the old name behind, in the same transaction, "
	  "until no code uses it.", E, 0 },
	{ "rename-object", "something else gets another name or schema",
	  "Make a new one beside it and drop the old one later.", E, 0 },
	{ "change-inheritance", "a table begins or ends to be another's heir",
	  "See to it that queries on the parent mean the same rows.", W, 0 },
	{ "rewrite-table", "a table is moved or written anew",
	  "Do it in a maintenance window, or with pg_repack.", E, 0 },

	/* indexes */
	{ "create-index", "an index is built while writes wait",
	  "CREATE INDEX CONCURRENTLY, in a migration of its own.", E, 0 },
	{ "create-unique-index", "a unique index is made",
	  "See to it that no running code writes duplicates.", W, 0 },
	{ "drop-index", "an index is dropped under a lock that stops all",
	  "DROP INDEX CONCURRENTLY.", W, 0 },
	{ "reindex", "an index is built anew while writes and most reads wait",
	  "REINDEX … CONCURRENTLY.", E, 0 },
	{ "concurrently-in-transaction",
	  "a statement that refuses a transaction stands in one",
	  "Take it out of BEGIN … COMMIT, or of the block that it is in.",
	  E, 0 },
	{ "concurrently-beside-others",
	  "a statement that refuses a transaction stands beside others",
	  "Put it into a migration of its own: what stands before it stays "
	  "if it fails, and other tools cannot run it so.", I, 0 },
	{ "concurrently-if-not-exists",
	  "IF NOT EXISTS takes an index that is INVALID for a good one",
	  "Leave out IF NOT EXISTS; drop the index that a failed attempt "
	  "has left.", E, 0 },

	/* partitions */
	{ "create-partition", "CREATE TABLE … PARTITION OF locks the parent",
	  "CREATE TABLE … (LIKE parent), then ATTACH PARTITION, which lets "
	  "others read and write.", E, 0 },
	{ "attach-partition", "rows are read while a partition is attached",
	  "Give the table a valid CHECK that says what its bounds say "
	  "first; then they are not read.", E, 0 },
	{ "detach-partition", "a partition is detached under a lock",
	  "DETACH PARTITION … CONCURRENTLY (PostgreSQL 14), once no code "
	  "looks for its rows in the parent.", E, 0 },

	/* views, triggers, rights */
	{ "refresh-view", "a materialized view cannot be read meanwhile",
	  "REFRESH MATERIALIZED VIEW CONCURRENTLY, which wants a unique "
	  "index.", E, 0 },
	{ "create-trigger", "a trigger or rule acts on what the old code does",
	  "See to it that the old code can live with what it does.", W, 0 },
	{ "toggle-trigger", "a trigger is switched on or off",
	  "See to it that no running code relies on it; foreign keys are "
	  "triggers too.", W, 0 },
	{ "drop-trigger", "a trigger or rule is dropped",
	  "See to it that no running code relies on it.", W, 0 },
	{ "enable-row-security", "row security is switched on",
	  "Create the policies before, in the same transaction: without one "
	  "nobody but the owner sees a row.", E, 0 },
	{ "change-policy", "a policy that is there changes or goes",
	  "See to it that the old code still sees and writes its rows.",
	  W, 0 },
	{ "revoke", "a right is taken away",
	  "Revoke it once no running code needs it.", E, 0 },
	{ "change-owner", "an object gets another owner",
	  "See to it that the role of the application keeps its rights.",
	  E, 0 },
	{ "change-role", "a role changes or goes",
	  "Roles belong to the whole server: do it apart from migrations.",
	  E, 0 },

	/* types */
	{ "add-enum-value", "an enum gets a value that old code cannot know",
	  "Release code that can read it first.", W, 0 },
	{ "enum-value-used",
	  "a new enum value is used before its transaction has ended",
	  "Use it in another migration.", E, 0 },
	{ "rename-enum-value", "an enum's value gets another name",
	  "Add a new value, write it, move the rows, leave the old one.",
	  E, 0 },

	/* rows */
	{ "delete-rows", "rows are deleted",
	  "Say \"-- ub: phase=contract\" if they are really not needed.",
	  E, 0 },
	{ "delete-without-where", "all rows of a table are deleted",
	  "Delete in batches, outside of the migration.", E, 0 },
	{ "update-without-where", "all rows of a table are updated",
	  "Update in batches, outside of the migration; with WHERE only the "
	  "rows in which nothing is lost.", E, 0 },
	{ "large-update", "rows of a large table change in one transaction",
	  "Change them in batches, outside of the migration.", W, 0 },
	{ "duplicate-assignment", "a column is assigned twice",
	  "Leave one of them out.", E, 0 },

	/* transactions and the session */
	{ "write-after-lock",
	  "rows are written while a table is locked for all others",
	  "Put the rows into a migration of their own.", W, 0 },
	{ "two-exclusive-locks",
	  "two tables are locked for all others in one transaction",
	  "One table in each migration: the application may take them in "
	  "another order, and both wait for ever.", W, 0 },
	{ "lock-table", "a table is locked outright",
	  "Leave it to the statements to take what they need.", W, 0 },
	{ "disable-timeout", "a time limit is switched off",
	  "Leave the limits alone: a lock that is waited for stops all who "
	  "come later.", W, 0 },
	{ "transaction-control", "the script controls transactions itself",
	  "Leave BEGIN and COMMIT out: then it and its record in the ledger "
	  "succeed or fail together.", E, 0 },
	{ "transaction-nesting", "BEGIN stands within a transaction",
	  "Leave it out: the server ignores it.", W, 0 },
	{ "uncommitted-transaction", "a transaction is begun and not ended",
	  "Add COMMIT: without it nothing stays.", E, 0 },
	{ "set-search-path", "the session's search_path changes",
	  "Write names with their schemas, or SET LOCAL.", W, 0 },
	{ "set-role", "the session's role changes",
	  "RESET it at the end, or SET LOCAL ROLE.", W, 0 },
	{ "discard-all", "DISCARD ALL ends what the session holds",
	  "Leave it out: it also gives up the lock that keeps a second "
	  "migration away.", W, 0 },
	{ "advisory-lock", "an advisory lock is taken or given up",
	  "Leave it out: the migration is under a lock already.", W, 0 },

	/* what fails */
	{ "no-such-object", "a table or column is named that is not there",
	  "Correct its name, or see to it that what makes it runs before.",
	  E, 0 },
	{ "exists-already", "something is made that is there already",
	  "Give it another name; if an earlier attempt has left it, see "
	  "whether it is the same.", E, 0 },
	{ "replace-view", "a view is replaced by one that lacks its columns",
	  "Keep its columns in their order and add new ones behind them, or "
	  "drop it and create it again in the same transaction.", E, 0 },

	/* the script */
	{ "copy-rows", "rows stand in the script (COPY … FROM STDIN)",
	  "Nothing: ub-migrate runs it; most other tools cannot.", I, 0 },
	{ "unanalysed", "a statement could not be looked into",
	  "Look at it yourself: what is said of it is a guess.", E, 0 },
	{ "unused-ignore", "a comment ignores a rule that found nothing",
	  "Remove it.", W, 0 },
	{ "bad-ignore", "a comment that ignores has no reason, or no such rule",
	  "Write \"-- ub-ignore RULE: why that is no danger here\".",
	  W, 0 },
	{ "contract-with-expand",
	  "what one migration adds and what takes away its forerunner are "
	  "released together",
	  "Put what takes away into a later release, when no old code "
	  "runs.", W, 0 },

	/* style */
	{ "prefer-bigint", "a key or counter is an integer of 4 or 2 bytes",
	  "Use bigint.", I, 1 },
	{ "prefer-identity", "serial is used",
	  "Use GENERATED BY DEFAULT AS IDENTITY.", I, 1 },
	{ "prefer-text", "a text has a length",
	  "Use text, with a CHECK if the length matters.", I, 1 },
	{ "prefer-timestamptz", "a timestamp has no time zone",
	  "Use timestamptz.", I, 1 },
	{ "prefer-jsonb", "json is used", "Use jsonb.", I, 1 },
	{ "no-char", "char(n) is used, which is filled up with blanks",
	  "Use text.", I, 1 },
	{ "identifier-too-long", "a name has more than 63 bytes",
	  "The server cuts it: shorten it.", W, 1 },
	{ "require-schema", "a name has no schema",
	  "Write the schema.", I, 1 },
	{ "prefer-robust", "IF EXISTS or IF NOT EXISTS would help a retry",
	  "Add it, where the script cannot run in one transaction.", I, 1 },
	{ "enum-value-order", "an enum's new value has no place",
	  "Write BEFORE or AFTER.", I, 1 },
	{ "domain-with-check", "a domain is made with a constraint",
	  "Use a CHECK on the column: that can be changed without reading "
	  "all tables.", I, 1 },
	{ 0 }
};

const struct lint_rule *
lint_rules(void)
{
	return rules;
}
