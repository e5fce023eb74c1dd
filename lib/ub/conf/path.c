/* path.c - values that are file names, made absolute. */
#include "base/mem.h"
#include "sys/path.h"
#include "ub/conf/store.h"

/* Caller owns. */
static char *
absolute(const char *value, const char *base)
{
	const char *home = getenv("HOME");
	char *joined, *path;

	if (value[0] == '/')
		return path_abs(value);
	if (home && *home && value[0] == '~' &&
	    (value[1] == '/' || !value[1])) {
		joined = path_join(home, value[1] ? value + 2 : "");
	} else {
		joined = path_join(base, value);
	}
	path = path_abs(joined);
	free(joined);
	return path;
}

char *
conf_path(const struct conf *c, const char *section, const char *name,
    const char *key)
{
	const struct conf_slot *s =
	    conf_store_find(c, conf_keys_find(section, key), name);
	const char *value = conf_sub(c, section, name, key);

	if (!value)
		return NULL;
	return absolute(value, s ? s->bases.v[s->bases.n - 1] : c->root);
}

void
conf_paths(const struct conf *c, const char *section, const char *name,
    const char *key, struct vec *out)
{
	const struct conf_slot *s =
	    conf_store_find(c, conf_keys_find(section, key), name);
	size_t i;

	for (i = 0; s && i < s->values.n; i++)
		vec_take(out, absolute(s->values.v[i], s->bases.v[i]));
}
