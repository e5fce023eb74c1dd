/* buf.c - a growing byte string. */
#include "base/buf.h"

#include <stdint.h>

#include "base/mem.h"

/* Room for extra bytes and the NUL. */
static void
reserve(struct buf *b, size_t extra)
{
	size_t want;

	if (extra < b->cap - b->len && b->data)
		return;
	/* An impossible size goes to mem_grow, which ends the process. */
	want = extra < SIZE_MAX - b->len ? b->len + extra + 1 : SIZE_MAX;
	if (want < b->cap + b->cap / 2)
		want = b->cap + b->cap / 2;
	if (want < 64)
		want = 64;
	b->data = mem_grow(b->data, want, 1);
	b->cap = want;
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	reserve(b, len);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	/* Only a broken format or a text over 2 GiB: say so in its place. */
	if (n < 0) {
		buf_puts(b, "(unprintable)");
		return;
	}
	reserve(b, (size_t)n);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	b->len += (size_t)n;
}

const char *
buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

char *
buf_detach(struct buf *b)
{
	char *data;

	reserve(b, 0);
	data = b->data;
	data[b->len] = '\0';
	*b = (struct buf){ 0 };
	return data;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void
buf_release(struct buf *b)
{
	free(b->data);
	*b = (struct buf){ 0 };
}
