#include "ub/jread.h"

#include "base/mem.h"
#include "sys/clock.h"

#define JREAD_MAX ((json_int_t)1 << 53)

static int
wrong(const char *key, const char *what, struct err *e)
{
	return err_set(e, ERR_NO, "json.value", "\"%s\" %s", key, what);
}

static int
copy_text(const json_t *v, const char *key, char **out, struct err *e)
{
	if (!json_is_string(v))
		return wrong(key, "is not a string", e);
	free(*out);
	*out = mem_dup(json_string_value(v));
	return 0;
}

int
jread_text(const json_t *o, const char *key, char **out, struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (!v)
		return wrong(key, "is missing", e);
	return copy_text(v, key, out, e);
}

int
jread_text_or_null(const json_t *o, const char *key, char **out,
    struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (v && !json_is_null(v))
		return copy_text(v, key, out, e);
	free(*out);
	*out = NULL;
	return 0;
}

int
jread_count(const json_t *o, const char *key, int64_t *out, struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v))
		return wrong(key, v ? "is not an integer" : "is missing", e);
	if (json_integer_value(v) < 0 || json_integer_value(v) > JREAD_MAX)
		return wrong(key, "is out of range", e);
	*out = (int64_t)json_integer_value(v);
	return 0;
}

int
jread_int(const json_t *o, const char *key, struct num_range range, int *out,
    struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v))
		return wrong(key, v ? "is not an integer" : "is missing", e);
	if (json_integer_value(v) < range.min ||
	    json_integer_value(v) > range.max)
		return wrong(key, "is out of range", e);
	*out = (int)json_integer_value(v);
	return 0;
}

int
jread_bool(const json_t *o, const char *key, int *out, struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_boolean(v))
		return wrong(key, "is not true or false", e);
	*out = json_is_true(v);
	return 0;
}

int
jread_time(const json_t *o, const char *key, int64_t *out, struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_string(v) || clock_parse(json_string_value(v), out))
		return wrong(key, "is not a time", e);
	return 0;
}

int
jread_list(const json_t *o, const char *key, struct vec *out, struct err *e)
{
	const json_t *list = jread_array(o, key, e), *v;
	size_t i;

	if (!list)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		v = json_array_get(list, i);
		if (!json_is_string(v))
			return wrong(key, "holds something else than strings",
			    e);
		vec_add(out, json_string_value(v));
	}
	return 0;
}

const json_t *
jread_array(const json_t *o, const char *key, struct err *e)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_array(v))
		return v;
	wrong(key, v ? "is not a list" : "is missing", e);
	return NULL;
}

json_t *
jread_parse(const char *text, size_t len, const char *kind, struct err *e)
{
	json_error_t je;
	json_t *j;

	if (len == 0) {
		err_set(e, ERR_NO, kind, "it is empty");
		return NULL;
	}
	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &je);
	if (!j) {
		err_set(e, ERR_NO, kind, "line %d, column %d: %s", je.line,
		    je.column, je.text);
		return NULL;
	}
	if (!json_is_object(j)) {
		err_set(e, ERR_NO, kind, "it is not a JSON object");
		json_decref(j);
		return NULL;
	}
	return j;
}
