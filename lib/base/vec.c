/* vec.c - a growing list of owned strings. */
#include "base/vec.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/mem.h"

void
vec_add(struct vec *v, const char *s)
{
	vec_take(v, mem_dup(s));
}

void
vec_addf(struct vec *v, const char *fmt, ...)
{
	struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	vec_take(v, buf_detach(&b));
}

void
vec_take(struct vec *v, char *s)
{
	if (v->n + 1 >= v->cap) {
		v->cap = v->cap ? v->cap + v->cap / 2 : 8;
		v->v = mem_grow(v->v, v->cap, sizeof(*v->v));
	}
	v->v[v->n++] = s;
	v->v[v->n] = NULL;
}

void
vec_copy(struct vec *to, const struct vec *from)
{
	/* Counted first, so that a list can be appended to itself. */
	size_t i, n = from->n;

	for (i = 0; i < n; i++)
		vec_add(to, from->v[i]);
}

int
vec_has(const struct vec *v, const char *s)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		if (strcmp(v->v[i], s) == 0)
			return 1;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
vec_sort(struct vec *v)
{
	if (v->n > 1)
		qsort(v->v, v->n, sizeof(*v->v), by_name);
}

char *const *
vec_argv(const struct vec *v)
{
	static char *const none[] = { NULL };

	return v->v ? v->v : none;
}

void
vec_release(struct vec *v)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		free(v->v[i]);
	free(v->v);
	*v = (struct vec){ 0 };
}
