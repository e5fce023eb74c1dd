/* pg.h - a throw-away PostgreSQL for unit tests, by tests/pg.sh. */
#ifndef UB_TESTS_PG_H
#define UB_TESTS_PG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "ext/db.h"
#include "sys/proc.h"

static char pg_parent[] = "/tmp/ub-test-pg-XXXXXX";
static char *pg_dir;
static pid_t pg_owner;

/* Call a function of tests/pg.sh: WHAT DIR [ARG]; 0 or -1. */
static int
pg_sh(const char *what, const char *arg)
{
	struct proc p = {0};
	struct err e = {0};
	int rc;

	vec_add(&p.argv, "sh");
	vec_add(&p.argv, "-c");
	vec_add(&p.argv, ". tests/pg.sh; \"$@\"");
	vec_add(&p.argv, "pg");
	vec_add(&p.argv, what);
	vec_add(&p.argv, pg_dir);
	if (arg)
		vec_add(&p.argv, arg);
	p.timeout_ms = 120000;
	rc = proc_demand(&p, "test.pg", &e);
	if (rc < 0)
		printf("# %s\n%.*s", e.msg, (int)p.errs.len,
		    buf_text(&p.errs));
	proc_release(&p);
	err_release(&e);
	return rc;
}

/* At the end of the process that started it; not of its children. */
static void
pg_stop(void)
{
	if (pg_owner != getpid())
		return;
	pg_sh("pg_stop", NULL);
	rmdir(pg_parent);
	free(pg_dir);
	pg_dir = NULL;
}

/* Start it and point PGHOST and PGUSER to it; ends the test if it cannot. */
static void __attribute__((unused))
pg_start(const char *setting)
{
	static const char *const unset[] = { "PGPORT", "PGDATABASE",
	    "PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGOPTIONS",
	    "PGHOSTADDR" };

	for (size_t i = 0; i < UB_LEN(unset); i++)
		unsetenv(unset[i]);
	if (!mkdtemp(pg_parent))
		exit(1);
	pg_dir = mem_printf("%s.d", pg_parent);
	pg_owner = getpid();
	atexit(pg_stop);
	if (pg_sh("pg_start", setting) < 0) {
		printf("not ok 1 - PostgreSQL starts\n");
		exit(1);
	}
	setenv("PGHOST", pg_dir, 1);
	setenv("PGUSER", "postgres", 1);
}

/* A session, or the test ends: "dbname=postgres user=weak". */
static __attribute__((unused)) struct db *
pg_session(const char *text)
{
	struct db_opts o = { .app = "test" };
	struct dsn d = { 0 };
	struct err e = { 0 };
	struct db *db = NULL;

	if (dsn_parse(&d, text, NULL, &e) == 0)
		db = db_open(&d, &o, &e);
	if (!db) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	dsn_release(&d);
	return db;
}

#endif
