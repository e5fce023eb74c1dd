/* child.c - pg_dump as a child process. */
#include "ub/dump/child.h"

#include <inttypes.h>

#include "base/mem.h"
#include "sys/log.h"
#include "sys/proc.h"
#include "ub/dump/explain.h"

#define ZSTD_SINCE 160000

/* Warnings of a dump that succeeds would be lost else. */
static void
take_line(void *ctx, const char *line)
{
	static const char warning[] = "pg_dump: warning: ";

	(void)ctx;
	if (strncmp(line, warning, strlen(warning)) == 0)
		log_warn("dump.warning", "pg_dump: %s",
		    line + strlen(warning));
	else
		log_verbose("%s", line);
}

/* The connection goes by environment alone: argv can be seen by all. */
static void
prepare(struct proc *p, const struct dump *d, const char *dir, int zstd)
{
	struct vec *v = &p->argv;

	vec_add(v, d->tools.dump);
	vec_add(v, "-Fd");
	vec_addf(v, "-j%u", d->jobs);
	vec_addf(v, "--snapshot=%s", d->snapshot);
	vec_addf(v, "--lock-wait-timeout=%" PRId64, d->lock_timeout_ms);
	/* Whoever hashes the files syncs them. */
	vec_add(v, "--no-sync");
	vec_add(v, "-w");
	vec_add(v, zstd ? "--compress=zstd:1" : "-Z1");
	vec_add(v, "-f");
	vec_add(v, dir);
	dsn_env(&d->dsn, &p->env);
	vec_addf(&p->env, "PGAPPNAME=%s pg_dump", log_prog());
	vec_add(&p->env, "LC_ALL=C");
	vec_add(&p->env, "LANGUAGE");
	p->on_errline = take_line;
}

static int
lacks_zstd(const struct proc *p)
{
	return p->exit > 0 && strstr(buf_text(&p->errs), "zstd") &&
	    strstr(buf_text(&p->errs), "not support");
}

int
dump_child_run(struct dump *d, const char *dir, int stop_fd, struct err *e)
{
	struct proc p = { .stop_fd = stop_fd };
	int zstd = d->tools.version >= ZSTD_SINCE;
	int rc;

	prepare(&p, d, dir, zstd);
	rc = proc_run(&p, e);
	/* Said before it connects; only it itself knows. */
	if (rc == 0 && zstd && lacks_zstd(&p)) {
		proc_release(&p);
		p.stop_fd = stop_fd;
		prepare(&p, d, dir, 0);
		rc = proc_run(&p, e);
	}
	if (rc == 0 && p.stopped)
		rc = 1;
	else if (rc == 0 && p.exit != 0)
		rc = dump_explain_child(d, &p, e);
	proc_release(&p);
	return rc;
}
