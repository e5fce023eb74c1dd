/* jwrite.h - values that jansson would refuse or that need a form. */
#ifndef UB_UB_JWRITE_H
#define UB_UB_JWRITE_H

#include <stdint.h>

#include <jansson.h>

#include "base/vec.h"

/* Any bytes as a JSON string: invalid UTF-8 becomes U+FFFD; NULL is null. */
json_t *jwrite_text(const char *s);

/* All strings of a list. */
json_t *jwrite_list(const struct vec *v);

/* Milliseconds since 1970 as RFC 3339; 0 is null. */
json_t *jwrite_time(int64_t at);

#endif
