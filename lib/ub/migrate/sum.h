/*
 * sum.h - what other tools write beside a migration, and lock while they
 * work: their checksums and the keys of their advisory locks, bit for bit.
 */
#ifndef UB_UB_MIGRATE_SUM_H
#define UB_UB_MIGRATE_SUM_H

#include <stddef.h>
#include <stdint.h>

#include "ub/migrate/tool.h"

#define SUM_PRISMA_KEY 72707369
#define SUM_SQITCH_KEY 75474063

/* Does the tool's ledger keep a checksum of each script? Prisma's, Flyway's. */
int sum_is_kept(enum migrate_tool t);

/*
 * What it keeps of this one. Prisma: sha256 of the script as it is, in
 * lower-case hex. Flyway: CRC-32 of the lines without their ends, a byte order
 * mark left out, as a signed number; of the script after its placeholders, for
 * repeatable ones. NULL: it keeps none. Caller owns.
 */
char *sum_text(enum migrate_tool t, const char *text, size_t len);

/*
 * Is the recorded one of this script? With Prisma line ends may have changed
 * (LF, CRLF) since it was recorded, and old versions wrote hex without leading
 * zeros.
 */
int sum_is(enum migrate_tool t, const char *recorded, const char *text,
    size_t len);

/* Flyway's lock of a ledger: its quoted name, "\"public\".\"x\"". */
int64_t sum_flyway_key(const char *table);

/* golang-migrate's lock; database is what its driver takes for the name:
 * with a URL, the path with its slash. */
int64_t sum_golang_key(const char *schema, const char *table,
    const char *database);

#endif
