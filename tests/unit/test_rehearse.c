/* test_rehearse.c - what reaches beyond a scratch database; how long others
 * would wait; where the lint was wrong. */
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"
#include "ub/migrate/rehearse_priv.h"

static char *dir;

/* How many of the script's statements are refused; -1: it cannot be cut. */
static int
refused(const char *sql, int own_cluster)
{
	char *path = path_join(dir, "m.sql");
	struct steps s = { 0 };
	struct err e = { 0 };
	size_t i;
	int n = 0;

	io_create(path, sql, strlen(sql), &e);
	if (e.code || steps_read(path, "m.sql", MIGRATE_GOLANG, &s, &e))
		n = -1;
	for (i = 0; i < s.n_stmts; i++) {
		err_release(&e);
		n += rehearse_guard(&s, i, own_cluster, &e) != 0;
		if (e.code && (e.code != ERR_REFUSED ||
		    strcmp(e.kind, "rehearse.beyond") != 0))
			n += 100;
	}
	err_release(&e);
	steps_release(&s);
	remove(path);
	free(path);
	return n;
}

static void
test_guard(void)
{
	static const char *const beyond[] = { "CREATE ROLE x",
		"create /* a */ user x", "ALTER ROLE x SET a = 'b'",
		"DROP GROUP x", "ALTER DATABASE d SET a = 'b'",
		"DROP TABLESPACE t", "ALTER SYSTEM SET a = 'b'",
		"GRANT a TO b", "REVOKE a FROM b",
		"GRANT CREATE ON DATABASE d TO a",
		"GRANT CREATE ON TABLESPACE d TO a",
		"COMMENT ON ROLE a IS 'x'", "DROP OWNED BY a",
		"REASSIGN OWNED BY a TO b",
		"SELECT pg_terminate_backend(pid) FROM a",
		"REINDEX (VERBOSE) DATABASE d", "REINDEX SYSTEM",
		"REINDEX DATABASE CONCURRENTLY \"d\"", "VACUUM FULL",
		"VACUUM (FULL, ANALYZE)", "vacuum full freeze verbose analyze",
		"DO $$ BEGIN CREATE ROLE x; END $$",
		"DO 'BEGIN EXECUTE ''grant a to b''; END'",
		"DO $$ BEGIN PERFORM 1; ALTER SYSTEM SET a = 1; END $$" };
	static const char *const within[] = { "CREATE TABLE role (a int)",
		"ALTER TABLE users DROP role", "CREATE INDEX ON role (a)",
		"GRANT SELECT ON a TO b", "REVOKE ALL ON SCHEMA s FROM b",
		"GRANT a ON b TO c WITH GRANT OPTION",
		"ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT ALL ON TABLES TO b",
		"INSERT INTO a VALUES ('DROP ROLE x; GRANT a TO b')",
		"COMMENT ON TABLE a IS 'x'", "SET ROLE a", "RESET ROLE",
		"CREATE USER MAPPING FOR a SERVER s", "REINDEX DATABASE",
		"VACUUM", "VACUUM FULL a", "VACUUM (FULL off)",
		"REINDEX DATABASE CONCURRENTLY", "REINDEX TABLE system.a",
		"ALTER TABLE a OWNER TO b", "-- DROP ROLE a\nSELECT 1",
		"SELECT a FROM role JOIN database ON role.id = database.id",
		"DO $$ BEGIN GRANT SELECT ON a TO b; END $$",
		"DO $$ BEGIN ALTER TABLE a ADD b int; END $$",
		"CALL p()" };
	static const char alone[] = "-- ub: no-transaction\nCALL p(); SELECT 1;"
	    " BEGIN; CALL p(); COMMIT; DO $$ BEGIN COMMIT; END $$;";
	size_t i;

	for (i = 0; i < UB_LEN(beyond); i++)
		tap_ok(refused(beyond[i], 0) == 1, "beyond: %s", beyond[i]);
	for (i = 0; i < UB_LEN(beyond); i++)
		tap_ok(refused(beyond[i], 1) == 0, "in a cluster of its own: "
		    "%s", beyond[i]);
	for (i = 0; i < UB_LEN(within); i++)
		tap_ok(refused(within[i], 0) == 0, "within: %s", within[i]);
	tap_ok(refused("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
	    1) == 1, "another server is reached from a cluster, too");
	tap_ok(refused("SELECT 1; DROP ROLE a; SELECT 2", 0) == 1,
	    "one of three");
	tap_ok(refused(alone, 0) == 2 && refused(alone, 1) == 0,
	    "what could commit by itself");
}

