/* globals.c - roles and tablespaces of a server. */
#include <fcntl.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "ub/dump/state.h"

/* 0; 1 if it ran and failed, with its last words in e; -1. */
static int
run(const struct dump *d, const char *file, int passwords, struct err *e)
{
	struct proc p = { 0 };
	char *db = dsn_quote(d->dsn.dbname);
	int fd, rc = -1;

	/* Made by us, so that nobody else can read it at any time. */
	fd = io_open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600,
	    e);
	if (fd < 0)
		goto out;
	vec_add(&p.argv, d->tools.dumpall);
	vec_add(&p.argv, "--globals-only");
	vec_add(&p.argv, "--no-sync");
	vec_add(&p.argv, "-w");
	if (!passwords)
		vec_add(&p.argv, "--no-role-passwords");
	vec_add(&p.argv, "-l");
	vec_addf(&p.argv, "dbname=%s", db); /* plain it may hold a = */
	dsn_env(&d->dsn, &p.env);
	vec_addf(&p.env, "PGAPPNAME=%s pg_dumpall", log_prog());
	vec_add(&p.env, "LC_ALL=C");
	p.stdout_fd = fd;
	rc = proc_run(&p, e);
	if (rc == 0 && p.exit != 0)
		rc = 1;
	if (io_finish(&fd, file, rc == 0 ? e : &(struct err){ 0 }) != 0 &&
	    rc == 0)
		rc = -1;
out:
	proc_release(&p);
	free(db);
	return rc;
}

/* Both attempts failed: no right, or no server any more? */
static int
no_right(const struct dump *d, struct err *e)
{
	struct db *db = db_open(&d->dsn, &(struct db_opts){ 0 }, e);

	db_close(db);
	return db ? 1 : -1;
}

int
dump_globals(const struct dump *d, const char *file, struct err *e)
{
	struct err ignored = { 0 };
	int rc = run(d, file, 1, e);

	/* Only a superuser may read pg_authid; pg_roles anybody. */
	if (rc == 1)
		rc = run(d, file, 0, e);
	if (rc == 1)
		rc = no_right(d, e);
	if (rc != 0)
		path_remove(file, &ignored);
	err_release(&ignored);
	return rc;
}
