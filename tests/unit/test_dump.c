/* test_dump.c - dumps of a real server's databases, and every way they end. */
#include "ub/dump.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "pg.h"
#include "pgsql.h"
#include "script.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "tap.h"
#include "ub/dump/state.h"

static char *dir;  /* scratch */
static char *stub; /* folder of programs that stand in for pg_dump … */

/* One dump from its beginning to its end. */
struct job {
	struct dsn dsn;
	struct dump_opts o;
	struct manifest_db m;
	struct dump *d;
	struct err e;
	char *set;
};

static int sets;
static int real_major;

static void
job_init(struct job *j, const char *dbname)
{
	*j = (struct job){ 0 };
	pgsql_dsn(&j->dsn, dbname);
	j->o.dsn = &j->dsn;
	j->o.lock_timeout_ms = 300;
	j->m.name = mem_dup("shop");
	j->m.folder = mem_dup("db/shop");
	j->set = mem_printf("%s/set%d", dir, ++sets);
}

static int
job_open(struct job *j, const char *dbname)
{
	job_init(j, dbname);
	return dump_open(&j->o, &j->m, &j->d, &j->e);
}

static void
job_release(struct job *j)
{
	struct manifest m = { .dbs = mem_alloc(sizeof(j->m)), .n_dbs = 1 };

	dump_free(j->d);
	m.dbs[0] = j->m;
	manifest_release(&m);
	dsn_release(&j->dsn);
	err_release(&j->e);
	free(j->set);
}

static void
fine(int rc, const char *name, struct err *e)
{
	tap_ok(rc == 0, "%s: %s", name, e->msg ? e->msg : "");
}

static const struct manifest_table none;

static const struct manifest_table *
table(const struct job *j, const char *schema, const char *name)
{
	size_t i;

	for (i = 0; i < j->m.n_tables; i++)
		if (strcmp(j->m.tables[i].schema, schema) == 0 &&
		    strcmp(j->m.tables[i].name, name) == 0)
			return &j->m.tables[i];
	return &none;
}

/* -1: not in it. */
static int64_t
rows(const struct job *j, const char *name)
{
	const struct manifest_table *t = table(j, "public", name);

	return t == &none ? -1 : t->rows;
}

static const char *const rich[] = {
	"CREATE TABLE public.t AS SELECT g, md5(g::text) AS x"
	" FROM generate_series(1, 5000) g",
	"CREATE TABLE public.empty (a int)",
	"CREATE TABLE public.bare ()",
	"INSERT INTO public.bare DEFAULT VALUES",
	"INSERT INTO public.bare DEFAULT VALUES",
	"CREATE TABLE public.parent (a int)",
	"CREATE TABLE public.child () INHERITS (public.parent)",
	"INSERT INTO public.parent VALUES (1)",
	"INSERT INTO public.child VALUES (2), (3)",
	"CREATE TABLE public.part (a int) PARTITION BY RANGE (a)",
	"CREATE TABLE public.part_1 PARTITION OF public.part"
	" FOR VALUES FROM (0) TO (10)",
	"CREATE TABLE public.part_2 PARTITION OF public.part"
	" FOR VALUES FROM (10) TO (20)",
	"INSERT INTO public.part SELECT generate_series(0, 14)",
	"CREATE UNLOGGED TABLE public.unlogged AS SELECT 1 AS a",
	"CREATE TEMPORARY TABLE temporary AS SELECT 1 AS a",
	"CREATE VIEW public.view AS SELECT * FROM public.t",
	"CREATE MATERIALIZED VIEW public.matview AS SELECT * FROM public.t",
	"CREATE SEQUENCE public.seq",
	"CREATE SCHEMA \"o'dd \\ \"\"schéma\"",
	"CREATE TABLE \"o'dd \\ \"\"schéma\".\"select\n;tab\tle\" AS"
	" SELECT 1 AS a",
	"CREATE EXTENSION hstore SCHEMA public",
	"CREATE TABLE public.member AS SELECT 1 AS a",
	"CREATE TABLE public.config AS SELECT generate_series(1, 10) AS a",
	"CREATE TABLE public.config_all AS SELECT 1 AS a",
	"ALTER EXTENSION hstore ADD TABLE public.member",
	"ALTER EXTENSION hstore ADD TABLE public.config",
	"ALTER EXTENSION hstore ADD TABLE public.config_all",
	"UPDATE pg_extension SET extconfig = ARRAY['public.config'::regclass,"
	" 'public.config_all'::regclass], extcondition = ARRAY["
	"'WHERE a > 7', ''] WHERE extname = 'hstore'",
	"SELECT lo_from_bytea(0, 'abc') FROM generate_series(1, 3)",
	NULL
};

