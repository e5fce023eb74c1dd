/* table_constraint.c - ALTER TABLE … ADD, VALIDATE, DROP CONSTRAINT. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

static int
see_column(const char *type, json_t *in, void *arg)
{
	json_t *fields = tree_get(in, "fields");
	const char *name = tree_string(json_array_get(fields,
	    json_array_size(fields) - 1));

	if (strcmp(type, "ColumnRef") == 0 && name)
		json_array_append_new(arg, json_string(name));
	return 1;
}

/* Only columns that the old code does not know, in a list of strings? */
static int
all_new(const struct model_rel *r, json_t *columns)
{
	size_t i, n = json_array_size(columns);

	for (i = 0; i < n; i++)
		if (!lint_new_column(r, json_string_value(
		    json_array_get(columns, i))))
			return 0;
	return n > 0;
}

static enum lint_compat
refuses(const struct model_rel *r, json_t *columns)
{
	return all_new(r, columns) ? LINT_COMPAT_SAFE : LINT_COMPAT_WRITER;
}

static void
add_check(struct judge *j, struct model_rel *r, json_t *con)
{
	int scan = !tree_flag(con, "skip_validation");
	const char *name = tree_text(con, "conname");
	json_t *columns = json_array();

	tree_walk(tree_get(con, "raw_expr"), see_column, columns);
	lint_take(j, r, 8, scan ? TAKE_SCAN : 0);
	lint_take_kin(j, r, 8, scan ? TAKE_SCAN : 0);
	lint_harm(j, r, "add-check", &(struct harm){
	    .lock = scan ? LINT_LOCK_SCAN : LINT_LOCK_BRIEF,
	    .compat = refuses(r, columns) }, scan ?
	    "%s%s of %s reads all rows under a lock, and refuses what "
	    "breaks it" : "%s%s of %s refuses at once what breaks it, "
	    "NOT VALID or not", name ? "CHECK " : "a CHECK", name ? name : "",
	    r->shown);
	json_decref(columns);
}

static void
add_foreign(struct judge *j, struct model_rel *r, json_t *con)
{
	struct tree_name n = tree_range(tree_get(con, "pktable"));
	int scan = !tree_flag(con, "skip_validation");
	int read = scan && lint_busy(r) ? TAKE_SCAN : 0;
	json_t *columns = lint_strings(tree_get(con, "fk_attrs"));
	struct model_rel *ref;

	if (!n.name) {
		json_decref(columns);
		return;
	}
	ref = model_find(j->m, n);
	lint_take(j, r, 6, scan ? TAKE_SCAN : 0);
	/* Heirs do not inherit it, partitions do. */
	if (r->kind == 'p')
		lint_take_kin(j, r, 6, scan ? TAKE_SCAN : 0);
	/* To find the counterparts, all of them are looked through. */
	lint_take(j, ref, 6, read);
	if (ref->kind == 'p')
		lint_take_kin(j, ref, 6, read);
	lint_harm(j, r, "add-foreign-key", &(struct harm){
	    .lock = scan ? LINT_LOCK_SCAN : LINT_LOCK_BRIEF,
	    .compat = refuses(r, columns) },
	    "foreign key from %s to %s %s, and refuses rows without their "
	    "counterpart", r->shown, ref->shown, scan ? "is tried on all "
	    "rows while writes to both wait" : "locks both against writes");
	if (r->fresh)
		lint_harm(j, ref, "references-table", &(struct harm){
		    .noted = 1, .lock = LINT_LOCK_BRIEF },
		    "the foreign key of %s locks %s against writes until the "
		    "transaction ends", r->shown, ref->shown);
	json_decref(columns);
}

/* Of a primary key on an index: must rows be read to see that no column is
 * NULL? Yes if that is not known. */
static int
wants_not_null(const struct model_rel *r, const char *index)
{
	json_t *keys = tree_get(model_index(r, index), "keys"), *c;
	size_t i, n = json_array_size(keys);
	const char *name;

	for (i = 0; i < n; i++) {
		name = json_string_value(json_array_get(keys, i));
		c = model_column(r, name);
		if (!tree_flag(c, "notnull") && !model_never_null(r, name, 1))
			return 1;
	}
	return n == 0;
}

static void
use_index(struct judge *j, struct model_rel *r, json_t *con, int primary)
{
	const char *index = tree_text(con, "indexname");
	const char *name = tree_text(con, "conname");
	int scan = primary && wants_not_null(r, index);
	struct tree_name n = { r->schema, index };

	lint_take(j, r, 8, scan ? TAKE_SCAN : 0);
	/* It gets the name of the constraint. */
	lint_take(j, model_find(j->m, n),
	    name && strcmp(name, index) ? 4 : 1, TAKE_KIN);
	if (scan)
		lint_harm(j, r, "add-primary-key", &(struct harm){
		    .lock = LINT_LOCK_SCAN, .compat = LINT_COMPAT_WRITER },
		    "the primary key of %s makes columns NOT NULL, which "
		    "reads all rows under a lock", r->shown);
}

