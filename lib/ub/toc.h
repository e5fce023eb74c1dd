/*
 * toc.h - which data file of a `pg_dump -Fd` folder holds which table, by
 * table OID, as `pg_restore -l` tells it.
 */
#ifndef UB_UB_TOC_H
#define UB_UB_TOC_H

#include <stdint.h>

#include "base/err.h"
#include "ub/pgtools.h"

struct toc_data {
	int64_t dump_id; /* file is <dump_id>.dat[.gz|.zst|.lz4] */
	int64_t oid;     /* of the table */
};

/* Valid as {0}. */
struct toc {
	struct toc_data *v; /* TABLE DATA entries */
	size_t n;
	int64_t *late;      /* dump ids of indexes, constraints, statistics */
	size_t n_late;
	int entries;        /* of every kind */
};

int toc_read(const struct pgtools *t, const char *dir, struct toc *out,
    struct err *e);
void toc_release(struct toc *t);

#endif
