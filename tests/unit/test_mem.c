/* test_mem.c - allocation that cannot fail. */
#include "base/mem.h"

#include <stdint.h>

#include "child.h"
#include "tap.h"

static int
grow_too_much(void *ctx)
{
	(void)ctx;
	free(mem_grow(NULL, SIZE_MAX / 2, 3));
	return 0;
}

static int
grow_beyond_memory(void *ctx)
{
	size_t *n = ctx;

	free(mem_grow(NULL, *n, 1));
	return 0;
}

static void
test_out_of_memory(void)
{
	struct buf errs = { 0 };
	size_t n = SIZE_MAX / 4;

	tap_ok(child_run(grow_too_much, NULL, &errs) == 3,
	    "a product that overflows ends the process with 3");
	tap_is(buf_text(&errs), "out of memory\n", "and says so");
	/* A sanitizer's own allocator says more, and ends with another. */
	tap_ok(child_run(grow_beyond_memory, &n, &errs) != 0,
	    "more memory than there is ends the process");
	tap_ok(strstr(buf_text(&errs), "memory") || errs.len > 0,
	    "and says so");
	buf_release(&errs);
}

int
main(void)
{
	char *p = mem_alloc(0), *q;
	size_t i;
	int zero = 1;

	test_out_of_memory();
	tap_ok(p != NULL, "nothing is something too");
	free(p);
	p = mem_alloc(100);
	for (i = 0; i < 100; i++)
		zero &= p[i] == 0;
	tap_ok(zero, "memory is zeroed");
	memset(p, 'x', 100);
	p = mem_grow(p, 1000, 1);
	tap_ok(p[0] == 'x' && p[99] == 'x', "growing keeps the contents");
	p = mem_grow(p, 0, 8);
	tap_ok(p != NULL, "shrinking to nothing does not free");
	free(p);

	tap_is(mem_dup(NULL), NULL, "a copy of NULL is NULL");
	p = mem_dup("text");
	tap_is(p, "text", "a copy of a text");
	q = mem_dupn(p, 2);
	tap_is(q, "te", "a copy of a part");
	free(p);
	free(q);
	q = mem_dupn("", 0);
	tap_is(q, "", "a copy of nothing");
	free(q);
	p = mem_printf("%s-%d-%0500d", "a", 7, 1);
	tap_ok(strlen(p) == 504 && strncmp(p, "a-7-00", 6) == 0,
	    "a formatted text of any length");
	free(p);
	mem_wipe(NULL);
	mem_wipe(mem_dup("secret"));
	return tap_done();
}
