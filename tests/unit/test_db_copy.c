/* test_db_copy.c - rows into a real server, and every way that it ends. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ext/db.h"
#include "pg.h"
#include "sys/clock.h"
#include "sys/sig.h"
#include "tap.h"

#define BLOCK 262144

static void
is(struct db *db, const char *sql, const char *want)
{
	struct err e = { 0 };
	char *got = NULL;

	if (db_value(db, sql, NULL, &got, &e))
		got = mem_dup(e.msg);
	tap_is(got, want, sql);
	free(got);
	err_release(&e);
}

static void
test_good(void)
{
	struct db *db = pg_session("dbname=postgres");
	struct err e = { 0 };
	int64_t rows = -1;
	char *block = mem_alloc(BLOCK);
	int i, r;

	memset(block, 'x', BLOCK);
	for (i = 1023; i < BLOCK; i += 1024)
		block[i] = '\n';
	db_exec(db, &e, "CREATE TABLE public.t (a text)");
	r = db_copy_begin(db, "COPY public.t FROM STDIN", &e);
	for (i = 0; i < 64 && r == 0; i++)
		r = db_copy_put(db, block, BLOCK, &e);
	tap_ok(r == 0 && db_copy_end(db, &rows, &e) == 0, "16 MiB: %s",
	    e.msg ? e.msg : "");
	tap_ok(rows == 64 * BLOCK / 1024, "rows: %d", (int)rows);
	is(db, "SELECT count(*) FROM public.t", "16384");
	tap_ok(db_copy_begin(db, "COPY public.t FROM STDIN", &e) == 0 &&
	    db_copy_end(db, &rows, &e) == 0 && rows == 0, "no block");
	tap_ok(db_copy_begin(db, "COPY public.t FROM STDIN", &e) == 0 &&
	    db_copy_put(db, "a\nb\n\\.\n\n\n", 9, &e) == 0 &&
	    db_copy_end(db, &rows, &e) == 0 && rows == 2,
	    "what stands behind the end is dropped");
	is(db, "SELECT count(*) FROM public.t", "16386");
	db_close(db);
	free(block);
}

static void
bad(struct err *e, enum err_code code, const char *kind, const char *msg)
{
	tap_ok(e->code == code, "code %d, is %d", (int)code, (int)e->code);
	tap_is(e->kind, kind, "its kind");
	tap_ok(e->msg && strstr(e->msg, msg), "says '%s': %s", msg,
	    e->msg ? e->msg : "");
	err_release(e);
}

static void
test_bad_rows(void)
{
	struct db *db = pg_session("dbname=postgres");
	struct db *other = pg_session("dbname=postgres");
	struct err e = { 0 };
	char *block = mem_alloc(BLOCK);
	int64_t rows;
	int i, r;

	db_exec(db, &e, "CREATE TABLE public.n (a int)");
	db_exec(db, &e, "BEGIN; INSERT INTO public.n VALUES (7)");
	r = db_copy_begin(db, "COPY public.n FROM STDIN", &e);
	tap_ok(r == 0 && db_copy_put(db, "1\nx\n", 4, &e) == 0,
	    "the answer comes later");
	/* More than fits between us and the server. */
	for (i = 0; i < BLOCK; i++)
		block[i] = i % 2 ? '\n' : '1';
	for (i = 0; i < 64 && r == 0; i++)
		r = db_copy_put(db, block, BLOCK, &e);
	if (r == 0)
		r = db_copy_end(db, &rows, &e);
	tap_ok(r == -1, "a bad row ends it");
	bad(&e, ERR_TROUBLE, "db.sql",
	    "invalid input syntax for type integer: \"x\"");
	tap_ok(!db_alive(db), "the session is given up");
	tap_ok(db_copy_begin(db, "COPY public.n FROM STDIN", &e) == -1,
	    "for good");
	bad(&e, ERR_LATER, "db.gone", "the session has ended");
	is(other, "SELECT count(*) FROM public.n", "0");
	db_close(db);
	db = pg_session("dbname=postgres");
	tap_ok(db_copy_begin(db, "COPY public.n FROM STDIN", &e) == 0 &&
	    db_copy_put(db, "x\n", 2, &e) == 0 &&
	    db_copy_end(db, &rows, &e) == -1, "at the end");
	bad(&e, ERR_TROUBLE, "db.sql", "\"x\"");
	db_close(db);
	db_close(other);
	free(block);
}

static void
test_not_begun(void)
{
	struct db *db = pg_session("dbname=postgres");
	struct err e = { 0 };

	tap_ok(db_copy_begin(db, "COPY nothing FROM STDIN", &e) == -1,
	    "no such table");
	bad(&e, ERR_TROUBLE, "db.sql", "\"nothing\" does not exist");
	db_close(db);
	db = pg_session("dbname=postgres");
	tap_ok(db_copy_begin(db, "SELECT 1", &e) == -1, "no COPY");
	err_release(&e);
	db_close(db);
}

static void
test_ended(void)
{
	struct db *db = pg_session("dbname=postgres");
	struct db *other = pg_session("dbname=postgres");
	struct err e = { 0 };
	char *block = mem_alloc(BLOCK);
	int i, r;

	memset(block, '\n', BLOCK);
	r = db_copy_begin(db, "COPY public.t FROM STDIN", &e);
	db_exec(other, &e, "SELECT pg_terminate_backend(%d)", db_pid(db));
	for (i = 0; i < 1000 && r == 0; i++)
		r = db_copy_put(db, block, BLOCK, &e);
	tap_ok(r == -1, "a session that is ended");
	tap_ok(e.code == ERR_LATER, "may come back: %s", e.msg);
	tap_is(e.kind, "db.gone", "its kind");
	err_release(&e);
	db_close(db);
	is(other, "SELECT count(*) FROM public.t", "16386");
	db_close(other);
	free(block);
}

static void
on_alarm(int sig)
{
	(void)sig;
	kill(getpid(), SIGTERM);
}

/* A COPY whose table somebody has locked, and SIGTERM: how it ends. */
static int
waits_in_vain(struct db *db, struct db *other, struct err *e)
{
	int64_t begin = clock_ms();

	if (db_exec(other, e, "BEGIN; LOCK TABLE public.t"))
		return 1;
	signal(SIGALRM, on_alarm);
	alarm(1);
	if (db_copy_begin(db, "COPY public.t FROM STDIN", e) == 0)
		return 2;
	if (!e->msg || strcmp(e->msg, "interrupted by SIGTERM") != 0)
		return 3;
	return clock_ms() - begin < 9000 ? 0 : 4;
}

static int
child_signal(void)
{
	struct db *db, *other;
	struct err e = { 0 };
	int r;

	sig_init();
	db = pg_session("dbname=postgres");
	other = pg_session("dbname=postgres");
	r = waits_in_vain(db, other, &e);
	db_close(db);
	db_close(other);
	err_release(&e);
	return r;
}

static void
test_signal(void)
{
	pid_t pid;
	int status = 0;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(child_signal());
	waitpid(pid, &status, 0);
	tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "a signal ends the wait (%d)", status);
}

int
main(void)
{
	pg_start("log_min_messages=fatal");
	test_good();
	test_bad_rows();
	test_not_begun();
	test_ended();
	test_signal();
	return tap_done();
}
