/* test_db.c - sessions with a real server, and every way they end. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "ext/db.h"
#include "pg.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/sig.h"
#include "tap.h"

static struct db *
open_as(const char *text, const struct db_opts *o, struct err *e)
{
	struct dsn d = {0};
	struct db *db = NULL;

	if (dsn_parse(&d, text, NULL, e) == 0)
		db = db_open(&d, o, e);
	dsn_release(&d);
	return db;
}

static void
do_sql(struct db *db, const char *sql)
{
	struct err e = {0};

	if (db_exec(db, &e, "%s", sql) < 0) {
		printf("Bail out! %s: %s\n", sql, e.msg);
		exit(1);
	}
}

static void
value_is(struct db *db, const char *sql, const char *want)
{
	struct err e = {0};
	char *got;

	if (db_value(db, sql, NULL, &got, &e) < 0)
		got = mem_dup(e.msg);
	tap_is(got, want, sql);
	free(got);
	err_release(&e);
}

static const char *
detail(const struct err *e, const char *name)
{
	for (size_t i = 0; i + 1 < e->detail.n; i += 2)
		if (strcmp(e->detail.v[i], name) == 0)
			return e->detail.v[i + 1];
	return NULL;
}

/* An error's code, kind and message ("%s" is the socket's folder). */
static void
fails(int rc, struct err *e, enum err_code code, const char *kind,
    const char *want)
{
	const char *at = strstr(want, "SOCK");
	char *msg = at ? mem_printf("%.*s%s%s", (int)(at - want), want,
	    pg_dir, at + 4) : mem_dup(want);

	tap_ok(rc == -1 && e->code == code, "code %d, is %d", (int)code,
	    (int)e->code);
	tap_is(e->kind, kind, "its kind");
	tap_is(e->msg, msg, "its message");
	free(msg);
	err_release(e);
}

static void
cannot_open(const char *text, enum err_code code, const char *kind,
    const char *want)
{
	struct db_opts o = { .timeout_ms = 20000 };
	struct err e = {0};
	struct db *db = open_as(text, &o, &e);

	fails(db ? 0 : -1, &e, code, kind, want);
	db_close(db);
}

static void
test_session(void)
{
	struct db *db = pg_session("dbname=postgres client_encoding=LATIN1");
	struct dsn where = {0};

	tap_ok(db_version(db) >= 90600, "a version: %d", db_version(db));
	tap_ok(db_pid(db) > 1, "a backend");
	tap_ok(db_alive(db), "alive");
	value_is(db, "SHOW search_path", "pg_catalog");
	value_is(db, "SHOW row_security", "off");
	value_is(db, "SHOW statement_timeout", "0");
	value_is(db, "SHOW client_encoding", "UTF8");
	value_is(db, "SHOW lc_messages", "C");
	value_is(db, "SHOW application_name", "test");
	value_is(db, "SELECT date '2026-11-21'", "2026-11-21");
	db_where(db, &where);
	tap_is(where.host, pg_dir, "host in use");
	tap_is(where.port, "5432", "port in use");
	tap_is(where.user, "postgres", "user in use");
	tap_is(where.dbname, "postgres", "database in use");
	dsn_release(&where);
	db_close(db);
	db_close(NULL);
}

static void
test_rows(void)
{
	static const char *const two[] = { "it's", "7", NULL };
	struct db *db = pg_session("dbname=postgres");
	struct db_rows *r = NULL;
	struct err e = {0};
	char *s;

	tap_ok(db_query(db, "SELECT $1::text AS a, $2::int AS \"B\","
	    " NULL AS n, true AS t, -5000000000 AS big UNION ALL"
	    " SELECT 'x', 1, 'y', false, 0", two, &r, &e) == 0, "a query");
	tap_ok(db_count(r) == 2, "two rows");
	tap_is(db_get(r, 0, "a"), "it's", "text");
	tap_is(db_get(r, 0, "B"), "7", "a column's name is taken as it is");
	tap_is(db_get(r, 0, "n"), NULL, "null");
	tap_is(db_get(r, 1, "n"), "y", "not null");
	tap_ok(db_get_bool(r, 0, "t") && !db_get_bool(r, 1, "t") &&
	    !db_get_bool(r, 0, "n"), "booleans");
	tap_ok(db_get_int(r, 0, "big") == -5000000000 &&
	    db_get_int(r, 0, "n") == 0, "integers");
	db_rows_free(r);
	db_rows_free(NULL);

	tap_ok(db_value(db, "SELECT 1 WHERE false", NULL, &s, &e) == 0 && !s,
	    "no row");
	tap_ok(db_value(db, "SELECT NULL", NULL, &s, &e) == 0 && !s,
	    "a null");
	tap_ok(db_value(db, "SELECT", NULL, &s, &e) == 0 && !s, "no column");
	tap_ok(db_exec(db, &e, "CREATE TEMP TABLE x AS SELECT %d AS i;"
	    "INSERT INTO x VALUES (2)", 1) == 0, "two statements");
	value_is(db, "SELECT sum(i) FROM x", "3");
	tap_ok(db_exec(db, &e, " ") == 0, "no statement at all");
	/* Much more than the buffers of a socket hold. */
	value_is(db, "SELECT sum(length(s)) FROM (SELECT repeat('x', 1000)"
	    " AS s FROM generate_series(1, 20000)) AS t", "20000000");
	db_query(db, "SELECT repeat('x', 1000) AS s FROM"
	    " generate_series(1, 20000)", NULL, &r, &e);
	tap_ok(r && db_count(r) == 20000, "20 MB of rows");
	db_rows_free(r);
	db_close(db);
}

