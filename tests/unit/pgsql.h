/* pgsql.h - sessions with the throw-away server that end the test if they
 * fail: not what is tested, but what tests need. */
#ifndef UB_TESTS_PGSQL_H
#define UB_TESTS_PGSQL_H

#include "base/mem.h"
#include "ext/db.h"
#include "pg.h"

static void __attribute__((noreturn, unused))
pgsql_bail(const char *what, struct err *e)
{
	printf("Bail out! %s: %s\n", what, e->msg);
	exit(1);
}

/* A database's name becomes a dsn, whatever is in it. */
static void __attribute__((unused))
pgsql_dsn(struct dsn *d, const char *dbname)
{
	struct dsn any = { 0 };
	struct err e = { 0 };

	if (dsn_parse(&any, "dbname=postgres", NULL, &e) != 0)
		pgsql_bail(dbname, &e);
	dsn_for_db(d, &any, dbname);
	dsn_release(&any);
}

static __attribute__((unused)) struct db *
pgsql_open(const char *dbname)
{
	struct db_opts o = { .app = "test" };
	struct dsn d = { 0 };
	struct err e = { 0 };
	struct db *db;

	pgsql_dsn(&d, dbname);
	db = db_open(&d, &o, &e);
	if (!db)
		pgsql_bail(dbname, &e);
	dsn_release(&d);
	return db;
}

static void __attribute__((unused))
pgsql_do(struct db *db, const char *sql)
{
	struct err e = { 0 };

	if (db_exec(db, &e, "%s", sql) != 0)
		pgsql_bail(sql, &e);
}

/* Statements in one database, each by itself; NULL-terminated. */
static void __attribute__((unused))
pgsql_in(const char *dbname, const char *const *sql)
{
	struct db *db = pgsql_open(dbname);

	for (; *sql; sql++)
		pgsql_do(db, *sql);
	db_close(db);
}

static __attribute__((unused)) char *
pgsql_get(const char *dbname, const char *sql)
{
	struct db *db = pgsql_open(dbname);
	struct err e = { 0 };
	char *out = NULL;

	if (db_value(db, sql, NULL, &out, &e) != 0)
		pgsql_bail(sql, &e);
	db_close(db);
	return out;
}

#endif
