#include "ub/load/child.h"

#include <inttypes.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/proc.h"

#define GLOBALS "db/globals.sql"

/* What is heard of pg_restore. */
struct hearing {
	const struct load_child *c;
	char *error; /* the first line with an error */
	char *hint;  /* the server's, right behind */
};

/* After "pg_restore: error: " and what else stands before the reason. */
static const char *
reason(const char *line)
{
	static const char *const before[] = { "error: ", "ERROR:  ",
		"FATAL:  " };
	const char *at;
	size_t i;

	for (i = 0; i < UB_LEN(before); i++) {
		at = strstr(line, before[i]);
		if (at)
			line = at + strlen(before[i]);
	}
	return line;
}

static void
on_line(void *ctx, const char *line)
{
	struct hearing *h = ctx;

	if (!h->error && strncmp(line, "pg_restore: error: ", 19) == 0)
		h->error = mem_dup(reason(line));
	else if (h->error && !h->hint && strncmp(line, "HINT:  ", 7) == 0)
		h->hint = mem_dup(line + 7);
	if (h->c->on_line)
		h->c->on_line(h->c->ctx, line);
}

/* By a connection string: pg_restore would read a name "a=b" as one. */
static void
add_database(struct vec *v, const char *name)
{
	char *quoted = dsn_quote(name);

	vec_add(v, "-d");
	vec_addf(v, "dbname=%s", quoted);
	free(quoted);
}

static void
arguments(const struct load_child *c, struct vec *v)
{
	const struct load *l = c->l;

	vec_add(v, l->tools->restore);
	if (c->jobs)
		vec_addf(v, "-j%u", c->jobs);
	vec_add(v, "-L");
	vec_add(v, "/dev/stdin");
	vec_add(v, "-w");
	vec_add(v, "--verbose");
	vec_add(v, "--exit-on-error");
	if (l->for_scratch && !l->rights) {
		vec_add(v, "--no-owner");
		vec_add(v, "--no-acl");
	}
	if (l->for_scratch) {
		vec_add(v, "--no-tablespaces");
		vec_add(v, "--no-subscriptions");
	}
	add_database(v, l->target);
	vec_add(v, "--");
	vec_take(v, set_path(l->set, l->db->folder));
}

/*
 * Settings that any role may make, for these sessions alone. A lost server
 * loses the unfinished copy too, so nobody need wait for its commits; the
 * commit of the swap waits for all of them. Indexes are built in parallel
 * already, one on each processor.
 */
static void
environment(const struct load_child *c, struct vec *env)
{
	struct buf b = { 0 };
	size_t i;

	dsn_env(c->db, env);
	buf_puts(&b, "PGOPTIONS=");
	for (i = 0; i < env->n; i++)
		if (strncmp(env->v[i], "PGOPTIONS=", 10) == 0)
			buf_printf(&b, "%s ", env->v[i] + 10);
	buf_puts(&b, "-c synchronous_commit=off -c jit=off "
	    "-c max_parallel_maintenance_workers=0");
	if (c->memory > 0)
		buf_printf(&b, " -c maintenance_work_mem=%" PRId64 "kB",
		    c->memory);
	vec_take(env, buf_detach(&b));
	vec_add(env, "LC_ALL=C");
}

static int
has_any(const char *line, const char *const *words)
{
	for (; *words; words++)
		if (strstr(line, *words))
			return 1;
	return 0;
}

static void
hint_globals(const struct load *l, struct err *e)
{
	char *file = set_path(l->set, GLOBALS);

	if (path_exists(file))
		err_hint(e, "create the roles of the old server first: "
		    "psql -d postgres -f %s", file);
	else
		err_hint(e, "create the role first");
	free(file);
}

int
load_child_explain(const struct load *l, const char *line,
    const char *hint, struct err *e)
{
	static const char *const rights[] = { "permission denied",
		"must be owner of", "must be member of", "must be superuser",
		"must be able to SET ROLE", NULL };
	static const char *const gone[] = { "server closed the connection",
		"terminating connection", "could not connect",
		"connection to server", "no connection to the server",
		"the database system is", "SSL connection has been closed",
		NULL };
	static const char *const full[] = { "too many clients",
		"too many connections", "remaining connection slots", NULL };
	enum err_code code = ERR_TROUBLE;
	const char *kind = "load.restore";

	if (strstr(line, "role \"") && strstr(line, "does not exist"))
		kind = "load.role";
	else if (has_any(line, rights))
		kind = "load.right";
	else if (has_any(line, gone) || has_any(line, full)) {
		kind = "db.gone";
		code = ERR_LATER;
	}
	err_set(e, code, kind, "cannot restore database '%s': %s",
	    l->db->name, line);
	if (hint)
		err_hint(e, "%s", hint);
	else if (has_any(line, full))
		err_hint(e, "with a smaller -j fewer sessions are opened");
	if (strcmp(kind, "load.role") == 0)
		hint_globals(l, e);
	return -1;
}

int
load_child_run(const struct load_child *c, struct err *e)
{
	struct hearing h = { .c = c };
	struct proc p = { .on_errline = on_line, .ctx = &h,
		.stop_fd = c->stop_fd, .stdin_fd = fileno(c->list) };
	int r;

	arguments(c, &p.argv);
	environment(c, &p.env);
	r = proc_run(&p, e);
	if (r == 0 && p.stopped)
		r = 1;
	else if (r == 0 && p.exit != 0 && h.error)
		r = load_child_explain(c->l, h.error, h.hint, e);
	else if (r == 0 && p.exit == -1)
		r = err_set(e, ERR_TROUBLE, "load.restore",
		    "cannot restore database '%s': 'pg_restore' was ended by "
		    "signal %d", c->l->db->name, p.signal);
	else if (r == 0 && p.exit != 0)
		r = err_set(e, ERR_TROUBLE, "load.restore",
		    "cannot restore database '%s': 'pg_restore' failed with "
		    "exit code %d", c->l->db->name, p.exit);
	free(h.error);
	free(h.hint);
	proc_release(&p);
	return r;
}