static void
make_databases(void)
{
	static const char *const make[] = { "CREATE ROLE poor LOGIN",
		"CREATE ROLE reader LOGIN", "CREATE DATABASE shop",
		"CREATE DATABASE frozen", "CREATE DATABASE \"o'dd = \\ näme\"",
		"CREATE DATABASE busy", NULL };
	static const char *const frozen[] = {
		"CREATE TABLE public.old AS SELECT 1 AS a", NULL };
	static const char *const busy[] = { "CREATE TABLE public.t (a int)",
		"CREATE SCHEMA s", "CREATE TABLE s.\"un der\" AS"
		" SELECT generate_series(1, 10) AS a", NULL };

	pgsql_in("postgres", make);
	pgsql_in("shop", rich);
	pgsql_in("frozen", frozen);
	pgsql_in("o'dd = \\ näme", frozen);
	pgsql_in("busy", busy);
}

static void
check_rows(const struct job *j)
{
	const struct manifest_table *t;

	tap_ok(rows(j, "t") == 5000, "a table");
	tap_ok(rows(j, "empty") == 0, "an empty one");
	tap_ok(rows(j, "bare") == 2, "one without columns");
	tap_ok(rows(j, "parent") == 1, "a parent without its children's");
	tap_ok(rows(j, "child") == 2, "a child");
	tap_ok(rows(j, "part") == -1, "no partitioned table");
	tap_ok(rows(j, "part_1") == 10, "a partition");
	tap_ok(rows(j, "part_2") == 5, "another one");
	tap_ok(rows(j, "unlogged") == 1, "an unlogged one");
	tap_ok(rows(j, "view") == -1, "no view");
	tap_ok(rows(j, "matview") == -1, "no materialized view");
	tap_ok(rows(j, "member") == -1, "none of an extension");
	tap_ok(rows(j, "config") == 3, "some of a config table");
	tap_ok(rows(j, "config_all") == 1, "all of a config table");
	tap_is(table(j, "public", "config")->where, "WHERE a > 7",
	    "its condition");
	tap_is(table(j, "public", "config_all")->where, NULL, "without one");
	t = table(j, "o'dd \\ \"schéma", "select\n;tab\tle");
	tap_ok(t->rows == 1, "one with an odd name");
	tap_ok(j->m.n_tables == 11, "no more: %zu", j->m.n_tables);
	tap_ok(j->m.large_objects == 3, "large objects");
	tap_is(j->m.tables[0].schema, "o'dd \\ \"schéma", "sorted");
}

static void
check_files(const struct job *j)
{
	char *path;
	struct stat st;
	size_t i;
	int bad = 0;

	for (i = 0; i < j->m.n_tables; i++) {
		path = path_join(j->set, j->m.tables[i].file);
		bad += strncmp(j->m.tables[i].file, "db/shop/", 8) != 0 ||
		    lstat(path, &st) != 0 || st.st_size == 0;
		free(path);
	}
	tap_ok(bad == 0, "each has its file");
	path = path_join(j->set, "db/shop.props.sql");
	tap_ok(lstat(path, &st) == 0 && st.st_size > 0 &&
	    (st.st_mode & 0777) == 0600, "properties are there");
	free(path);
}

