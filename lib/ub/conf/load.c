/* load.c - where values come from: file, environment, -c. */
#include "base/mem.h"
#include "base/text.h"
#include "ext/gitconf.h"
#include "sys/log.h"
#include "sys/path.h"
#include "ub/conf/store.h"

/* POSIX leaves its declaration to the program. */
extern char **environ;

struct reading {
	struct conf *c;
	struct vec checked; /* files that were linted */
};

/* A file's name for people: short within the root. Caller owns. */
static char *
file_text(const struct conf *c, const char *file)
{
	char *path = path_abs(file), *text;
	size_t n = strlen(c->root);

	if (strncmp(path, c->root, n) != 0 || path[n] != '/')
		return path;
	text = mem_dup(path + n + 1);
	free(path);
	return text;
}

static int
on_value(void *ctx, const struct gitconf_value *v, struct err *e)
{
	struct reading *r = ctx;
	struct conf_given g = {
		.key = v->key, .value = v->value, .rank = CONF_FROM_FILE
	};
	char *file, *path, *origin, *base;
	int result;

	if (!vec_has(&r->checked, v->file)) {
		vec_add(&r->checked, v->file);
		if (gitconf_lint(v->file, e))
			return -1;
	}
	if (strncmp(v->key, "include.", 8) == 0 ||
	    strncmp(v->key, "includeif.", 10) == 0)
		return 0;
	file = file_text(r->c, v->file);
	path = path_abs(v->file);
	origin = v->line ? mem_printf("%s:%d", file, v->line) : mem_dup(file);
	base = path_dir(path);
	g.origin = origin;
	g.base = base;
	result = conf_store_put(r->c, &g, e);
	free(file);
	free(path);
	free(origin);
	free(base);
	return result;
}

/* A file that was asked for must be there, ROOT/ub.conf need not. */
static int
load_file(struct conf *c, const char *asked, struct err *e)
{
	struct reading r = { .c = c };
	const char *env = getenv("UB_CONFIG");
	char *file;
	int result = 0;

	if (!asked && env && *env)
		asked = env;
	file = asked ? mem_dup(asked) : path_join(c->root, "ub.conf");
	if (asked || path_exists(file))
		result = gitconf_each(file, on_value, &r, e);
	vec_release(&r.checked);
	free(file);
	return result;
}

/*
 * A name in the environment that is nearly one of ours is a slip, but no
 * error: others put names there too (Kubernetes: UB_SERVICE_HOST).
 */
static void
warn_of_slips(const struct vec *known)
{
	char **v = environ;
	const char *near;
	char *name;

	for (; *v; v++) {
		if (strncmp(*v, "UB_", 3) != 0)
			continue;
		name = mem_dupn(*v, strcspn(*v, "="));
		near = NULL;
		if (!vec_has(known, name))
			near =
			    text_nearest(name, (const char *const *)known->v);
		if (near)
			log_warn("config.env",
			    "%s is not known; did you mean %s?", name, near);
		free(name);
	}
}

static int
load_env(struct conf *c, const char *base, struct err *e)
{
	const struct conf_key *k = conf_keys_all();
	struct vec known = { 0 };
	struct conf_given g = { .rank = CONF_FROM_ENV, .base = base };
	char *spelt;
	int r = 0;

	vec_add(&known, "UB_CONFIG");
	vec_add(&known, "UB_NOW");
	for (; r == 0 && k->section; k++) {
		if (k->named == CONF_MUST)
			continue;
		vec_take(&known, conf_keys_env(k));
		g.origin = known.v[known.n - 1];
		g.value = getenv(g.origin);
		if (!g.value || !*g.value)
			continue;
		spelt = conf_store_spell(k, "");
		g.key = spelt;
		r = conf_store_put(c, &g, e);
		free(spelt);
	}
	if (r == 0)
		warn_of_slips(&known);
	vec_release(&known);
	return r;
}

static int
load_set(struct conf *c, const struct vec *set, const char *base, struct err *e)
{
	struct conf_given g = {
		.rank = CONF_FROM_SET, .origin = "-c", .base = base
	};
	const char *equals;
	char *key;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && set && i < set->n; i++) {
		equals = strchr(set->v[i], '=');
		if (!equals)
			return err_set(e, ERR_USAGE, "config.key",
			    "-c: '%s' is not KEY=VALUE", set->v[i]);
		key = mem_dupn(set->v[i], (size_t)(equals - set->v[i]));
		g.key = key;
		g.value = equals + 1;
		r = conf_store_put(c, &g, e);
		free(key);
	}
	return r;
}

int
conf_load(const struct conf_source *src, struct conf **out, struct err *e)
{
	struct conf *c = mem_alloc(sizeof(*c));
	char *here = path_abs(".");
	int r;

	c->root = path_abs(src->root);
	c->app = mem_dup(path_base(c->root));
	r = load_file(c, src->file, e);
	if (r == 0)
		r = load_env(c, here, e);
	if (r == 0)
		r = load_set(c, src->set, here, e);
	free(here);
	if (r) {
		conf_free(c);
		c = NULL;
	}
	*out = c;
	return r;
}
