/* mem.c - allocation that cannot fail. */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>

static void UB_NORETURN
out_of_memory(void)
{
	/* Nothing here may allocate: stderr is unbuffered. */
	fputs("out of memory\n", stderr);
	_Exit(3);
}

void *
mem_alloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *
mem_grow(void *old, size_t n, size_t size)
{
	void *p;

	if (size && n > SIZE_MAX / size)
		out_of_memory();
	/* realloc(p, 0) may free: ask for one byte instead. */
	p = realloc(old, n && size ? n * size : 1);
	if (!p)
		out_of_memory();
	return p;
}

char *
mem_dup(const char *s)
{
	return s ? mem_dupn(s, strlen(s)) : NULL;
}

char *
mem_dupn(const char *s, size_t n)
{
	char *copy;

	if (n == SIZE_MAX)
		out_of_memory();
	copy = mem_grow(NULL, n + 1, 1);
	if (n)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list ap, again;
	char *s;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	/* Only a broken format or a text over 2 GiB: say so in its place. */
	if (n < 0) {
		va_end(ap);
		return mem_dup("(unprintable)");
	}
	s = mem_grow(NULL, (size_t)n + 1, 1);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

void
mem_wipe(char *secret)
{
	/* A volatile write cannot be optimised away before free(). */
	volatile char *p = secret;

	if (!secret)
		return;
	while (*p)
		*p++ = '\0';
	free(secret);
}
