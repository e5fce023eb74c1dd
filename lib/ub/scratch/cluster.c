#include "ub/scratch/cluster.h"

#include <pwd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/tmp.h"

#define START_MS 60000
#define GLOBALS_MAX ((size_t)16 << 20)
#define SERVER_USER "postgres"

/* PostgreSQL refuses root: its server then runs as its usual user. */
static void
as_server(struct proc *p, const struct scratch *s, const char *program)
{
	if (geteuid() == 0) {
		vec_add(&p->argv, "runuser");
		vec_add(&p->argv, "-u");
		vec_add(&p->argv, SERVER_USER);
		vec_add(&p->argv, "--");
	}
	vec_addf(&p->argv, "%s/%s", s->tools.bindir, program);
	p->dir = "/";
	p->timeout_ms = START_MS;
}

static int
give_folder(const char *dir, struct err *e)
{
	const struct passwd *pw;

	if (geteuid() != 0)
		return 0;
	pw = getpwnam(SERVER_USER);
	if (!pw) {
		err_set(e, ERR_TROUBLE, "scratch.user",
		    "there is no user '" SERVER_USER "' to run a server");
		return err_hint(e, "run ub-verify as another user than root");
	}
	if (chown(dir, pw->pw_uid, pw->pw_gid) < 0)
		return err_sys(e, "cannot give '%s' to " SERVER_USER, dir);
	return 0;
}

static int
initdb(const struct scratch *s, const char *data, struct err *e)
{
	static const char *const options[] = { "-U", "postgres", "-A",
		"trust", "-E", "UTF8", "--locale=C", "--no-sync", NULL };
	struct proc p = { 0 };
	size_t i;
	int r;

	as_server(&p, s, "initdb");
	for (i = 0; options[i]; i++)
		vec_add(&p.argv, options[i]);
	vec_add(&p.argv, "-D");
	vec_add(&p.argv, data);
	r = proc_demand(&p, "scratch.initdb", e);
	proc_release(&p);
	return r;
}

static int
pg_ctl(const struct scratch *s, const char *data, int start, struct err *e)
{
	struct proc p = { .shield = !start };
	int r;

	as_server(&p, s, "pg_ctl");
	vec_add(&p.argv, "-w");
	vec_add(&p.argv, "-D");
	vec_add(&p.argv, data);
	if (start) {
		vec_add(&p.argv, "-l");
		vec_addf(&p.argv, "%s/log", s->cluster);
		vec_add(&p.argv, "-o");
		vec_addf(&p.argv,
		    "-k %s -c listen_addresses= -c fsync=off "
		    "-c full_page_writes=off -c autovacuum=off",
		    s->cluster);
	} else {
		vec_add(&p.argv, "-m");
		vec_add(&p.argv, "immediate");
	}
	vec_add(&p.argv, start ? "start" : "stop");
	r = proc_demand(&p, "scratch.server", e);
	proc_release(&p);
	return r;
}

/*
 * The server answers from this host alone, to whoever may enter the folder:
 * its user and root.
 */
int
scratch_cluster_start(struct scratch *s, struct err *e)
{
	char *data, *conninfo;
	int r = -1;

	s->cluster = tmp_dir("ub-scratch", e);
	if (!s->cluster)
		return -1;
	data = path_join(s->cluster, "data");
	conninfo = mem_printf(
	    "host='%s' port=5432 user=postgres dbname=postgres", s->cluster);
	if (give_folder(s->cluster, e) == 0 && initdb(s, data, e) == 0 &&
	    pg_ctl(s, data, 1, e) == 0)
		r = dsn_parse(&s->admin, conninfo, NULL, e);
	free(conninfo);
	free(data);
	return r;
}

/* Roles only: a tablespace would be made in a folder of the live server. */
int
scratch_cluster_roles(struct scratch *s, const struct set *set,
    struct err *e)
{
	static const char create[] = "CREATE ROLE ";
	char *file = set_path(set, "db/globals.sql"), *line;
	struct buf text = { 0 };
	const char *at, *nl;
	struct err there = { 0 };
	int r = 0;

	if (path_exists(file))
		r = io_slurp(file, GLOBALS_MAX, &text, e);
	for (at = buf_text(&text); (nl = strchr(at, '\n')); at = nl + 1) {
		if (strncmp(at, create, sizeof(create) - 1) != 0)
			continue;
		line = mem_dupn(at, (size_t)(nl - at));
		db_exec(s->holder, &there, "%s", line);
		free(line);
		err_release(&there);
	}
	buf_release(&text);
	free(file);
	return r;
}

int
scratch_cluster_stop(struct scratch *s, struct err *e)
{
	char *data = path_join(s->cluster, "data");
	char *pid = path_join(data, "postmaster.pid");
	int r = 0;

	if (path_exists(pid))
		r = pg_ctl(s, data, 0, e);
	if (r == 0)
		r = path_remove(s->cluster, e);
	free(pid);
	free(data);
	return r;
}
