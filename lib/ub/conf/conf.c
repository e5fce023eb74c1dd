/* conf.c - values in force: asked for and shown. */
#include "ub/conf.h"

#include <assert.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "ub/conf/store.h"

void
conf_free(struct conf *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->n; i++) {
		free(c->v[i].name);
		vec_release(&c->v[i].values);
		vec_release(&c->v[i].origins);
		vec_release(&c->v[i].bases);
	}
	free(c->v);
	free(c->root);
	free(c->app);
	free(c);
}

static const char *
in_force(const struct conf *c, const struct conf_key *k, const char *name)
{
	const struct conf_slot *s = conf_store_find(c, k, name);

	if (s)
		return s->values.v[s->values.n - 1];
	if (strcmp(k->section, "ub") == 0 && strcmp(k->key, "app") == 0)
		return c->app;
	return k->dflt;
}

const char *
conf_sub(const struct conf *c, const char *section, const char *name,
    const char *key)
{
	const struct conf_key *k = conf_keys_find(section, key);

	assert(k);
	return in_force(c, k, name);
}

const char *
conf_get(const struct conf *c, const char *key)
{
	const struct conf_key *k = NULL;
	struct err none = { 0 };
	const char *value;
	char *name = NULL;

	/* A key that the table does not know is a programmer's mistake. */
	conf_keys_parse(key, "conf_get", &k, &name, &none);
	assert(none.code == ERR_OK && k);
	value = in_force(c, k, name);
	free(name);
	return value;
}

const struct vec *
conf_all(const struct conf *c, const char *section, const char *name,
    const char *key)
{
	static const struct vec empty = { 0 };
	const struct conf_key *k = conf_keys_find(section, key);
	const struct conf_slot *s;

	assert(k);
	s = conf_store_find(c, k, name);
	return s ? &s->values : &empty;
}

void
conf_names(const struct conf *c, const char *section, struct vec *names)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (strcmp(c->v[i].key->section, section) == 0 &&
		    !vec_has(names, c->v[i].name))
			vec_add(names, c->v[i].name);
}

int64_t
conf_int(const struct conf *c, const char *key)
{
	const char *text = conf_get(c, key);
	struct err none = { 0 };
	int64_t v = 0;

	assert(text);
	num_int(text, key, (struct num_range){ 0, INT64_MAX }, &v, &none);
	assert(none.code == ERR_OK);
	return v;
}

int64_t
conf_size(const struct conf *c, const char *key)
{
	const char *text = conf_get(c, key);
	struct err none = { 0 };
	int64_t v = 0;

	assert(text);
	num_size(text, key, &v, &none);
	assert(none.code == ERR_OK);
	return v;
}

int64_t
conf_duration(const struct conf *c, const char *key)
{
	const char *text = conf_get(c, key);
	struct err none = { 0 };
	int64_t v = 0;

	assert(text);
	num_duration(text, key, &v, &none);
	assert(none.code == ERR_OK);
	return v;
}

const char *
conf_origin(const struct conf *c, const char *section, const char *name,
    const char *key)
{
	const struct conf_key *k = conf_keys_find(section, key);
	const struct conf_slot *s;

	assert(k);
	s = conf_store_find(c, k, name);
	return s ? s->origins.v[s->origins.n - 1] : "default";
}

/* What conf_json and conf_print do with the values of one key. */
typedef void show_fn(void *ctx, const struct conf_key *k, const char *spelt,
    const struct vec *values, const struct vec *origins);

static void
show_key(const struct conf *c, const struct conf_key *k, const char *name,
    show_fn *fn, void *ctx)
{
	const struct conf_slot *s = conf_store_find(c, k, name);
	struct vec values = { 0 }, origins = { 0 };
	char *spelt = conf_store_spell(k, name);
	size_t i;

	if (s) {
		for (i = 0; i < s->values.n; i++)
			vec_take(&values, conf_store_scrub(k, s->values.v[i]));
		vec_copy(&origins, &s->origins);
	} else if (in_force(c, k, name)) {
		vec_add(&values, in_force(c, k, name));
		vec_add(&origins, "default");
	}
	if (values.n)
		fn(ctx, k, spelt, &values, &origins);
	free(spelt);
	vec_release(&values);
	vec_release(&origins);
}

static void
show(const struct conf *c, show_fn *fn, void *ctx)
{
	const struct conf_key *k = conf_keys_all();
	struct vec names = { 0 };
	size_t i;

	for (; k->section; k++) {
		if (k->named == CONF_PLAIN)
			vec_add(&names, "");
		else
			conf_names(c, k->section, &names);
		for (i = 0; i < names.n; i++)
			show_key(c, k, names.v[i], fn, ctx);
		vec_release(&names);
	}
}

static json_t *
clean(const char *s)
{
	char *text = text_utf8_clean(s, strlen(s));
	json_t *j = json_string(text);

	free(text);
	return j;
}

static void
show_json(void *ctx, const struct conf_key *k, const char *spelt,
    const struct vec *values, const struct vec *origins)
{
	json_t *entry = json_object(), *list = json_array();
	char *name = text_utf8_clean(spelt, strlen(spelt));
	size_t i;

	for (i = 0; i < values->n; i++)
		json_array_append_new(list, clean(values->v[i]));
	if (k->many)
		json_object_set(entry, "value", list);
	else
		json_object_set(entry, "value", json_array_get(list, 0));
	json_object_set_new(entry, "origin", clean(origins->v[origins->n - 1]));
	json_object_set_new(ctx, name, entry);
	json_decref(list);
	free(name);
}

json_t *
conf_json(const struct conf *c)
{
	json_t *all = json_object();

	show(c, show_json, all);
	return all;
}

static void
show_text(void *ctx, const struct conf_key *k, const char *spelt,
    const struct vec *values, const struct vec *origins)
{
	char *line, *plain, *c;
	size_t i;

	(void)ctx;
	(void)k;
	for (i = 0; i < values->n; i++) {
		line = mem_printf(
		    "%s=%s  (%s)", spelt, values->v[i], origins->v[i]);
		plain = text_printable(line);
		/* One value is one line, whatever is in it. */
		for (c = plain; *c; c++)
			*c = *c == '\n' ? '?' : *c;
		puts(plain);
		free(plain);
		free(line);
	}
}

void
conf_print(const struct conf *c)
{
	show(c, show_text, NULL);
}