/* orders (1) with its index (2), and customers (3). */
static void
make(struct rehearse_measure *m, struct rehearse *out,
    struct rehearse_done *done)
{
	static const struct {
		int64_t oid, table;
		char kind;
		const char *name;
	} rels[] = { { 1, 1, 'r', "public.orders" },
		{ 2, 1, 'i', "public.orders_i" },
		{ 3, 3, 'r', "public.customers" } };
	static const struct migration file;
	size_t i;

	*m = (struct rehearse_measure){ .out = out, .done = done };
	done->m = &file;
	m->shape.v = mem_alloc(sizeof(*m->shape.v) * UB_LEN(rels));
	m->shape.n = UB_LEN(rels);
	for (i = 0; i < UB_LEN(rels); i++)
		m->shape.v[i] = (struct rehearse_rel){ .oid = rels[i].oid,
			.table = rels[i].table, .kind = rels[i].kind,
			.name = mem_dup(rels[i].name),
			.first = mem_dup(rels[i].name) };
}

static void
hold(struct rehearse_measure *m, int64_t oid, int mode, int64_t us)
{
	int added;

	rehearse_held_of(&m->held, oid, mode, &added)->us = us;
}

static void
test_blocked(void)
{
	struct rehearse_done done = { 0 };
	struct rehearse out = { 0 };
	struct rehearse_measure m;
	const struct rehearse_rel *v;

	make(&m, &out, &done);
	v = m.shape.v;
	hold(&m, 1, 4, 9000);
	hold(&m, 1, 5, 700);
	hold(&m, 2, 8, 200);
	hold(&m, 3, 8, 300);
	tap_ok(rehearse_held_mode(&m.held, 1) == 5, "the strongest");
	rehearse_blocked_add(&m);
	tap_ok(v[0].reads_us == 200 && v[0].writes_us == 700,
	    "an index's lock blocks its table");
	tap_ok(v[2].reads_us == 300 && v[2].writes_us == 300, "another");
	tap_ok(out.reads_us == 300 && out.writes_us == 700,
	    "of all tables the longest");
	rehearse_blocked_add(&m);
	tap_ok(v[0].writes_us == 1400 && out.writes_us == 1400 &&
	    out.reads_us == 600, "transactions are summed up");
	rehearse_held_release(&m.held);
	hold(&m, 3, 3, 5000000);
	rehearse_blocked_add(&m);
	tap_ok(out.writes_us == 1400, "weak locks block nobody");
	m.stale = 0;
	hold(&m, 3, 8, rehearse_measure_us(&m) - 50000);
	rehearse_blocked_ended(&m);
	tap_ok(m.stale && m.held.n == 0 && v[2].reads_us >= 650 &&
	    out.reads_us >= 50600, "the end of a transaction");
	rehearse_measure_stop(&m);
}

/* What ROLLBACK TO lets go of, is not held until the end. */
static void
test_let_go(void)
{
	struct rehearse_done done = { 0 };
	struct rehearse out = { 0 };
	struct rehearse_measure m;
	int64_t now, late;

	make(&m, &out, &done);
	now = rehearse_measure_us(&m);
	hold(&m, 1, 5, now - 9000000);
	hold(&m, 1, 8, now - 4000000);
	hold(&m, 2, 8, now - 5000000);
	hold(&m, 3, 8, now - 2000000);
	m.held.v[0].there = 1;
	rehearse_blocked_let_go(&m, now);
	tap_ok(m.held.n == 1 && m.held.v[0].mode == 5, "what is held still");
	hold(&m, 1, 8, now - 1000000);
	rehearse_blocked_ended(&m);
	late = rehearse_measure_us(&m) - now;
	tap_ok(m.shape.v[0].reads_us >= 6000000 &&
	    m.shape.v[0].reads_us <= 6000000 + 2 * late,
	    "taken again: both times");
	tap_ok(m.shape.v[0].writes_us >= 9000000 &&
	    m.shape.v[0].writes_us <= 9000000 + 2 * late,
	    "what is in the way all the time counts once");
	tap_ok(m.shape.v[2].reads_us >= 2000000 &&
	    m.shape.v[2].reads_us <= 2000000 + 2 * late, "let go of for good");
	tap_ok(out.reads_us == m.shape.v[0].reads_us &&
	    out.writes_us == m.shape.v[0].writes_us, "of all the longest");
	hold(&m, 3, 8, rehearse_measure_us(&m));
	rehearse_blocked_ended(&m);
	tap_ok(m.shape.v[0].reads_us == out.reads_us ||
	    out.reads_us - m.shape.v[0].reads_us < 1000000,
	    "the next transaction begins anew");
	rehearse_measure_stop(&m);
}

