/*
 * parts.h - a dump taken apart: what pg_restore does before the data is in,
 * the data that we bring in ourselves, and what pg_restore does after.
 *
 * pg_restore alone decodes with zlib, leaves rows that later reads must mark
 * as committed, and does not say how many it loaded.
 */
#ifndef UB_UB_LOAD_PARTS_H
#define UB_UB_LOAD_PARTS_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "ub/load.h"
#include "ub/toc.h"

/* The rows of one table. */
struct load_data {
	int64_t id; /* dump id */
	const struct manifest_table *table;
	const struct manifest_file *file;
	int made;   /* the dump makes the table: it is empty, and ours */
	char *copy; /* "COPY public.t (a, b) FROM stdin" */
};

/* Valid as {0}. */
struct load_parts {
	FILE *before; /* what to do, for pg_restore -L; without a name, so */
	FILE *after;  /* that a run that is killed leaves none behind */
	struct toc toc;
	struct load_data *v; /* what takes longest first */
	size_t n;
	char *settings;      /* that the COPY statements need */
};

/*
 * Privileges are for after: they may take away what loading needs. Data that
 * is not gzip is left to pg_restore. ERR_TROUBLE, "toc.read", "toc.line",
 * "load.script" if pg_restore cannot read the dump.
 */
int load_parts_make(const struct load *l, struct load_parts *p,
    struct err *e);
void load_parts_release(struct load_parts *p);

#endif
