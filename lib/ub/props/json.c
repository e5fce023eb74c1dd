/* json.c - properties of a database in a manifest. */
#include "ub/props.h"

#include <limits.h>

#include "base/mem.h"
#include "base/text.h"

static json_t *
text(const char *s)
{
	char *clean;
	json_t *j;

	if (!s)
		return json_null();
	clean = text_utf8_clean(s, strlen(s));
	j = json_string(clean);
	free(clean);
	return j;
}

json_t *
props_json(const struct props *p)
{
	json_t *j = json_object(), *grants = NULL, *settings = json_array();
	size_t i;

	if (p->has_acl)
		grants = json_array();
	for (i = 0; i < p->n_grants; i++)
		json_array_append_new(grants, json_pack("{s:o, s:o, s:b}",
		    "grantee", text(p->grants[i].grantee),
		    "privilege", text(p->grants[i].privilege),
		    "grantable", p->grants[i].grantable));
	for (i = 0; i < p->n_settings; i++)
		json_array_append_new(settings, json_pack("{s:o, s:o, s:o}",
		    "role", text(p->settings[i].role),
		    "name", text(p->settings[i].name),
		    "value", text(p->settings[i].value)));
	json_object_set_new(j, "encoding", text(p->encoding));
	json_object_set_new(j, "collate", text(p->collate));
	json_object_set_new(j, "ctype", text(p->ctype));
	json_object_set_new(j, "provider", text(p->provider));
	json_object_set_new(j, "locale", text(p->locale));
	json_object_set_new(j, "icu_rules", text(p->icu_rules));
	json_object_set_new(j, "owner", text(p->owner));
	json_object_set_new(j, "tablespace", text(p->tablespace));
	json_object_set_new(j, "comment", text(p->comment));
	json_object_set_new(j, "connection_limit", json_integer(p->conn_limit));
	json_object_set_new(j, "grants", grants ? grants : json_null());
	json_object_set_new(j, "settings", settings);
	return j;
}

static int
wrong(struct err *e, const char *key, const char *what)
{
	return err_set(e, ERR_NO, "set.manifest", "'%s' of a database %s", key,
	    what);
}

/* A text; null is fine where it may be absent. */
static int
get_text(const json_t *j, const char *key, int may_be_null, char **out,
    struct err *e)
{
	const json_t *v = json_object_get(j, key);

	if (!v)
		return wrong(e, key, "is missing");
	if (json_is_null(v) && may_be_null)
		return 0;
	if (!json_is_string(v))
		return wrong(e, key, "is no text");
	/* An escaped NUL would cut a name short. */
	if (strlen(json_string_value(v)) != json_string_length(v))
		return wrong(e, key, "holds a NUL");
	if (!may_be_null && json_string_length(v) == 0)
		return wrong(e, key, "is empty");
	*out = mem_dup(json_string_value(v));
	return 0;
}

static int
one_of(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(s, *words) == 0)
			return 1;
	return 0;
}

static int
get_texts(struct props *p, const json_t *j, struct err *e)
{
	static const char *const providers[] = { "libc", "icu", "builtin",
		NULL };

	if (get_text(j, "encoding", 0, &p->encoding, e) != 0 ||
	    get_text(j, "collate", 0, &p->collate, e) != 0 ||
	    get_text(j, "ctype", 0, &p->ctype, e) != 0 ||
	    get_text(j, "provider", 1, &p->provider, e) != 0 ||
	    get_text(j, "locale", 1, &p->locale, e) != 0 ||
	    get_text(j, "icu_rules", 1, &p->icu_rules, e) != 0 ||
	    get_text(j, "owner", 0, &p->owner, e) != 0 ||
	    get_text(j, "tablespace", 1, &p->tablespace, e) != 0 ||
	    get_text(j, "comment", 1, &p->comment, e) != 0)
		return -1;
	if (p->provider && !one_of(p->provider, providers))
		return wrong(e, "provider", "is none that ub knows");
	return 0;
}

static int
get_limit(struct props *p, const json_t *j, struct err *e)
{
	const json_t *v = json_object_get(j, "connection_limit");

	if (!json_is_integer(v) || json_integer_value(v) < -1 ||
	    json_integer_value(v) > INT_MAX)
		return wrong(e, "connection_limit", "is no number from -1 on");
	p->conn_limit = (int)json_integer_value(v);
	return 0;
}

static int
get_grants(struct props *p, const json_t *j, struct err *e)
{
	static const char *const privileges[] = { "CREATE", "CONNECT",
		"TEMPORARY", NULL };
	const json_t *list = json_object_get(j, "grants"), *v, *b;
	struct props_grant *g;
	size_t i;

	if (json_is_null(list))
		return 0;
	if (!json_is_array(list))
		return wrong(e, "grants", "is no list");
	p->has_acl = 1;
	json_array_foreach (list, i, v) {
		g = props_add_grant(p);
		b = json_object_get(v, "grantable");
		if (get_text(v, "grantee", 1, &g->grantee, e) != 0 ||
		    get_text(v, "privilege", 0, &g->privilege, e) != 0)
			return -1;
		if (!one_of(g->privilege, privileges))
			return wrong(e, "privilege", "is none that ub knows");
		if (!json_is_boolean(b))
			return wrong(e, "grantable", "is not true or false");
		g->grantable = json_is_true(b);
	}
	return 0;
}

static int
get_settings(struct props *p, const json_t *j, struct err *e)
{
	const json_t *list = json_object_get(j, "settings"), *v;
	struct props_setting *s;
	size_t i;

	if (!json_is_array(list))
		return wrong(e, "settings", "is no list");
	json_array_foreach (list, i, v) {
		s = props_add_setting(p);
		if (get_text(v, "role", 1, &s->role, e) != 0 ||
		    get_text(v, "name", 0, &s->name, e) != 0 ||
		    get_text(v, "value", 1, &s->value, e) != 0)
			return -1;
		if (!s->value)
			return wrong(e, "value", "is no text");
	}
	return 0;
}

int
props_from_json(struct props *p, const json_t *j, struct err *e)
{
	struct props new = { 0 };

	if (!json_is_object(j))
		return wrong(e, "properties", "is no object");
	if (get_texts(&new, j, e) != 0 || get_limit(&new, j, e) != 0 ||
	    get_grants(&new, j, e) != 0 || get_settings(&new, j, e) != 0) {
		props_release(&new);
		return -1;
	}
	*p = new;
	return 0;
}
