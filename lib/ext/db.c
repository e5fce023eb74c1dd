/* db.c - sessions and queries, never waiting blindly. */
#include "ext/db.h"

#include <libpq-fe.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/db_priv.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/sig.h"

#define ALIVE_MS 5000

/* First: what comes next is then the server's own, whoever made functions
 * and operators in this database. */
static const char setup[] = "SET search_path = pg_catalog;"
    " SET row_security = off; SET datestyle = ISO;"
    " SET statement_timeout = 0; SET lock_timeout = 0;";

/* What else every session wants, of servers that know it. */
static const struct {
	int since;
	const char *sql;
} more[] = {
	{ 90600, " SET idle_in_transaction_session_timeout = 0;" },
	{ 140000, " SET idle_session_timeout = 0;" },
	{ 170000, " SET transaction_timeout = 0;" },
};

static void
on_notice(void *ctx, const char *text)
{
	char *line = mem_dupn(text, strcspn(text, "\n"));

	(void)ctx;
	log_verbose("%s", line);
	free(line);
}

static void
add(struct vec *words, struct vec *values, const char *word,
    const char *value)
{
	if (!value)
		return;
	vec_add(words, word);
	vec_add(values, value);
}

/* Keywords and values for libpq; of two of a name it takes the last. */
static void
parameters(const struct dsn *d, const struct db_opts *o, struct vec *words,
    struct vec *values)
{
	const char *app = o->app ? o->app : log_prog();

	/* A server that vanished is noticed in two minutes, not two hours */
	add(words, values, "keepalives_idle", "60");
	add(words, values, "keepalives_interval", "10");
	add(words, values, "keepalives_count", "6");
	for (size_t i = 0; i < d->pairs.n; i += 2)
		add(words, values, d->pairs.v[i], d->pairs.v[i + 1]);
	add(words, values, "host", d->host);
	add(words, values, "port", d->port);
	add(words, values, "user", d->user);
	add(words, values, "dbname", d->dbname);
	add(words, values, "application_name", app);
	add(words, values, "client_encoding", "UTF8");
}

/* The nearer of our limit and connect_timeout, which is libpq's callers' own
 * business when they do not block; 0: none. */
static int64_t
connect_limit(const struct dsn *d, const struct db_opts *o)
{
	int64_t limit = o->timeout_ms, theirs;

	for (size_t i = 0; i < d->pairs.n; i += 2) {
		if (strcmp(d->pairs.v[i], "connect_timeout") != 0)
			continue;
		theirs = strtoll(d->pairs.v[i + 1], NULL, 10) * 1000;
		if (theirs > 0 && (limit == 0 || theirs < limit))
			limit = theirs;
	}
	return limit;
}

static int
db_connect(struct db *db, int64_t limit, struct err *e)
{
	int64_t deadline = limit ? clock_ms() + limit : 0;
	PostgresPollingStatusType next = PGRES_POLLING_WRITING;

	if (PQstatus(db->conn) == CONNECTION_BAD)
		return db_error_connect(db, e);
	/* The only way to learn the SQLSTATE of a refused connection. */
	PQsetErrorVerbosity(db->conn, PQERRORS_VERBOSE);
	while (next != PGRES_POLLING_OK) {
		int what = next == PGRES_POLLING_READING ?
		    DB_WAIT_READ : DB_WAIT_WRITE;

		switch (db_wait(PQsocket(db->conn), what, deadline,
		    db->shield)) {
		case DB_WAIT_SIGNAL:
			return sig_check(e);
		case DB_WAIT_TIMEOUT:
			return db_error_late(db, "connect to", limit, e);
		case DB_WAIT_READY:
			break;
		}
		next = PQconnectPoll(db->conn);
		if (next == PGRES_POLLING_FAILED)
			return db_error_connect(db, e);
	}
	PQsetErrorVerbosity(db->conn, PQERRORS_DEFAULT);
	PQsetNoticeProcessor(db->conn, on_notice, NULL);
	PQsetnonblocking(db->conn, 1);
	return 0;
}

