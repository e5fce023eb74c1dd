#include "ub/jwrite.h"

#include "base/text.h"
#include "sys/clock.h"

json_t *
jwrite_text(const char *s)
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
jwrite_list(const struct vec *v)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < v->n; i++)
		json_array_append_new(list, jwrite_text(v->v[i]));
	return list;
}

json_t *
jwrite_time(int64_t at)
{
	char *s;
	json_t *j;

	if (at == 0)
		return json_null();
	s = clock_rfc3339(at);
	j = json_string(s);
	free(s);
	return j;
}
