/* test_jwrite.c - any bytes as JSON. */
#include "ub/jwrite.h"

#include "tap.h"

static void
test_is(json_t *j, const char *want, const char *name)
{
	char *text = json_dumps(j, JSON_ENCODE_ANY | JSON_COMPACT);

	tap_is(text, want, name);
	free(text);
	json_decref(j);
}

int
main(void)
{
	struct vec v = { 0 };

	test_is(jwrite_text("a\"\\\n"), "\"a\\\"\\\\\\n\"", "a string");
	test_is(jwrite_text(NULL), "null", "NULL");
	test_is(jwrite_text("a\377b"), "\"a\357\277\275b\"", "invalid UTF-8");
	test_is(jwrite_time(1795230665120), "\"2026-11-21T03:11:05.120Z\"",
	    "a time");
	test_is(jwrite_time(0), "null", "no time");
	test_is(jwrite_list(&v), "[]", "an empty list");
	vec_add(&v, "x");
	vec_add(&v, "y");
	test_is(jwrite_list(&v), "[\"x\",\"y\"]", "a list");
	vec_release(&v);
	return tap_done();
}