static void
test_rich(void)
{
	struct job j;
	char *got;

	fine(job_open(&j, "shop"), "open", &j.e);
	pgsql_in("shop", (const char *const[]){
	    "INSERT INTO public.t VALUES (0, 'late')",
	    "CREATE TABLE public.late AS SELECT 1 AS a",
	    "SELECT lo_from_bytea(0, 'late')", NULL });
	fine(dump_run(j.d, j.set, &j.e), "run", &j.e);
	check_rows(&j);
	check_files(&j);
	tap_ok(rows(&j, "late") == -1, "what came later is not in it");
	tap_is(j.m.dbname, "shop", "database");
	tap_is(j.m.host, pg_dir, "host");
	tap_is(j.m.port, "5432", "port");
	tap_is(j.m.user, "postgres", "user");
	tap_is(j.m.props.encoding, "UTF8", "properties");
	got = pgsql_get("shop", "SELECT system_identifier"
	    " FROM pg_control_system()");
	tap_is(j.m.system_id, got, "system");
	free(got);
	got = pgsql_get("shop", "SELECT current_setting("
	    "'server_version_num')");
	tap_ok(j.m.server_version == strtol(got, NULL, 10), "server");
	free(got);
	tap_ok(j.m.dump_version / 10000 == j.m.server_version / 10000,
	    "pg_dump's version");
	tap_ok(j.m.size_bytes > 1000000, "size");
	got = pgsql_get("shop", "SELECT count(*) FROM pg_stat_activity WHERE"
	    " datname = 'shop' AND pid <> pg_backend_pid()");
	tap_is(got, "0", "no session stays");
	free(got);
	job_release(&j);
}

/* pg_dump gets no more jobs than the server has sessions for. */
static void
test_jobs(void)
{
	struct job j;

	job_init(&j, "frozen");
	j.o.jobs = 2;
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	tap_ok(j.d->jobs == 2, "as many as asked for: %u", j.d->jobs);
	job_release(&j);
	job_init(&j, "frozen");
	j.o.jobs = 99;
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	tap_ok(j.d->jobs >= 3 && j.d->jobs <= 6, "no more than fit: %u",
	    j.d->jobs);
	fine(dump_run(j.d, j.set, &j.e), "run", &j.e);
	job_release(&j);
}

/* A table that only pg_dump knows of is counted in the same snapshot. */
static void
test_unexpected(void)
{
	struct job j;
	size_t i;

	fine(job_open(&j, "shop"), "open", &j.e);
	for (i = 0; i < j.d->tables.n; i++)
		if (strcmp(j.d->tables.v[i].name, "config") == 0)
			j.d->tables.v[i].oid = 1;
	fine(dump_run(j.d, j.set, &j.e), "run", &j.e);
	tap_ok(rows(&j, "config") == 3, "counted after all");
	tap_is(table(&j, "public", "config")->where, "WHERE a > 7",
	    "with its condition");
	job_release(&j);
}

static void
test_other_places(void)
{
	struct job j;

	fine(job_open(&j, "o'dd = \\ näme"), "a database's odd name", &j.e);
	fine(dump_run(j.d, j.set, &j.e), "run", &j.e);
	tap_ok(rows(&j, "old") == 1, "its table");
	job_release(&j);
	job_init(&j, "shop");
	j.o.read_from = "frozen";
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "a frozen copy", &j.e);
	fine(dump_run(j.d, j.set, &j.e), "run", &j.e);
	tap_is(j.m.dbname, "shop", "named as the live one");
	tap_ok(rows(&j, "old") == 1 && j.m.n_tables == 1, "its tables");
	job_release(&j);
	fine(job_open(&j, "postgres"), "an empty database", &j.e);
	fine(dump_run(j.d, j.set, &j.e), "run", &j.e);
	tap_ok(j.m.n_tables == 0, "no tables");
	job_release(&j);
	tap_ok(job_open(&j, "nil") == -1 && j.e.code == ERR_TROUBLE &&
	    strcmp(j.e.kind, "db.auth") == 0, "no such database: %s",
	    j.e.msg);
	job_release(&j);
}

