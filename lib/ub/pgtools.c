/* pgtools.c - the client programs that fit a server. */
#include "ub/pgtools.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/path.h"
#include "sys/proc.h"

/* Where distributions keep major versions apart. */
static const struct {
	const char *before, *after; /* the number of the version */
} apart[] = {
	{ "/usr/lib/postgresql/", "/bin" },          /* Debian */
	{ "/usr/pgsql-", "/bin" },                   /* postgresql.org's RPM */
	{ "/usr/libexec/postgresql", "" },           /* Alpine */
	{ "/usr/lib/postgresql", "/bin" },           /* SUSE */
	{ "/opt/homebrew/opt/postgresql@", "/bin" }, /* Homebrew */
};
#define OLDEST 10
#define NEWEST 30

/* "pg_dump (PostgreSQL) 15.20 (Debian 15.20-1)" or "… 18beta1": 150020. */
static int
parse_version(const char *text)
{
	const char *s = strstr(text, "(PostgreSQL) ");
	int major = 0, minor = 0;

	if (!s)
		return 0;
	for (s += strlen("(PostgreSQL) "); *s >= '0' && *s <= '9'; s++)
		if (major < 1000)
			major = major * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++)
			if (minor < 1000)
				minor = minor * 10 + (*s - '0');
	return major * 10000 + minor;
}

/* 0 if the program does not run, or is another one. */
static int
version_of(const char *program)
{
	struct proc p = { .timeout_ms = 10000 };
	struct err ignored = { 0 };
	int version = 0;

	vec_add(&p.argv, program);
	vec_add(&p.argv, "--version");
	if (proc_run(&p, &ignored) == 0 && p.exit == 0)
		version = parse_version(buf_text(&p.out));
	proc_release(&p);
	err_release(&ignored);
	return version;
}

static char *
program(const char *dir, const char *name)
{
	char *file = path_join(dir, name);
	char *found = proc_which(file);

	free(file);
	return found;
}

/*
 * Is dir it? 1 with t filled; else 0, and what was found there is noted.
 */
static int
try_dir(struct pgtools *t, const char *dir, int major, struct vec *found)
{
	t->dump = program(dir, "pg_dump");
	t->restore = program(dir, "pg_restore");
	t->dumpall = program(dir, "pg_dumpall");
	t->version = t->dump ? version_of(t->dump) : 0;
	t->bindir = mem_dup(dir);
	if (t->version / 10000 == major && t->restore && t->dumpall &&
	    version_of(t->restore) / 10000 == major)
		return 1;
	if (t->version / 10000 == major)
		vec_addf(found, "%s lacks %s of version %d", dir,
		    t->dumpall ? "pg_restore" : "pg_dumpall", major);
	else if (t->version)
		vec_addf(found, "%d.%d in %s", t->version / 10000,
		    t->version % 10000, dir);
	pgtools_release(t);
	return 0;
}

/* The folder of the pg_dump in PATH, or NULL. */
static char *
dir_in_path(void)
{
	char *file = proc_which("pg_dump"), *dir = NULL;

	if (file)
		dir = path_dir(file);
	free(file);
	return dir;
}

static int
try_apart(struct pgtools *t, int major, int wanted, struct vec *found)
{
	char *dir;
	size_t i;
	int done = 0;

	for (i = 0; i < UB_LEN(apart) && !done; i++) {
		dir = mem_printf("%s%d%s", apart[i].before, major,
		    apart[i].after);
		done = try_dir(t, dir, wanted, found);
		free(dir);
	}
	return done;
}

static int
search(struct pgtools *t, int major, const char *bindir, struct vec *found)
{
	char *dir;
	int done, other;

	if (bindir) /* whoever names a folder means it */
		return try_dir(t, bindir, major, found);
	if (try_apart(t, major, major, found))
		return 1;
	dir = dir_in_path();
	done = dir && try_dir(t, dir, major, found);
	free(dir);
	/* For the message. */
	for (other = OLDEST; other <= NEWEST && !done; other++)
		if (other != major)
			try_apart(t, other, major, found);
	return done;
}

int
pgtools_find(struct pgtools *t, int server_version, const char *bindir,
    struct err *e)
{
	struct vec found = { 0 };
	struct buf b = { 0 };
	int major = server_version / 10000, rc = 0;
	size_t i;

	*t = (struct pgtools){ 0 };
	if (search(t, major, bindir, &found))
		goto out;
	for (i = 0; i < found.n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", found.v[i]);
	err_set(e, ERR_TROUBLE, "pg.tools", "cannot find pg_dump and "
	    "pg_restore of version %d, which the server (%d.%d) needs; "
	    "found: %s", major, major, server_version % 10000,
	    found.n ? buf_text(&b) : "none");
	rc = err_hint(e, "install the package postgresql-client-%d (Debian, "
	    "Ubuntu) or postgresql%d (Red Hat, SUSE), or set database.binDir",
	    major, major);
out:
	buf_release(&b);
	vec_release(&found);
	return rc;
}

void
pgtools_release(struct pgtools *t)
{
	free(t->dump);
	free(t->restore);
	free(t->dumpall);
	free(t->bindir);
	*t = (struct pgtools){ 0 };
}
