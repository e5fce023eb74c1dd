/* clock.c - monotonic milliseconds, and UTC. */
#include "sys/clock.h"

#include "base/mem.h"

int64_t
clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return clock_us() / 1000;
}

int64_t
clock_now(void)
{
	const char *fixed = getenv("UB_NOW");
	struct timespec t;
	int64_t now;

	if (fixed && clock_parse(fixed, &now) == 0)
		return now;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The parts of now; the milliseconds are the result. */
static int
split(int64_t now, struct tm *tm)
{
	int64_t ms = now % 1000;
	time_t s;

	if (ms < 0)
		ms += 1000;
	s = (time_t)((now - ms) / 1000);
	gmtime_r(&s, tm);
	return (int)ms;
}

char *
clock_rfc3339(int64_t now)
{
	struct tm tm = { 0 };
	int ms = split(now, &tm);

	return mem_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, ms);
}

char *
clock_stamp(int64_t now)
{
	struct tm tm = { 0 };

	split(now, &tm);
	return mem_printf("%04d%02d%02dT%02d%02d%02dZ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* n digits at *s, which moves behind them, from min to max; or -1. */
static int
part(const char **s, int n, int min, int max)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v < min || v > max ? -1 : v;
}

/* Is c next at *s? Move behind it. */
static int
skip(const char **s, char c)
{
	if (**s != c)
		return 0;
	(*s)++;
	return 1;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static int64_t
days(int year, int month, int day)
{
	/* March first, so that the leap day is a year's last. */
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day -
	    1 - 719468;
}

static int
month_days(int year, int month)
{
	static const int len[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };

	if (month == 2 && year % 4 == 0 && (year % 100 || year % 400 == 0))
		return 29;
	return len[month - 1];
}

/* ".5" is 500 ms; digits behind the third are dropped; or -1. */
static int
fraction(const char **s)
{
	int ms = 0, scale = 100;

	if (!skip(s, '.'))
		return 0;
	if (**s < '0' || **s > '9')
		return -1;
	for (; **s >= '0' && **s <= '9'; (*s)++, scale /= 10)
		ms += (**s - '0') * scale;
	return ms;
}

int
clock_parse(const char *text, int64_t *now)
{
	const char *s = text;
	int year, month, day, hour, min, sec, ms;

	year = part(&s, 4, 0, 9999);
	if (year < 0 || !skip(&s, '-'))
		return -1;
	month = part(&s, 2, 1, 12);
	if (month < 0 || !skip(&s, '-'))
		return -1;
	day = part(&s, 2, 1, month_days(year, month));
	if (day < 0 || !skip(&s, 'T'))
		return -1;
	hour = part(&s, 2, 0, 23);
	if (hour < 0 || !skip(&s, ':'))
		return -1;
	min = part(&s, 2, 0, 59);
	if (min < 0 || !skip(&s, ':'))
		return -1;
	sec = part(&s, 2, 0, 60); /* a leap second is the next one's first */
	if (sec < 0)
		return -1;
	ms = fraction(&s);
	if (ms < 0 || !skip(&s, 'Z') || *s)
		return -1;
	*now = (((days(year, month, day) * 24 + hour) * 60 + min) * 60 + sec) *
		1000 + ms;
	return 0;
}
