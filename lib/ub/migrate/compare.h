/*
 * compare.h - a folder of migrations beside a ledger: what is applied, what
 * is to come, what has changed since, and what only the database knows.
 */
#ifndef UB_UB_MIGRATE_COMPARE_H
#define UB_UB_MIGRATE_COMPARE_H

#include <stddef.h>

#include "base/err.h"
#include "ub/migrate/dir.h"
#include "ub/migrate/ledger.h"

enum migrate_item_state {
	MIGRATE_APPLIED,
	MIGRATE_PENDING,
	MIGRATE_FAILED, /* begun and not finished */
};

struct migrate_item {
	const struct migration *file;  /* NULL: the ledger alone has it, so the
	                                  database is ahead of the folder */
	const struct ledger_row *row;  /* that counts; NULL if there is none */
	enum migrate_item_state state;
	int edited; /* the script is not the one that was applied; with a
	               repeatable one: so it is pending */
	int late;   /* pending, and a later one is applied: out of order */
};

/* Valid as {0}. */
struct migrate_state {
	struct migrate_item *v; /* the files in their order; then the others */
	size_t n;
	size_t pending;
	size_t failed;
	size_t edited;
	size_t late;
	size_t ahead;
};

/*
 * Compare, as the ledger's tool would: Prisma has several rows of a name, of
 * which one that is open counts, else one that is finished; golang-migrate
 * has one row for all that came before; Flyway's version 1 is 1.0, and what is
 * not above its baseline counts as applied. Scripts are read, on all
 * processors, where there is a checksum and their sum is not that. Both are
 * borrowed by out.
 */
int migrate_compare(const struct migrate_dir *d, const struct ledger *l,
    struct migrate_state *out, struct err *e);
void migrate_state_release(struct migrate_state *s);

#endif
