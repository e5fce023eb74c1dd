/*
 * lint.h - judge migrations before they run: what each statement locks,
 * rewrites, breaks for the old code, or loses. The parser is PostgreSQL's
 * own; with a session the live catalog takes part, and rules out what is no
 * danger there. Statements inside DO blocks and function bodies count too.
 */
#ifndef UB_UB_LINT_H
#define UB_UB_LINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "ext/db.h"
#include "ext/hash.h"

/* How long others are shut out of a table that is there already. */
enum lint_lock {
	LINT_LOCK_NONE,
	LINT_LOCK_BRIEF,   /* a strong lock, but no work under it */
	LINT_LOCK_SCAN,    /* all rows are read under it, or an index built */
	LINT_LOCK_REWRITE, /* the table is written anew under it */
};

/* Does the code of the previous release still work beside it? */
enum lint_compat {
	LINT_COMPAT_SAFE,
	LINT_COMPAT_READER, /* it may read what it does not know */
	LINT_COMPAT_WRITER, /* what it writes may be refused */
	LINT_COMPAT_BREAKING,
};

enum lint_data { LINT_DATA_KEEPS, LINT_DATA_LOSES };

enum lint_tx {
	LINT_TX,     /* runs in one transaction with its ledger row */
	LINT_TX_NOT, /* has a statement that refuses a transaction */
	LINT_TX_OWN, /* controls transactions itself */
};

enum lint_phase {
	LINT_PHASE_EXPAND,   /* adds; before the new code */
	LINT_PHASE_BACKFILL, /* changes rows only */
	LINT_PHASE_CONTRACT, /* takes away; after the old code is gone */
	LINT_PHASE_MIXED,
};

enum lint_level { LINT_INFO, LINT_WARNING, LINT_ERROR };

struct lint_verdict {
	enum lint_lock lock;
	enum lint_compat compat;
	enum lint_data data;
	enum lint_tx tx;
	enum lint_phase phase;
};

/*
 * A lock that a statement will take on a table, view, sequence or index that
 * is there already; with a catalog also on those that come along with it, as
 * partitions, indexes, and tables at the other end of a foreign key. Of locks
 * that let others read and write (1 to 3) only those on what is named.
 */
struct lint_take {
	char *relation; /* "public.orders"; as written if there is no catalog
	                   and it has no schema */
	int mode;       /* 1 ACCESS SHARE … 8 ACCESS EXCLUSIVE, as the server
	                   counts them */
	int rewrite;    /* it is written anew */
	int scan;       /* all of it is read, or an index built */
};

/* Lines and columns count from 1, columns in characters. */
struct lint_stmt {
	size_t line, column;
	size_t end_line;
	char *text;       /* its beginning, on one line, for people */
	const char *kind; /* "ALTER TABLE"; "?" if it was not understood */
	int analysed;     /* 0: all of it, or something in it, is a guess */
	struct lint_verdict verdict;
	struct lint_take *takes;
	size_t n_takes;
};

struct lint_finding {
	const char *rule;  /* "drop-column" */
	enum lint_level level;
	size_t stmt;       /* index of its statement; (size_t)-1: the file's */
	size_t line, column;
	size_t end_line;
	char *table;       /* or NULL */
	char *message;     /* one line */
	char *hint;        /* what to do instead; or NULL */
	char *ignored;     /* the reason of the comment that ignores it */
};

/* Valid as {0}. */
struct lint_file {
	char *name; /* as it was given */
	char *inside; /* from the root of its git worktree; or NULL */
	char sum[HASH_HEX_LEN + 1]; /* of the text that was judged, if it
	                               came from a file */
	struct lint_verdict verdict;  /* of all its statements */
	int rollback_without_restore; /* the old code works, nothing is lost */
	int declared_contract;        /* says "-- ub: phase=contract" */
	struct lint_stmt *stmts;
	size_t n_stmts;
	struct lint_finding *findings;
	size_t n_findings;
	size_t unanalysed; /* of the statements; one more if the script cannot
	                      be run for what is not in one of them */
};

struct lint_opts {
	struct db *db;          /* for the catalog; NULL: offline. Only SELECT
	                           is sent, and no transaction begun */
	const char *schema;     /* where names without a schema are, "public" */
	int server_version;     /* as 150020, if offline; 0: 15 */
	int64_t large_bytes;    /* a table is large from here on */
	int style;              /* also the rules on style */
};

/* Why a script cannot be run as it is, and where that is seen. */
struct lint_refusal {
	const char *why; /* NULL: it is not known to be so */
	size_t line, column;
};

struct lint_input {
	const char *name; /* for messages */
	const char *text; /* the whole file, any bytes */
	size_t len;
	const char *body; /* the part of it that runs */
	size_t body_len;
	int no_transaction; /* it asks for none */
	struct lint_refusal refused; /* by its tool */
	int unsure; /* it will not meet the catalog as it is: it ran before,
	               or others must run before it */
};

struct lint; /* what is known across the files of one run */

struct lint *lint_new(const struct lint_opts *o); /* o->db is borrowed */
void lint_free(struct lint *l); /* NULL is fine */

/*
 * Judge the next migration, in the order of running: a table that an earlier
 * one has made is new to the later ones. Never an error because of what is in
 * the file: what cannot be cut or parsed is a finding, and counts as
 * unanalysed; bytes that are no text do not keep the rest from being judged.
 * -1: the catalog cannot be read.
 */
int lint_judge(struct lint *l, const struct lint_input *in,
    struct lint_file *out, struct err *e);

/* What only all of them together show; adds to their findings. The files are
 * all that were judged, in that order. */
void lint_judge_all(struct lint *l, struct lint_file *files, size_t n);

void lint_file_release(struct lint_file *f);

/* A rule, for the manual and reports. */
struct lint_rule {
	const char *id;    /* NULL ends the table */
	const char *about; /* one line, lower case, no full stop */
	const char *help;  /* what to do instead, one or two sentences */
	enum lint_level level; /* the highest that it can have */
	int style;         /* off unless asked for */
};

const struct lint_rule *lint_rules(void);

/* Words for JSON and people: "rewrite", "breaking", "loses", "notx",
 * "contract", "error", "ACCESS EXCLUSIVE" */
const char *lint_lock_name(enum lint_lock v);
const char *lint_compat_name(enum lint_compat v);
const char *lint_data_name(enum lint_data v);
const char *lint_tx_name(enum lint_tx v);
const char *lint_phase_name(enum lint_phase v);
const char *lint_level_name(enum lint_level v);
const char *lint_mode_name(int mode);

#endif
