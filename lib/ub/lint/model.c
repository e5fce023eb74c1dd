#include "ub/lint/model.h"

#include <string.h>

#include "base/mem.h"

#define TEMPORARY "pg_temp"

struct model *
model_new(struct db *db, const char *schema, int version)
{
	struct model *m = mem_alloc(sizeof(*m));

	m->db = db;
	m->version = db ? db_version(db) : version ? version : 150000;
	m->utc = m->home = -1;
	vec_add(&m->path, schema ? schema : "public");
	m->known = json_object();
	m->places = json_object();
	m->routines = json_object();
	m->types = json_object();
	m->others = json_object();
	m->procs = json_object();
	return m;
}

static void
rel_free(struct model_rel *r)
{
	free(r->schema);
	free(r->name);
	free(r->shown);
	json_decref(r->facts);
	free(r);
}

void
model_free(struct model *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < m->n; i++)
		rel_free(m->v[i]);
	free(m->v);
	vec_release(&m->path);
	json_decref(m->known);
	json_decref(m->places);
	json_decref(m->routines);
	json_decref(m->types);
	json_decref(m->others);
	json_decref(m->procs);
	err_release(&m->err);
	free(m);
}

/* A name leads to this one from now on. */
static void
lead(struct model *m, const char *schema, const char *name, size_t at)
{
	char *key = mem_printf("%s\1%s", schema, name);

	json_object_set_new_nocheck(m->places, key,
	    json_integer((json_int_t)at));
	free(key);
}

/* One that was looked for before. */
static struct model_rel *
remembered(struct model *m, const char *schema, const char *name)
{
	char *key = mem_printf("%s\1%s", schema, name);
	const json_t *at = json_object_get(m->places, key);

	free(key);
	return at ? m->v[json_integer_value(at)] : NULL;
}

static struct model_rel *
add(struct model *m, const char *schema, const char *name, int bare)
{
	struct model_rel *r = mem_alloc(sizeof(*r));

	r->schema = mem_dup(schema);
	r->name = mem_dup(name);
	r->shown = bare ? mem_dup(name) : mem_printf("%s.%s", schema, name);
	r->facts = json_object();
	m->v = mem_grow(m->v, m->n + 1, sizeof(*m->v));
	lead(m, schema, name, m->n);
	m->v[m->n++] = r;
	return r;
}

/* In one schema: it may be gone. */
static struct model_rel *
look(struct model *m, const char *schema, const char *name, int bare)
{
	struct model_rel *r = remembered(m, schema, name);

	if (!r) {
		r = add(m, schema, name, bare && !m->db);
		catalog_rel(m, r);
	}
	return r;
}

struct model_rel *
model_find(struct model *m, struct tree_name n)
{
	struct model_rel *r, *first = NULL;
	size_t i;

	if (n.schema)
		return look(m, n.schema, n.name, 0);
	r = remembered(m, TEMPORARY, n.name);
	if (r && !r->gone)
		return r;
	for (i = 0; i < m->path.n; i++) {
		r = look(m, m->path.v[i], n.name, 1);
		if (!r->gone)
			return r;
		if (!first)
			first = r;
	}
	return first ? first : look(m, "", n.name, 1);
}

static struct model_rel *
by_text(struct model *m, const char *name, int peek)
{
	const char *dot = strchr(name, '.');
	char *schema = dot ? mem_dupn(name, (size_t)(dot - name)) : NULL;
	struct tree_name n = { schema, dot ? dot + 1 : name };
	struct model_rel *r;

	r = peek ? remembered(m, schema ? schema : "", n.name) :
	    model_find(m, n);
	while (r && r->now)
		r = r->now;
	free(schema);
	return r;
}

struct model_rel *
model_find_text(struct model *m, const char *name)
{
	return by_text(m, name, 0);
}

struct model_rel *
model_peek_text(struct model *m, const char *name)
{
	return by_text(m, name, 1);
}

struct model_rel *
model_make(struct model *m, struct tree_name n, char kind, int temporary)
{
	const char *schema = n.schema;
	struct model_rel *r;

	if (temporary)
		schema = TEMPORARY;
	else if (!schema)
		schema = m->path.n ? m->path.v[0] : "";
	r = remembered(m, schema, n.name);
	if (!r)
		r = add(m, schema, n.name, !n.schema && !m->db);
	json_decref(r->facts);
	r->facts = json_object();
	r->kind = kind;
	r->fresh = r->whole = r->empty = 1;
	r->gone = r->missing = 0;
	r->bytes = 0;
	r->now = NULL;
	return r;
}

void
model_rename(struct model *m, struct model_rel *r, const char *schema,
    const char *name)
{
	struct model_rel *old;
	char *was_schema = r->schema, *was = r->name;
	int bare = !strchr(r->shown, '.');
	size_t at = 0;

	r->schema = mem_dup(schema ? schema : was_schema);
	r->name = mem_dup(name);
	r->missing = 0;
	json_object_set_new(r->facts, "renamed", json_true());
	free(r->shown);
	r->shown = bare ? mem_dup(name) :
	    mem_printf("%s.%s", r->schema, name);
	/* Of that name there may be none, or one that is gone. */
	while (m->v[at] != r)
		at++;
	lead(m, r->schema, r->name, at);
	old = add(m, was_schema, was, bare);
	old->gone = 1;
	old->now = r;
	free(was_schema);
	free(was);
}

static json_t *
part_of(const struct model_rel *r, const char *part, const char *name)
{
	json_t *v = name ? tree_get(tree_get(r->facts, part), name) : NULL;

	return json_is_object(v) ? v : NULL;
}

json_t *
model_column(const struct model_rel *r, const char *name)
{
	return part_of(r, "columns", name);
}

json_t *
model_constraint(const struct model_rel *r, const char *name)
{
	return part_of(r, "constraints", name);
}

json_t *
model_index(const struct model_rel *r, const char *name)
{
	return part_of(r, "indexes", name);
}

void
model_set(struct model_rel *r, const char *part, const char *name,
    json_t *value)
{
	json_t *parts = tree_get(r->facts, part);

	if (!json_is_object(parts)) {
		parts = json_object();
		json_object_set_new(r->facts, part, parts);
	}
	if (value && name)
		json_object_set_new(parts, name, value);
	else if (value)
		json_decref(value);
	else if (name)
		json_object_del(parts, name);
}

int
model_lacks(const struct model_rel *r, const char *part, const char *name)
{
	return r->gone || (r->whole && !part_of(r, part, name));
}
