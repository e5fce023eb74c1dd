/* vec.h - a growing list of owned strings; v is always NULL-terminated. */
#ifndef UB_BASE_VEC_H
#define UB_BASE_VEC_H

#include "base/attr.h"

struct vec {
	char **v; /* NULL while empty and never grown: use vec_argv() */
	size_t n;
	size_t cap;
};

void vec_add(struct vec *v, const char *s);                     /* copies s */
void vec_addf(struct vec *v, const char *fmt, ...) UB_PRINTF(2, 3);
void vec_take(struct vec *v, char *s);                     /* v now owns s */
void vec_copy(struct vec *to, const struct vec *from);      /* appends copies */
int vec_has(const struct vec *v, const char *s);                  /* 0 or 1 */
void vec_sort(struct vec *v);                                 /* by strcmp */
char *const *vec_argv(const struct vec *v); /* NULL-terminated, never NULL */
void vec_release(struct vec *v);

#endif
