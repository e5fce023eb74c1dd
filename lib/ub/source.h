/*
 * source.h - what the application consists of, as configured: databases,
 * file trees, config files, containers. A backup reads from there and a
 * restore goes back to there.
 */
#ifndef UB_UB_SOURCE_H
#define UB_UB_SOURCE_H

#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "ext/dsn.h"
#include "ub/conf.h"

struct source_db {
	char *name; /* subsection, or the database's own name */
	struct dsn dsn;
	char *bindir; /* or NULL */
};

struct source_tree {
	char *name;
	char *path;                /* absolute */
	const struct vec *exclude; /* borrowed from the configuration */
};

struct source_container {
	char *name;
	int64_t log_lines;
};

/* Valid as {0}. */
struct source {
	struct source_db *dbs;
	size_t n_dbs;
	struct source_tree *trees;
	size_t n_trees;
	struct source_container *containers;
	size_t n_containers;
	struct vec configs; /* absolute paths */
};

/*
 * Read what only names (see only.h; NULL or empty: all of it). A section
 * without its url or path is ERR_USAGE; so are two databases of one name, a
 * kind that is none of db files config container, and a word of only that
 * meets nothing. conf must outlive out.
 */
int source_read(const struct conf *conf, const struct vec *only,
    struct source *out, struct err *e);

/* Is there nothing in it? */
int source_is_empty(const struct source *s);

/* The configured one of that name, or NULL. */
const struct source_db *source_find_db(const struct source *s,
    const char *name);
const struct source_tree *source_find_tree(const struct source *s,
    const char *name);

void source_release(struct source *s);

#endif
