/*
 * script.h - what pg_restore -f writes of tables' data: the settings that the
 * dump wants, and the COPY statement of each item, in order.
 */
#ifndef UB_UB_LOAD_SCRIPT_H
#define UB_UB_LOAD_SCRIPT_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* Valid as {0}. */
struct load_script {
	struct buf settings; /* SET and set_config() statements */
	struct vec copies;   /* "COPY public.t (a, b) FROM stdin" */
};

/*
 * Read a script without any row. Names may hold anything, newlines and
 * "FROM stdin;" too. ERR_TROUBLE, "load.script", for what else is in it, or
 * if it ends within a statement.
 */
int load_script_read(FILE *f, struct load_script *s, struct err *e);

/* The table of a COPY statement, quoted as it is there. Caller owns. */
char *load_script_table(const char *copy);

void load_script_release(struct load_script *s);

#endif
