/* json.c - properties of a database in a manifest. */
#include "ub/props.h"

#include <limits.h>

#include "base/mem.h"
#include "ub/jread.h"
#include "ub/jwrite.h"

static json_t *
grants_json(const struct props *p)
{
	json_t *list;
	size_t i;

	if (!p->has_acl)
		return json_null();
	list = json_array();
	for (i = 0; i < p->n_grants; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}",
		    "grantee", jwrite_text(p->grants[i].grantee),
		    "privilege", jwrite_text(p->grants[i].privilege),
		    "grantable", p->grants[i].grantable));
	return list;
}

static json_t *
settings_json(const struct props *p)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->n_settings; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}",
		    "role", jwrite_text(p->settings[i].role),
		    "name", jwrite_text(p->settings[i].name),
		    "value", jwrite_text(p->settings[i].value)));
	return list;
}

json_t *
props_json(const struct props *p)
{
	json_t *j = json_object();

	json_object_set_new(j, "encoding", jwrite_text(p->encoding));
	json_object_set_new(j, "collate", jwrite_text(p->collate));
	json_object_set_new(j, "ctype", jwrite_text(p->ctype));
	json_object_set_new(j, "provider", jwrite_text(p->provider));
	json_object_set_new(j, "locale", jwrite_text(p->locale));
	json_object_set_new(j, "icu_rules", jwrite_text(p->icu_rules));
	json_object_set_new(j, "owner", jwrite_text(p->owner));
	json_object_set_new(j, "tablespace", jwrite_text(p->tablespace));
	json_object_set_new(j, "comment", jwrite_text(p->comment));
	json_object_set_new(j, "connection_limit", json_integer(p->conn_limit));
	json_object_set_new(j, "grants", grants_json(p));
	json_object_set_new(j, "settings", settings_json(p));
	return j;
}

/* One of the words: anything else would become SQL unquoted. */
static int
check_word(const char *s, const char *key, const char *const *words,
    struct err *e)
{
	for (; *words; words++)
		if (strcmp(s, *words) == 0)
			return 0;
	return err_set(e, ERR_NO, "json.value", "\"%s\" is unknown: %s", key,
	    s);
}

/* A key whose absence would mean more than was said (PUBLIC, all roles). */
static int
read_role(const json_t *j, const char *key, char **out, struct err *e)
{
	if (!json_object_get(j, key))
		return err_set(e, ERR_NO, "json.value", "\"%s\" is missing",
		    key);
	return jread_text_or_null(j, key, out, e);
}

static int
read_texts(struct props *p, const json_t *j, struct err *e)
{
	static const char *const providers[] = { "libc", "icu", "builtin",
		NULL };

	if (jread_text(j, "encoding", &p->encoding, e) != 0 ||
	    jread_text(j, "collate", &p->collate, e) != 0 ||
	    jread_text(j, "ctype", &p->ctype, e) != 0 ||
	    jread_text_or_null(j, "provider", &p->provider, e) != 0 ||
	    jread_text_or_null(j, "locale", &p->locale, e) != 0 ||
	    jread_text_or_null(j, "icu_rules", &p->icu_rules, e) != 0 ||
	    jread_text(j, "owner", &p->owner, e) != 0 ||
	    jread_text_or_null(j, "tablespace", &p->tablespace, e) != 0 ||
	    jread_text_or_null(j, "comment", &p->comment, e) != 0)
		return -1;
	if (p->provider)
		return check_word(p->provider, "provider", providers, e);
	return 0;
}

static int
read_grants(struct props *p, const json_t *j, struct err *e)
{
	static const char *const privileges[] = { "CREATE", "CONNECT",
		"TEMPORARY", NULL };
	const json_t *list, *v;
	struct props_grant *g;
	size_t i;

	if (json_is_null(json_object_get(j, "grants")))
		return 0;
	list = jread_array(j, "grants", e);
	if (!list)
		return -1;
	p->has_acl = 1;
	json_array_foreach (list, i, v) {
		g = props_add_grant(p);
		if (read_role(v, "grantee", &g->grantee, e) != 0 ||
		    jread_text(v, "privilege", &g->privilege, e) != 0 ||
		    check_word(g->privilege, "privilege", privileges, e) != 0 ||
		    jread_bool(v, "grantable", &g->grantable, e) != 0)
			return -1;
	}
	return 0;
}

static int
read_settings(struct props *p, const json_t *j, struct err *e)
{
	const json_t *list = jread_array(j, "settings", e), *v;
	struct props_setting *s;
	size_t i;

	if (!list)
		return -1;
	json_array_foreach (list, i, v) {
		s = props_add_setting(p);
		if (read_role(v, "role", &s->role, e) != 0 ||
		    jread_text(v, "name", &s->name, e) != 0 ||
		    jread_text(v, "value", &s->value, e) != 0)
			return -1;
	}
	return 0;
}

int
props_from_json(struct props *p, const json_t *j, struct err *e)
{
	struct props new = { 0 };

	if (!json_is_object(j))
		return err_set(e, ERR_NO, "json.value",
		    "\"props\" is not an object");
	if (read_texts(&new, j, e) != 0 ||
	    jread_int(j, "connection_limit", (struct num_range){ -1, INT_MAX },
		&new.conn_limit, e) != 0 ||
	    read_grants(&new, j, e) != 0 || read_settings(&new, j, e) != 0) {
		props_release(&new);
		return -1;
	}
	*p = new;
	return 0;
}
