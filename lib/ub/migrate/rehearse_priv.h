/* rehearse_priv.h - what the files of rehearse share. */
#ifndef UB_UB_MIGRATE_REHEARSE_PRIV_H
#define UB_UB_MIGRATE_REHEARSE_PRIV_H

#include "ub/dump/tables.h"
#include "ub/migrate/rehearse.h"

#define REHEARSE_READS 8  /* from this mode on it blocks SELECT … */
#define REHEARSE_WRITES 5 /* … and from this one on INSERT */
#define REHEARSE_WORTH 4  /* weaker ones are in the way of nothing usual */

/* A relation that was there before the first migration. */
struct rehearse_rel {
	int64_t oid;
	int64_t table; /* of an index: whose; else its own oid */
	int64_t node;  /* the file that it is in now */
	int64_t size;
	char kind;     /* as pg_class.relkind */
	int gone;      /* it is not there any more */
	int64_t next;  /* while all are looked at: its oid from now on, or 0 */
	char *name;    /* now */
	char *first;   /* before */
	int64_t reads_us, writes_us; /* others would have waited so long */
	int64_t tx_reads_us, tx_writes_us; /* in the present transaction, by
	                                      what is held to its end */
	int64_t let_reads_us, let_writes_us; /* by what it has let go of */
};

/* All of them. Valid as {0}. */
struct rehearse_shape {
	struct rehearse_rel *v; /* by oid */
	size_t n;
};

/* Whose: all but the ledger. Names and files are as they are now. */
int rehearse_shape_read(struct db *db, const struct ledger *l,
    struct rehearse_shape *s, struct err *e);

/*
 * How are they now? only is a list of oids, "1,2", or NULL for all: then an
 * index that was made anew, under the same name, gets its new oid. What is in
 * another file than before is added to st, which may be NULL.
 */
int rehearse_shape_again(struct db *db, struct rehearse_shape *s,
    const char *only, struct rehearse_stmt *st, struct err *e);
struct rehearse_rel *rehearse_shape_find(const struct rehearse_shape *s,
    int64_t oid);
void rehearse_shape_release(struct rehearse_shape *s);

/* "AccessShareLock" is 1 … "AccessExclusiveLock" 8; 0: none of them. */
int rehearse_mode(const char *name);

/* A lock that the migrating session has, or had. */
struct rehearse_held {
	int64_t oid;
	int mode;
	int64_t us; /* since then, on the measuring clock; or for so long */
	int there;  /* in the present answer */
};

/* A list of them. Valid as {0}. */
struct rehearse_helds {
	struct rehearse_held *v;
	size_t n;
};

/* The one of that relation and mode; added if there is none. */
struct rehearse_held *rehearse_held_of(struct rehearse_helds *h, int64_t oid,
    int mode, int *added);
void rehearse_held_release(struct rehearse_helds *h);

/* The strongest mode on a relation; 0: none. */
int rehearse_held_mode(const struct rehearse_helds *h, int64_t oid);

/* What a statement took: of each relation the strongest is kept, of indexes
 * and sequences no weak one. The sort: the strongest first. */
void rehearse_lock_add(struct rehearse_stmt *st, const struct rehearse_rel *r,
    int mode);
void rehearse_lock_sort(struct rehearse_stmt *st);

/* The locks of backend $1 on the relations of this database, and on those
 * that all share. */
#define REHEARSE_LOCKS "pg_locks l WHERE l.pid = $1::int4" \
	" AND l.locktype = 'relation' AND l.granted AND (l.relation >= 16384" \
	" AND l.database = (SELECT oid FROM pg_database" \
	" WHERE datname = current_database()) OR l.database = 0)"

/*
 * A thread with a session of its own, that looks at the locks of backend pid
 * while a statement runs after which they are gone: without a pause, but of
 * 5 ms once it has run for 100 ms.
 */
struct rehearse_sample;
struct rehearse_sample *rehearse_sample_start(const struct dsn *dsn, int pid,
    struct err *e);
void rehearse_sample_begin(struct rehearse_sample *s);
/* What was seen since, and for how long. -1: it could not look. */
int rehearse_sample_end(struct rehearse_sample *s, struct rehearse_helds *out,
    struct err *e);
void rehearse_sample_stop(struct rehearse_sample *s); /* NULL is fine */

/* Measuring one run. */
struct rehearse_measure {
	struct rehearse *out;
	struct db *db;  /* that migrates */
	struct db *eye; /* looks at it from outside */
	struct rehearse_sample *sample;
	char *pid;      /* of db's backend */
	struct rehearse_shape shape;
	struct rehearse_helds held; /* in the present transaction */
	int stale;      /* the shape may be another one now */
	int beside;     /* on a server that is not ours */
	int64_t paused_us; /* by measuring */
	int64_t began_us, wal; /* of the present statement */
	struct rehearse_done *done;          /* the present migration */
	const struct lint_file *predicted;   /* and what the lint said of it */
};

int rehearse_measure_start(struct rehearse_measure *m, const struct dsn *dsn,
    struct db *db, const struct ledger *l, struct err *e);

/* Hooks of struct apply; ctx is the rehearse_measure. */
int rehearse_measure_before(void *ctx, const struct apply_stmt *s,
    struct err *e);
int rehearse_measure_after(void *ctx, const struct apply_stmt *s,
    struct err *e);
void rehearse_blocked_ended(void *ctx);
void rehearse_measure_stop(struct rehearse_measure *m);

/* A transaction is over: add what it has blocked. us of each of m->held is
 * how long that lock was held. */
void rehearse_blocked_add(struct rehearse_measure *m);

/* ROLLBACK TO: of m->held, what is not there any more is forgotten, and what
 * it has blocked until now is kept. us is since when. */
void rehearse_blocked_let_go(struct rehearse_measure *m, int64_t now);

/* The measuring clock, which stands still while we look. */
int64_t rehearse_measure_us(const struct rehearse_measure *m);

/* Say where the last statement of m->done was not as predicted. column is
 * that of its beginning. */
void rehearse_compare(struct rehearse_measure *m, size_t column);

/*
 * Would the statement reach beyond its database: to roles, other databases
 * or the server (or, in a cluster of its own, to other servers)? Or could it,
 * and nobody would see it in time, as it is in no transaction: a CALL or DO
 * (not in a cluster of its own)? ERR_REFUSED, "rehearse.beyond".
 */
int rehearse_guard(const struct steps *s, size_t stmt, int own_cluster,
    struct err *e);

/*
 * Apply what out->d has chosen to the database of out->p, and measure it. db
 * is what was restored there. Errors as rehearse_run().
 */
int rehearse_migrations(struct rehearse *out, const struct dsn *dsn,
    const struct manifest_db *db, struct err *e);

/* The tables before, whose rows were counted by the restore. */
int rehearse_rows_before(struct db *db, const struct manifest_db *d,
    struct dump_tables *out, struct err *e);

/*
 * Compare with now; fills m->out->tables, also after a failure (well is 0):
 * then nobody knows what is after. Tables of the ledger do not count.
 */
int rehearse_rows_after(struct db *db, const struct rehearse_measure *m,
    struct dump_tables *before, int well, struct err *e);

#endif
