/*
 * model.h - the database as the statements that were judged so far will have
 * left it: read from the catalog where there is a session, lazily and once,
 * and changed as they change it. What is not known is not made up.
 *
 * A relation's facts are a JSON object; missing keys are unknown:
 *	columns      name: {type, typeschema, typmod, notnull, default,
 *	             identity, generated, number, fresh}
 *	constraints  name: {type (as pg_constraint.contype), valid, keys, ref,
 *	             index, text, notnull (a list of columns that a CHECK keeps
 *	             from being NULL, "" for what else it says), tx (the
 *	             transaction that added it)}
 *	indexes      name: {unique, valid, primary, keys, partial, constraint,
 *	             computed (has an expression), uses (its columns, also
 *	             within expressions)}
 *	incoming     [{table, name}] foreign keys of others
 *	kin          [{name, kind}] partitions and heirs, of all levels
 *	parent, parentkind, parentdefault, defaultpartition
 *	sequences    [{name, column}] owned
 *	partkeys     names of the columns it is partitioned by
 *	table        of an index: whose
 *	valid        of an index
 *	last, start, step, known  of a sequence; known: may last be read? It
 *	             is null if no number was ever taken
 *	owner, persistence, method, tablespace, rls, policies (how many)
 *	renamed      it, or a part of it, in this run
 */
#ifndef UB_UB_LINT_MODEL_H
#define UB_UB_LINT_MODEL_H

#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "ext/db.h"
#include "ub/lint/tree.h"

struct model_rel {
	char *schema;
	char *name;
	char *shown;   /* "public.orders"; without a catalog as written */
	char kind;     /* as pg_class.relkind; 0: not known */
	int fresh;     /* made in this run */
	int gone;      /* not there: dropped, or the catalog has no such one */
	int missing;   /* the latter */
	int whole;     /* the facts are all there are */
	int empty;     /* there, without a row */
	int64_t bytes; /* with TOAST, and of all partitions; 0: not known */
	json_t *facts;
	struct model_rel *now; /* it was renamed: what has become of it */
};

struct model {
	struct db *db; /* or NULL */
	int version;
	struct vec path;   /* where names without a schema are looked for */
	int moved;         /* the script has set it */
	int home;          /* the session makes things in the first of path:
	                      1, not: 0, not asked: -1 */
	struct model_rel **v;
	size_t n;
	json_t *known;     /* of the catalog: schema: {name: 1, …} */
	json_t *places;    /* "schema\1name": where in v */
	json_t *routines;  /* made in this run: name: {language, body, text,
	                      volatile} */
	json_t *types;     /* name: {kind, constrained, base, fresh, tx} */
	json_t *others;    /* made in this run: "schema x" */
	json_t *procs;     /* of the catalog: name: "v", "s", "i" or "" */
	int utc;           /* TimeZone is UTC: 1, not: 0, not asked: -1 */
	struct err err;    /* the first error of the catalog stays here */
};

struct model *model_new(struct db *db, const char *schema, int version);
void model_free(struct model *m); /* NULL is fine */

/* The relation of that name, index, view or whatever; never NULL. */
struct model_rel *model_find(struct model *m, struct tree_name n);

/* The one of which a fact says "schema.name". */
struct model_rel *model_find_text(struct model *m, const char *name);

/* As far as it was looked for before; or NULL. */
struct model_rel *model_peek_text(struct model *m, const char *name);

/* One is made now. Temporary ones are known by their name alone. */
struct model_rel *model_make(struct model *m, struct tree_name n, char kind,
    int temporary);

/* It has another name now; schema may be NULL for its old one. */
void model_rename(struct model *m, struct model_rel *r, const char *schema,
    const char *name);

/* Its parts; NULL if they are not known. */
json_t *model_column(const struct model_rel *r, const char *name);
json_t *model_constraint(const struct model_rel *r, const char *name);
json_t *model_index(const struct model_rel *r, const char *name);

/* The part named so in a kind of parts ("columns") becomes value, which is
 * taken over; NULL removes it. */
void model_set(struct model_rel *r, const char *part, const char *name,
    json_t *value);