static void
test_globals(void)
{
	struct job j;
	struct buf b = { 0 };
	struct stat st;
	char *file = path_join(dir, "globals.sql");

	fine(job_open(&j, "o'dd = \\ näme"), "open", &j.e);
	fine(dump_globals(j.d, file, &j.e), "globals", &j.e);
	tap_ok(lstat(file, &st) == 0 && (st.st_mode & 0777) == 0600,
	    "for nobody else");
	tap_ok(io_slurp(file, 1 << 20, &b, &j.e) == 0 &&
	    strstr(buf_text(&b), "CREATE ROLE reader;"), "roles are there");
	job_release(&j);
	setenv("PGUSER", "poor", 1);
	fine(job_open(&j, "postgres"), "open as an ordinary role", &j.e);
	setenv("PGUSER", "postgres", 1);
	fine(dump_globals(j.d, file, &j.e), "globals", &j.e);
	buf_reset(&b);
	tap_ok(io_slurp(file, 1 << 20, &b, &j.e) == 0 &&
	    strstr(buf_text(&b), "CREATE ROLE reader;"), "roles are there");
	pgsql_in("postgres", (const char *const[]){
	    "REVOKE SELECT ON pg_tablespace FROM PUBLIC", NULL });
	tap_ok(dump_globals(j.d, file, &j.e) == 1, "not permitted at all");
	tap_ok(!path_exists(file), "nothing is written");
	pgsql_in("postgres", (const char *const[]){
	    "GRANT SELECT ON pg_tablespace TO PUBLIC", NULL });
	job_release(&j);
	buf_release(&b);
	free(file);
}

/* A message that is wanted up to a '*' may go on there. */
static void
is_error(struct job *j, enum err_code code, const char *kind,
    const char *msg)
{
	size_t n = strcspn(msg, "*");

	tap_ok(j->e.code == code, "its code: %d", (int)j->e.code);
	tap_is(j->e.kind, kind, "its kind");
	if (msg[n] && j->e.msg && strlen(j->e.msg) > n) {
		j->e.msg[n] = '*';
		j->e.msg[n + 1] = '\0';
	}
	tap_is(j->e.msg, msg, "its message");
}

static void
test_rights(void)
{
	struct job j;

	setenv("PGUSER", "poor", 1);
	tap_ok(job_open(&j, "busy") == -1, "no right to a table");
	is_error(&j, ERR_TROUBLE, "dump.right", "cannot dump database busy "
	    "as role \"poor\": permission denied for table t");
	tap_is(j.e.hint, "GRANT pg_read_all_data TO \"poor\"", "its hint");
	job_release(&j);
	setenv("PGUSER", "postgres", 1);
	pgsql_in("busy", (const char *const[]){
	    "GRANT SELECT ON public.t TO poor",
	    "GRANT pg_read_all_data TO reader",
	    "ALTER TABLE s.\"un der\" ENABLE ROW LEVEL SECURITY", NULL });
	setenv("PGUSER", "poor", 1);
	tap_ok(job_open(&j, "busy") == -1, "no right to the schema");
	is_error(&j, ERR_TROUBLE, "dump.right", "cannot dump database busy "
	    "as role \"poor\": permission denied for schema s");
	job_release(&j);
	setenv("PGUSER", "reader", 1);
	fine(job_open(&j, "busy"), "rows out of sight", &j.e);
	tap_ok(dump_run(j.d, j.set, &j.e) == -1, "are refused");
	is_error(&j, ERR_TROUBLE, "dump.right", j.e.msg);
	tap_ok(strstr(j.e.msg, "cannot dump database busy as role \"reader\": ")
	    && strstr(j.e.msg, "query would be affected by row-level security "
	    "policy for table \"un der\""), "message: %s", j.e.msg);
	tap_is(j.e.hint, "ALTER ROLE \"reader\" BYPASSRLS", "its hint");
	job_release(&j);
	setenv("PGUSER", "postgres", 1);
}

