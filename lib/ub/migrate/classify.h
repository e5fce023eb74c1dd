/*
 * classify.h - what a statement is to a transaction, by its words alone: so
 * it works whatever the server's version, and never keeps a migration from
 * running.
 */
#ifndef UB_UB_MIGRATE_CLASSIFY_H
#define UB_UB_MIGRATE_CLASSIFY_H

#include "ub/migrate/split.h"

enum stmt_kind {
	STMT_PLAIN,
	STMT_ALONE,    /* refuses a transaction */
	STMT_MAY,      /* refuses one if its table has partitions: REINDEX
	                  TABLE, REINDEX INDEX, CLUSTER of one */
	STMT_CALL,     /* CALL, DO: may commit, if it is in none */
	STMT_BEGIN,
	STMT_COMMIT,
	STMT_ROLLBACK, /* of all; ROLLBACK TO is plain */
	STMT_CHAIN,    /* COMMIT AND CHAIN, ROLLBACK AND CHAIN */
	STMT_PREPARE,  /* PREPARE TRANSACTION and its ends */
};

enum stmt_kind classify(const struct split_stmt *st);

/* Does it speak of a password, so that its text is not to be shown? */
int classify_has_secret(const struct split_stmt *st);

/* Does it set something that lasts as long as the session? */
int classify_sets(const struct split_stmt *st);

/* Does it make a table, view or sequence that is gone with the session? */
int classify_temporary(const struct split_stmt *st);

/* REINDEX of a database by its name, or of the system's tables; VACUUM FULL
 * of all tables: is it done to those that all databases share, too? */
int classify_shared(const struct split_stmt *st);

/* Is this its first word? */
int classify_begins(const struct split_stmt *st, const char *word);

enum classify_work {
	CLASSIFY_NONE,
	CLASSIFY_CREATE,
	CLASSIFY_DROP,
	CLASSIFY_REBUILD,
};

/* A statement that works CONCURRENTLY on an index. Valid as {0}. */
struct classify_index {
	enum classify_work what;
	char *name;  /* as written, with its quotes, but without blanks and
	                U&; NULL: the server's choice */
	char *table; /* CLASSIFY_CREATE; CLASSIFY_REBUILD: or NULL */
	char *schema; /* CLASSIFY_REBUILD: of all of it; all three NULL: of
	                 the database */
};

/* What it is; CLASSIFY_NONE also for a DROP of several. Caller releases. */
void classify_index(const struct split_stmt *st, struct classify_index *out);
void classify_index_release(struct classify_index *x);

/* ALTER TABLE … DETACH PARTITION … CONCURRENTLY. Valid as {0}. */
struct classify_detach {
	char *table, *part; /* as written, like those of an index; or NULL */
};

/* Is it one? Caller releases. */
int classify_detach(const struct split_stmt *st,
    struct classify_detach *out);
void classify_detach_release(struct classify_detach *x);

/* The statement that ends it, when it has done its first half. Caller owns. */
char *classify_finalize(const struct split_stmt *st);

#endif
