/* test_num.c - strict numbers from people. */
#include "base/num.h"

#include "tap.h"

static struct err e;

static void
bad_int(const char *text, const char *msg)
{
	int64_t v = 77;

	tap_ok(num_int(text, "--jobs", (struct num_range){ -5, 64 }, &v, &e) ==
		       -1 &&
		   v == 77 && e.code == ERR_USAGE,
	    "'%s' is refused", text);
	tap_is(e.msg, msg, "and the message says why");
	err_release(&e);
}

static void
good_int(const char *text, int64_t min, int64_t max, int64_t want)
{
	int64_t v = 77;

	tap_ok(
	    num_int(text, "n", (struct num_range){ min, max }, &v, &e) == 0 &&
		v == want,
	    "'%s' is %lld", text, (long long)want);
}

static void
test_int(void)
{
	bad_int("5x", "--jobs: '5x' is not a whole number");
	bad_int("", "--jobs: '' is not a whole number");
	bad_int(" 5", "--jobs: ' 5' is not a whole number");
	bad_int("5 ", "--jobs: '5 ' is not a whole number");
	bad_int("+5", "--jobs: '+5' is not a whole number");
	bad_int("-", "--jobs: '-' is not a whole number");
	bad_int("--5", "--jobs: '--5' is not a whole number");
	bad_int("0x10", "--jobs: '0x10' is not a whole number");
	bad_int("1.5", "--jobs: '1.5' is not a whole number");
	bad_int("65", "--jobs: '65' is not between -5 and 64");
	bad_int("-6", "--jobs: '-6' is not between -5 and 64");
	bad_int("9223372036854775808",
	    "--jobs: '9223372036854775808' is not between -5 and 64");
	bad_int("99999999999999999999",
	    "--jobs: '99999999999999999999' is not between -5 and 64");
	bad_int("99999999999999999999x",
	    "--jobs: '99999999999999999999x' is not a whole number");
	good_int("0", 0, 9, 0);
	good_int("-0", 0, 9, 0);
	good_int("007", 0, 9, 7);
	good_int("-5", -5, 9, -5);
	good_int("9223372036854775807", 0, INT64_MAX, INT64_MAX);
	good_int("-9223372036854775807", INT64_MIN, 0, -INT64_MAX);
}

static void
bad(int (*parse)(const char *, const char *, int64_t *, struct err *),
    const char *text, const char *msg)
{
	int64_t v = 77;

	tap_ok(parse(text, "k", &v, &e) == -1 && v == 77 &&
	    e.code == ERR_USAGE, "'%s' is refused", text);
	tap_is(e.msg, msg, "and the message says why");
	err_release(&e);
}

static void
good(int (*parse)(const char *, const char *, int64_t *, struct err *),
    const char *text, int64_t want)
{
	int64_t v = 77;

	tap_ok(parse(text, "k", &v, &e) == 0 && v == want, "'%s' is %lld",
	    text, (long long)want);
}

#define NO_DURATION " is not a duration such as 500ms, 30s, 10m, 2h or 1d"
#define NO_SIZE " is not a size such as 512, 10K, 10M, 2G or 1T"

static void
test_units(void)
{
	bad(num_duration, "5", "k: '5'" NO_DURATION);
	bad(num_duration, "00", "k: '00'" NO_DURATION);
	bad(num_duration, "", "k: ''" NO_DURATION);
	bad(num_duration, "-1s", "k: '-1s'" NO_DURATION);
	bad(num_duration, "1.5h", "k: '1.5h'" NO_DURATION);
	bad(num_duration, "1h30m", "k: '1h30m'" NO_DURATION);
	bad(num_duration, "5 s", "k: '5 s'" NO_DURATION);
	bad(num_duration, "99999999999999999999x",
	    "k: '99999999999999999999x'" NO_DURATION);
	bad(num_duration, "99999999999999999999s",
	    "k: '99999999999999999999s' is too large");
	bad(num_duration, "106751991168d", "k: '106751991168d' is too large");
	bad(num_duration, "106751991167d", "k: '106751991167d' is too large");
	bad(num_duration, "36501d", "k: '36501d' is too large");
	good(num_duration, "0", 0);
	good(num_duration, "0s", 0);
	good(num_duration, "500ms", 500);
	good(num_duration, "30s", 30000);
	good(num_duration, "10m", 600000);
	good(num_duration, "2h", 7200000);
	good(num_duration, "1d", 86400000);
	good(num_duration, "36500d", INT64_C(36500) * 86400000);

	bad(num_timeout, "5", "k: '5'" NO_DURATION);
	bad(num_timeout, "2147483648ms", "k: '2147483648ms' is too large");
	good(num_timeout, "2147483647ms", 2147483647);
	good(num_timeout, "24d", INT64_C(24) * 86400000);

	bad(num_size, "K", "k: 'K'" NO_SIZE);
	bad(num_size, "10k", "k: '10k'" NO_SIZE);
	bad(num_size, "10MB", "k: '10MB'" NO_SIZE);
	bad(num_size, "-1", "k: '-1'" NO_SIZE);
	bad(num_size, "8388608T", "k: '8388608T' is too large");
	good(num_size, "0", 0);
	good(num_size, "512", 512);
	good(num_size, "10K", 10240);
	good(num_size, "10M", 10485760);
	good(num_size, "2G", INT64_C(2147483648));
	good(num_size, "8388607T", INT64_C(8388607) << 40);
}

static void
test_bool(void)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };
	size_t i;
	int v;

	for (i = 0; i < UB_LEN(yes); i++) {
		v = 7;
		tap_ok(num_bool(yes[i], "k", &v, &e) == 0 && v == 1,
		    "'%s' is true", yes[i]);
		tap_ok(num_bool(no[i], "k", &v, &e) == 0 && v == 0,
		    "'%s' is false", no[i]);
	}
	v = 7;
	tap_ok(num_bool("maybe", "a.b", &v, &e) == -1 && v == 7,
	    "'maybe' is refused");
	tap_is(e.msg, "a.b: 'maybe' is not true or false", "with a reason");
	err_release(&e);
}

static void
shown(char *text, const char *want)
{
	tap_is(text, want, want);
	free(text);
}

int
main(void)
{
	test_int();
	test_units();
	test_bool();
	shown(num_size_text(0), "0 B");
	shown(num_size_text(1023), "1023 B");
	shown(num_size_text(1024), "1.0 KiB");
	shown(num_size_text(18035507), "17.2 MiB");
	shown(num_size_text(1048575), "1.0 MiB");
	shown(num_size_text(-2048), "-2.0 KiB");
	shown(num_size_text(INT64_MAX), "8.0 EiB");
	shown(num_duration_text(0), "0 ms");
	shown(num_duration_text(999), "999 ms");
	shown(num_duration_text(2149), "2.1 s");
	shown(num_duration_text(59999), "59.9 s");
	shown(num_duration_text(200000), "3m 20s");
	shown(num_duration_text(7500000), "2h 5m");
	shown(num_duration_text(183600000), "2d 3h");
	return tap_done();
}
