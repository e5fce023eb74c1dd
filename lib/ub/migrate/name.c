#include "ub/migrate/name.h"

#include <string.h>

#include "base/mem.h"

#define DIGITS "0123456789"
#define GOLANG_MAX "18446744073709551615" /* it keeps them in 64 bits */

static int
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

int
migrate_name_dbmate(const char *name, struct migrate_name *out)
{
	size_t n = strspn(name, DIGITS);

	if (n == 0 || !ends_in(name + n, ".sql"))
		return 0;
	*out = (struct migrate_name){ .version = mem_dupn(name, n) };
	return 1;
}

/* The last ".up." or ".down." in front of an extension; NULL if none. */
static const char *
direction(const char *s, int *down)
{
	const char *dot, *found = NULL;

	for (dot = strchr(s, '.'); dot; dot = strchr(dot + 1, '.')) {
		if (strncmp(dot, ".up.", 4) == 0) {
			found = dot;
			*down = 0;
		} else if (strncmp(dot, ".down.", 6) == 0) {
			found = dot;
			*down = 1;
		}
	}
	return found;
}

int
migrate_name_golang(const char *name, struct migrate_name *out)
{
	size_t n = strspn(name, DIGITS), zeros = strspn(name, "0");
	const char *dot;
	int down = 0;

	if (n == 0 || name[n] != '_')
		return 0;
	dot = direction(name + n + 1, &down);
	if (!dot)
		return 0;
	if (zeros == n)
		zeros--;
	*out = (struct migrate_name){
		.version = mem_dupn(name + zeros, n - zeros),
		.about = mem_dupn(name + n + 1, (size_t)(dot - name) - n - 1),
		.down = down };
	return migrate_version_order(out->version, GOLANG_MAX) > 0 ? -1 : 1;
}

static char *
with_blanks(const char *s, size_t n)
{
	char *copy = mem_dupn(s, n), *at;

	while ((at = strchr(copy, '_')))
		*at = ' ';
	return copy;
}

/* "1_2" or "1.2" of n bytes: as "1.2"; NULL if it is no version. */
static char *
flyway_version(const char *s, size_t n)
{
	char *v = mem_dupn(s, n);
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i] == '_')
			v[i] = '.';
		if (!strchr(DIGITS ".", v[i]) ||
		    (v[i] == '.' && (i == 0 || i + 1 == n || v[i - 1] == '.')))
			break;
	}
	if (n > 0 && i == n)
		return v;
	free(v);
	return NULL;
}

int
migrate_name_flyway(const char *name, struct migrate_name *out)
{
	const char *about = strstr(name, "__");
	size_t n;

	if ((*name != 'V' && *name != 'R') || !about ||
	    !ends_in(about, ".sql"))
		return 0;
	n = (size_t)(about - name) - 1;
	about += 2;
	*out = (struct migrate_name){
		.about = with_blanks(about, strlen(about) - strlen(".sql")) };
	if (*name == 'R')
		return n == 0 ? 1 : -1;
	out->version = flyway_version(name + 1, n);
	return out->version ? 1 : -1;
}

/* One part of each; *a and *b move behind it. */
static int
part_order(const char **a, const char **b)
{
	size_t m, n;
	int r;

	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	m = strspn(*a, DIGITS);
	n = strspn(*b, DIGITS);
	r = m != n ? (m < n ? -1 : 1) : strncmp(*a, *b, m);
	*a += m;
	*b += n;
	*a += **a == '.';
	*b += **b == '.';
	return r;
}

/* Of what is no version, the rest is compared as text. */
static int
is_odd(const char *s)
{
	return *s && !strchr(DIGITS, *s);
}

int
migrate_version_order(const char *a, const char *b)
{
	int r = 0;

	while (r == 0 && (*a || *b)) {
		if (is_odd(a) || is_odd(b))
			return strcmp(a, b);
		r = part_order(&a, &b);
	}
	return r;
}
