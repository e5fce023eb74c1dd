#include "ub/migrate/sum.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/flate.h"
#include "ext/hash.h"

#define FLYWAY_BASE 77431708279161
#define GOLANG_SALT 1486364155U

/* Each pair of digits without its leading zero, as "{:x}" writes a byte. */
static void
without_zeros(const char *hex, char *out)
{
	size_t i;

	for (i = 0; hex[i] && hex[i + 1]; i += 2) {
		if (hex[i] != '0')
			*out++ = hex[i];
		*out++ = hex[i + 1];
	}
	*out = '\0';
}

static int
is_that(const char *recorded, const char *text, size_t len)
{
	char hex[HASH_HEX_LEN + 1], old[HASH_HEX_LEN + 1];

	hash_text(text, len, hex);
	if (strlen(recorded) == HASH_HEX_LEN)
		return strcmp(recorded, hex) == 0;
	without_zeros(hex, old);
	return strcmp(recorded, old) == 0;
}

/* The text with its lines ended by LF, or by CRLF. */
static void
with_ends(struct buf *b, const char *text, size_t len, const char *end)
{
	size_t i;

	buf_reset(b);
	for (i = 0; i < len; i++) {
		if (text[i] == '\n')
			buf_puts(b, end);
		else if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
			buf_putc(b, text[i]);
	}
}

static int
is_prisma(const char *recorded, const char *text, size_t len)
{
	struct buf b = { 0 };
	int r = is_that(recorded, text, len);

	if (!r) {
		with_ends(&b, text, len, "\n");
		r = is_that(recorded, buf_text(&b), b.len);
	}
	if (!r) {
		with_ends(&b, text, len, "\r\n");
		r = is_that(recorded, buf_text(&b), b.len);
	}
	buf_release(&b);
	return r;
}

static int32_t
as_signed(uint32_t sum)
{
	int64_t v = sum;

	if (v > INT32_MAX)
		v -= (int64_t)1 << 32;
	return (int32_t)v;
}

static int32_t
flyway(const char *text, size_t len)
{
	uint32_t sum = 0;
	size_t i = 0, n;

	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	while (i < len) {
		for (n = 0; i + n < len && text[i + n] != '\n' &&
		    text[i + n] != '\r';)
			n++;
		sum = flate_crc32(sum, text + i, n);
		i += n + 1;
	}
	return as_signed(sum);
}

int
sum_is_kept(enum migrate_tool t)
{
	return t == MIGRATE_PRISMA || t == MIGRATE_FLYWAY;
}

char *
sum_text(enum migrate_tool t, const char *text, size_t len)
{
	char hex[HASH_HEX_LEN + 1];

	if (t == MIGRATE_FLYWAY)
		return mem_printf("%" PRId32, flyway(text, len));
	if (t != MIGRATE_PRISMA)
		return NULL;
	hash_text(text, len, hex);
	return mem_dup(hex);
}

int
sum_is(enum migrate_tool t, const char *recorded, const char *text, size_t len)
{
	char *sum;
	int r;

	if (t == MIGRATE_PRISMA)
		return is_prisma(recorded, text, len);
	sum = sum_text(t, text, len);
	r = sum && strcmp(sum, recorded) == 0;
	free(sum);
	return r;
}

/* String.hashCode() of Java, for ASCII. */
static int32_t
java_hash(const char *s)
{
	uint32_t h = 0;

	for (; *s; s++)
		h = 31 * h + (unsigned char)*s;
	return as_signed(h);
}

int64_t
sum_flyway_key(const char *table)
{
	return FLYWAY_BASE + java_hash(table);
}

int64_t
sum_golang_key(const char *schema, const char *table, const char *database)
{
	const char *parts[] = { schema, table, database };
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < UB_LEN(parts); i++) {
		if (i > 0)
			sum = flate_crc32(sum, "", 1);
		sum = flate_crc32(sum, parts[i], strlen(parts[i]));
	}
	return (uint32_t)(sum * GOLANG_SALT);
}
