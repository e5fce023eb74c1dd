/* keys.c - the one table of known configuration keys. */
#include "ub/conf/keys.h"

#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#define ONE(section, named, key, type, dflt) \
	{ \
		section, named, key, type, 0, dflt, NULL \
	}
#define MANY(section, named, key, type) \
	{ \
		section, named, key, type, 1, NULL, NULL \
	}
#define WORD(section, named, key, dflt, words) \
	{ \
		section, named, key, CONF_WORD, 0, dflt, words \
	}

static const struct conf_key keys[] = {
	ONE("ub", CONF_PLAIN, "app", CONF_TEXT, NULL),
	ONE("ub", CONF_PLAIN, "state", CONF_PATH, ".ub"),
	ONE("backup", CONF_PLAIN, "dir", CONF_PATH, "backups"),
	ONE("backup", CONF_PLAIN, "keep", CONF_INT, "7"),
	ONE("backup", CONF_PLAIN, "minKeep", CONF_INT, "1"),
	ONE("backup", CONF_PLAIN, "maxAge", CONF_DURATION, "24h"),
	WORD("backup", CONF_PLAIN, "level", "read",
	    "quick hash read restore"),
	ONE("database", CONF_MAY, "url", CONF_DSN, NULL),
	ONE("database", CONF_MAY, "passwordFile", CONF_PATH, NULL),
	ONE("database", CONF_MAY, "binDir", CONF_PATH, NULL),
	ONE("files", CONF_MUST, "path", CONF_PATH, NULL),
	MANY("files", CONF_MUST, "exclude", CONF_TEXT),
	MANY("config", CONF_PLAIN, "path", CONF_PATH),
	ONE("container", CONF_MUST, "name", CONF_TEXT, NULL),
	ONE("container", CONF_MUST, "logLines", CONF_INT, "500"),
	ONE("s3", CONF_MUST, "endpoint", CONF_URL, NULL),
	ONE("s3", CONF_MUST, "bucket", CONF_TEXT, NULL),
	ONE("s3", CONF_MUST, "prefix", CONF_TEXT, NULL),
	ONE("s3", CONF_MUST, "region", CONF_TEXT, NULL),
	ONE("s3", CONF_MUST, "pathStyle", CONF_BOOL, "false"),
	ONE("migrate", CONF_PLAIN, "dir", CONF_PATH, NULL),
	WORD("migrate", CONF_PLAIN, "ledger", "auto",
	    "auto prisma dbmate golang-migrate flyway alembic "
	    "django sqitch"),
	ONE("migrate", CONF_PLAIN, "command", CONF_TEXT, NULL),
	ONE("migrate", CONF_PLAIN, "database", CONF_TEXT, NULL),
	ONE("migrate", CONF_PLAIN, "lockTimeout", CONF_TIMEOUT, "2s"),
	ONE("migrate", CONF_PLAIN, "lockRetries", CONF_INT, "10"),
	ONE("migrate", CONF_PLAIN, "maxBlocked", CONF_INT, "10"),
	ONE("migrate", CONF_PLAIN, "maxBlockedTime", CONF_DURATION,
	    "5s"),
	ONE("migrate", CONF_PLAIN, "largeTable", CONF_SIZE, "100M"),
	ONE("health", CONF_MUST, "url", CONF_URL, NULL),
	ONE("health", CONF_MUST, "tcp", CONF_TEXT, NULL),
	ONE("health", CONF_MUST, "postgres", CONF_DSN, NULL),
	ONE("health", CONF_MUST, "container", CONF_TEXT, NULL),
	ONE("health", CONF_MUST, "command", CONF_TEXT, NULL),
	ONE("health", CONF_MUST, "expect", CONF_TEXT, NULL),
	ONE("health", CONF_MUST, "json", CONF_TEXT, NULL),
	ONE("health", CONF_MUST, "maxLatency", CONF_DURATION, NULL),
	ONE("health", CONF_MUST, "release", CONF_TEXT, NULL),
	ONE("precheck", CONF_PLAIN, "minFree", CONF_SIZE, NULL),
	MANY("precheck", CONF_PLAIN, "tool", CONF_TEXT),
	ONE("service", CONF_MUST, "unit", CONF_TEXT, NULL),
	ONE("service", CONF_MUST, "compose", CONF_TEXT, NULL),
	ONE("service", CONF_MUST, "deployment", CONF_TEXT, NULL),
	ONE("service", CONF_MUST, "command", CONF_TEXT, NULL),
	MANY("service", CONF_MUST, "after", CONF_TEXT),
	ONE("service", CONF_MUST, "critical", CONF_BOOL, "false"),
	MANY("service", CONF_MUST, "health", CONF_TEXT),
	ONE("switch", CONF_PLAIN, "driver", CONF_TEXT, NULL),
	MANY("slot", CONF_MUST, "address", CONF_TEXT),
	ONE("slot", CONF_MUST, "path", CONF_PATH, NULL),
	MANY("slot", CONF_MUST, "service", CONF_TEXT),
	{ NULL, CONF_PLAIN, NULL, CONF_TEXT, 0, NULL, NULL },
};

