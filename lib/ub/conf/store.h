/* store.h - what the parts of conf share: the values in force. */
#ifndef UB_UB_CONF_STORE_H
#define UB_UB_CONF_STORE_H

#include "ub/conf.h"
#include "ub/conf/keys.h"

/* Where a value came from; a greater one wins. */
enum conf_rank { CONF_FROM_FILE, CONF_FROM_ENV, CONF_FROM_SET };

/* One key of one section; three lists of one length. */
struct conf_slot {
	const struct conf_key *key;
	char *name; /* subsection, "" for none */
	enum conf_rank rank;
	struct vec values;
	struct vec origins; /* "-c", "UB_BACKUP_DIR", "ub.conf:12" */
	struct vec bases;   /* folder that a relative path belongs to */
};

struct conf {
	struct conf_slot *v; /* in order of first appearance */
	size_t n;
	size_t cap;
	char *root; /* absolute */
	char *app;  /* default of ub.app */
};

/* A value and where it stands. Borrowed. */
struct conf_given {
	const char *key;   /* "files.media.path" */
	const char *value; /* NULL: the key stands there without "=" */
	enum conf_rank rank;
	const char *origin;
	const char *base;
};

/* Check a value and take it: a higher rank replaces, a repeatable key of the
 * same rank grows. ERR_USAGE names origin and key. */
int conf_store_put(struct conf *c, const struct conf_given *g, struct err *e);

/* NULL if the key is not set. */
const struct conf_slot *conf_store_find(
    const struct conf *c, const struct conf_key *k, const char *name);

/* The key in words, "files.media.path". Caller owns. */
char *conf_store_spell(const struct conf_key *k, const char *name);

/* A value without its secrets. Caller owns. */
char *conf_store_scrub(const struct conf_key *k, const char *value);

#endif
