/*
 * judge.h - what the files of the lint share: a statement while it is judged,
 * and the ways to say what it does. Each rule says what it has seen and what
 * harm that does; what becomes of it (level, verdict) is decided here, in one
 * place.
 */
#ifndef UB_UB_LINT_JUDGE_H
#define UB_UB_LINT_JUDGE_H

#include <stddef.h>

#include "ub/lint.h"
#include "ub/lint/model.h"

/* A foreign key whose columns want an index, which may still come. */
struct lint_key {
	size_t file, stmt;
	size_t line, column, end_line;
	struct model_rel *rel;
	json_t *columns;
};

/* The transaction that statements share. */
struct lint_now {
	long number;
	int block;          /* BEGIN was seen, and no end */
	struct vec locked;  /* tables under ACCESS EXCLUSIVE, as shown */
	struct vec strong;  /* under any lock that blocks writes */
	struct vec values;  /* added to enums: type, value, type, value, … */
	int told_two;
	int told_write;
};

struct comments;

struct lint {
	struct lint_opts o;
	char *schema;
	struct model *m;
	struct lint_now tx;
	size_t files; /* judged so far */
	int blind;    /* it is not known any more what is there */
	struct lint_key *keys;
	size_t n_keys;
	struct comments **notes; /* of each file */
	struct vec added; /* tables that were there and got a column */
};

/* An object that a file drops, and may make again. */
struct lint_drop {
	char *what; /* "view public.v" */
	size_t stmt, finding;
};

struct judge {
	struct lint *l;
	struct model *m;
	struct lint_file *f;
	struct lint_stmt *s;
	size_t stmt;
	const char *sql;     /* the statement that was parsed */
	size_t len;
	size_t line, column; /* where findings stand */
	size_t end_line;
	const char *routine; /* in the body of: "a DO block"; or NULL */
	int depth;
	int phases;          /* 1 << enum lint_phase */
	int *masks;          /* those of each statement of the file */
	int alone;           /* no transaction but its own */
	int unsure;          /* lint_input's */
	int wrapped;         /* one BEGIN … COMMIT stands around all */
	int told_control;
	struct lint_drop *drops;
	size_t n_drops;
	size_t cap_findings;
};

/* What something does to those who use the database. */
struct harm {
	enum lint_lock lock;
	enum lint_compat compat;
	enum lint_data data;
	int fails;    /* it cannot work */
	int told;     /* a warning, though there is no harm in the others */
	int noted;    /* an info, likewise */
	int mild;     /* what it breaks is not worth a warning */
};

/*
 * Take the harm into the statement's verdict, and say so unless there is
 * none: work is none where there are no rows, nothing is harm to a relation
 * that is new (r may be NULL: no relation).
 */
void lint_harm(struct judge *j, const struct model_rel *r, const char *rule,
    const struct harm *h, const char *fmt, ...) UB_PRINTF(5, 6);

/* Another hint than the rule's, for the finding that was added last, if any
 * was since n_findings was before. */
void lint_hint(struct judge *j, size_t before, const char *hint);

/* A view in such a list that is there still, or NULL. Borrowed. */
const char *lint_view_in(struct judge *j, json_t *list);

/* The typmod of a type's name, as pg_attribute has it; -1 if it has none. */
long lint_typmod(json_t *type);

/* The statement refuses a transaction; name it: "CREATE INDEX CONCURRENTLY".
 */
void lint_no_transaction(struct judge *j, const char *name);

/* Part of it is not understood; what that is worth: an info, if h is NULL. */
void lint_unanalysed(struct judge *j, const struct harm *h, const char *fmt,
    ...) UB_PRINTF(3, 4);

/* What is dropped is remembered: it may be made again. The finding is the
 * last one that was added since before. */
void lint_dropped(struct judge *j, size_t before, const char *kind,
    const char *name);
void lint_made_again(struct judge *j, const char *kind, const char *name);

/* A routine with the types of what is given to it, of a DROP or CREATE:
 * "f(int4, text)". Caller owns. */
char *lint_signature(const char *name, json_t *types);

/* The same, where another thing makes it good: "and …". */
void lint_mended(struct judge *j, const char *kind, const char *name,
    const char *how);

/* A statement calls it so (OBJECT_…): what it is, if that is not known. */
void lint_called_kind(struct model_rel *r, const char *objtype);

/* An existing table, with rows as far as is known? */
int lint_busy(const struct model_rel *r);

/* Is the constraint (NULL: nothing known but its name) a key or its like,
 * which ON CONFLICT can name? */
int lint_is_unique(json_t *constraint, const char *name);

/* The column is new: the old code knows nothing of it. */
int lint_new_column(const struct model_rel *r, const char *column);

/* Judge a node ({"AlterTableStmt": {…}}), of a statement or within one. */
void lint_node(struct judge *j, json_t *node);

/* What the statement is called: "ALTER TABLE". */
const char *lint_kind(const char *type, json_t *in);

/*
 * The relation that an ALTER or DROP is about, of this kind (OBJECT_…): in is
 * its content. NULL: there is none, which has been said if IF EXISTS does not
 * allow it.
 */
struct model_rel *lint_target(struct judge *j, json_t *in,
    struct tree_name n, const char *objtype);