static void
test_locks(void)
{
	struct db *other = pgsql_open("busy");
	char *want = mem_printf("cannot dump database busy: no lock within "
	    "300 ms: table \"s.un der\" is locked by process %d",
	    db_pid(other));
	struct job j;

	pgsql_do(other, "BEGIN");
	pgsql_do(other, "LOCK TABLE s.\"un der\"");
	tap_ok(job_open(&j, "busy") == -1, "a locked table");
	is_error(&j, ERR_LATER, "dump.lock", want);
	job_release(&j);
	db_close(other);
	free(want);
}

/*
 * Programs that stand in for the real ones, which still tell their version;
 * body is what pg_dump does, $real the real one.
 */
static void
use_stub(struct job *j, const char *body)
{
	static const char *const names[] = { "pg_dump", "pg_restore",
		"pg_dumpall" };
	char *text;
	size_t i;

	for (i = 0; i < UB_LEN(names); i++) {
		text = mem_printf("real=/usr/lib/postgresql/%d/bin/%s\n"
		    "[ \"$1\" != --version ] || exec $real $1\n"
		    "for dir; do :; done\n%s", real_major, names[i],
		    i == 0 ? body : "exec $real \"$@\"");
		script_write(stub, names[i], text);
		free(text);
	}
	j->o.bindir = stub;
}

/* A run with a stub for pg_dump, which fails. */
static void
fails(const char *body, enum err_code code, const char *kind,
    const char *msg)
{
	struct job j;

	job_init(&j, "frozen");
	use_stub(&j, body);
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	tap_ok(dump_run(j.d, j.set, &j.e) == -1, "fails: %.40s", body);
	is_error(&j, code, kind, msg);
	job_release(&j);
}

static void
test_failures(void)
{
	fails("exit 3", ERR_TROUBLE, "dump.failed", "cannot dump database "
	    "frozen: pg_dump failed with exit code 3");
	fails("kill -9 $$", ERR_TROUBLE, "dump.failed", "cannot dump database "
	    "frozen: pg_dump was ended by signal 9");
	fails("echo 'pg_dump: error: could not write to file \"x\": No space "
	    "left on device' >&2; exit 1", ERR_TROUBLE, "dump.failed",
	    "cannot dump database frozen: could not write to file \"x\": No "
	    "space left on device");
	fails("echo 'pg_dump: error: Dumping the contents of table \"old\" "
	    "failed: PQgetResult() failed.\npg_dump: detail: Error message "
	    "from server: ERROR:  bad\npg_dump: detail: Command was: COPY\n"
	    "pg_dump: error: a worker process died unexpectedly' >&2; exit 1",
	    ERR_TROUBLE, "dump.failed", "cannot dump database frozen: Dumping "
	    "the contents of table \"old\" failed: PQgetResult() failed.; "
	    "bad");
	fails("echo 'pg_dump: error: connection to server failed: FATAL:  "
	    "sorry, too many clients already' >&2; exit 1", ERR_LATER,
	    "dump.gone",
	    "the server ended the dump of database frozen: connection to "
	    "server failed: FATAL:  sorry, too many clients already");
	fails("$real \"$@\"; rm \"$dir\"/*.dat.gz", ERR_TROUBLE,
	    "dump.incomplete", "the dump of database frozen is not complete: "
	    "\"public\".\"old\" has no data file");
	fails("$real \"$@\"; : >\"$(ls \"$dir\"/*.dat.gz)\"", ERR_TROUBLE,
	    "dump.incomplete", "the dump of database frozen is not complete: "
	    "\"public\".\"old\" has an empty data file");
	fails("psql -Xqd frozen -c 'SELECT pg_terminate_backend(pid) FROM "
	    "pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
	    "$$frozen$$' >&2; $real \"$@\"", ERR_LATER, "dump.gone",
	    "the server ended the dump of database frozen: invalid snapshot "
	    "identifier: *");
}

