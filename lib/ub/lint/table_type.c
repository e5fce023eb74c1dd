/* table_type.c - a column gets another type: what that costs and breaks. */
#include <string.h>

#include "ub/lint/judge.h"
#include "ub/lint/take.h"

/* A type as a column has it. */
struct type {
	const char *name;
	long typmod;
};

/* CHECKS: all rows are read for a CHECK; INDEXES: or for an index, too. */
enum cost { FREE, CHECKS, INDEXES, REWRITE };

static int
is(const char *a, const char *b)
{
	return a && strcmp(a, b) == 0;
}

static long
mod_at(json_t *mods, size_t i)
{
	json_t *in = tree_as(json_array_get(mods, i), "A_Const");

	return tree_number(tree_get(in, "ival"), "ival");
}

long
lint_typmod(json_t *type)
{
	json_t *mods = tree_get(type, "typmods");
	const char *name = tree_names(tree_get(type, "names")).name;

	if (is(name, "interval"))
		return json_array_size(mods) > 1 ? mod_at(mods, 1) : -1;
	if (json_array_size(mods) == 0)
		return -1;
	if (is(name, "varchar") || is(name, "bpchar"))
		return mod_at(mods, 0) + 4;
	if (is(name, "numeric"))
		return ((mod_at(mods, 0) << 16) |
		    (json_array_size(mods) > 1 ? mod_at(mods, 1) & 0x7ff :
		    0)) + 4;
	return mod_at(mods, 0);
}

static int
is_time(const char *name)
{
	return is(name, "timestamp") || is(name, "timestamptz") ||
	    is(name, "time") || is(name, "timetz") || is(name, "interval");
}

/* Of the same name: does each value of the old one fit as it is? */
static int
wider(const struct type *a, const struct type *b)
{
	if (a->typmod == b->typmod || b->typmod < 0)
		return 1;
	if (is(a->name, "varchar") || is(a->name, "varbit"))
		return a->typmod >= 0 && b->typmod >= a->typmod;
	if (is(a->name, "numeric"))
		return a->typmod >= 0 &&
		    ((a->typmod - 4) & 0x7ff) == ((b->typmod - 4) & 0x7ff) &&
		    (b->typmod - 4) / 65536 >= (a->typmod - 4) / 65536;
	if (is_time(a->name))
		return b->typmod >= 6 ||
		    (a->typmod >= 0 && b->typmod >= a->typmod);
	return 0;
}

static int
is_string(const char *name)
{
	return is(name, "text") || is(name, "varchar");
}

/* Stored with and without a time zone: the same moment in other words? */
static int
is_zoned(const char *a, const char *b)
{
	return (is(a, "timestamp") && is(b, "timestamptz")) ||
	    (is(a, "timestamptz") && is(b, "timestamp"));
}

static enum cost
cost_of(struct judge *j, json_t *old, const struct type *a,
    const struct type *b, struct tree_name written)
{
	if (strcmp(a->name, b->name) == 0)
		return wider(a, b) ? FREE : REWRITE;
	if (is_string(a->name) && is_string(b->name))
		return b->typmod < 0 || (is(a->name, "varchar") &&
		    a->typmod >= 0 && b->typmod >= a->typmod) ?
		    FREE : REWRITE;
	if (is_zoned(a->name, b->name))
		return catalog_utc(j->m) && (b->typmod < 0 ||
		    b->typmod >= a->typmod) ? INDEXES : REWRITE;
	/* The typmod of another type is put on by a function. */
	return b->typmod < 0 && catalog_same_bits(j->m, old, written) ?
	    INDEXES : REWRITE;
}

/* Of the same name, and too narrow: are values rounded, and none refused? */
static int
rounds(const struct type *a, const struct type *b)
{
	if (is(a->name, "numeric"))
		return a->typmod >= 0 && b->typmod >= 0 &&
		    (b->typmod - 4) / 65536 - ((b->typmod - 4) & 0x7ff) >=
		    (a->typmod - 4) / 65536 - ((a->typmod - 4) & 0x7ff);
	return is_time(a->name);
}

