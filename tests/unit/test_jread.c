/* test_jread.c - JSON of strangers. */
#include "ub/jread.h"

#include <stdlib.h>

#include "tap.h"

static const char text[] = "{\"s\": \"ü\", \"nil\": null, \"n\": 17, "
			   "\"neg\": -1, \"big\": 9007199254740993, "
			   "\"yes\": true, \"l\": [\"a\", \"b\"], "
			   "\"mixed\": [\"a\", 1], "
			   "\"t\": \"2026-11-21T03:11:05Z\"}";

static void
test_values(const json_t *j)
{
	struct err e = { 0 };
	struct vec l = { 0 };
	char *s = NULL;
	int64_t n = 0;
	int i = 0;

	tap_ok(jread_text(j, "s", &s, &e) == 0, "a string");
	tap_is(s, "ü", "its value");
	tap_ok(jread_text_or_null(j, "nil", &s, &e) == 0 && !s, "null");
	tap_ok(jread_text_or_null(j, "none", &s, &e) == 0 && !s, "missing");
	tap_ok(jread_count(j, "n", &n, &e) == 0 && n == 17, "a count");
	tap_ok(jread_int(j, "neg", (struct num_range){ -1, 5 }, &i, &e) ==
		    0 && i == -1,
	    "an integer");
	tap_ok(jread_bool(j, "yes", &i, &e) == 0 && i == 1, "true");
	tap_ok(jread_list(j, "l", &l, &e) == 0 && l.n == 2, "a list");
	tap_ok(jread_time(j, "t", &n, &e) == 0 && n == 1795230665000,
	    "a time");
	tap_ok(e.code == ERR_OK, "no error");
	vec_release(&l);
	free(s);
}

static void
test_wrong(const json_t *j)
{
	struct err e = { 0 };
	struct vec l = { 0 };
	char *s = NULL;
	int64_t n = 0;
	int i = 0;

	tap_ok(jread_text(j, "none", &s, &e) == -1, "no string");
	tap_is(e.msg, "\"none\" is missing", "is missing");
	tap_ok(e.code == ERR_NO, "the answer is no");
	jread_text(j, "n", &s, &e);
	tap_is(e.msg, "\"n\" is not a string", "a number is no string");
	jread_count(j, "neg", &n, &e);
	tap_is(e.msg, "\"neg\" is out of range", "no count below 0");
	jread_count(j, "big", &n, &e);
	tap_is(e.msg, "\"big\" is out of range", "nor over 2^53");
	jread_count(j, "s", &n, &e);
	tap_is(e.msg, "\"s\" is not an integer", "nor a string");
	jread_int(j, "n", (struct num_range){ 0, 16 }, &i, &e);
	tap_is(e.msg, "\"n\" is out of range", "over the range");
	jread_bool(j, "n", &i, &e);
	tap_is(e.msg, "\"n\" is not true or false", "no truth");
	jread_list(j, "mixed", &l, &e);
	tap_is(e.msg, "\"mixed\" holds something else than strings",
	    "a mixed list");
	jread_list(j, "s", &l, &e);
	tap_is(e.msg, "\"s\" is not a list", "no list");
	jread_time(j, "s", &n, &e);
	tap_is(e.msg, "\"s\" is not a time", "no time");
	err_release(&e);
	vec_release(&l);
	free(s);
}

static void
test_parse(const char *bad, const char *says)
{
	struct err e = { 0 };
	json_t *j = jread_parse(bad, strlen(bad), "a.kind", &e);

	tap_ok(!j && e.code == ERR_NO, "not taken: %s", bad);
	tap_ok(e.msg && strstr(e.msg, says), "%s", says);
	tap_is(e.kind, "a.kind", "the caller's kind");
	err_release(&e);
	json_decref(j);
}

int
main(void)
{
	struct err e = { 0 };
	json_t *j = jread_parse(text, sizeof(text) - 1, "k", &e);

	tap_ok(j != NULL, "a whole object");
	test_values(j);
	test_wrong(j);
	json_decref(j);
	test_parse("", "it is empty");
	test_parse("[1]", "it is not a JSON object");
	test_parse("{\"a\": 1", "line 1, column 7");
	test_parse("{\"a\": 1} x", "end of file expected");
	test_parse("{\"a\": 1, \"a\": 2}", "duplicate object key");
	test_parse("{\"a\": \"\xff\"}", "line 1");
	err_release(&e);
	return tap_done();
}
