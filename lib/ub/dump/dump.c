/* dump.c - one database into a set's folder. */
#include "ub/dump.h"

#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "sys/clock.h"
#include "sys/path.h"
#include "sys/pool.h"
#include "sys/tmp.h"
#include "ub/dump/child.h"
#include "ub/dump/counts.h"
#include "ub/dump/explain.h"
#include "ub/dump/match.h"
#include "ub/dump/state.h"

#define LOCK_TIMEOUT_MS 30000
#define MAX_JOBS 8
#define OWN_SESSIONS 2 /* pg_dump's leader, and the one that counts */
#define TRIES 5

static int
read_text(struct db *db, const char *sql, char **out, struct err *e)
{
	return db_value(db, sql, NULL, out, e);
}

static int
read_number(struct db *db, const char *sql, int64_t *out, struct err *e)
{
	char *text = NULL;
	int rc = read_text(db, sql, &text, e);

	if (rc == 0)
		rc = num_int(text ? text : "", "the server's answer",
		    (struct num_range){ INT64_MIN, INT64_MAX }, out, e);
	free(text);
	return rc;
}

/* pg_dump -jN opens N + 1 sessions: take fewer jobs rather than fail. */
static int
choose_jobs(struct dump *d, unsigned wanted, struct err *e)
{
	int64_t room;

	if (read_number(d->db, "SELECT"
	    " current_setting('max_connections')::int8"
	    " - current_setting('superuser_reserved_connections')::int8"
	    " - (SELECT sum(numbackends) FROM pg_stat_database)", &room,
	    e) != 0)
		return -1;
	room -= OWN_SESSIONS;
	if (wanted == 0)
		wanted = pool_cpus();
	if (wanted > MAX_JOBS)
		wanted = MAX_JOBS;
	if (room < (int64_t)wanted)
		wanted = room < 1 ? 1 : (unsigned)room;
	d->jobs = wanted;
	return 0;
}

/* What the manifest says of it before anything is dumped. */
static int
describe(struct dump *d, const char *dbname, struct err *e)
{
	struct manifest_db *m = d->m;
	struct dsn where = { 0 };

	m->dbname = mem_dup(dbname);
	db_where(d->db, &where);
	m->host = where.host;
	m->port = where.port;
	m->user = where.user;
	where.host = where.port = where.user = NULL;
	dsn_release(&where);
	m->server_version = db_version(d->db);
	m->dump_version = d->tools.version;
	m->system_id = db_system_id(d->db);
	if (read_number(d->db, "SELECT pg_database_size(current_database())",
	    &m->size_bytes, e) != 0)
		return -1;
	return props_read(d->db, dbname, &m->props, e);
}

/*
 * One attempt: list the tables, lock them, take the snapshot, and see that it
 * holds the same tables. 1: they changed between. TRUNCATE and rewriting by
 * ALTER TABLE do not heed snapshots, so that the locks must be there first.
 */
