/*
 * copy.h - the rows of COPY text as pg_dump writes it: a row a line (newlines
 * in values are escaped), then a line "\.", then nothing but empty lines.
 * Costs one memchr() a row; keeps no data.
 */
#ifndef UB_UB_VERIFY_COPY_H
#define UB_UB_VERIFY_COPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Valid as {0}. */
struct copy {
	int64_t rows;
	size_t line_len; /* of the line that is not whole yet */
	char first[2];   /* its first bytes */
	int ended;       /* the line "\." was there */
};

/* One block more. ERR_NO, "verify.copy", for anything behind the end. */
int copy_add(struct copy *c, const void *data, size_t len, struct err *e);

/* No more data: the end must have been there. */
int copy_end(const struct copy *c, struct err *e);

#endif
