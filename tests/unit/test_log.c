/* test_log.c - lines on stderr. */
#include "sys/log.h"

#include <pthread.h>

#include "base/vec.h"
#include "child.h"
#include "tap.h"

static int cleared;

static void
clear(void)
{
	cleared++;
}

static void
keep(void *ctx, const char *kind, const char *msg)
{
	vec_addf(ctx, "%s=%s", kind, msg);
}

static int
say_all(void *ctx)
{
	enum log_level *level = ctx;

	log_init("ub-test", *level);
	log_warn("k", "careful with '%s'", "x");
	log_info("did %d", 1);
	log_verbose("more");
	log_raw("hint: %s", "try again");
	return 0;
}

static int
say_before_init(void *ctx)
{
	(void)ctx;
	log_info("early");
	return 0;
}

static int
say_hostile(void *ctx)
{
	(void)ctx;
	log_init("ub-test", LOG_NORMAL);
	log_info("name '\x1b[2J\xff\x07' and\n\tmore");
	log_raw("\x1b]0;title\x07");
	return 0;
}

static int
count_lines(void *ctx)
{
	struct vec v = { 0 };
	int ok;

	(void)ctx;
	log_init("ub-test", LOG_QUIET);
	log_on_line(clear);
	log_on_warning(keep, &v);
	log_warn("lock.slow", "waited %d s", 3);
	log_info("not shown");
	log_raw("raw");
	log_on_warning(NULL, NULL);
	log_on_line(NULL);
	log_warn("k", "nobody keeps this");
	ok = cleared == 2 && v.n == 1 &&
		strcmp(v.v[0], "lock.slow=waited 3 s") == 0;
	vec_release(&v);
	return ok ? 0 : 1;
}

static void *
chatter(void *arg)
{
	int i;

	for (i = 0; i < 500; i++)
		log_info("%0100d%s", 0, (const char *)arg);
	return NULL;
}

static int
say_in_threads(void *ctx)
{
	static char end[][2] = { "a", "b", "c" };
	pthread_t t[3];
	size_t i;

	(void)ctx;
	log_init("p", LOG_NORMAL);
	for (i = 0; i < 3; i++)
		if (pthread_create(&t[i], NULL, chatter, end[i]) != 0)
			return 1;
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return 0;
}

static void
test_threads(void)
{
	struct buf errs = { 0 };
	size_t lines = 0, right = 0, n;
	const char *p;

	tap_ok(child_run(say_in_threads, NULL, &errs) == 0, "three threads");
	for (p = buf_text(&errs); *p; p += n + 1) {
		n = strcspn(p, "\n");
		lines++;
		right += n == 104 && strncmp(p, "p: 000", 6) == 0 &&
			strchr("abc", p[103]) != NULL;
		if (!p[n])
			break;
	}
	tap_ok(lines == 1500 && right == 1500, "their lines stay whole");
	buf_release(&errs);
}

int
main(void)
{
	enum log_level level = LOG_QUIET;
	struct buf errs = { 0 };

	child_run(say_before_init, NULL, &errs);
	tap_is(buf_text(&errs), "ub: early\n", "before log_init");
	child_run(say_all, &level, &errs);
	tap_is(buf_text(&errs), "ub-test: warning: careful with 'x'\n"
	    "hint: try again\n", "quiet");
	level = LOG_NORMAL;
	child_run(say_all, &level, &errs);
	tap_is(buf_text(&errs), "ub-test: warning: careful with 'x'\n"
	    "ub-test: did 1\nhint: try again\n", "normal");
	level = LOG_VERBOSE;
	child_run(say_all, &level, &errs);
	tap_is(buf_text(&errs), "ub-test: warning: careful with 'x'\n"
	    "ub-test: did 1\nub-test: more\nhint: try again\n", "verbose");
	child_run(say_hostile, NULL, &errs);
	tap_is(buf_text(&errs), "ub-test: name '?[2J\xef\xbf\xbd?' and\n"
	    "\tmore\n?]0;title?\n", "control characters are not passed on");
	tap_ok(child_run(count_lines, NULL, &errs) == 0,
	    "warnings are kept, the hook is called before each line");
	test_threads();
	log_init("ub-x", LOG_DEBUG);
	tap_is(log_prog(), "ub-x", "who speaks");
	tap_ok(log_level() == LOG_DEBUG, "how loud");
	buf_release(&errs);
	return tap_done();
}
