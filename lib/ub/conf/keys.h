/* keys.h - the one table of known configuration keys. */
#ifndef UB_UB_CONF_KEYS_H
#define UB_UB_CONF_KEYS_H

#include <stddef.h>

#include "base/err.h"

enum conf_type {
	CONF_TEXT,     /* anything, also nothing */
	CONF_PATH,     /* not empty */
	CONF_URL,      /* may hold a secret in its user part */
	CONF_DSN,      /* connection text of a database: may hold a secret */
	CONF_INT,      /* not negative */
	CONF_SIZE,     /* "10M" */
	CONF_DURATION, /* "24h" */
	CONF_TIMEOUT,  /* the same, as PostgreSQL takes it */
	CONF_BOOL,
	CONF_WORD, /* one of words */
};

/* May a section have a name: [section "NAME"]? */
enum conf_named { CONF_PLAIN, CONF_MAY, CONF_MUST };

struct conf_key {
	const char *section;
	enum conf_named named;
	const char *key;
	enum conf_type type;
	int many;	   /* repeatable */
	const char *dflt;  /* or NULL */
	const char *words; /* "quick hash read" */
};

/* The table; section NULL ends it. */
const struct conf_key *conf_keys_all(void);

/* Case does not matter, as in git. NULL if there is none such. */
const struct conf_key *conf_keys_find(const char *section, const char *key);

/*
 * Take "section.key" or "section.name.key" (the name may hold dots) apart
 * and look it up. *name is "" if there is none; the caller owns it. An
 * unknown key, a name missing or too much is ERR_USAGE, "config.key";
 * origin goes in front of the message.
 */
int conf_keys_parse(const char *text, const char *origin,
    const struct conf_key **key, char **name, struct err *e);

/* "UB_BACKUP_MIN_KEEP". Caller owns. */
char *conf_keys_env(const struct conf_key *k);

#endif
