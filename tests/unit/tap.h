/*
 * tap.h - the whole unit-test framework: checks that print TAP lines.
 *
 *	int
 *	main(void)
 *	{
 *		tap_ok(1 + 1 == 2, "sums");
 *		return tap_done();
 *	}
 */
#ifndef UB_TESTS_TAP_H
#define UB_TESTS_TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

/* The condition first: what the name prints may be what it has written. */
#define tap_ok(cond, ...) do { \
	int tap_cond = (cond) ? 1 : 0; \
\
	tap_result(tap_cond, __LINE__, __VA_ARGS__); \
} while (0)

static void __attribute__((format(printf, 3, 4), unused))
tap_result(int ok, int line, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", ok ? "" : "not ", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	if (!ok) {
		printf(" # line %d", line);
		tap_failed++;
	}
	printf("\n");
	fflush(stdout);
}

/* Are two strings the same? Either may be NULL. */
#define tap_is(got, want, name) tap_text((got), (want), __LINE__, (name))

static void __attribute__((unused))
tap_text(const char *got, const char *want, int line, const char *name)
{
	int ok = got == want || (got && want && strcmp(got, want) == 0);

	tap_result(ok, line, "%s", name);
	if (!ok)
		printf("# got:  %s\n# want: %s\n", got ? got : "(null)",
		    want ? want : "(null)");
}

static int __attribute__((unused))
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
