/*
 * plan.h - what a restore will do, found out before anything is touched:
 * which parts of the set, to where, under which names, and whether it can.
 */
#ifndef UB_UB_RESTORE_PLAN_H
#define UB_UB_RESTORE_PLAN_H

#include <stdint.h>

#include "base/err.h"
#include "ext/db.h"
#include "ub/pgtools.h"
#include "ub/restore/op.h"
#include "ub/set.h"
#include "ub/source.h"

struct plan_call {
	const struct set *set;
	const struct source *src;   /* as configured */
	const struct vec *only;
	const char *into;           /* --into, or NULL */
	int fast;                   /* --fast */
	const char *records;        /* folder of the records */
	struct op_list *ops;        /* all of them */
	const struct vec *keep_out; /* folders that no tree may hold: of the
	                               sets, of the state */
	int64_t now;
};

/* Beside op.dbs[i]. */
struct plan_db {
	const struct manifest_db *m;
	struct dsn admin;
	struct pgtools tools;
	struct db *session; /* open while the plan is made */
	int64_t free_bytes; /* where the server keeps its data; -1: unknown */
};

/* Beside op.trees[i]; one of both is set. */
struct plan_tree {
	const struct manifest_tree *tree;
	const struct manifest_config *config;
};

struct plan_step {
	char *id;     /* "load/shop" */
	char *what;   /* for people */
	char *undo;   /* how it is taken back, or NULL */
	int64_t size;
	int done;
};

/* Valid as {0}. */
struct plan {
	struct op op;   /* ready to be recorded; belongs to nobody yet */
	struct plan_db *dbs;
	struct plan_tree *trees;
	struct plan_step *steps;
	size_t n_steps;
};

/*
 * Make it. A word of --only that the set does not have, --into with more than
 * one part: ERR_USAGE. An earlier restore of a target that waits for --undo
 * or --commit: ERR_REFUSED, "restore.pending". Server not reachable:
 * ERR_LATER. Missing right, room, tools: ERR_TROUBLE.
 */
int plan_make(const struct plan_call *c, struct plan *out, struct err *e);

/* Is there nothing to do, as all is the same already? */
int plan_is_empty(const struct plan *p);

/* The operation's id and every name that is made of it (plan_names.c). */
int plan_names(const struct plan_call *c, struct plan *p, struct err *e);

/* Databases (plan_db.c): fill op.dbs[i] and dbs[i]; check what can be. */
int plan_db(const struct plan_call *c, const struct manifest_db *m,
    struct plan *p, struct err *e);
/* Is one of the names of op.dbs[i] taken on its server? 1, 0 or -1. */
int plan_db_taken(const struct plan *p, size_t i, struct err *e);
/* Is there room for all? */
int plan_space(const struct plan *p, struct err *e);

/* Trees and config files (plan_tree.c), likewise. A config file that is the
 * same already is left out. */
int plan_tree(const struct plan_call *c, const struct manifest_tree *m,
    struct plan *p, struct err *e);
int plan_config(const struct plan_call *c, const struct manifest_config *m,
    struct plan *p, struct err *e);

/* The steps, once all names are known (plan_steps.c). */
void plan_steps(const struct plan_call *c, struct plan *p);

/* The steps of a kind ("load") are done. */
void plan_done(struct plan *p, const char *kind);

/* An older restore that was undone, of which this one has a target. */
int plan_replaces(const struct plan *p, const struct op *o);

void plan_release(struct plan *p);

#endif