static void
add_unique(struct judge *j, struct model_rel *r, json_t *con, int primary)
{
	json_t *columns = lint_strings(tree_get(con, "keys"));
	enum lint_compat compat = refuses(r, columns);

	if (!primary && model_has_index(r, columns, 1))
		compat = LINT_COMPAT_SAFE;
	if (tree_text(con, "indexname")) {
		use_index(j, r, con, primary);
	} else {
		lint_take(j, r, 8, TAKE_SCAN);
		lint_take_kin(j, r, 8, TAKE_SCAN);
		lint_harm(j, r, primary ? "add-primary-key" : "add-unique",
		    &(struct harm){ .lock = LINT_LOCK_SCAN,
		    .compat = compat }, "an index for the %s of %s is built "
		    "while it is locked for all%s", primary ? "primary key" :
		    "UNIQUE constraint", r->shown, compat ? ", and refuses "
		    "duplicates" : "");
	}
	json_decref(columns);
}

void
lint_add_constraint(struct judge *j, struct model_rel *r, json_t *cmd)
{
	json_t *con = tree_as(tree_get(cmd, "def"), "Constraint");
	const char *type = tree_text(con, "contype");

	if (!type)
		return;
	if (strcmp(type, "CONSTR_CHECK") == 0) {
		add_check(j, r, con);
	} else if (strcmp(type, "CONSTR_FOREIGN") == 0) {
		add_foreign(j, r, con);
	} else if (strcmp(type, "CONSTR_EXCLUSION") == 0) {
		lint_take(j, r, 8, TAKE_SCAN);
		lint_harm(j, r, "add-exclusion", &(struct harm){
		    .lock = LINT_LOCK_SCAN, .compat = LINT_COMPAT_WRITER },
		    "an index for the EXCLUDE constraint of %s is built "
		    "while it is locked for all", r->shown);
	} else {
		add_unique(j, r, con, strcmp(type, "CONSTR_PRIMARY") == 0);
	}
	lint_define_constraint(j, r, con, NULL);
}

void
lint_validate(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	json_t *k = model_constraint(r, name);
	const char *ref = tree_text(k, "ref");

	if (!name || tree_flag(k, "valid"))
		return;
	lint_take(j, r, 4, TAKE_SCAN);
	if (!k || tree_is(k, "type", "c"))
		lint_take_kin(j, r, 4, TAKE_SCAN);
	if (ref)
		lint_take_text(j, ref, 2, TAKE_KIN | TAKE_SCAN);
	/* Alone it shuts nobody out. */
	if (vec_has(&j->l->tx.strong, r->shown) && !j->alone)
		lint_harm(j, r, "validate-in-same-transaction",
		    &(struct harm){ .lock = LINT_LOCK_SCAN },
		    "constraint %s is tried on all rows of %s, which this "
		    "transaction has locked before", name, r->shown);
	if (k)
		json_object_set_new(k, "valid", json_true());
}

/* Without a catalog the usual names tell. */
int
lint_is_unique(json_t *k, const char *name)
{
	const char *type = tree_text(k, "type");
	size_t n = strlen(name);

	if (type)
		return strchr("pux", *type) != NULL;
	return (n > 5 && strcmp(name + n - 5, "_pkey") == 0) ||
	    (n > 4 && strcmp(name + n - 4, "_key") == 0);
}

void
lint_drop_constraint(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name");
	struct tree_name n = { r->schema, r->name };
	int cascade = tree_is(cmd, "behavior", "DROP_CASCADE");
	json_t *k = model_constraint(r, name), *list;

	if (!name || (tree_flag(cmd, "missing_ok") &&
	    model_lacks(r, "constraints", name)))
		return;
	if (!tree_flag(cmd, "missing_ok"))
		lint_style_robust(j, "IF EXISTS");
	list = r->fresh ? NULL :
	    catalog_dependents(j->m, "constraint", n, name);
	lint_take_list(j, list);
	json_decref(list);
	if (!(k && tree_flag(k, "fresh")) && !model_is_idle(r, k))
		lint_harm(j, r, "drop-constraint", &(struct harm){
		    .compat = lint_is_unique(k, name) ? LINT_COMPAT_WRITER :
		    LINT_COMPAT_READER }, "drops constraint %s of %s%s",
		    name, r->shown, lint_is_unique(k, name) ?
		    ", which ON CONFLICT may name" : "");
	if (cascade && !r->fresh)
		lint_harm(j, r, "drop-cascade", &(struct harm){ .told = 1 },
		    "drops all that depends on constraint %s of %s", name,
		    r->shown);
	model_set(r, "constraints", name, NULL);
	model_set(r, "indexes", name, NULL);
}
