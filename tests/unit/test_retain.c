#include "ub/backup/retain.h"

#include "tap.h"

#define N 6

/* Which of six sets (newest first) go, as "-++…": + stays. */
static const char *
fate(const struct retain *r, const struct set_list *l)
{
	static char text[N + 1];
	size_t i;

	for (i = 0; i < l->n; i++)
		text[i] = retain_may_go(r, l, i) ? '-' : '+';
	text[l->n] = '\0';
	return text;
}

int
main(void)
{
	struct set sets[N] = { { 0 } };
	struct set_list l = { .v = sets, .n = N };
	struct retain r = { .keep = 3, .min_keep = 1 };

	tap_is(fate(&r, &l), "+++---", "the oldest beyond keep");
	r.keep = 0;
	tap_is(fate(&r, &l), "++++++", "0 keeps all");
	r.keep = 1;
	r.min_keep = 4;
	tap_is(fate(&r, &l), "++++--", "never below minKeep");
	r.min_keep = 1;
	sets[4].verified = SET_LEVEL_READ;
	tap_is(fate(&r, &l), "+---+-", "the newest verified stays");
	sets[2].verified = SET_LEVEL_RESTORE;
	tap_is(fate(&r, &l), "+-+---", "a newer one takes its place");
	sets[1].verified = SET_LEVEL_HASH;
	tap_is(fate(&r, &l), "+-+---", "level hash proves too little");
	sets[0].failed = 1;
	tap_is(fate(&r, &l), "+++---", "a failed set does not count");
	l.n = 1;
	tap_is(fate(&r, &l), "+", "the only set stays");
	return tap_done();
}
