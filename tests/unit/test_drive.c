/* test_drive.c - migrations that the project's own command runs. */
#include "ub/migrate/drive.h"

#include "child.h"
#include "mig_project.h"

#define URL "postgresql:///postgres?user=postgres&password=geheim"
#define SET(...) (const char *const []){ __VA_ARGS__, NULL }

static struct project p;

/* Run the command; "code kind message" or "0", then "+added -removed". */
static void
drives(const char *command, const char *want, const char *what)
{
	char *setting = mem_printf("migrate.command=%s", command);
	struct drive d = { 0 };
	struct buf b = { 0 };
	char *bad;
	size_t i;

	proj_start("README", SET("migrate.ledger=alembic", setting));
	bad = proj_open(&p);
	if (bad)
		printf("# %s\n", bad);
	free(bad);
	if (drive_run(&p, &d, &e))
		buf_printf(&b, "%d %s %s", (int)e.code, e.kind, e.msg);
	else
		buf_puts(&b, "0");
	for (i = 0; i < d.added.n; i++)
		buf_printf(&b, " +%s", d.added.v[i]);
	for (i = 0; i < d.removed.n; i++)
		buf_printf(&b, " -%s", d.removed.v[i]);
	tap_is(buf_text(&b), want, what);
	err_release(&e);
	buf_release(&b);
	drive_release(&d);
	project_release(&p);
	free(setting);
}

#define UPDATE "psql -qXc \"UPDATE alembic_version SET version_num = "

static void
test_commands(void)
{
	drives("true", "0", "that does nothing");
	drives(UPDATE "'b'\"", "0 +b -a", "that does its work");
	drives("psql -qXc \"INSERT INTO alembic_version VALUES ('c')\"",
	    "0 +c", "that adds one");
	drives("exit 3", "3 migrate.command migrate.command: 'sh' failed "
	    "with exit code 3", "that fails");
	drives(UPDATE "'d' WHERE version_num = 'c'\"; exit 3",
	    "7 migrate.command migrate.command: 'sh' failed with exit code "
	    "3 +d -c", "that fails midway");
	drives("kill -9 $$", "3 migrate.command migrate.command: 'sh' was "
	    "ended by signal 9", "that is killed");
	drives("nosuch-program", "3 migrate.command migrate.command: 'sh' "
	    "failed with exit code 127: /bin/sh: 1: nosuch-program: not found",
	    "that is not there");
	drives("true # a comment", "0", "with a comment");
	drives("test -f README", "0", "in the project's root");
	drives("test \"$PGDATABASE/$PGUSER/$PGPASSWORD\" = "
	    "postgres/postgres/geheim", "0", "with the database's address");
	drives("! tr '\\0' ' ' </proc/$$/cmdline | grep -q"
	    " \"$PGPASSWORD\"", "0", "no secret in its arguments");
	drives("psql -qXc 'ALTER TABLE alembic_version RENAME TO x'; exit 1",
	    "7 migrate.command migrate.command: 'sh' failed with exit code "
	    "1 -b -d", "that loses the ledger");
	pgsql_do(db, "ALTER TABLE public.x RENAME TO alembic_version");
}

static int
say(void *ctx)
{
	(void)ctx;
	drives("echo out; echo err >&2; exit 0", "0", "that speaks");
	return 0;
}

static void
test_output(void)
{
	struct buf errs = { 0 };

	fflush(stdout);
	child_run(say, NULL, &errs);
	tap_count++; /* it has printed one itself */
	tap_is(buf_text(&errs), "out\nerr\n", "both go to stderr");
	buf_release(&errs);
}

static void
test_none(void)
{
	proj_start("README", SET("migrate.ledger=sqitch"));
	free(proj_open(&p));
	tap_ok(drive_check(&p, &e) == -1 && e.code == ERR_USAGE && strcmp(
	    e.kind, "config.missing") == 0 && strstr(e.hint,
	    "'sqitch deploy'"), "no command: %s", e.msg ? e.msg : "");
	err_release(&e);
	project_release(&p);
}

int
main(void)
{
	pg_start("log_min_messages=panic");
	setenv("UB_DATABASE_URL", URL, 1);
	db = pgsql_open("postgres");
	pgsql_do(db, "CREATE TABLE public.alembic_version (version_num"
	    " varchar(32) PRIMARY KEY); INSERT INTO public.alembic_version"
	    " VALUES ('a')");
	test_commands();
	test_output();
	test_none();
	proj_end();
	return tap_done();
}
