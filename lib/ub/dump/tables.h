/* tables.h - the tables whose rows pg_dump dumps. */
#ifndef UB_UB_DUMP_TABLES_H
#define UB_UB_DUMP_TABLES_H

#include <stdint.h>

#include "base/err.h"
#include "ext/db.h"

struct dump_table {
	int64_t oid;
	int64_t pages; /* about how large */
	int64_t rows;  /* -1: not counted yet */
	char *schema;
	char *name;
	char *where; /* of an extension's config table, or NULL */
};

/* Valid as {0}. */
struct dump_tables {
	struct dump_table *v; /* the largest first */
	size_t n;
};

/*
 * Plain tables (partitions too) outside of the system's schemas, without
 * temporary ones and those of extensions, but with the config tables of
 * extensions; on a standby without unlogged ones. As getTables() and
 * processExtensionTables() of pg_dump choose.
 */
int dump_tables_read(struct db *db, struct dump_tables *out, struct err *e);

/* Append the table of that OID, whatever it is; 1 if there is none. */
int dump_tables_add(struct db *db, int64_t oid, struct dump_tables *t,
    struct err *e);

/*
 * ACCESS SHARE on all of them, in the transaction that db is in. Waits up to
 * ms for each.
 */
int dump_tables_lock(struct db *db, const struct dump_tables *t, int64_t ms,
    struct err *e);

/* Do both hold the same tables in the same order? */
int dump_tables_same(const struct dump_tables *a,
    const struct dump_tables *b);

void dump_tables_sort(struct dump_tables *t); /* by OID */

/* The one of that OID, or NULL; after dump_tables_sort(). */
struct dump_table *dump_tables_find(const struct dump_tables *t,
    int64_t oid);

/* "\"schema\".\"name\"", for SQL and messages. Caller owns. */
char *dump_tables_name(const struct dump_table *t);

void dump_tables_release(struct dump_tables *t);

#endif