/* A number of this type is one of that, too? */
static int
is_wider_number(const char *a, const char *b)
{
	static const char *const order[] = { "int2", "int4", "int8",
		"numeric" };
	size_t i, from = UB_LEN(order), to = 0;

	for (i = 0; i < UB_LEN(order); i++) {
		if (is(a, order[i]))
			from = i;
		if (is(b, order[i]))
			to = i;
	}
	return (from < to) || (is(a, "float4") && is(b, "float8"));
}

/* What it is for code that knows the old type, and for the values. */
static struct harm
breaks(const struct type *a, const struct type *b)
{
	struct harm h = { .compat = LINT_COMPAT_BREAKING };
	int same = strcmp(a->name, b->name) == 0;

	if (same && (wider(a, b) || rounds(a, b)))
		h.compat = LINT_COMPAT_SAFE;
	else if (is_string(a->name) && is_string(b->name))
		h.compat = b->typmod < 0 || (a->typmod >= 0 &&
		    b->typmod >= a->typmod) ? LINT_COMPAT_SAFE :
		    LINT_COMPAT_WRITER;
	else if (same)
		h.compat = LINT_COMPAT_WRITER;
	else if (is_wider_number(a->name, b->name) && b->typmod < 0)
		h.compat = LINT_COMPAT_READER;
	else if (is_zoned(a->name, b->name))
		h.compat = LINT_COMPAT_READER;
	else if (is(a->name, "json") && is(b->name, "jsonb"))
		h.compat = LINT_COMPAT_WRITER; /* json_…() is another name */
	/* Digits behind the point are cut off. */
	if (same && is(a->name, "numeric") && !wider(a, b) &&
	    (a->typmod < 0 || ((b->typmod - 4) & 0x7ff) <
	    ((a->typmod - 4) & 0x7ff)))
		h.data = LINT_DATA_LOSES;
	if (is_time(a->name) && ((same && !wider(a, b)) ||
	    is(b->name, "date") || is(b->name, "time")))
		h.data = LINT_DATA_LOSES;
	if ((is(a->name, "numeric") || is(a->name, "float8") ||
	    is(a->name, "float4")) && strncmp(b->name, "int", 3) == 0)
		h.data = LINT_DATA_LOSES;
	return h;
}

/* USING that says no more than the plain cast. */
static int
is_plain(json_t *value, const char *column, const struct type *b)
{
	json_t *cast = tree_as(value, "TypeCast"), *fields;

	if (!value)
		return 1;
	if (cast && is(tree_names(tree_get(tree_get(cast, "typeName"),
	    "names")).name, b->name))
		value = tree_get(cast, "arg");
	fields = tree_get(tree_as(value, "ColumnRef"), "fields");
	return json_array_size(fields) > 0 && is(tree_string(json_array_get(
	    fields, json_array_size(fields) - 1)), column);
}

/* The column's old type is not known: only the new one is. */
static void
judge_unknown(struct judge *j, struct model_rel *r, const char *name,
    const struct type *b)
{
	int harmless = b->typmod < 0 && (is_string(b->name) ||
	    is(b->name, "numeric"));

	lint_take(j, r, 8, TAKE_REWRITE | TAKE_SCAN);
	lint_harm(j, r, "change-column-type", &(struct harm){
	    .lock = LINT_LOCK_REWRITE, .compat = harmless ?
	    LINT_COMPAT_WRITER : LINT_COMPAT_BREAKING },
	    "column %s of %s becomes %s, which may write the table anew "
	    "(its old type is not known here)", name, r->shown, b->name);
}

/* As it is stored: a domain as what it is of; a value comes into one without
 * more ado if that has no constraint. */
static struct type
stored(struct judge *j, struct tree_name n, struct type t, int into)
{
	const char *base = catalog_base(j->m, n, into, &t.typmod);

	t.name = base ? base : t.name;
	return t;
}