/* "relation: predicted, measured; …" of one statement. */
static void
differs(struct rehearse_measure *m, const struct lint_stmt *s,
    const char *want)
{
	const struct lint_file f = { .stmts = mem_alloc(sizeof(*s)),
		.n_stmts = 1 };
	struct rehearse *out = m->out;
	struct buf b = { 0 };
	size_t i;

	*f.stmts = *s;
	m->predicted = &f;
	rehearse_compare(m, 1);
	for (i = 0; i < out->n_differences; i++) {
		buf_printf(&b, "%s%s: %s, %s", i ? "; " : "",
		    out->differences[i].relation,
		    out->differences[i].predicted,
		    out->differences[i].measured);
		free(out->differences[i].relation);
		free(out->differences[i].statement);
	}
	free(out->differences);
	out->differences = NULL;
	out->n_differences = 0;
	tap_is(buf_text(&b), want, *want ? want : "as predicted");
	buf_release(&b);
	free(f.stmts);
}

static void
test_compare(void)
{
	char orders[] = "public.orders", index[] = "public.orders_i";
	char customers[] = "public.customers", gone[] = "public.gone";
	char text[] = "ALTER";
	struct lint_take t[] = { { .relation = orders, .mode = 8,
		.rewrite = 1 }, { .relation = gone, .mode = 8 } };
	struct lint_stmt s = { .line = 2, .column = 1, .analysed = 1,
		.takes = t, .n_takes = 2 };
	struct rehearse_lock l[] = { { orders, 8 }, { customers, 6 } };
	struct rehearse_rewrite w[] = { { orders, 8192, 0 },
		{ index, 8192, 0 } };
	struct rehearse_stmt st = { .line = 2, .text = text, .locks = l,
		.n_locks = 1, .rewrites = w, .n_rewrites = 2 };
	struct rehearse_done done = { .v = &st, .n = 1 };
	struct rehearse out = { 0 };
	struct rehearse_measure m;

	make(&m, &out, &done);
	differs(&m, &s, "");
	st.n_locks = 2;
	differs(&m, &s, "public.customers: no lock, SHARE ROW EXCLUSIVE");
	l[1].mode = 3;
	differs(&m, &s, "");
	st.n_rewrites = 0;
	differs(&m, &s, "public.orders: rewritten, not rewritten");
	t[0].rewrite = 0;
	t[0].mode = 4;
	differs(&m, &s,
	    "public.orders: SHARE UPDATE EXCLUSIVE, ACCESS EXCLUSIVE");
	t[0].mode = 8;
	st.n_rewrites = 1;
	differs(&m, &s, "public.orders: not rewritten, rewritten");
	w[0].truncated = 1;
	differs(&m, &s, "");
	st.n_locks = st.n_rewrites = 0;
	differs(&m, &s, "public.orders: ACCESS EXCLUSIVE, no lock");
	hold(&m, 1, 8, 0);
	differs(&m, &s, "");
	rehearse_held_release(&m.held);
	st.sampled = 1;
	differs(&m, &s, "");
	st.sampled = s.analysed = 0;
	differs(&m, &s, "");
	s.analysed = 1;
	s.line = 1;
	differs(&m, &s, "");
	s.end_line = 2;
	differs(&m, &s, "public.orders: ACCESS EXCLUSIVE, no lock");
	rehearse_measure_stop(&m);
}

static void
test_locks(void)
{
	char orders[] = "public.orders", index[] = "public.orders_i";
	const struct rehearse_rel r = { .kind = 'r', .name = orders },
		i = { .kind = 'i', .name = index };
	struct rehearse_stmt st = { 0 };
	struct rehearse_done done = { .v = mem_alloc(sizeof(st)), .n = 1 };
	struct rehearse out = { .done = mem_alloc(sizeof(done)),
		.n_done = 1 };

	tap_ok(rehearse_mode("AccessShareLock") == 1 &&
	    rehearse_mode("ShareUpdateExclusiveLock") == 4 &&
	    rehearse_mode("AccessExclusiveLock") == 8 &&
	    rehearse_mode("SIReadLock") == 0, "modes");
	rehearse_lock_add(&st, &i, 3);
	tap_ok(st.n_locks == 0, "an index goes with its table");
	rehearse_lock_add(&st, &r, 1);
	rehearse_lock_add(&st, &r, 5);
	rehearse_lock_add(&st, &r, 3);
	rehearse_lock_add(&st, &i, 8);
	rehearse_lock_sort(&st);
	tap_ok(st.n_locks == 2 && st.locks[0].mode == 8 &&
	    st.locks[1].mode == 5, "the strongest of each, and first");
	*done.v = st;
	*out.done = done;
	rehearse_release(&out);
	tap_ok(out.n_done == 0, "all is released");
	rehearse_release(&out);
}

int
main(void)
{
	struct err e = { 0 };

	dir = tmp_dir("ub-test", &e);
	if (!dir)
		return 1;
	test_guard();
	test_blocked();
	test_let_go();
	test_compare();
	test_locks();
	path_remove(dir, &e);
	free(dir);
	err_release(&e);
	return tap_done();
}
