/*
 * toc.h - what a `pg_dump -Fd` folder holds, as `pg_restore -l` tells it:
 * which data file is which table's, what has to wait for what.
 */
#ifndef UB_UB_TOC_H
#define UB_UB_TOC_H

#include <stdint.h>

#include "base/err.h"
#include "ub/pgtools.h"

enum toc_kind {
	TOC_OTHER,
	TOC_TABLE, /* a table's definition */
	TOC_DATA,  /* its rows; file is <dump_id>.dat[.gz|.zst|.lz4] */
	TOC_LATE,  /* an index, a constraint, extended statistics */
	TOC_RIGHT, /* privileges: may take away what loading needs */
};

struct toc_entry {
	int64_t dump_id;
	int64_t oid; /* of the object, where it was dumped */
	enum toc_kind kind;
};

/* Valid as {0}. */
struct toc {
	struct toc_entry *v; /* in the order of the archive */
	size_t n;
};

/* section: "pre-data" and so on, or NULL for all of it. */
int toc_read(const struct pgtools *t, const char *dir, const char *section,
    struct toc *out, struct err *e);
void toc_release(struct toc *t);

#endif