static void
test_quotes(void)
{
	static const char *const odd[] = { "plain", "select", "a\"b", "it's",
	    "back\\slash'", "$1", "ü 雪", "", " " };
	struct db *db = pg_session("dbname=postgres");
	struct err e = {0};

	for (size_t i = 0; i < UB_LEN(odd); i++) {
		char *lit = db_literal(odd[i]), *got = NULL;
		char *sql = mem_printf("SELECT %s", lit);

		db_value(db, sql, NULL, &got, &e);
		tap_is(got, odd[i], sql);
		do_sql(db, "SET standard_conforming_strings = off");
		free(got);
		got = NULL;
		db_value(db, sql, NULL, &got, &e);
		tap_is(got, odd[i], "the old way");
		do_sql(db, "RESET standard_conforming_strings");
		free(got);
		free(sql);
		free(lit);
	}
	for (size_t i = 0; i < UB_LEN(odd); i++) {
		char *id = db_ident(odd[i]);

		if (*odd[i])
			tap_ok(db_exec(db, &e, "CREATE TEMP TABLE %s ()",
			    id) == 0, "table %s", id);
		free(id);
	}
	err_release(&e);
	db_close(db);
}

static void
test_sql_errors(void)
{
	struct db_opts o = { .timeout_ms = 0 };
	struct err e = {0};
	struct db *db = pg_session("dbname=postgres"), *low;
	int rc;

	do_sql(db, "CREATE ROLE low LOGIN; CREATE TABLE public.t (i int "
	    "PRIMARY KEY); INSERT INTO public.t VALUES (1)");
	do_sql(db, "CREATE DATABASE closed");
	do_sql(db, "REVOKE CONNECT ON DATABASE closed FROM public");
	rc = db_query(db, "SELECT * FROM nothere", NULL, NULL, &e);
	tap_is(detail(&e, "sqlstate"), "42P01", "sqlstate");
	tap_is(detail(&e, "position"), "15", "position");
	fails(rc, &e, ERR_TROUBLE, "db.sql", "cannot query database postgres "
	    "at SOCK: relation \"nothere\" does not exist");
	rc = db_exec(db, &e, "INSERT INTO public.t VALUES (1); SELECT 1");
	tap_is(detail(&e, "detail"), "Key (i)=(1) already exists.", "detail");
	fails(rc, &e, ERR_TROUBLE, "db.sql", "cannot query database postgres "
	    "at SOCK: duplicate key value violates unique constraint "
	    "\"t_pkey\"");
	rc = db_query(db, "SELECT 1; SELECT 2", NULL, NULL, &e);
	fails(rc, &e, ERR_TROUBLE, "db.sql", "cannot query database postgres "
	    "at SOCK: cannot insert multiple commands into a prepared "
	    "statement");
	value_is(db, "SELECT 1", "1");

	low = open_as("user=low dbname=postgres", &o, &e);
	rc = db_query(low, "TABLE public.t", NULL, NULL, &e);
	fails(rc, &e, ERR_TROUBLE, "db.right", "cannot query database "
	    "postgres at SOCK: permission denied for table t");
	db_close(low);

	rc = db_exec(db, &e, "COPY public.t TO STDOUT");
	fails(rc, &e, ERR_TROUBLE, "db.sql",
	    "cannot query database postgres at SOCK: no COPY here");
	tap_ok(!db_alive(db), "which costs the session");
	rc = db_query(db, "SELECT 1", NULL, NULL, &e);
	fails(rc, &e, ERR_LATER, "db.gone",
	    "cannot query database postgres at SOCK: the session has ended");
	db_close(db);
}

