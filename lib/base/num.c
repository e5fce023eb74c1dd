/* num.c - strict numbers from people. */
#include "base/num.h"

#include "base/mem.h"

/* A hundred years: added to what a clock says, it fits. */
#define DURATION_MAX_MS (INT64_C(36500) * 86400000)

struct unit {
	const char *suffix;
	int64_t factor;
};

/*
 * Digits at the front of text, as a number; how many there are. *large is
 * set if the number is too large.
 */
static size_t
digits(const char *text, int64_t *out, int *large)
{
	size_t n;
	int64_t v = 0;
	int d;

	*large = 0;
	for (n = 0; text[n] >= '0' && text[n] <= '9'; n++) {
		d = text[n] - '0';
		if (v > (INT64_MAX - d) / 10)
			*large = 1;
		else
			v = v * 10 + d;
	}
	*out = v;
	return n;
}

static int
too_large(const char *text, const char *what, struct err *e)
{
	return err_set(e, ERR_USAGE, "usage.value", "%s: '%s' is too large",
	    what, text);
}

int
num_int(const char *text, const char *what, struct num_range range,
    int64_t *out, struct err *e)
{
	const char *first = text + (text[0] == '-');
	int64_t v = 0;
	int large;
	size_t n = digits(first, &v, &large);

	if (n == 0 || first[n])
		return err_set(e, ERR_USAGE, "usage.value",
		    "%s: '%s' is not a whole number", what, text);
	if (first > text)
		v = -v;
	if (large || v < range.min || v > range.max)
		return err_set(e, ERR_USAGE, "usage.value",
		    "%s: '%s' is not between %lld and %lld", what, text,
		    (long long)range.min, (long long)range.max);
	*out = v;
	return 0;
}

/*
 * Digits and a suffix of the table (which ends in a NULL). 0; 1 if it is
 * not of this form; -1 if it is too large.
 */
static int
scaled(const char *text, const struct unit *units, int64_t *out)
{
	int64_t v = 0;
	int large;
	size_t n = digits(text, &v, &large);

	if (n == 0)
		return 1;
	while (units->suffix && strcmp(text + n, units->suffix) != 0)
		units++;
	if (!units->suffix)
		return 1;
	if (large || v > INT64_MAX / units->factor)
		return -1;
	*out = v * units->factor;
	return 0;
}

int
num_duration(const char *text, const char *what, int64_t *ms, struct err *e)
{
	static const struct unit units[] = { { "ms", 1 }, { "s", 1000 },
		{ "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
		{ NULL, 0 } };
	int64_t v = 0;
	int r = 0;

	if (strcmp(text, "0") != 0)
		r = scaled(text, units, &v);
	if (r > 0)
		return err_set(e, ERR_USAGE, "usage.value",
		    "%s: '%s' is not a duration such as 500ms, 30s, 10m, 2h "
		    "or 1d",
		    what, text);
	if (r < 0 || v > DURATION_MAX_MS)
		return too_large(text, what, e);
	*ms = v;
	return 0;
}

int
num_timeout(const char *text, const char *what, int64_t *ms, struct err *e)
{
	int64_t v = 0;

	if (num_duration(text, what, &v, e))
		return -1;
	if (v > INT32_MAX) {
		too_large(text, what, e);
		return err_hint(e, "at most 24d");
	}
	*ms = v;
	return 0;
}

int
num_size(const char *text, const char *what, int64_t *bytes, struct err *e)
{
	static const struct unit units[] = { { "", 1 }, { "K", 1 << 10 },
		{ "M", 1 << 20 }, { "G", 1 << 30 },
		{ "T", INT64_C(1) << 40 }, { NULL, 0 } };
	int64_t v = 0;
	int r = scaled(text, units, &v);

	if (r > 0)
		return err_set(e, ERR_USAGE, "usage.value",
		    "%s: '%s' is not a size such as 512, 10K, 10M, 2G or 1T",
		    what, text);
	if (r < 0)
		return too_large(text, what, e);
	*bytes = v;
	return 0;
}

int
num_bool(const char *text, const char *what, int *out, struct err *e)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };
	size_t i;

	for (i = 0; i < UB_LEN(yes); i++) {
		if (strcmp(text, yes[i]) == 0) {
			*out = 1;
			return 0;
		}
		if (strcmp(text, no[i]) == 0) {
			*out = 0;
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "usage.value",
	    "%s: '%s' is not true or false", what, text);
}

char *
num_size_text(int64_t bytes)
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB",
		"PiB", "EiB" };
	double v = (double)bytes;
	size_t i = 0;

	/* 1023.95 would be printed as 1024.0. */
	while (i + 1 < UB_LEN(unit) && (v >= 1023.95 || v <= -1023.95)) {
		v /= 1024;
		i++;
	}
	if (i == 0)
		return mem_printf("%lld B", (long long)bytes);
	return mem_printf("%.1f %s", v, unit[i]);
}

char *
num_duration_text(int64_t ms)
{
	long long s = ms / 1000;

	if (ms < 1000)
		return mem_printf("%lld ms", (long long)ms);
	if (s < 60)
		return mem_printf("%lld.%lld s", s, (long long)ms / 100 % 10);
	if (s < 3600)
		return mem_printf("%lldm %llds", s / 60, s % 60);
	if (s < 86400)
		return mem_printf("%lldh %lldm", s / 3600, s / 60 % 60);
	return mem_printf("%lldd %lldh", s / 86400, s / 3600 % 24);
}
