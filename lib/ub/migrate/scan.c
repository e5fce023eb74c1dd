#include "ub/migrate/scan.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static int
is_blank(char c)
{
	return c != '\0' && strchr(" \t\n\r\f\v", c) != NULL;
}

/* Bytes above 127 are letters. */
static int
begins_word(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (c & 0x80);
}

static int
is_in_word(char c)
{
	return begins_word(c) || isdigit((unsigned char)c) || c == '$';
}

static struct scan
found(enum scan_kind kind, size_t len)
{
	return (struct scan){ .kind = kind, .len = len };
}

static struct scan
no_end(const char *what, size_t len)
{
	return (struct scan){ .kind = SCAN_NO_END, .what = what, .len = len };
}

static size_t
line_comment(const char *s, size_t n)
{
	const char *end = memchr(s, '\n', n);

	return end ? (size_t)(end - s) : n;
}

/* Comments nest. */
static struct scan
comment(const char *s, size_t n)
{
	size_t i = 0, depth = 0;

	while (i + 1 < n) {
		if (s[i] == '/' && s[i + 1] == '*') {
			depth++;
			i += 2;
		} else if (s[i] == '*' && s[i + 1] == '/') {
			i += 2;
			if (--depth == 0)
				return found(SCAN_BLANK, i);
		} else {
			i++;
		}
	}
	return no_end("a comment without its end", n);
}

static struct scan
blanks(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && is_blank(s[i]))
		i++;
	return found(SCAN_BLANK, i);
}

/*
 * Behind a string's end: white space with a newline, and comments to the end
 * of a line, may lead to its next part, which has the same kind of quotes.
 * The length of all that up to behind the next quote; 0 if there is none.
 */
static size_t
goes_on(const char *s, size_t n)
{
	int newline = 0;
	size_t i = 0;

	while (i < n) {
		if (is_blank(s[i])) {
			newline |= s[i] == '\n' || s[i] == '\r';
			i++;
		} else if (n - i > 1 && s[i] == '-' && s[i + 1] == '-') {
			i += line_comment(s + i, n - i);
		} else {
			break;
		}
	}
	return newline && i < n && s[i] == '\'' ? i + 1 : 0;
}

/* A string; skip bytes ("E'") come before its content. */
static struct scan
string(const char *s, size_t n, size_t skip, int escapes)
{
	size_t i = skip, more;

	while (i < n) {
		if (escapes && s[i] == '\\') {
			i += 2;
		} else if (s[i] != '\'') {
			i++;
		} else if (i + 1 < n && s[i + 1] == '\'') {
			i += 2;
		} else {
			more = goes_on(s + i + 1, n - i - 1);
			if (!more)
				return found(SCAN_QUOTED, i + 1);
			i += 1 + more;
		}
	}
	return no_end("a string without its end", n);
}

/* A quoted name; skip as above. */
static struct scan
name(const char *s, size_t n, size_t skip)
{
	size_t i = skip;

	while (i < n) {
		if (s[i] != '"')
			i++;
		else if (i + 1 < n && s[i + 1] == '"')
			i += 2;
		else
			return found(SCAN_QUOTED, i + 1);
	}
	return no_end("a quoted name without its end", n);
}

/* "$tag$ … $tag$", if it is one. */
static struct scan
dollar(const char *s, size_t n)
{
	const char *at, *end = s + n;
	size_t tag = 1;

	while (tag < n && s[tag] != '$' && is_in_word(s[tag]) &&
	    (tag > 1 || begins_word(s[tag])))
		tag++;
	if (tag >= n || s[tag] != '$')
		return found(SCAN_OTHER, 1);
	tag++;
	for (at = s + tag; (size_t)(end - at) >= tag; at++) {
		at = memchr(at, '$', (size_t)(end - at));
		if (!at || (size_t)(end - at) < tag)
			break;
		if (memcmp(at, s, tag) == 0)
			return found(SCAN_QUOTED, (size_t)(at - s) + tag);
	}
	return no_end("a dollar-quoted string without its end", n);
}

/* A word, or a string or name with a letter before its quote. */
static struct scan
word(const char *s, size_t n)
{
	size_t i = 1;

	if (n > 1 && s[1] == '\'' && strchr("eE", *s))
		return string(s, n, 2, 1);
	if (n > 1 && s[1] == '\'' && strchr("bBxXnN", *s))
		return string(s, n, 2, 0);
	if (n > 2 && strchr("uU", *s) && s[1] == '&' && s[2] == '\'')
		return string(s, n, 3, 0);
	if (n > 2 && strchr("uU", *s) && s[1] == '&' && s[2] == '"')
		return name(s, n, 3);
	while (i < n && is_in_word(s[i]))
		i++;
	return found(SCAN_WORD, i);
}

/* "1e5", "$1", "0x1f": no word begins within a number. */
static struct scan
number(const char *s, size_t n)
{
	size_t i = 1;

	while (i < n && (isalnum((unsigned char)s[i]) || s[i] == '_'))
		i++;
	return found(SCAN_OTHER, i);
}

struct scan
scan_token(const char *s, size_t n)
{
	if (n == 0)
		return found(SCAN_END, 0);
	if (is_blank(*s))
		return blanks(s, n);
	if (n > 1 && s[0] == '-' && s[1] == '-')
		return found(SCAN_BLANK, line_comment(s, n));
	if (n > 1 && s[0] == '/' && s[1] == '*')
		return comment(s, n);
	if (begins_word(*s))
		return word(s, n);
	if (isdigit((unsigned char)*s))
		return number(s, n);
	switch (*s) {
	case '\'':
		return string(s, n, 1, 0);
	case '"':
		return name(s, n, 1);
	case '$':
		return dollar(s, n);
	case '(':
		return found(SCAN_OPEN, 1);
	case ')':
		return found(SCAN_CLOSE, 1);
	case ';':
		return found(SCAN_STOP, 1);
	case '\\':
		return found(SCAN_META, 1);
	default:
		return found(SCAN_OTHER, 1);
	}
}

struct scan
scan_string_old(const char *s, size_t n)
{
	return string(s, n, *s == '\'' ? 1 : 2, 1);
}

int
scan_is(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

/* Skip blanks, and then this word, if it stands there. */
static int
take(const char **s, const char *end, const char *word)
{
	struct scan t;

	while ((t = scan_token(*s, (size_t)(end - *s))).kind == SCAN_BLANK)
		*s += t.len;
	if (t.kind != SCAN_WORD || !scan_is(*s, t.len, word))
		return 0;
	*s += t.len;
	return 1;
}

int
scan_sets_strings(const char *s, size_t n)
{
	const char *end = s + n;
	int local, on;

	if (!take(&s, end, "set"))
		return 0;
	local = take(&s, end, "local");
	take(&s, end, "session");
	if (!take(&s, end, "standard_conforming_strings"))
		return 0;
	if (!take(&s, end, "to") && s < end)
		s++; /* "=" */
	on = take(&s, end, "on") || take(&s, end, "true") ||
	    (end - s == 4 && scan_is(s, 4, "'on'"));
	return on ? !local : -1;
}
