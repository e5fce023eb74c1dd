/*
 * steps.h - a migration's script as what is run: statements, gathered into
 * steps that are done whole or not at all.
 */
#ifndef UB_UB_MIGRATE_STEPS_H
#define UB_UB_MIGRATE_STEPS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "ub/migrate/body.h"
#include "ub/migrate/classify.h"
#include "ub/migrate/dir.h"
#include "ub/migrate/split.h"

enum step_kind {
	STEP_TX,       /* in a transaction of ours */
	STEP_ALONE,    /* one statement, without any */
	STEP_ROLLBACK, /* in a transaction that the script takes back */
};

struct step {
	enum step_kind kind;
	size_t first; /* statement, by index */
	size_t n;
	const struct split_stmt *begin; /* the script's own BEGIN, or NULL */
};

enum steps_mode {
	STEPS_ATOMIC, /* one transaction, the ledger's row in it */
	STEPS_SPLIT,  /* several steps, because a statement refuses one */
	STEPS_OWN,    /* several, because the script says so */
};

/* Valid as {0}. */
struct steps {
	struct buf text;
	struct split split; /* of the text; its name is for messages */
	struct migrate_body body;
	struct split_stmt *stmts;
	size_t n_stmts;
	struct step *v;
	size_t n;
	enum steps_mode mode;
	char *name;
};

/*
 * Read a script and cut it. Ordinary statements go together into one
 * transaction; a BEGIN … COMMIT of the script is one, too; what refuses a
 * transaction stands alone. If the script asks for none (see body.h), each of
 * its statements is a step. name is what messages call it. ERR_USAGE,
 * "migrate.script": as split_next() and migrate_body_find(); a BEGIN without
 * its end; AND CHAIN; PREPARE TRANSACTION. Reads the file whole, up to 1 GiB.
 */
int steps_read(const char *path, const char *name, enum migrate_tool t,
    struct steps *out, struct err *e);

/* A statement's beginning on one line, at most 60 characters. Owned. */
char *steps_excerpt(const struct split_stmt *st);

const char *steps_mode_name(enum steps_mode m); /* "atomic" "split" "own" */

void steps_release(struct steps *s);

#endif