static int
says(const struct db *db, const char *parameter, const char *want)
{
	const char *is = PQparameterStatus(db->conn, parameter);

	return is && strcmp(is, want) == 0;
}

/* One round trip. The last two would be refused otherwise: lc_messages is a
 * superuser's, and a database of unknown encoding cannot be converted, only
 * passed through. */
static int
set_up(struct db *db, struct err *e)
{
	struct buf sql = { 0 };
	size_t i;
	int r;

	db->superuser = says(db, "is_superuser", "on");
	buf_puts(&sql, setup);
	for (i = 0; i < UB_LEN(more); i++)
		if (db_version(db) >= more[i].since)
			buf_puts(&sql, more[i].sql);
	if (db->superuser)
		buf_puts(&sql, " SET lc_messages = 'C';");
	if (db_is_raw(db))
		buf_puts(&sql, " SET client_encoding = 'SQL_ASCII';");
	r = db_exec(db, e, "%s", buf_text(&sql));
	buf_release(&sql);
	return r;
}

struct db *
db_open(const struct dsn *d, const struct db_opts *o, struct err *e)
{
	struct vec words = {0}, values = {0};
	struct db *db = mem_alloc(sizeof(*db));
	int rc = -1;

	db->where = dsn_text(d);
	db->timeout_ms = o->timeout_ms;
	db->shield = o->shield;
	parameters(d, o, &words, &values);
	db->conn = PQconnectStartParams(
	    (const char *const *)vec_argv(&words),
	    (const char *const *)vec_argv(&values), 0);
	if (!db->conn) {
		err_set(e, ERR_TROUBLE, "db.connect",
		    "cannot connect to database %s: out of memory",
		    db->where);
		goto out;
	}
	if (db_connect(db, connect_limit(d, o), e) < 0)
		goto out;
	rc = set_up(db, e);
out:
	for (size_t i = 0; i < values.n; i++) {
		mem_wipe(values.v[i]);
		values.v[i] = NULL;
	}
	vec_release(&values);
	vec_release(&words);
	if (rc < 0) {
		db_close(db);
		db = NULL;
	}
	return db;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	PQfinish(db->conn);
	free(db->where);
	free(db);
}

void
db_shield(struct db *db, int on)
{
	db->shield = on;
}

void
db_where(const struct db *db, struct dsn *out)
{
	dsn_release(out);
	out->host = mem_dup(PQhost(db->conn));
	out->port = mem_dup(PQport(db->conn));
	out->user = mem_dup(PQuser(db->conn));
	out->dbname = mem_dup(PQdb(db->conn));
}

void
db_pin(const struct db *db, struct dsn *dsn)
{
	const char *address = PQhostaddr(db->conn);

	free(dsn->host);
	free(dsn->port);
	dsn->host = mem_dup(PQhost(db->conn));
	dsn->port = mem_dup(PQport(db->conn));
	/* Empty is none: of a socket there is no address. */
	dsn_set(dsn, "hostaddr", address ? address : "");
}

int
db_version(const struct db *db)
{
	return PQserverVersion(db->conn);
}

int
db_pid(const struct db *db)
{
	return PQbackendPID(db->conn);
}

int
db_superuser(const struct db *db)
{
	return db->superuser;
}

int
db_is_raw(const struct db *db)
{
	return says(db, "server_encoding", "SQL_ASCII");
}

int
db_alive(struct db *db)
{
	int64_t limit = db->timeout_ms;
	struct err e = {0};
	int rc;

	if (limit == 0 || limit > ALIVE_MS)
		db->timeout_ms = ALIVE_MS;
	rc = db_query(db, "SELECT 1", NULL, NULL, &e);
	db->timeout_ms = limit;
	err_release(&e);
	return rc == 0;
}
