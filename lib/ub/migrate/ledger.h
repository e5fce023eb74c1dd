/*
 * ledger.h - the table in which a tool records what it has applied: found in
 * a database, and read as that tool reads it. Nothing is locked or written.
 */
#ifndef UB_UB_MIGRATE_LEDGER_H
#define UB_UB_MIGRATE_LEDGER_H

#include <stddef.h>

#include "base/err.h"
#include "ext/db.h"
#include "ub/migrate/dir.h"

enum ledger_state {
	LEDGER_APPLIED,
	LEDGER_FAILED,      /* begun and not finished: somebody must decide */
	LEDGER_ROLLED_BACK, /* marked so: it counts as not applied */
};

struct ledger_row {
	char *version;  /* as struct migration has it; NULL: repeatable */
	char *name;     /* Flyway: description; else NULL */
	char *checksum; /* or NULL: this tool records none */
	char *at;       /* when it was finished, or begun, as RFC 3339; or
	                   NULL */
	char *logs;     /* what went wrong, if that is recorded */
	enum ledger_state state;
	int baseline;   /* Flyway's: what is not above it counts as applied */
};

/* Valid as {0}. */
struct ledger {
	enum migrate_tool tool;
	char *schema;
	char *table;
	int outside; /* its tool would not find it; see ledger_open() */
	struct ledger_row *v; /* in the order of applying */
	size_t n;
};

/*
 * The one in schema, or if NULL in any but the server's own; that of that tool
 * if want is not MIGRATE_NONE. Told apart by their columns, as two tools share
 * a name; a table of Rails that looks like dbmate's is none. Without rows.
 * out->tool is MIGRATE_NONE if there is none, and out->schema where one would
 * be, or NULL. In a transaction: search_path is the server's own from then
 * on, until its end. Several: ERR_REFUSED, "migrate.ledgers",
 * naming them. Prisma 8's: ERR_REFUSED, "migrate.prisma8".
 *
 * Without a schema it has to be where its tool looks: Prisma in public;
 * dbmate, golang-migrate and Flyway in current_schema(); Alembic and Django
 * in the first schema of search_path that has it; Sqitch anywhere. Those that
 * are elsewhere do not count, but if there is no other: ERR_REFUSED,
 * "migrate.ledgers", so that none is taken for the project's by mistake.
 */
int ledger_open(struct db *db, const char *schema, enum migrate_tool want,
    struct ledger *out, struct err *e);

/* Read the rows; behind ledger_open(), which has made search_path safe. A
 * right that is missing is "db.right", never "no table". */
int ledger_read(struct db *db, struct ledger *l, struct err *e);

void ledger_release(struct ledger *l);

#endif
