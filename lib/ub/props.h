/*
 * props.h - what a database is beside its content: encoding, locale, owner,
 * settings, grants, comment. pg_dump -Fd leaves these out.
 */
#ifndef UB_UB_PROPS_H
#define UB_UB_PROPS_H

#include <jansson.h>

#include "base/err.h"
#include "ext/db.h"

struct props_setting {
	char *role; /* NULL: for all roles */
	char *name;
	char *value;
};

struct props_grant {
	char *grantee;   /* NULL: PUBLIC */
	char *privilege; /* CREATE, CONNECT, TEMPORARY */
	int grantable;
};

/* Valid as {0}. */
struct props {
	char *encoding;
	char *collate;
	char *ctype;
	char *provider;   /* "libc", "icu", "builtin"; NULL: the server was
	                     older than 15 and knew only libc */
	char *locale;     /* of icu or builtin, or NULL */
	char *icu_rules;  /* or NULL */
	char *owner;
	char *tablespace; /* or NULL: the server's default */
	char *comment;    /* or NULL */
	int conn_limit;   /* -1: none */
	int has_acl;      /* 0: default privileges; grants is empty */
	struct props_grant *grants;
	size_t n_grants;
	struct props_setting *settings;
	size_t n_settings;
};

/*
 * Read those of a database on the server that db is connected to. No such
 * database: ERR_TROUBLE, "props.missing".
 */
int props_read(struct db *db, const char *dbname, struct props *out,
    struct err *e);

/*
 * SQL that makes such a database, for psql. The name comes from the psql
 * variable "db" if that is set, else it is dbname. Any name survives: psql's
 * own quoting of \set and :"db" is used. Caller owns.
 */
char *props_sql(const struct props *p, const char *dbname);

/*
 * CREATE DATABASE dbname TEMPLATE template0 with encoding, locale, owner,
 * tablespace. A role or tablespace that is not there: ERR_TROUBLE,
 * "props.role" or "props.tablespace", with db/globals.sql as the hint; a
 * right that is missing: ERR_TROUBLE, "props.right", naming role and right.
 */
int props_create(struct db *admin, const struct props *p,
    const char *dbname, struct err *e);

/*
 * Settings, grants, limit, comment; after the content is in. All in one
 * transaction. Errors as props_create().
 */
int props_apply(struct db *admin, const struct props *p,
    const char *dbname, struct err *e);

/* Text that is not UTF-8 (SQL_ASCII databases) has U+FFFD in its place. */
json_t *props_json(const struct props *p);

/*
 * Read strictly: a wrong type, a missing key, an unknown provider or
 * privilege is ERR_NO, "json.value". Unknown keys are passed over.
 */
int props_from_json(struct props *p, const json_t *j, struct err *e);

struct props_grant *props_add_grant(struct props *p);
struct props_setting *props_add_setting(struct props *p);
void props_release(struct props *p);

#endif