static void
judge_known(struct judge *j, struct model_rel *r, const char *name,
    const struct type *b, json_t *def)
{
	json_t *c = model_column(r, name);
	struct tree_name old = { tree_text(c, "typeschema"),
		tree_text(c, "type") };
	struct tree_name new = tree_names(tree_get(tree_get(def, "typeName"),
	    "names"));
	struct type a = stored(j, old, (struct type){ old.name,
	    tree_number(c, "typmod") }, 0), to = stored(j, new, *b, 1);
	/* Of a domain's values the server does not know how long they are. */
	struct type seen = { a.name, tree_number(c, "typmod") };
	int plain = is_plain(tree_get(def, "raw_default"), name, b);
	enum cost cost = !plain ? REWRITE : cost_of(j, c, &seen, &to, new);
	static const enum lint_lock locks[] = { LINT_LOCK_BRIEF,
		LINT_LOCK_SCAN, LINT_LOCK_SCAN, LINT_LOCK_REWRITE };
	static const char *const what[] = { "", ", for which a CHECK reads "
		"all rows under a lock", ", which builds its indexes anew "
		"under a lock", ", which writes the table anew" };
	struct harm h = breaks(&a, &to);

	/* What USING makes of the values, only who wrote it knows. */
	if (!plain && h.compat == LINT_COMPAT_SAFE)
		h.compat = LINT_COMPAT_READER;

	if (cost == FREE && tree_get(def, "collClause"))
		cost = INDEXES;
	if (cost != REWRITE)
		cost = model_rebuilds(r, name, cost == INDEXES) ? INDEXES :
		    model_rechecks(r, name) ? CHECKS : FREE;
	h.lock = locks[cost];
	if (cost == REWRITE)
		lint_take_rewrite(j, r);
	else if (cost != FREE)
		lint_take(j, r, 8, TAKE_SCAN);
	if (cost == INDEXES || cost == CHECKS)
		lint_take_kin(j, r, 8, TAKE_SCAN);
	if (lint_new_column(r, name))
		h.compat = LINT_COMPAT_SAFE;
	/* Stored alike: all depends on what the old code makes of a zone. */
	h.mild = cost == FREE && is_zoned(a.name, to.name);
	lint_harm(j, r, "change-column-type", &h,
	    "column %s of %s becomes %s%s%s", name, r->shown, b->name,
	    what[cost], h.data == LINT_DATA_LOSES ?
	    ", and loses what does not fit" : "");
}

void
lint_alter_type(struct judge *j, struct model_rel *r, json_t *cmd)
{
	const char *name = tree_text(cmd, "name"), *view;
	json_t *def = tree_as(tree_get(cmd, "def"), "ColumnDef");
	json_t *type = tree_get(def, "typeName"), *c, *list;
	struct tree_name n = { r->schema, r->name };
	struct tree_name written = tree_names(tree_get(type, "names"));
	struct type b = { written.name, lint_typmod(type) };
	int other = 1;

	if (!name || !b.name)
		return;
	c = model_column(r, name);
	if (c && tree_text(c, "type")) {
		judge_known(j, r, name, &b, def);
		other = !tree_is(c, "type", b.name) && !(is_string(b.name) &&
		    is_string(tree_text(c, "type")));
	} else {
		judge_unknown(j, r, name, &b);
	}
	list = catalog_dependents(j->m, "column", n, name);
	lint_take_changed(j, r, list, other);
	view = lint_view_in(j, list);
	if (view && !r->fresh)
		lint_harm(j, r, "column-used-by-view", &(struct harm){
		    .fails = 1 }, "the type of column %s of %s cannot "
		    "change: view %s uses it", name, r->shown, view);
	json_decref(list);
	lint_style_type(j, r, name, type);
	if (!c)
		return;
	json_object_set_new(c, "type", json_string(b.name));
	json_object_set_new(c, "typeschema", written.schema ?
	    json_string(written.schema) : json_null());
	json_object_set_new(c, "typmod", json_integer(b.typmod));
}
