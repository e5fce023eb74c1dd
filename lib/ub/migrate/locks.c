#include "ub/migrate/locks.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/sig.h"
#include "ub/migrate/sum.h"

#define POLL_MIN_MS 50
#define POLL_MAX_MS 2000
#define TELL_MS 10000

/* Rows of pg_locks for a bigint key of this database. */
#define IS_KEY "l.locktype = 'advisory' AND l.objsubid = 1" \
	" AND l.database = (SELECT oid FROM pg_catalog.pg_database" \
	" WHERE datname = pg_catalog.current_database())" \
	" AND (l.classid::pg_catalog.int8 << 32 | l.objid::pg_catalog.int8)"

static void
add(struct locks *l, int64_t key)
{
	l->keys[l->n++] = key;
}

void
locks_choose(struct locks *l, enum migrate_tool t, const char *ledger[2],
    const char *dbname, int driven)
{
	char *path = mem_printf("/%s", dbname);
	char *quoted = mem_printf("\"%s\".\"%s\"", ledger[0], ledger[1]);

	l->n = 0;
	add(l, LOCKS_OWN);
	if (t == MIGRATE_PRISMA) {
		add(l, SUM_PRISMA_KEY);
	} else if (t == MIGRATE_GOLANG) {
		add(l, sum_golang_key(ledger[0], ledger[1], path));
		add(l, sum_golang_key(ledger[0], ledger[1], dbname));
	} else if (t == MIGRATE_FLYWAY) {
		add(l, sum_flyway_key(quoted));
	} else if (t == MIGRATE_SQITCH && !driven) {
		add(l, SUM_SQITCH_KEY);
	}
	free(quoted);
	free(path);
}

/* "1, 2": the keys as SQL. Caller owns. */
static char *
list(const struct locks *l)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < l->n; i++)
		buf_printf(&b, "%s%" PRId64, i ? ", " : "", l->keys[i]);
	return buf_detach(&b);
}

/* Ask a question about the keys: sql has one %s for them. */
static int
ask(struct db *db, const struct locks *l, const char *sql,
    struct db_rows **rows, struct err *e)
{
	char *keys = list(l);
	const char *mark = strstr(sql, "%s");
	char *whole = mem_printf("%.*s%s%s", (int)(mark - sql), sql, keys,
	    mark + 2);
	int r = db_query(db, whole, NULL, rows, e);

	free(whole);
	free(keys);
	return r;
}

/* "try(1) AND try(2)": appended. */
static void
add_tries(struct buf *sql, const struct locks *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		buf_printf(sql, "%spg_catalog.pg_try_advisory_lock("
		    "%" PRId64 ")", i ? " AND " : "", l->keys[i]);
}

/* All or none, after the statements of before: 1 if this session has them
 * now, 0 if another has one. */
static int
try_all(struct db *db, const struct locks *l, const char *before,
    struct err *e)
{
	struct buf sql = { 0 };
	char *got = NULL;
	int r;

	buf_printf(&sql, "%s SELECT ", before);
	add_tries(&sql, l);
	r = db_exec_value(db, buf_text(&sql), &got, e);
	if (r == 0)
		r = got && *got == 't';
	if (r == 0)
		locks_drop(db);
	free(got);
	buf_release(&sql);
	return r;
}

/* Who holds one: "pid 812 (prisma), for 3m 20s". Caller owns. */
static int
find_holder(struct db *db, const struct locks *l, char **out, struct err *e)
{
	static const char sql[] = "SELECT l.pid, a.application_name AS app,"
	    " (extract(epoch FROM pg_catalog.clock_timestamp() -"
	    " coalesce(a.xact_start, a.backend_start)) * 1000)"
	    "::pg_catalog.int8 AS age FROM pg_catalog.pg_locks l"
	    " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
	    " WHERE l.granted AND l.pid <> pg_catalog.pg_backend_pid()"
	    " AND " IS_KEY " IN (%s) ORDER BY a.backend_start LIMIT 1";
	struct db_rows *rows = NULL;
	const char *app;
	char *age;

	*out = NULL;
	if (ask(db, l, sql, &rows, e))
		return -1;
	if (db_count(rows) > 0) {
		app = db_get(rows, 0, "app");
		age = num_duration_text(db_get_int(rows, 0, "age"));
		*out = mem_printf("pid %s%s%s%s, for %s",
		    db_get(rows, 0, "pid"), app && *app ? " (" : "",
		    app ? app : "", app && *app ? ")" : "", age);
		free(age);
	} else {
		*out = mem_dup("a session that has just ended");
	}
	db_rows_free(rows);
	return 0;
}

static int
busy(const char *holder, struct err *e)
{
	err_set(e, ERR_LATER, "migrate.lock",
	    "another migration is running: %s", holder);
	return err_hint(e, "wait for it with --lock-timeout 10m");
}

/* Longer each time, and never in step with another one who waits. */
static int
nap(int64_t *pause, int64_t left, struct err *e)
{
	int64_t ms = *pause + clock_ms() % (*pause / 4 + 1);

	*pause = *pause * 3 / 2 < POLL_MAX_MS ? *pause * 3 / 2 : POLL_MAX_MS;
	return sig_sleep((int)(ms < left ? ms : left), e);
}

int
locks_take(struct db *db, const struct locks *l, int64_t wait_ms,
    struct err *e)
{
	int64_t until = clock_ms() + wait_ms, told = 0, pause = POLL_MIN_MS;
	char *holder = NULL;
	int r;

	for (;;) {
		r = try_all(db, l, "", e);
		if (r)
			break;
		free(holder);
		r = find_holder(db, l, &holder, e);
		if (r == 0 && clock_ms() >= until)
			r = busy(holder, e);
		if (r == 0 && (!told || clock_ms() - told >= TELL_MS)) {
			log_info("waiting for another migration: %s", holder);
			told = clock_ms();
		}
		if (r || nap(&pause, until - clock_ms() + 1, e)) {
			r = -1;
			break;
		}
	}
	free(holder);
	return r < 0 ? -1 : 0;
}

int
locks_keep(struct db *db, const struct locks *l, const char *sql,
    struct err *e)
{
	int r = try_all(db, l, sql, e);

	return r == 0 ? locks_take(db, l, 0, e) : r < 0 ? -1 : 0;
}

char *
locks_keep_sql(const struct locks *l)
{
	struct buf sql = { 0 };

	buf_puts(&sql, "SELECT WHERE ");
	add_tries(&sql, l);
	return buf_detach(&sql);
}

int
locks_waiters(struct db *db, const struct locks *l, struct vec *out,
    struct err *e)
{
	static const char sql[] = "SELECT l.pid, coalesce(nullif("
	    "a.application_name, ''), a.usename, '?') AS app"
	    " FROM pg_catalog.pg_locks l"
	    " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
	    " WHERE NOT l.granted AND " IS_KEY " IN (%s) ORDER BY l.pid";
	struct db_rows *rows = NULL;
	int i;

	if (ask(db, l, sql, &rows, e))
		return -1;
	for (i = 0; i < db_count(rows); i++)
		vec_addf(out, "pid %s (%s)", db_get(rows, i, "pid"),
		    db_get(rows, i, "app"));
	db_rows_free(rows);
	return 0;
}

void
locks_drop(struct db *db)
{
	struct err ignored = { 0 };

	if (!db)
		return;
	db_exec(db, &ignored, "SELECT pg_catalog.pg_advisory_unlock_all()");
	err_release(&ignored);
}
