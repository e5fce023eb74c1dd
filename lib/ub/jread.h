/*
 * jread.h - strict reading of JSON objects that may be torn or hostile: a
 * missing key, a wrong type or a number out of range is ERR_NO with the key's
 * name; the caller puts the file's name in front.
 */
#ifndef UB_UB_JREAD_H
#define UB_UB_JREAD_H

#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "base/num.h"
#include "base/vec.h"

/* A string that must be there. Caller owns *out (freed if it held one). */
int jread_text(const json_t *o, const char *key, char **out, struct err *e);

/* A string that may be null or missing: *out is NULL then. */
int jread_text_or_null(const json_t *o, const char *key, char **out,
    struct err *e);

/* An integer from 0 to 2^53. */
int jread_count(const json_t *o, const char *key, int64_t *out,
    struct err *e);

/* An integer of a range that an int holds. */
int jread_int(const json_t *o, const char *key, struct num_range range,
    int *out, struct err *e);

int jread_bool(const json_t *o, const char *key, int *out, struct err *e);

/* RFC 3339 text; milliseconds since 1970. */
int jread_time(const json_t *o, const char *key, int64_t *out,
    struct err *e);

/* A list of strings, appended. */
int jread_list(const json_t *o, const char *key, struct vec *out,
    struct err *e);

/* An array that must be there; borrowed. NULL with e set if it is not. */
const json_t *jread_array(const json_t *o, const char *key, struct err *e);

/* Parse a whole text: no duplicate keys, nothing behind it; an object.
 * Caller owns. NULL with e set (ERR_NO, kind). */
json_t *jread_parse(const char *text, size_t len, const char *kind,
    struct err *e);

#endif