static void
test_refused(void)
{
	struct db *db = pg_session("dbname=postgres");

	do_sql(db, "ALTER ROLE low CONNECTION LIMIT 0");
	do_sql(db, "CREATE DATABASE shut ALLOW_CONNECTIONS false");
	cannot_open("dbname=nosuch", ERR_TROUBLE, "db.auth",
	    "cannot connect to database nosuch at SOCK: "
	    "database \"nosuch\" does not exist");
	cannot_open("user=nobody2 dbname=postgres", ERR_TROUBLE, "db.auth",
	    "cannot connect to database postgres at SOCK: "
	    "role \"nobody2\" does not exist");
	cannot_open("user=low dbname=postgres", ERR_LATER, "db.connect",
	    "cannot connect to database postgres at SOCK: "
	    "too many connections for role \"low\"");
	do_sql(db, "ALTER ROLE low CONNECTION LIMIT -1");
	cannot_open("user=low dbname=closed", ERR_TROUBLE, "db.right",
	    "cannot connect to database closed at SOCK: "
	    "permission denied for database \"closed\"");
	cannot_open("dbname=shut", ERR_LATER, "db.connect",
	    "cannot connect to database shut at SOCK: "
	    "database \"shut\" is not currently accepting connections");
	cannot_open("host=/nosuch dbname=a", ERR_LATER, "db.connect",
	    "cannot connect to database a at /nosuch: "
	    "No such file or directory");
	cannot_open("host=127.0.0.1 port=1 dbname=a", ERR_LATER,
	    "db.connect", "cannot connect to database a at 127.0.0.1:1: "
	    "Connection refused");
	cannot_open("host=127.0.0.1,127.0.0.2 port=1 dbname=a", ERR_LATER,
	    "db.connect", "cannot connect to database a at "
	    "127.0.0.1,127.0.0.2:1: Connection refused");
	cannot_open("port=99999 dbname=a", ERR_USAGE, "database.url",
	    "cannot connect to database a at SOCK:99999: "
	    "invalid port number: \"99999\"");
	cannot_open("sslmode=maybe dbname=a", ERR_USAGE, "database.url",
	    "cannot connect to database a at SOCK: "
	    "invalid sslmode value: \"maybe\"");
	cannot_open("service=nosuch dbname=a", ERR_USAGE, "database.url",
	    "cannot connect to database a at SOCK: "
	    "definition of service \"nosuch\" not found");
	db_close(db);
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
	chmod(path, 0600);
}

static void
test_password(void)
{
	char *hba = mem_printf("%s/data/pg_hba.conf", pg_dir);
	char *pass = mem_printf("%s/pass", pg_dir);
	struct db *db = pg_session("dbname=postgres");
	struct db_opts o = {0};
	struct dsn d = {0};
	struct err e = {0};
	FILE *f = fopen(hba, "r+");

	fputs("local all locked scram-sha-256\nlocal all all trust\n#", f);
	fclose(f);
	do_sql(db, "CREATE ROLE locked LOGIN PASSWORD 's3cret';"
	    "SELECT pg_reload_conf()");
	while (!e.msg) {
		/* The server reads its file a moment later. */
		struct db *early = open_as("user=locked dbname=postgres", &o,
		    &e);

		db_close(early);
	}
	fails(-1, &e, ERR_TROUBLE, "db.auth", "cannot connect to database "
	    "postgres at SOCK: fe_sendauth: no password supplied");
	cannot_open("user=locked dbname=postgres password=wr0ng",
	    ERR_TROUBLE, "db.auth", "cannot connect to database postgres at "
	    "SOCK: password authentication failed for user \"locked\"");
	write_file(pass, "*:*:*:locked:s3cret\n");
	dsn_parse(&d, "user=locked dbname=postgres", pass, &e);
	db_close(db);
	db = db_open(&d, &o, &e);
	tap_ok(db != NULL, "a password file opens it");
	db_close(db);
	dsn_release(&d);
	free(hba);
	free(pass);
}