static int
try_snapshot(struct dump *d, int last, struct err *e)
{
	struct dump_tables before = { 0 };
	const char *state;
	int rc = -1;

	if (dump_tables_read(d->db, &before, e) != 0 ||
	    db_exec(d->db, e,
	    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") != 0)
		goto out;
	if (dump_tables_lock(d->db, &before, d->lock_timeout_ms, e) != 0) {
		state = err_detail_get(e, "sqlstate");
		if (!last && state && (strcmp(state, "42P01") == 0 ||
		    strcmp(state, "3F000") == 0))
			rc = 1;
		goto out;
	}
	free(d->snapshot);
	d->snapshot = NULL;
	if (read_text(d->db, "SELECT pg_export_snapshot()", &d->snapshot,
	    e) != 0 || dump_tables_read(d->db, &d->tables, e) != 0)
		goto out;
	rc = last || dump_tables_same(&before, &d->tables) ? 0 : 1;
out:
	dump_tables_release(&before);
	return rc;
}

static int
take_snapshot(struct dump *d, struct err *e)
{
	struct err ignored = { 0 };
	int i, rc = 1;

	for (i = 1; i <= TRIES && rc == 1; i++) {
		err_release(e);
		rc = try_snapshot(d, i == TRIES, e);
		if (rc != 0)
			db_exec(d->db, &ignored, "ROLLBACK");
		err_release(&ignored);
	}
	return rc == 0 ? 0 : dump_explain_query(d, e);
}

int
dump_open(const struct dump_opts *o, struct manifest_db *m,
    struct dump **out, struct err *e)
{
	struct dump *d = mem_alloc(sizeof(*d));

	*out = NULL;
	d->m = m;
	d->lock_timeout_ms = o->lock_timeout_ms ? o->lock_timeout_ms :
	    LOCK_TIMEOUT_MS;
	dsn_for_db(&d->dsn, o->dsn, o->read_from ? o->read_from :
	    o->dsn->dbname);
	d->db = db_open(&d->dsn, &(struct db_opts){ 0 }, e);
	if (d->db)
		db_pin(d->db, &d->dsn);
	if (!d->db ||
	    pgtools_find(&d->tools, db_version(d->db), o->bindir, e) != 0 ||
	    describe(d, o->dsn->dbname, e) != 0 ||
	    choose_jobs(d, o->jobs, e) != 0 || take_snapshot(d, e) != 0) {
		dump_free(d);
		return -1;
	}
	*out = d;
	return 0;
}

/* pg_dump and the counting, side by side; each ends the other one. */
struct both {
	struct dump *d;
	const char *dir;
	struct dump_counts counts;
	int stop[2]; /* pipe: readable when pg_dump shall end */
};

static int
run_child(struct both *b, struct err *e)
{
	struct err ignored = { 0 };
	int rc = dump_child_run(b->d, b->dir, b->stop[0], e);

	if (rc != 0) {
		atomic_store(&b->counts.stop, 1);
		db_exec(b->d->db, &ignored, "SELECT pg_terminate_backend(%d)",
		    db_pid(b->counts.db));
		err_release(&ignored);
	}
	return rc < 0 ? -1 : 0;
}

static int
run_counts(struct both *b, struct err *e)
{
	int rc = dump_counts_run(&b->counts, &b->d->tables,
	    &b->d->m->large_objects, e);

	if (rc != 0) {
		close(b->stop[1]);
		b->stop[1] = -1;
		err_in(e, "cannot count the rows of database %s",
		    b->d->m->dbname);
	}
	return rc;
}

static int
half(void *ctx, size_t i, struct err *e)
{
	return i == 0 ? run_child(ctx, e) : run_counts(ctx, e);
}

static int
run_both(struct dump *d, const char *dir, struct err *e)
{
	struct both b = { .d = d, .dir = dir, .counts.snapshot = d->snapshot,
		.stop = { -1, -1 } };
	int rc = -1;

	b.counts.db = db_open(&d->dsn, &(struct db_opts){ 0 }, e);
	if (!b.counts.db)
		return -1;
	if (pipe(b.stop) != 0)
		err_sys(e, "cannot create a pipe");
	else
		rc = pool_run(2, 2, half, &b, e);
	if (b.stop[0] >= 0)
		close(b.stop[0]);
	if (b.stop[1] >= 0)
		close(b.stop[1]);
	db_close(b.counts.db);
	return rc == 0 ? 0 : dump_explain_query(d, e);
}

static int
write_props(const struct dump *d, const char *set_dir, struct err *e)
{
	char *dir = path_join(set_dir, d->m->folder);
	char *file = mem_printf("%s.props.sql", dir);
	char *sql = props_sql(&d->m->props, d->m->dbname);
	int rc = tmp_write_file(file, sql, strlen(sql), e);

	free(sql);
	free(file);
	free(dir);
	return rc;
}

int
dump_run(struct dump *d, const char *set_dir, struct err *e)
{
	char *dir = path_join(set_dir, d->m->folder), *parent = path_dir(dir);
	int64_t start = clock_ms();
	int rc = -1;

	if (path_mkdirs(parent, e) == 0 && run_both(d, dir, e) == 0 &&
	    dump_match(d, dir, e) == 0 && write_props(d, set_dir, e) == 0)
		rc = 0;
	d->m->duration_ms = clock_ms() - start;
	/* The locks of the tables end here, whatever is still to be done. */
	db_close(d->db);
	d->db = NULL;
	free(parent);
	free(dir);
	return rc;
}

void
dump_free(struct dump *d)
{
	if (!d)
		return;
	db_close(d->db);
	dsn_release(&d->dsn);
	pgtools_release(&d->tools);
	dump_tables_release(&d->tables);
	free(d->snapshot);
	free(d);
}
