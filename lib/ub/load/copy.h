/*
 * copy.h - the rows of one table into a new database: decoded here, with the
 * fast decoder, and sent in blocks; no more than one is held.
 */
#ifndef UB_UB_LOAD_COPY_H
#define UB_UB_LOAD_COPY_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "ext/db.h"
#include "ub/load/parts.h"

struct load_copy {
	struct db *db; /* ours alone; of no use after an error */
	const char *settings;
	const struct load_data *data;
	const char *path;            /* of the data's file */
	const atomic_int *stop;      /* give up once it is set */
	void (*begun)(void *ctx);    /* the table is locked, rows can come */
	void *ctx;
	int analyze;
	/* out */
	int64_t rows;  /* that the server took */
	char *oid;     /* of the table, if its statistics are gathered; the
	                  caller's to free */
};

/*
 * In one transaction. Of a table that the dump makes, and that is worth it,
 * the rows are written as frozen: no later read or vacuum has to write them
 * again. Statistics are gathered at once, while nobody else wants the table;
 * not those of a partition, which come with its parent's. Errors as
 * db_copy_begin() and flate_add(); ERR_LATER, "load.stop", if told to stop.
 */
int load_copy(struct load_copy *c, struct err *e);

#endif
