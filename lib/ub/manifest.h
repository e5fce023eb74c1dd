/*
 * manifest.h - MANIFEST.json of a set (schema ub.set/1): what is in it, where
 * it came from, with sizes, hashes and row counts. Read strictly: a manifest
 * may be torn or hostile.
 */
#ifndef UB_UB_MANIFEST_H
#define UB_UB_MANIFEST_H

#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "ext/hash.h"
#include "ub/props.h"

#define MANIFEST_NAME "MANIFEST.json"
#define MANIFEST_SCHEMA "ub.set/1"

struct manifest_file {
	char *path; /* relative to the set, inside it */
	int64_t size;
	char sha256[HASH_HEX_LEN + 1];
};

struct manifest_table {
	char *schema;
	char *name;
	int64_t rows;
	char *file; /* "db/shop/3342.dat.gz", or NULL if it has none */
	char *where; /* condition of an extension's config table, or NULL */
};

struct manifest_db {
	char *name;    /* as configured, or the database's own name */
	char *folder;  /* "db/shop" */
	char *dbname;
	char *host;    /* NULL: libpq's default; never a password anywhere */
	char *port;
	char *user;
	char *system_id;
	int server_version;  /* 150020 */
	int dump_version;    /* 150020, of the pg_dump that wrote it */
	char *snapshot;      /* database kept by --snapshot, or NULL */
	int64_t size_bytes;  /* pg_database_size */
	int64_t large_objects;
	int64_t duration_ms;
	struct props props;
	struct manifest_table *tables;
	size_t n_tables;
};

struct manifest_tree {
	char *name;
	char *path; /* absolute, where it came from */
	char *file; /* "files/uploads.tar.zst" */
	int64_t entries;
	int64_t size_bytes;
	int64_t duration_ms;
	int is_file;        /* the tree is one single file */
	struct vec changed; /* changed while they were read */
};

struct manifest_config {
	char *path; /* absolute, where it came from */
	char *file; /* "config/.env" */
	unsigned mode;
};

struct manifest_container {
	char *name;
	char *inspect; /* "containers/web.json" */
	char *log;     /* "containers/web.log" */
};

/* Valid as {0}. */
struct manifest {
	char *id;
	char *app;
	char *label;        /* or NULL */
	char *ub_version;
	char *git_commit;   /* or NULL */
	char *git_branch;   /* or NULL */
	char *host;         /* the machine that made it */
	int64_t created_at; /* ms since 1970, beginning of the run */
	int64_t duration_ms;
	struct manifest_db *dbs;
	size_t n_dbs;
	struct manifest_tree *trees;
	size_t n_trees;
	struct manifest_config *configs;
	size_t n_configs;
	struct manifest_container *containers;
	size_t n_containers;
	struct manifest_file *files; /* sorted by path; all but MANIFEST.json,
	                                SHA256SUMS and VERIFIED.json */
	size_t n_files;
};

/* Append a zeroed element and return it; valid until the next append. */
struct manifest_db *manifest_add_db(struct manifest *m);
struct manifest_tree *manifest_add_tree(struct manifest *m);
struct manifest_config *manifest_add_config(struct manifest *m);
struct manifest_container *manifest_add_container(struct manifest *m);
struct manifest_file *manifest_add_file(struct manifest *m);
struct manifest_table *manifest_add_table(struct manifest_db *d);

/* The file of that path, or NULL. Files must be sorted. */
const struct manifest_file *manifest_find(const struct manifest *m,
    const char *path);

/* Bytes of all files; rows of all tables of a database. */
int64_t manifest_bytes(const struct manifest *m);
int64_t manifest_rows(const struct manifest_db *d);

/* As JSON text, ready to be written. Caller owns. */
char *manifest_text(struct manifest *m); /* sorts files */

/*
 * Read and check one. Not there, torn, hostile (names that leave the set, an
 * id of another form, duplicate files or keys): ERR_NO, "set.manifest"; a
 * schema newer than ours: ERR_USAGE, "set.schema"; max 64 MiB.
 */
int manifest_read(const char *path, struct manifest *out, struct err *e);

/* Has text the form of a set's id: 20261121T031105Z[-4f2c9ab][-2]? */
int manifest_id_ok(const char *text);

/* Does every part's file stand in the file list? 0, or -1 (ERR_NO). */
int manifest_check(const struct manifest *m, struct err *e);

void manifest_release(struct manifest *m);

#endif