/* Whichever fails first, the other one does not go on. */
static void
test_together(void)
{
	struct job j;
	int64_t start;

	job_init(&j, "frozen");
	use_stub(&j, "echo 'pg_dump: error: no' >&2; exit 1");
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	free(j.d->tables.v[0].where);
	j.d->tables.v[0].where = mem_dup("WHERE pg_sleep(60) IS NOT NULL");
	start = clock_ms();
	tap_ok(dump_run(j.d, j.set, &j.e) == -1, "pg_dump fails");
	tap_ok(clock_ms() - start < 5000, "the counting ends");
	is_error(&j, ERR_TROUBLE, "dump.failed",
	    "cannot dump database frozen: no");
	job_release(&j);

	job_init(&j, "frozen");
	use_stub(&j, "sleep 60");
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	free(j.d->tables.v[0].where);
	j.d->tables.v[0].where = mem_dup("WHERE 1 / (a - 1) = 0");
	start = clock_ms();
	tap_ok(dump_run(j.d, j.set, &j.e) == -1, "the counting fails");
	tap_ok(clock_ms() - start < 5000, "pg_dump ends");
	tap_ok(j.e.code == ERR_TROUBLE && strstr(j.e.msg, "division by zero"),
	    "its message: %s", j.e.msg);
	job_release(&j);
}

/* The session that holds the snapshot ends while rows are being counted. */
static void
test_snapshot_lost(void)
{
	char *kill;
	struct job j;

	job_init(&j, "frozen");
	use_stub(&j, "sleep 60");
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	kill = mem_printf("SELECT pg_terminate_backend(%d)", db_pid(j.d->db));
	pgsql_in("frozen", (const char *const[]){ kill, "SELECT pg_sleep(0.3)",
	    NULL });
	tap_ok(dump_run(j.d, j.set, &j.e) == -1, "fails");
	is_error(&j, ERR_LATER, "dump.gone", "the server ended the dump of "
	    "database frozen: invalid snapshot identifier: *");
	job_release(&j);
	free(kill);
}

/* pg_dump may know zstd, or may not: it says so before it connects. */
static void
test_zstd(void)
{
	struct job j;

	job_init(&j, "frozen");
	use_stub(&j, "case \"$*\" in *--compress=zstd:1*) echo \"pg_dump: "
	    "error: this build does not support compression with zstd\" >&2; "
	    "exit 1;; esac; exec $real \"$@\"");
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	j.d->tools.version = 160000;
	fine(dump_run(j.d, j.set, &j.e), "gzip in place of zstd", &j.e);
	tap_ok(rows(&j, "old") == 1, "dumped");
	job_release(&j);
}

static void
test_server_stops(void)
{
	struct job j;

	job_init(&j, "frozen");
	/* That ends our session, too, and with it this stub. */
	use_stub(&j, "kill -INT $(head -1 $PGHOST/data/postmaster.pid);"
	    " sleep 1; exec $real \"$@\"");
	fine(dump_open(&j.o, &j.m, &j.d, &j.e), "open", &j.e);
	tap_ok(dump_run(j.d, j.set, &j.e) == -1 && j.e.code == ERR_LATER,
	    "the server stops: %s", j.e.msg);
	job_release(&j);
	tap_ok(job_open(&j, "frozen") == -1 && j.e.code == ERR_LATER,
	    "and is away: %s", j.e.msg);
	job_release(&j);
}

int
main(void)
{
	char *version;
	struct err e = { 0 };

	pg_start("max_connections=12");
	dir = tmp_dir("ub-test", &e);
	stub = path_join(dir, "bin");
	version = pgsql_get("postgres", "SELECT"
	    " current_setting('server_version_num')::int / 10000");
	real_major = (int)strtol(version, NULL, 10);
	free(version);
	make_databases();
	test_rich();
	test_jobs();
	test_unexpected();
	test_other_places();
	test_globals();
	test_rights();
	test_locks();
	test_failures();
	test_together();
	test_snapshot_lost();
	test_zstd();
	test_server_stops();
	free(stub);
	free(dir);
	return tap_done();
}
