/* test_clock.c - milliseconds and UTC. */
#include "sys/clock.h"

#include "base/attr.h"
#include "base/mem.h"
#include "tap.h"

static void
test_refused(void)
{
	static const char *const bad[] = { "", "2026-11-21",
		"2026-11-21T03:11:05", "2026-11-21T03:11:05+00:00",
		"2026-11-21 03:11:05Z", "2026-11-21T03:11:05Zx",
		"2026-11-21T03:11:05.Z", "2026-11-21T03:11Z",
		" 2026-11-21T03:11:05Z", "26-11-21T03:11:05Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "-026-01-01T00:00:00Z" };
	size_t i;
	int64_t now = 77;

	for (i = 0; i < UB_LEN(bad); i++)
		tap_ok(clock_parse(bad[i], &now) == -1 && now == 77,
		    "'%s' is refused", bad[i]);
}

static void
there_and_back(const char *text, int64_t want)
{
	int64_t now = 77;
	char *back;

	tap_ok(clock_parse(text, &now) == 0 && now == want, "%s is %lld",
	    text, (long long)want);
	back = clock_rfc3339(now);
	tap_is(back, text, "and back");
	free(back);
}

static void
test_parse(void)
{
	int64_t now;

	there_and_back("1970-01-01T00:00:00.000Z", 0);
	there_and_back("1969-12-31T23:59:59.999Z", -1);
	there_and_back("2000-02-29T12:00:00.000Z", INT64_C(951825600000));
	there_and_back("2026-11-21T03:11:05.120Z", INT64_C(1795230665120));
	there_and_back("2100-03-01T00:00:00.000Z", INT64_C(4107542400000));
	there_and_back("9999-12-31T23:59:59.999Z", INT64_C(253402300799999));
	there_and_back("0000-03-01T00:00:00.000Z", INT64_C(-62162035200000));
	tap_ok(clock_parse("1970-01-01T00:00:01.5Z", &now) == 0 &&
	    now == 1500, "one digit of a second");
	tap_ok(clock_parse("1970-01-01T00:00:01.123456789Z", &now) == 0 &&
	    now == 1123, "nine digits of a second");
	tap_ok(clock_parse("2016-12-31T23:59:60Z", &now) == 0 &&
	    now == INT64_C(1483228800000), "a leap second");
}

int
main(void)
{
	int64_t a, b;
	char *s;

	test_refused();
	test_parse();
	s = clock_stamp(INT64_C(1795230665120));
	tap_is(s, "20261121T031105Z", "the beginning of an id");
	free(s);

	a = clock_ms();
	b = clock_ms();
	tap_ok(a > 0 && b >= a, "the monotonic clock does not go back");
	setenv("UB_NOW", "2026-11-21T03:11:05Z", 1);
	tap_ok(clock_now() == INT64_C(1795230665000), "UB_NOW fixes it");
	setenv("UB_NOW", "yesterday", 1);
	tap_ok(clock_now() > INT64_C(1600000000000) &&
	    clock_now() != INT64_C(1795230665000),
	    "a UB_NOW that is no time is ignored");
	unsetenv("UB_NOW");
	a = clock_now();
	tap_ok((int64_t)time(NULL) - a / 1000 <= 1, "else it is the real one");
	return tap_done();
}