/*
 * What fails for certain, by the catalog and what this run has done: the
 * relation that a name is looked up as is nowhere (1: so it is); the table has
 * no such column, or has one already; a relation or schema of that name, which
 * is to be made, is there. Nothing is said where that is not certain.
 */
int lint_missing(struct judge *j, const struct model_rel *r,
    struct tree_name n);
void lint_lacks_column(struct judge *j, const struct model_rel *r,
    const char *column);
void lint_has_column(struct judge *j, const struct model_rel *r,
    const char *column);
void lint_taken(struct judge *j, struct tree_name n);
void lint_taken_schema(struct judge *j, const char *name);

/* CREATE OR REPLACE VIEW (in is the ViewStmt's content) of one that is there:
 * do its columns stay? */
void lint_replace_view(struct judge *j, const struct model_rel *r,
    json_t *in);

/* One that was dropped is made again: does it certainly lack a column? */
int lint_view_lacks(const struct model_rel *r, json_t *in);

/* A sequence goes back to a number: RESTART among these options. */
void lint_restart(struct judge *j, const struct model_rel *r,
    json_t *options);

/* Statements, each in its file; in is the node's content. */
typedef void lint_handler(struct judge *j, json_t *in);
lint_handler lint_alter_table, lint_create_index, lint_reindex, lint_cluster,
    lint_vacuum, lint_refresh, lint_drop, lint_truncate, lint_drop_database,
    lint_drop_owned, lint_drop_role, lint_rename, lint_set_schema,
    lint_owner, lint_create_table, lint_create_as, lint_create_view,
    lint_create_trigger, lint_create_rule, lint_create_policy,
    lint_alter_policy, lint_create_sequence, lint_alter_sequence,
    lint_create_enum, lint_alter_enum, lint_create_domain,
    lint_alter_domain, lint_create_type, lint_create_schema, lint_grant,
    lint_alter_role, lint_insert, lint_update, lint_delete, lint_merge,
    lint_select, lint_copy, lint_lock_table, lint_set, lint_discard,
    lint_transaction, lint_do, lint_create_function, lint_call,
    lint_explain, lint_comment, lint_statistics, lint_refuses,
    lint_execute, lint_move_all, lint_publication, lint_blind;

/* Parts of ALTER TABLE; cmd is the AlterTableCmd's content. */
typedef void lint_part(struct judge *j, struct model_rel *r, json_t *cmd);
lint_part lint_add_column, lint_drop_column, lint_alter_type,
    lint_add_constraint, lint_drop_constraint, lint_validate,
    lint_set_not_null, lint_drop_not_null, lint_default, lint_identity,
    lint_attach, lint_detach, lint_inherit, lint_table_rewrite,
    lint_table_owner;

/* Columns and constraints of CREATE TABLE and ADD COLUMN, for the model:
 * what they make is put into r. */
void lint_define_column(struct judge *j, struct model_rel *r, json_t *def);
void lint_define_constraint(struct judge *j, struct model_rel *r,
    json_t *con, const char *column);

/* What evaluating these expressions does: tables that are read, functions
 * that are called, statements in WITH. */
void lint_expressions(struct judge *j, json_t *node);

/* A foreign key on these columns (a list of Strings) of r. */
void lint_wants_index(struct judge *j, struct model_rel *r, json_t *columns);

/* Are all rows meant: by no WHERE, or one that is true whatever is in them
 * ("1 = 1")? */
int lint_where_all(json_t *where);

/* May the expression give another value for each row? */
int lint_volatile(struct judge *j, json_t *expression);

/* A list of String nodes as a list of strings. Caller owns. */
json_t *lint_strings(json_t *nodes);

/* Rules on style for a type's name that stands in a definition. */
void lint_style_type(struct judge *j, const struct model_rel *r,
    const char *column, json_t *type);
void lint_style_name(struct judge *j, struct tree_name n);
void lint_style_robust(struct judge *j, const char *what);
void lint_style_text(struct judge *j, const char *sql, size_t len);

/* Call of a function by name, with its arguments. */
void lint_called(struct judge *j, struct tree_name n, json_t *args);

/* A statement that the parser does not know: guess by its words. Wrong: no
 * server does. */
void lint_guess(struct judge *j, const char *sql, size_t len,
    const char *why, int wrong);

/* SQL text within a statement: "EXECUTE '…'", the body of a function. */
void lint_inner(struct judge *j, const char *sql, size_t len);

/* An enum's value was added, or a text is used, in this transaction. */
void lint_enum_added(struct judge *j, struct tree_name type,
    const char *value);
void lint_enum_used(struct judge *j, const struct model_rel *r,
    json_t *node);

/* Apply what a file's comments say to its findings, and judge them; then put
 * all in order. */
void lint_ignores(struct judge *j, struct comments *notes);

/* A transaction has ended. */
void lint_tx_end(struct lint *l);

/* SET and set_config(); value is NULL for the default. */
void lint_setting(struct judge *j, const char *name, const char *value,
    int local);

/* Names without a schema are looked for here now: "a, b"; NULL: as before. */
void lint_set_path(struct judge *j, const char *value);

/* The body of a function of this run that is called. */
void lint_body(struct judge *j, const char *name, json_t *routine);

/* INSERT INTO name … VALUES, of constants alone: that needs no tree, which
 * would have many times its size. 1 if it is one, and it is judged. */
int lint_plain_insert(struct judge *j);

#endif
