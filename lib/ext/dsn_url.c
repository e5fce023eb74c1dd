/* dsn_url.c - Prisma's parameters, and passwords that are not encoded. */
#include "ext/dsn_url.h"

#include "base/mem.h"

static const char *const prisma[] = {
	"connection_limit",
	"max_connection_lifetime",
	"max_idle_connection_lifetime",
	"pgbouncer",
	"pool_timeout",
	"single_use_connections",
	"socket_timeout",
	"sslaccept",
	"sslidentity",
	"statement_cache_size",
};

/* Where the host begins, as libpq finds it; NULL if text is no URL. */
static const char *
url_host(const char *text)
{
	const char *p;
	size_t n;

	if (strncmp(text, "postgresql://", 13) == 0)
		p = text + 13;
	else if (strncmp(text, "postgres://", 11) == 0)
		p = text + 11;
	else
		return NULL;
	n = strcspn(p, "@/");
	return p[n] == '@' ? p + n + 1 : p;
}

static int
is_named(const char *param, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(param, name, len) == 0;
}

static int
is_prisma(const char *param, size_t len)
{
	for (size_t i = 0; i < UB_LEN(prisma); i++) {
		if (is_named(param, len, prisma[i]))
			return 1;
	}
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Undo percent-encoding. Caller owns; NULL if it is wrong, or has a NUL. */
static char *
decode(const char *raw, size_t len)
{
	struct buf out = {0};

	for (size_t i = 0; i < len; i++) {
		int hi, lo;

		if (raw[i] != '%') {
			buf_putc(&out, raw[i]);
			continue;
		}
		hi = i + 2 < len ? hex_digit(raw[i + 1]) : -1;
		lo = i + 2 < len ? hex_digit(raw[i + 2]) : -1;
		if (hi < 0 || lo < 0 || hi + lo == 0) {
			buf_release(&out);
			return NULL;
		}
		buf_putc(&out, (char)(hi * 16 + lo));
		i += 2;
	}
	return buf_detach(&out);
}

const char *
dsn_url_strip(const char *text, struct buf *plain, char **schema)
{
	const char *host = url_host(text);
	const char *at = host ? strchr(host, '?') : NULL;
	char sep = '?';

	*schema = NULL;
	if (!at) {
		buf_puts(plain, text);
		return NULL;
	}
	buf_add(plain, text, (size_t)(at - text));
	while (*at) {
		const char *param = at + 1;
		size_t len = strcspn(param, "&");
		size_t name = strcspn(param, "=&");

		at = param + len;
		if (is_named(param, name, "schema") && name + 1 < len) {
			free(*schema);
			*schema = decode(param + name + 1, len - name - 1);
			if (!*schema)
				return "a '%' needs two hex digits";
		} else if (len > 0 && !is_prisma(param, name) &&
		    !is_named(param, name, "schema")) {
			buf_putc(plain, sep);
			buf_add(plain, param, len);
			sep = '&';
		}
	}
	return NULL;
}

const char *
dsn_url_suspect(const char *text)
{
	const char *host = url_host(text);

	if (host && memchr(host, '@', strcspn(host, "?")))
		return "there is an '@' too many";
	return NULL;
}
