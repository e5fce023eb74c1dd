/*
 * project.h - a project's migrations and the database that they are for: the
 * folder, the tool whose layout and ledger it is, what is applied and what
 * is to come. Finding out changes nothing, takes no lock and needs only the
 * right to read.
 */
#ifndef UB_UB_MIGRATE_PROJECT_H
#define UB_UB_MIGRATE_PROJECT_H

#include "base/err.h"
#include "ext/db.h"
#include "ub/conf.h"
#include "ub/migrate/compare.h"
#include "ub/migrate/dir.h"
#include "ub/migrate/ledger.h"
#include "ub/source.h"

/* Valid as {0}. */
struct project {
	const struct conf *conf;    /* borrowed */
	struct source src;
	const struct source_db *at; /* the database, of src */
	char *dir;         /* absolute; NULL: a tool with programs */
	char *root;
	char *command;     /* migrate.command, or NULL */
	enum migrate_tool wanted; /* migrate.ledger; MIGRATE_NONE: find out */
	enum migrate_tool layout; /* of the folder */
	enum migrate_tool tool;
	int driven;        /* its own program runs the migrations */
	int bare;          /* nothing is in dir yet: layout is a guess */
	struct migrate_dir files;
	size_t early;      /* early_items() done while we connected */
	struct db *db;
	char *dbname;
	char *schema;      /* for search_path, or NULL: the role's own */
	int looked;        /* all below is true */
	int has_ledger;    /* else ledger says where it is to be */
	int is_empty;      /* no ledger, and nothing else in its schema */
	struct ledger ledger;
	struct migrate_state state; /* empty for a driven one */
};

/*
 * Read the configuration and the folder: migrate.dir, or one of the usual
 * places below root; conf must outlive p. ERR_USAGE, "migrate.dir": no such
 * folder, or migrations in several of those places.
 */
int project_read(const struct conf *conf, const char *root,
    struct project *p, struct err *e);

/* project_read() and project_connect() at the same time: with thousands of
 * migrations the folder takes as long as the server. */
int project_open(const struct conf *conf, const char *root,
    struct project *p, struct err *e);

/* Which database it is for: p->at. ERR_USAGE as project_connect(). */
int project_choose(struct project *p, struct err *e);

/*
 * The same project, but of another database, that of dsn: out is read anew
 * and connected. p has been chosen for.
 */
int project_beside(const struct project *p, const struct dsn *dsn,
    struct project *out, struct err *e);

/*
 * Connect; search_path is then as the migrations will have it. ERR_USAGE,
 * "config.missing": no database is configured; or several are, and
 * migrate.database does not say which.
 */
int project_connect(struct project *p, struct err *e);

/*
 * Look at the ledger, and compare, in a transaction that can only read.
 * May be called again. ERR_REFUSED, "migrate.ledgers": several ledgers, or
 * one that is not the folder's; "migrate.prisma8".
 */
int project_look(struct project *p, struct err *e);

/* Say that there is no folder: ERR_USAGE, "migrate.dir". Always -1. */
int project_no_folder(const struct project *p, struct err *e);

/* The migration that is called so: its name, its version, or the part of the
 * name before the first '_'. ERR_USAGE, "migrate.name", with the nearest. */
int project_find(const struct project *p, const char *name,
    const struct migrate_item **out, struct err *e);

void project_release(struct project *p);

#endif
