/* store.c - values checked and kept. */
#include "ub/conf/store.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/text.h"
#include "ext/dsn.h"

char *
conf_store_spell(const struct conf_key *k, const char *name)
{
	if (!*name)
		return mem_printf("%s.%s", k->section, k->key);
	return mem_printf("%s.%s.%s", k->section, name, k->key);
}

static int
check_word(
    const struct conf_key *k, const char *text, const char *what, struct err *e)
{
	struct vec words = { 0 };
	const char *s = k->words, *near;
	size_t n;
	int r = 0;

	for (; *s; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		vec_take(&words, mem_dupn(s, n));
	}
	if (!vec_has(&words, text)) {
		near = text_nearest(text, (const char *const *)words.v);
		r = err_set(e, ERR_USAGE, "usage.value",
		    "%s: '%s' is none of: %s", what, text, k->words);
		if (near)
			err_hint(e, "did you mean '%s'?", near);
	}
	vec_release(&words);
	return r;
}

/* The environment of a process is private; a file and argv are not. */
static int
check_dsn(
    const char *text, const char *what, enum conf_rank rank, struct err *e)
{
	struct dsn d = { 0 };
	int r = dsn_parse(&d, text, NULL, e);

	if (r)
		err_in(e, "%s", what);
	else if (d.has_password && rank != CONF_FROM_ENV) {
		r = err_set(e, ERR_USAGE, "config.secret",
		    "%s: a password does not belong here", what);
		err_hint(e, "put it into a file that database.passwordFile or "
			    "PGPASSFILE names, or into PGPASSWORD");
	}
	dsn_release(&d);
	return r;
}

static int
check(const struct conf_key *k, const char *text, const char *what,
    enum conf_rank rank, struct err *e)
{
	int64_t number;
	int truth;

	switch (k->type) {
	case CONF_TEXT:
		return 0;
	case CONF_PATH:
	case CONF_URL:
		return *text ? 0
			     : err_set(e, ERR_USAGE, "usage.value",
				   "%s: the value is empty", what);
	case CONF_DSN:
		return check_dsn(text, what, rank, e);
	case CONF_INT:
		return num_int(
		    text, what, (struct num_range){ 0, INT64_MAX }, &number, e);
	case CONF_SIZE:
		return num_size(text, what, &number, e);
	case CONF_DURATION:
		return num_duration(text, what, &number, e);
	case CONF_TIMEOUT:
		return num_timeout(text, what, &number, e);
	case CONF_BOOL:
		return num_bool(text, what, &truth, e);
	case CONF_WORD:
		return check_word(k, text, what, e);
	}
	return 0;
}

const struct conf_slot *
conf_store_find(
    const struct conf *c, const struct conf_key *k, const char *name)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->v[i].key == k && strcmp(c->v[i].name, name) == 0)
			return &c->v[i];
	return NULL;
}

static struct conf_slot *
slot(struct conf *c, const struct conf_key *k, const char *name)
{
	const struct conf_slot *s = conf_store_find(c, k, name);

	if (s)
		return &c->v[s - c->v];
	if (c->n == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 16;
		c->v = mem_grow(c->v, c->cap, sizeof(*c->v));
	}
	c->v[c->n] = (struct conf_slot){ .key = k, .name = mem_dup(name) };
	return &c->v[c->n++];
}

static void
take(struct conf_slot *s, const struct conf_given *g, const char *value)
{
	if (s->rank != g->rank || !s->key->many) {
		vec_release(&s->values);
		vec_release(&s->origins);
		vec_release(&s->bases);
	}
	s->rank = g->rank;
	vec_add(&s->values, value);
	vec_add(&s->origins, g->origin);
	vec_add(&s->bases, g->base);
}

int
conf_store_put(struct conf *c, const struct conf_given *g, struct err *e)
{
	const struct conf_key *k;
	const char *value = g->value;
	char *name = NULL, *spelt = NULL, *what = NULL;
	int r = conf_keys_parse(g->key, g->origin, &k, &name, e);

	if (r)
		goto out;
	spelt = conf_store_spell(k, name);
	what = mem_printf("%s: %s", g->origin, spelt);
	if (!value && k->type == CONF_BOOL)
		value = "true";
	if (value)
		r = check(k, value, what, g->rank, e);
	else
		r = err_set(e, ERR_USAGE, "usage.value",
		    "%s: the value is missing", what);
	if (r == 0)
		take(slot(c, k, name), g, value);
out:
	free(name);
	free(spelt);
	free(what);
	return r;
}

/* "https://user:secret@host/" without the secret (RFC 3986, 3.2.1). */
static char *
scrub_url(const char *url)
{
	const char *start = strstr(url, "://"), *colon, *at = NULL, *s;

	if (!start)
		return mem_dup(url);
	start += 3;
	/* The last @: a password may hold one that is not encoded. */
	for (s = start; *s && !strchr("/?#", *s); s++)
		if (*s == '@')
			at = s;
	colon = strchr(start, ':');
	if (!at || !colon || colon > at)
		return mem_dup(url);
	return mem_printf("%.*s:***%s", (int)(colon - url), url, at);
}

char *
conf_store_scrub(const struct conf_key *k, const char *value)
{
	struct dsn d = { 0 };
	struct err ignored = { 0 };
	char *text = NULL;

	if (k->type == CONF_URL)
		return scrub_url(value);
	if (k->type != CONF_DSN)
		return mem_dup(value);
	if (dsn_parse(&d, value, NULL, &ignored) == 0)
		text = dsn_text(&d);
	dsn_release(&d);
	err_release(&ignored);
	return text ? text : mem_dup("***");
}
