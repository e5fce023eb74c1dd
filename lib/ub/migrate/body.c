#include "ub/migrate/body.h"

#include <string.h>

#include "base/mem.h"
#include "ub/migrate/scan.h"

#define UP "migrate:up"
#define DOWN "migrate:down"
#define BLANKS " \t\r\f\v"

static size_t
line_length(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));

	return nl ? (size_t)(nl - s) + 1 : (size_t)(end - s);
}

static size_t
blanks(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && strchr(BLANKS "\n", s[i]) && s[i])
		i++;
	return i;
}

/* "-- migrate:up" at the beginning of a line of n bytes: where its options
 * begin; 0 if it is another line. */
static size_t
mark(const char *s, size_t n, const char *word)
{
	size_t at = 2, m = strlen(word);

	if (n < 2 || s[0] != '-' || s[1] != '-')
		return 0;
	at += blanks(s + at, n - at);
	if (n - at < m || memcmp(s + at, word, m) != 0)
		return 0;
	at += m;
	return at == n || blanks(s + at, n - at) > 0 ? at : 0;
}

static int
has_option(const char *s, size_t n, const char *option)
{
	size_t m = strlen(option), k;

	while (n > 0) {
		k = blanks(s, n);
		s += k;
		n -= k;
		for (k = 0; k < n && blanks(s + k, 1) == 0;)
			k++;
		if (k == m && memcmp(s, option, m) == 0)
			return 1;
		s += k;
		n -= k;
	}
	return 0;
}

/* Only white space and comments to the end of a line. */
static int
is_void(const char *s, size_t n)
{
	size_t i = blanks(s, n);

	return i == n || (n - i >= 2 && s[i] == '-' && s[i + 1] == '-');
}

static int
find_dbmate(const struct split *p, struct migrate_body *out, struct err *e)
{
	const char *at = p->text, *end = p->text + p->len, *down = NULL;
	size_t n, options;

	if (p->len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	for (; at < end; at += n) {
		n = line_length(at, end);
		options = mark(at, n, UP);
		if (options && (out->sql || down))
			return split_fail(p, at, down && !out->sql ?
			    "\"migrate:down\" stands before \"migrate:up\"" :
			    "\"migrate:up\" stands there twice", e);
		if (options) {
			out->sql = at + n;
			out->no_transaction = has_option(at + options,
			    n - options, "transaction:false");
		} else if (mark(at, n, DOWN)) {
			if (down)
				return split_fail(p, at,
				    "\"migrate:down\" stands there twice", e);
			down = at;
		} else if (!out->sql && !down && !is_void(at, n)) {
			return split_fail(p, at, "a statement before "
			    "\"-- migrate:up\"", e);
		}
	}
	if (!out->sql || !down)
		return split_fail(p, p->text, out->sql ?
		    "no \"-- migrate:down\"" : "no \"-- migrate:up\"", e);
	out->len = (size_t)(down - out->sql);
	return 0;
}

/* Flyway replaces them also within strings and comments. */
static int
check_placeholders(const struct split *p, struct err *e)
{
	const char *at = p->text, *end = p->text + p->len;

	while ((at = memchr(at, '$', (size_t)(end - at)))) {
		if (++at < end && *at == '{')
			return split_fail(p, at - 1,
			    "a placeholder of Flyway's", e);
	}
	return 0;
}

/* Does a comment of the script before the first statement say so? */
static int
says_no_transaction(const struct split *s, const struct migrate_body *b)
{
	static const char *const words[] = { "ub: no-transaction",
		"+goose NO TRANSACTION" };
	const char *at = s->text, *end = b->sql + b->len, *text;
	struct scan t;
	size_t i, n;

	if (end - at >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3;
	for (; at < end; at += t.len) {
		t = scan_token(at, (size_t)(end - at));
		if (t.kind != SCAN_BLANK)
			break;
		if (t.len < 3 || at[0] != '-' || at[1] != '-')
			continue;
		for (text = at + 2; text < at + t.len && *text == ' ';)
			text++;
		n = (size_t)(at + t.len - text);
		while (n > 0 && strchr(" \r\t", text[n - 1]))
			n--;
		for (i = 0; i < UB_LEN(words); i++)
			if (n == strlen(words[i]) &&
			    memcmp(text, words[i], n) == 0)
				return 1;
	}
	return 0;
}

int
migrate_body_find(enum migrate_tool t, const struct split *s,
    struct migrate_body *out, struct err *e)
{
	*out = (struct migrate_body){ 0 };
	if (t == MIGRATE_DBMATE && find_dbmate(s, out, e))
		return -1;
	if (t == MIGRATE_FLYWAY && check_placeholders(s, e))
		return -1;
	if (t != MIGRATE_DBMATE) {
		out->sql = s->text;
		out->len = s->len;
	}
	out->no_transaction |= says_no_transaction(s, out);
	return 0;
}
