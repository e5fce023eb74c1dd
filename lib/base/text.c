/* text.c - words. */
#include "base/text.h"

#include <fnmatch.h>

#include "base/mem.h"

/* Length of the valid UTF-8 sequence at s, 0 if there is none (RFC 3629). */
static size_t
sequence(const unsigned char *s, size_t len)
{
	size_t i, n;
	/* The second byte has a narrower range after some first ones: that
	   shuts out long forms, surrogates and all above U+10FFFF. */
	unsigned char low = 0x80, high = 0xbf;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (n > len)
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	if (s[0] == 0xf0)
		low = 0x90;
	if (s[0] == 0xed)
		high = 0x9f;
	if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

size_t
text_utf8_prefix(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0, n;

	while (i < len) {
		n = sequence(p + i, len - i);
		if (n == 0)
			break;
		i += n;
	}
	return i;
}

int
text_utf8_ok(const char *s, size_t len)
{
	return text_utf8_prefix(s, len) == len;
}

char *
text_utf8_clean(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	struct buf b = { 0 };
	size_t i = 0, n;

	while (i < len) {
		n = s[i] ? sequence(p + i, len - i) : 0;
		if (n)
			buf_add(&b, s + i, n);
		else
			buf_puts(&b, "\xef\xbf\xbd");
		i += n ? n : 1;
	}
	return buf_detach(&b);
}

char *
text_printable(const char *s)
{
	char *clean = text_utf8_clean(s, strlen(s));
	const unsigned char *from = (const unsigned char *)clean;
	char *to = clean;

	for (; *from; from++) {
		if (from[0] == 0xc2 && from[1] < 0xa0) {
			*to++ = '?'; /* two bytes, U+0080 to U+009F */
			from++;
		} else if (*from == 0x7f || (*from < 0x20 &&
		    *from != '\n' && *from != '\t')) {
			*to++ = '?';
		} else {
			*to++ = (char)*from;
		}
	}
	*to = '\0';
	return clean;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Edits from a to b: a letter more, less, other, or two neighbours swapped
 * (the commonest slip of the fingers).
 */
static size_t
distance(const char *a, const char *b)
{
	size_t na = strlen(a), nb = strlen(b), i, j, cost;
	size_t *row = mem_grow(NULL, 3 * (nb + 1), sizeof(*row));
	size_t *old = row + nb + 1, *older = old + nb + 1;
	size_t *all = row, *spare;

	for (j = 0; j <= nb; j++)
		row[j] = j;
	for (i = 1; i <= na; i++) {
		spare = older;
		older = old;
		old = row;
		row = spare;
		row[0] = i;
		for (j = 1; j <= nb; j++) {
			cost = a[i - 1] != b[j - 1];
			row[j] = least(old[j - 1] + cost,
			    least(old[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], older[j - 2] + 1);
		}
	}
	cost = row[nb];
	free(all);
	return cost;
}

const char *
text_nearest(const char *s, const char *const *words)
{
	const char *best = NULL;
	size_t best_d = 0, d, longer, len = strlen(s);

	for (; *words; words++) {
		longer = strlen(*words);
		if (longer < len)
			longer = len;
		d = distance(s, *words);
		if (d * 3 > longer || (best && d >= best_d))
			continue;
		best = *words;
		best_d = d;
	}
	return best;
}

/* In the C locale's sense, whatever the locale is. */
static int
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static void
quote(struct buf *b, const char *s)
{
	size_t n = 0;

	while (is_alnum(s[n]) || (s[n] && strchr("_@%+=:,./-", s[n])))
		n++;
	if (n && !s[n]) {
		buf_puts(b, s);
		return;
	}
	buf_putc(b, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, *s);
	}
	buf_putc(b, '\'');
}

char *
text_shell(const char *s)
{
	struct buf b = { 0 };

	quote(&b, s);
	return buf_detach(&b);
}

char *
text_shell_line(char *const *argv)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; argv[i]; i++) {
		if (i)
			buf_putc(&b, ' ');
		quote(&b, argv[i]);
	}
	return buf_detach(&b);
}

char *
text_name_escape(const char *name)
{
	struct buf b = { 0 };
	size_t i;
	char c;

	/* No other name gives this one: a C string holds no NUL. */
	if (!name[0])
		buf_puts(&b, "%00");
	for (i = 0; (c = name[i]) != '\0'; i++) {
		if (is_alnum(c) || c == '_' ||
		    (i && (c == '.' || c == '-')))
			buf_putc(&b, c);
		else
			buf_printf(&b, "%%%02X", (unsigned)(unsigned char)c);
	}
	return buf_detach(&b);
}

int
text_glob(const char *glob, const char *name)
{
	return fnmatch(glob, name, 0) == 0;
}

int
text_path_inside(const char *path)
{
	size_t n;

	for (;; path += n + 1) {
		n = strcspn(path, "/");
		if (n == 0 || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return 0;
		if (!path[n])
			return 1;
	}
}