/* Is it certain that there is no such part? */
int model_lacks(const struct model_rel *r, const char *part,
    const char *name);

/* Does a CHECK keep the column from being NULL: for all rows, so that it is
 * valid; or for those that are written, at least? */
int model_never_null(const struct model_rel *r, const char *column,
    int all);

/* Columns that an expression keeps from being NULL where it is not false, as
 * a CHECK is, and "" for what else it says: a new list. */
json_t *model_not_nulls(json_t *expression);

/* A CHECK that says no more than that columns are not NULL, which they must
 * not be anyway? */
int model_is_idle(const struct model_rel *r, json_t *constraint);

/*
 * The column gets another type, whose values are those of the old one, bit
 * for bit: is an index built anew, since it is on an expression, of a part of
 * the rows, or INVALID; or with all, since the column is one of its keys? Is
 * a CHECK tried on all rows again?
 */
int model_rebuilds(const struct model_rel *r, const char *column, int all);
int model_rechecks(const struct model_rel *r, const char *column);

/* Something else than a relation ("schema", "routine") is made in this run;
 * was it? */
void model_make_other(struct model *m, const char *what, const char *name);
int model_made_other(const struct model *m, const char *what,
    const char *name);

/* A type is made in this run, by the transaction of that number. */
void model_make_type(struct model *m, struct tree_name n, const char *kind,
    long tx);

/* Does an index begin with these columns, in any order? */
int model_has_index(const struct model_rel *r, json_t *columns, int unique);

/* A query for one value that is JSON; NULL if there is none, or after an
 * error, which is kept. Caller owns. */
json_t *catalog_ask(struct model *m, const char *sql,
    const char *const *params);

/* The catalog's part: fill r; what it says of a type; of a function. */
void catalog_rel(struct model *m, struct model_rel *r);
json_t *catalog_type(struct model *m, struct tree_name n);

/* What a value of a domain is, of the server's own types, and its typmod;
 * NULL: it is no domain, or not certain; or, if it is to be a free one, it
 * has a constraint. Borrowed. */
const char *catalog_base(struct model *m, struct tree_name n, int free,
    long *typmod);

/* How steady a function's result is: 'i', 's', 'v' as pg_proc has it; 0 if
 * there is none, or no catalog. *body: what a function in SQL does, or NULL;
 * the caller owns it. */
char catalog_volatile(struct model *m, struct tree_name n, size_t args,
    char **body);

/* Is a value of a column of this type one of that other, bit for bit? */
int catalog_same_bits(struct model *m, json_t *column, struct tree_name type);

/* Is a relation called so, in whatever schema? 1 without a catalog. */
int catalog_named(struct model *m, const char *name);

/* Has the role what a relation's owner has, once that is another one? 0
 * without a catalog. */
int catalog_keeps(struct model *m, const char *role, const char *owner);

/* The schema in which a name without one is made; NULL if that is not
 * certain. Borrowed. */
const char *catalog_home(struct model *m);

/* Is it a function of the server's own? 0 without a catalog. */
int catalog_builtin(struct model *m, struct tree_name n);

/* Is the session's TimeZone always UTC? 0 without a catalog. */
int catalog_utc(struct model *m);

/*
 * What goes or changes with an object: a list of {name, kind, how}, where
 * how is "gone" for relations that go and "part" for those of which something
 * does. what: "relation", "column", "type", "routine", "constraint",
 * "schema", "extension"; NULL without a catalog. Caller owns.
 */
json_t *catalog_dependents(struct model *m, const char *what,
    struct tree_name n, const char *part);

/* Is there a "type", "routine", "schema", "extension" or "database" of that
 * name, or is a role so called the "owner" of anything? 1 without a catalog.
 */
int catalog_has(struct model *m, const char *what, struct tree_name n);

/* Is it certain that the relation, as the catalog has it, has no "trigger",
 * "rule" or "policy" of that name? 0 without a catalog. */
int catalog_lacks(struct model *m, const char *what,
    const struct model_rel *r, const char *name);

/* Tables with a column of a "domain", or made "of" a type: a list of names.
 * Caller owns. */
json_t *catalog_users(struct model *m, const char *how, struct tree_name n);

#endif
