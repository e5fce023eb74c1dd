/*
 * conf.h - effective configuration: -c, environment, ub.conf, defaults.
 * The one table of known keys is in conf.c. An unknown key or a bad value is
 * ERR_USAGE with file, line and the nearest known key.
 */
#ifndef UB_UB_CONF_H
#define UB_UB_CONF_H

#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "base/vec.h"

struct conf; /* never NULL after conf_load() */

struct conf_source {
	const char *file;      /* --config, UB_CONFIG; NULL: ROOT/ub.conf if
	                          it is there */
	const char *root;      /* worktree's root, or the working folder */
	const struct vec *set; /* KEY=VALUE of -c; may be NULL */
};

int conf_load(const struct conf_source *src, struct conf **out,
    struct err *e);
void conf_free(struct conf *c); /* NULL is fine */

/*
 * A key without subsection ("backup.dir"), or with ("files.media.path").
 * Value in force, or the default, or NULL. Borrowed.
 */
const char *conf_get(const struct conf *c, const char *key);

/* Section, subsection and key apart; an empty name means none. Borrowed. */
const char *conf_sub(const struct conf *c, const char *section,
    const char *name, const char *key);

/* All values of a repeatable key, in order; never NULL. Borrowed. */
const struct vec *conf_all(const struct conf *c, const char *section,
    const char *name, const char *key);

/*
 * Subsections in use in a section, in order of first appearance; "" stands
 * for the section without a name ([database]).
 */
void conf_names(const struct conf *c, const char *section,
    struct vec *names);

/* Values of a type; checked when they were loaded, so these cannot fail. */
int64_t conf_int(const struct conf *c, const char *key);
int64_t conf_size(const struct conf *c, const char *key); /* bytes */
int64_t conf_duration(const struct conf *c, const char *key); /* ms */

/*
 * A file name made absolute: relative to the config file's folder if the
 * value came from a file, to the working folder if from -c or environment,
 * to the root if it is the default. "~/" is the home folder. Caller owns;
 * NULL if not set.
 */
char *conf_path(const struct conf *c, const char *section,
    const char *name, const char *key);

/* As conf_path for every value of a repeatable key. */
void conf_paths(const struct conf *c, const char *section,
    const char *name, const char *key, struct vec *out);

/* Was a value given as -c, environment, file, or not at all? For messages
 * and --show-config: "-c", "UB_BACKUP_DIR", "ub.conf:12", "default". */
const char *conf_origin(const struct conf *c, const char *section,
    const char *name, const char *key);

/* {"backup.dir":{"value":"backups","origin":"default"},…}; no secrets. */
json_t *conf_json(const struct conf *c);

/* Lines "backup.dir=backups  (default)" on stdout. */
void conf_print(const struct conf *c);

#endif