const struct conf_key *
conf_keys_all(void)
{
	return keys;
}

const struct conf_key *
conf_keys_find(const char *section, const char *key)
{
	const struct conf_key *k = conf_keys_all();

	for (; k->section; k++)
		if (strcasecmp(k->section, section) == 0 &&
		    (!key || strcasecmp(k->key, key) == 0))
			return k;
	return NULL;
}

/* Every "section.key" of the table, for a guess. */
static void
spellings(struct vec *words)
{
	const struct conf_key *k = conf_keys_all();

	for (; k->section; k++)
		vec_addf(words, "%s.%s", k->section, k->key);
}

static int
unknown(const char *text, const char *section, const char *key,
    const char *origin, struct err *e)
{
	struct vec words = { 0 };
	const struct conf_key *k;
	char *plain = mem_printf("%s.%s", section, key);
	const char *near, *dot;

	spellings(&words);
	near = text_nearest(plain, (const char *const *)words.v);
	err_set(
	    e, ERR_USAGE, "config.key", "%s: unknown key '%s'", origin, text);
	if (near) {
		dot = strchr(near, '.');
		free(plain);
		plain = mem_dupn(near, (size_t)(dot - near));
		k = conf_keys_find(plain, dot + 1);
		err_hint(e, "did you mean '%s%s%s'?", plain,
		    k && k->named == CONF_MUST ? ".NAME" : "", dot);
	} else {
		err_hint(e, "ub.conf(5) lists the keys");
	}
	free(plain);
	vec_release(&words);
	return -1;
}

static int
no_key(const char *text, const char *origin, struct err *e)
{
	err_set(e, ERR_USAGE, "config.key", "%s: '%s' is no key", origin, text);
	return err_hint(e,
	    "a key is SECTION.KEY or SECTION.NAME.KEY; ub.conf(5) lists "
	    "them");
}

static int
check_name(const struct conf_key *k, const char *name, const char *origin,
    struct err *e)
{
	if (k->named == CONF_PLAIN && *name)
		return err_set(e, ERR_USAGE, "config.key",
		    "%s: section '%s' takes no name, not '%s'", origin,
		    k->section, name);
	if (k->named != CONF_MUST || *name)
		return 0;
	err_set(e, ERR_USAGE, "config.key", "%s: section '%s' needs a name",
	    origin, k->section);
	return err_hint(e,
	    "write [%s \"NAME\"] in ub.conf, or "
	    "-c %s.NAME.%s=VALUE",
	    k->section, k->section, k->key);
}

int
conf_keys_parse(const char *text, const char *origin,
    const struct conf_key **key, char **name, struct err *e)
{
	const char *first = strchr(text, '.'), *last = strrchr(text, '.');
	char *section;
	int r;

	if (!first)
		return no_key(text, origin, e);
	section = mem_dupn(text, (size_t)(first - text));
	*name = first == last ? mem_dup("")
			      : mem_dupn(first + 1, (size_t)(last - first - 1));
	*key = conf_keys_find(section, last + 1);
	r = *key ? check_name(*key, *name, origin, e)
		 : unknown(text, section, last + 1, origin, e);
	free(section);
	if (r) {
		free(*name);
		*name = NULL;
	}
	return r;
}

char *
conf_keys_env(const struct conf_key *k)
{
	struct buf b = { 0 };
	const char *s;

	buf_puts(&b, "UB_");
	for (s = k->section; *s; s++)
		buf_putc(&b, *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s);
	buf_putc(&b, '_');
	for (s = k->key; *s; s++) {
		if (*s >= 'A' && *s <= 'Z')
			buf_putc(&b, '_');
		buf_putc(&b, *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s);
	}
	return buf_detach(&b);
}