static void
test_hostile_path(void)
{
	struct db *db = pg_session("dbname=postgres");

	do_sql(db, "CREATE SCHEMA evil;"
	    "CREATE FUNCTION evil.set_config(text, text, bool) RETURNS text"
	    " LANGUAGE plpgsql AS $$BEGIN RAISE 'evil'; END$$;"
	    "CREATE FUNCTION evil.eq(name, name) RETURNS bool"
	    " LANGUAGE plpgsql AS $$BEGIN RAISE 'evil'; END$$;"
	    "CREATE OPERATOR evil.= (FUNCTION = evil.eq, LEFTARG = name,"
	    " RIGHTARG = name);"
	    "ALTER DATABASE postgres SET search_path = evil, pg_catalog;"
	    "ALTER DATABASE postgres SET statement_timeout = 100");
	db_close(db);
	db = pg_session("dbname=postgres");
	value_is(db, "SELECT 1 FROM pg_sleep(0.3)", "1");
	do_sql(db, "ALTER DATABASE postgres RESET ALL;"
	    "DROP SCHEMA evil CASCADE");
	db_close(db);
}

static void
test_sql_ascii(void)
{
	struct db *db = pg_session("dbname=postgres");

	do_sql(db, "CREATE DATABASE bytes TEMPLATE template0"
	    " ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
	db_close(db);
	db = pg_session("dbname=bytes");
	value_is(db, "SELECT 'a\xff\xe4'", "a\xff\xe4");
	db_close(db);
}

/* Who is a superuser at login, and none by a role that is set for him. */
static void
test_set_role(void)
{
	struct db *db = pg_session("dbname=postgres"), *other;

	tap_ok(db_superuser(db), "a superuser");
	do_sql(db, "CREATE ROLE plain; CREATE ROLE chief LOGIN SUPERUSER;"
	    " ALTER ROLE chief SET role = plain; CREATE ROLE user_only LOGIN");
	other = pg_session("dbname=postgres user=chief");
	tap_ok(other && !db_superuser(other), "who plays another role");
	value_is(other, "SELECT current_user", "plain");
	db_close(other);
	other = pg_session("dbname=postgres user=user_only");
	tap_ok(other && !db_superuser(other), "who is none");
	db_close(other);
	do_sql(db, "DROP ROLE plain; DROP ROLE chief; DROP ROLE user_only");
	db_close(db);
}

static void
test_time_limits(void)
{
	struct db_opts o = { .timeout_ms = 200 };
	struct err e = {0};
	struct db *db = open_as("dbname=postgres", &o, &e), *other;
	int64_t t = clock_ms();
	int rc = db_query(db, "SELECT pg_sleep(20)", NULL, NULL, &e);

	tap_ok(clock_ms() - t < 5000, "a query is cut");
	fails(rc, &e, ERR_LATER, "db.timeout",
	    "cannot query database postgres at SOCK: "
	    "no answer within 200 ms");
	value_is(db, "SELECT 5", "5");

	other = pg_session("dbname=postgres");
	do_sql(other, "BEGIN; LOCK TABLE public.t");
	do_sql(db, "SET lock_timeout = 50");
	rc = db_query(db, "TABLE public.t", NULL, NULL, &e);
	tap_is(detail(&e, "sqlstate"), "55P03", "sqlstate");
	fails(rc, &e, ERR_LATER, "db.timeout",
	    "cannot query database postgres at SOCK: "
	    "canceling statement due to lock timeout");
	db_close(other);
	db_close(db);
}

/* A port that accepts and says nothing. */
static int
listen_silently(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(fd, (struct sockaddr *)&a, len);
	listen(fd, 5);
	getsockname(fd, (struct sockaddr *)&a, &len);
	*port = ntohs(a.sin_port);
	return fd;
}

/* Of several hosts only the one that answered is left. */
static void
test_pin(void)
{
	struct db_opts o = { .timeout_ms = 5000 };
	struct err e = {0};
	int port, fd = listen_silently(&port);
	char *text = mem_printf("host=127.0.0.1,%s hostaddr=127.0.0.1, "
	    "port=%d,5432 dbname=postgres user=postgres", pg_dir, port);
	struct dsn d = {0};
	struct db *first, *second;

	close(fd);
	tap_ok(dsn_parse(&d, text, NULL, &e) == 0, "%s", text);
	first = db_open(&d, &o, &e);
	tap_ok(first != NULL, "the one that is there");
	db_pin(first, &d);
	tap_is(d.host, pg_dir, "the host");
	tap_is(d.port, "5432", "its port");
	tap_is(d.dbname, "postgres", "its database");
	second = db_open(&d, &o, &e);
	tap_ok(second != NULL, "no list is left: %s", e.msg ? e.msg : "-");
	db_close(second);
	db_close(first);
	dsn_release(&d);
	err_release(&e);
	free(text);
}

static void
test_silent_server(void)
{
	struct db_opts o = { .timeout_ms = 150 };
	struct err e = {0};
	int port, fd = listen_silently(&port);
	char *text = mem_printf("host=127.0.0.1 port=%d dbname=a", port);
	char *want = mem_printf("cannot connect to database a at "
	    "127.0.0.1:%d: no answer within 150 ms", port);
	char *more = mem_printf("%s connect_timeout=1", text);
	struct db *db = open_as(text, &o, &e);

	fails(db ? 0 : -1, &e, ERR_LATER, "db.timeout", want);
	free(want);
	want = mem_printf("cannot connect to database a at "
	    "127.0.0.1:%d: no answer within 1.0 s", port);
	o.timeout_ms = 0;
	db = open_as(more, &o, &e);
	fails(db ? 0 : -1, &e, ERR_LATER, "db.timeout", want);
	free(want);
	free(text);
	free(more);
	close(fd);
}

static void
test_ended(void)
{
	struct db_opts o = { .timeout_ms = 100 };
	struct db *db = pg_session("dbname=postgres"), *admin, *stuck;
	struct err e = {0};
	char *end = mem_printf("SELECT pg_terminate_backend(%d)", db_pid(db));
	int rc;

	admin = pg_session("dbname=postgres");
	do_sql(admin, end);
	rc = db_query(db, "SELECT pg_sleep(9)", NULL, NULL, &e);
	tap_is(detail(&e, "sqlstate"), "57P01", "sqlstate");
	fails(rc, &e, ERR_LATER, "db.gone", "cannot query database postgres "
	    "at SOCK: terminating connection due to administrator command");
	tap_ok(!db_alive(db), "not alive");
	db_close(db);
	free(end);

	stuck = open_as("dbname=postgres", &o, &e);
	kill(db_pid(stuck), SIGSTOP);
	rc = db_query(stuck, "SELECT 1", NULL, NULL, &e);
	kill(db_pid(stuck), SIGCONT);
	fails(rc, &e, ERR_LATER, "db.gone", "cannot query database postgres "
	    "at SOCK: no answer, not even to cancelling it");
	db_close(stuck);

	pg_sh("pg_halt", "immediate");
	pg_sh("pg_resume", NULL);
	rc = db_query(admin, "SELECT 1", NULL, NULL, &e);
	tap_ok(rc == -1 && e.code == ERR_LATER &&
	    strcmp(e.kind, "db.gone") == 0, "the server crashed: %s", e.msg);
	err_release(&e);
	db_close(admin);
	db = pg_session("dbname=postgres");
	tap_ok(db_alive(db), "and is back");
	db_close(db);
}

/* Signals stay in a process for ever: try them in one of its own. */
static int
in_child(int (*fn)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		sig_init();
		_exit(fn());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
on_alarm(int number)
{
	(void)number;
	raise(SIGTERM);
}

static int
child_signal(void)
{
	struct db *db = pg_session("dbname=postgres");
	struct db_opts o = { .shield = 1 };
	struct err e = {0};
	int64_t t = clock_ms();
	char *v = NULL;

	signal(SIGALRM, on_alarm);
	alarm(1);
	if (db_query(db, "SELECT pg_sleep(20)", NULL, NULL, &e) == 0)
		return 1;
	if (!e.msg || strcmp(e.msg, "interrupted by SIGTERM") != 0)
		return 2;
	if (clock_ms() - t > 9000)
		return 3;
	/* From here on nothing new, but by a shield. */
	if (db_query(db, "SELECT 1", NULL, NULL, &e) == 0)
		return 4;
	if (open_as("dbname=postgres", &(struct db_opts){0}, &e))
		return 5;
	db_shield(db, 1);
	if (db_value(db, "SELECT 7 FROM pg_sleep(0.1)", NULL, &v, &e) < 0 ||
	    strcmp(v, "7") != 0)
		return 6;
	free(v);
	db_close(db);
	db = open_as("dbname=postgres", &o, &e);
	if (!db || !db_alive(db))
		return 7;
	db_close(db);
	err_release(&e);
	return 0;
}

static void
test_signal(void)
{
	int rc = in_child(child_signal);

	tap_ok(rc == 0, "a signal ends a query, a shield lets it run (%d)",
	    rc);
}

int
main(void)
{
	pg_start("log_min_messages=fatal");
	test_session();
	test_rows();
	test_quotes();
	test_sql_errors();
	test_refused();
	test_password();
	test_hostile_path();
	test_sql_ascii();
	test_set_role();
	test_time_limits();
	test_pin();
	test_silent_server();
	test_ended();
	test_signal();
	return tap_done();
}
