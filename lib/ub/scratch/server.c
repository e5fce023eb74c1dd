#include "ub/scratch/server.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/proc.h"

#define START_MS 120000
#define LOG_MAX ((size_t)1 << 20)

/* PostgreSQL refuses root: its server then runs as its usual user. */
static void
as_server(struct proc *p, const struct pgtools *t, const char *program)
{
	if (geteuid() == 0) {
		vec_add(&p->argv, "runuser");
		vec_add(&p->argv, "-u");
		vec_add(&p->argv, SCRATCH_SERVER_USER);
		vec_add(&p->argv, "--");
	}
	vec_addf(&p->argv, "%s/%s", t->bindir, program);
	vec_add(&p->env, "LC_ALL=C");
	p->dir = "/";
	p->timeout_ms = START_MS;
}

/* The package of the clients does not have the server. */
int
scratch_server_find(const struct pgtools *t, struct err *e)
{
	char *initdb = path_join(t->bindir, "initdb");
	int there = path_exists(initdb), major = t->version / 10000;

	free(initdb);
	if (there)
		return 0;
	err_set(e, ERR_TROUBLE, "pg.tools",
	    "there is no initdb of PostgreSQL %d in '%s'", major, t->bindir);
	return err_hint(e, "install the package postgresql-%d", major);
}

/* The programs say last only that it went wrong; why, they said before. */
static void
explain(const char *said, const char *pg, struct err *e)
{
	static const char *const before[] = { "FATAL:  ", "PANIC:  ",
		"initdb: error: " };
	const char *at, *why = NULL;
	size_t i;

	for (i = 0; i < UB_LEN(before) && !why; i++)
		for (at = said; (at = strstr(at, before[i])) != NULL;)
			why = at += strlen(before[i]);
	if (why && e->code == ERR_TROUBLE)
		err_set(e, ERR_TROUBLE, "scratch.server",
		    "cannot start a server in '%s': %.*s", pg,
		    (int)strcspn(why, "\n"), why);
}

int
scratch_server_initdb(const struct pgtools *t, const char *pg, struct err *e)
{
	static const char *const options[] = { "-U", "postgres", "-A",
		"trust", "-E", "UTF8", "--locale=C", "--no-sync", NULL };
	struct proc p = { 0 };
	size_t i;
	int r;

	as_server(&p, t, "initdb");
	for (i = 0; options[i]; i++)
		vec_add(&p.argv, options[i]);
	vec_add(&p.argv, "-D");
	vec_addf(&p.argv, "%s/data", pg);
	r = proc_demand(&p, "scratch.initdb", e);
	if (r)
		explain(buf_text(&p.errs), pg, e);
	proc_release(&p);
	return r;
}

static void
explain_log(const char *pg, struct err *e)
{
	char *file = path_join(pg, "log");
	struct buf text = { 0 };
	struct err ignored = { 0 };

	io_slurp(file, LOG_MAX, &text, &ignored);
	explain(buf_text(&text), pg, e);
	err_release(&ignored);
	buf_release(&text);
	free(file);
}

/* pg_ctl hands the server's options to a shell. */
int
scratch_server_start(const struct pgtools *t, const char *pg, struct err *e)
{
	struct proc p = { 0 };
	char *quoted = text_shell(pg);
	int r;

	as_server(&p, t, "pg_ctl");
	vec_add(&p.argv, "-w");
	vec_add(&p.argv, "-D");
	vec_addf(&p.argv, "%s/data", pg);
	vec_add(&p.argv, "-l");
	vec_addf(&p.argv, "%s/log", pg);
	vec_add(&p.argv, "-o");
	vec_addf(&p.argv,
	    "-p 5432 -k %s -c listen_addresses= -c fsync=off "
	    "-c full_page_writes=off -c autovacuum=off", quoted);
	vec_add(&p.argv, "start");
	r = proc_demand(&p, "scratch.server", e);
	if (r)
		explain_log(pg, e);
	free(quoted);
	proc_release(&p);
	return r;
}

int
scratch_server_stop(const struct pgtools *t, const char *pg, struct err *e)
{
	struct proc p = { .shield = 1 };
	int r;

	as_server(&p, t, "pg_ctl");
	vec_add(&p.argv, "-w");
	vec_add(&p.argv, "-D");
	vec_addf(&p.argv, "%s/data", pg);
	vec_add(&p.argv, "-m");
	vec_add(&p.argv, "immediate");
	vec_add(&p.argv, "stop");
	r = proc_demand(&p, "scratch.server", e);
	proc_release(&p);
	return r;
}

int
scratch_server_dsn(const char *pg, struct dsn *d, struct err *e)
{
	if (dsn_parse(d, "port=5432 user=postgres dbname=postgres", NULL, e))
		return -1;
	free(d->host);
	d->host = mem_dup(pg);
	return 0;
}
