/* test_vec.c - a growing list of strings. */
#include "base/vec.h"

#include "base/mem.h"
#include "tap.h"

int
main(void)
{
	struct vec v = { 0 }, w = { 0 };
	int i, ended = 1;

	tap_ok(vec_argv(&v) && !vec_argv(&v)[0], "an empty one has an argv");
	tap_ok(!vec_has(&v, ""), "an empty one has nothing");
	vec_sort(&v);
	vec_release(&v);

	vec_add(&v, "pear");
	vec_addf(&v, "%s-%d", "apple", 3);
	vec_take(&v, mem_dup("fig"));
	tap_ok(v.n == 3, "three strings");
	tap_is(v.v[1], "apple-3", "a formatted one");
	tap_ok(vec_has(&v, "fig") && !vec_has(&v, "fi"), "has is exact");
	tap_ok(!vec_argv(&v)[3], "a NULL is at the end");
	vec_sort(&v);
	tap_ok(!strcmp(v.v[0], "apple-3") && !strcmp(v.v[1], "fig") &&
	    !strcmp(v.v[2], "pear"), "sorted by name");

	vec_copy(&w, &v);
	vec_release(&v);
	tap_ok(w.n == 3 && !strcmp(w.v[2], "pear"), "copies are its own");
	vec_copy(&w, &w);
	tap_ok(w.n == 6 && !strcmp(w.v[5], "pear"), "appended to itself");
	for (i = 0; i < 1000; i++) {
		vec_addf(&w, "%d", i);
		ended &= !w.v[w.n];
	}
	tap_ok(ended && w.n == 1006, "always ended by NULL");
	vec_release(&w);
	tap_ok(!w.v && !w.n && !w.cap, "release leaves {0}");
	return tap_done();
}
