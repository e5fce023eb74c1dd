/*
 * buf.h - a growing byte string. data is never NULL after the first append
 * and always has a NUL behind len; buf_text() is "" for an empty one.
 */
#ifndef UB_BASE_BUF_H
#define UB_BASE_BUF_H

#include <stdarg.h>

#include "base/attr.h"

struct buf {
	char *data;
	size_t len;
	size_t cap;
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) UB_PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) UB_PRINTF(2, 0);
const char *buf_text(const struct buf *b); /* borrowed, NUL-terminated */
char *buf_detach(struct buf *b);           /* caller owns; b is left {0} */
void buf_reset(struct buf *b);             /* len 0, capacity kept */
void buf_release(struct buf *b);

#endif
