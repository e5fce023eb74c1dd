/*
 * op.h - the record of one restore: what is swapped for what, and how far it
 * is. It is written, fsync included, before a step is taken; so that a run
 * which ends anywhere can be finished or undone by the next one.
 *
 *	staging -> swapping -> restored -> undoing -> undone
 *	   |          |           '-> committing -> committed
 *	   v          v
 *	cancelled <- reverting
 *
 * staging: only copies beside are touched; what is live is the old state.
 * swapping: names are being exchanged; recovery goes forward. reverting: the
 * swap failed, names go back. beside: restored under another name (--into).
 */
#ifndef UB_UB_RESTORE_OP_H
#define UB_UB_RESTORE_OP_H

#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"

enum op_state {
	OP_STAGING,
	OP_SWAPPING,
	OP_REVERTING,
	OP_RESTORED,
	OP_UNDOING,
	OP_UNDONE,
	OP_COMMITTING,
	OP_COMMITTED,
	OP_CANCELLED,
	OP_BESIDE,
};

/* One database. Names are told apart by OID, which a rename keeps. */
struct op_db {
	char *name;      /* in the set */
	char *host;      /* of the server; all three as the session had them */
	char *port;
	char *user;
	char *system_id; /* of the cluster, or NULL if it does not tell */
	char *live;      /* name in use, or that of --into */
	char *fresh;     /* name of the new copy beside it */
	char *old;       /* what was live is kept under this name */
	char *undone;    /* what was restored, after an undo */
	int64_t live_oid;  /* 0: there was none */
	int64_t fresh_oid; /* 0: not known yet */
	int kept;        /* fresh is the set's snapshot: not ours to drop */
};

/* One file tree, single file or config file. Told apart by inode. */
struct op_tree {
	char *kind; /* "files" or "config" */
	char *name;
	char *live; /* paths, absolute */
	char *fresh;
	char *old;
	char *undone;
	int64_t live_ino;  /* 0: there was none */
	int64_t fresh_ino; /* 0: not known yet */
	int mount;         /* live is a mount point: swapped entry by entry,
	                      the others are folders inside of it */
	struct vec list;   /* entries that are being brought in, escaped */
};

/* Valid as {0}. */
struct op {
	char *id;
	char *set; /* id of the set */
	enum op_state state;
	int64_t created_at;
	int into; /* --into: nothing was live, nothing is to be undone */
	struct op_db *dbs;
	size_t n_dbs;
	struct op_tree *trees;
	size_t n_trees;
	char *file; /* the record */
};

struct op_db *op_add_db(struct op *o);
struct op_tree *op_add_tree(struct op *o);
void op_drop_tree(struct op *o); /* the last one */
const char *op_state_name(enum op_state s); /* "staging" */
void op_release(struct op *o);

/*
 * Set the state and write the record to o->file. In an error the state is
 * as it was, on disk and in memory.
 */
int op_write(struct op *o, enum op_state s, struct err *e);

/* Read one. Anything wrong with it is ERR_TROUBLE, "restore.record". */
int op_read(const char *file, struct op *out, struct err *e);

/* Valid as {0}. */
struct op_list {
	struct op *v; /* newest first */
	size_t n;
};

/* All records in a folder; one that is not there holds none. */
int op_list(const char *dir, struct op_list *out, struct err *e);
void op_list_release(struct op_list *l);

/* May a run have ended in the middle of it? */
int op_is_open(const struct op *o);

/* Names of what is swapped, for --confirm: the databases, or else the
 * trees. */
void op_names(const struct op *o, struct vec *names);

#endif
