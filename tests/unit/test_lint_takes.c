/* test_lint_takes.c - the locks that the lint foretells, and those that the
 * server really takes. */
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"
#include "lint_takes.h"
#include "pg.h"
#include "tap.h"
#include "ub/lint.h"

static struct db *db;

static void
run(const char *sql)
{
	struct err e = { 0 };

	if (db_exec(db, &e, "%s", sql) < 0) {
		tap_ok(0, "%s: %s", sql, e.msg);
		err_release(&e);
	}
}

/* "public.t:8Ws public.i:8": what there is, by name. */
static char *
foretold(const char *sql)
{
	struct lint_opts o = { .db = db };
	struct lint_input in = { .name = "f", .text = sql, .len =
	    strlen(sql), .body = sql, .body_len = strlen(sql) };
	struct lint *l = lint_new(&o);
	struct lint_file f = { 0 };
	struct err e = { 0 };
	struct buf b = { 0 };
	size_t i;

	if (lint_judge(l, &in, &f, &e) < 0)
		buf_printf(&b, "!%s", e.msg);
	for (i = 0; f.n_stmts == 1 && i < f.stmts[0].n_takes; i++) {
		const struct lint_take *t = &f.stmts[0].takes[i];

		buf_printf(&b, "%s %s:%d%s%s", i ? "," : "", t->relation,
		    t->mode, t->rewrite ? "W" : "", t->scan ? "s" : "");
	}
	buf_puts(&b, "");
	lint_file_release(&f);
	lint_free(l);
	err_release(&e);
	return buf_detach(&b);
}

/*
 * Where both differ, in a line each. Of weak locks only those count that were
 * foretold, of which each must be there. A table that is written anew is read
 * as well, whatever the counters say; one that has no rows, or none left, is
 * not read, and one that TRUNCATE has emptied ($2) is not written.
 */
static const char compare_sql[] =
	"WITH r AS (SELECT p.name, max(array_position(ARRAY["
	" 'AccessShareLock', 'RowShareLock', 'RowExclusiveLock',"
	" 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock',"
	" 'ExclusiveLock', 'AccessExclusiveLock'], mode)) AS mode,"
	" pg_relation_filenode(p.oid) <> p.node AND kind <> 'i' AND"
	" ($2 !~ '^TRUNCATE' OR kind = 'S') AS rewrite,"
	" pg_stat_get_xact_numscans(p.oid) > p.scans AND"
	" pg_relation_size(p.oid) > 0 AS scan, kind"
	" FROM pg_locks l JOIN pg_temp.pre p ON p.oid = l.relation"
	" WHERE pid = pg_backend_pid() AND locktype = 'relation'"
	" GROUP BY p.name, p.oid, p.node, p.scans, kind),"
	" f AS (SELECT m[1] AS name, m[2]::int AS mode, m[3] <> '' AS rewrite,"
	" m[4] <> '' AS scan FROM unnest(string_to_array($1, ',')) u(t),"
	" regexp_match(ltrim(t), '^(.*):(.)(W?)(s?)$') m)"
	" SELECT coalesce(string_agg(format('%s: foretold %s%s%s, real"
	" %s%s%s', name, f.mode, CASE WHEN f.rewrite THEN 'W' END,"
	" CASE WHEN f.scan THEN 's' END, r.mode, CASE WHEN r.rewrite THEN 'W'"
	" END, CASE WHEN r.scan THEN 's' END), '; ' ORDER BY name), '')"
	" FROM r FULL JOIN f USING (name)"
	" WHERE (r.mode >= 4 OR f.mode IS NOT NULL)"
	" AND (f.mode IS DISTINCT FROM r.mode OR (r.mode >= 4 AND"
	" (f.rewrite <> r.rewrite OR (NOT r.rewrite AND"
	" f.scan <> r.scan AND kind IN ('r', 'm')))))";

/* Planned joins may read all of a table that is referred to, or its index. */
static int
is_chance(const char *sql)
{
	return strstr(sql, "DEFAULT 1 REFERENCES r") ||
	    strstr(sql, "FOREIGN KEY (e2) REFERENCES r") ||
	    strstr(sql, "FOREIGN KEY (g) REFERENCES r") ||
	    strstr(sql, "ALTER rid TYPE bigint");
}

static void
check(const char *sql)
{
	char *takes = foretold(sql), *differ = NULL;
	const char *params[] = { takes, sql, NULL };
	struct err e = { 0 };

	run("DELETE FROM pg_temp.pre");
	run("INSERT INTO pg_temp.pre SELECT c.oid, nspname || '.' || relname,"
	    " pg_relation_filenode(c.oid), pg_stat_get_xact_numscans(c.oid),"
	    " relkind FROM pg_class c JOIN pg_namespace n"
	    " ON n.oid = relnamespace WHERE nspname IN ('public', 'oth')"
	    " AND relkind <> 'c'");
	run("BEGIN");
	run("SET LOCAL search_path = public");
	if (db_exec(db, &e, "%s", sql) < 0)
		tap_ok(0, "%s: %s", sql, e.msg);
	else if (db_value(db, compare_sql, params, &differ, &e) < 0)
		tap_ok(0, "%s: %s", sql, e.msg);
	else if (is_chance(sql))
		tap_ok(1, "%s (%s)", sql, differ);
	else
		tap_is(differ, "", sql);
	err_release(&e);
	run("ROLLBACK");
	free(differ);
	free(takes);
}

/* With UTC no timestamp changes its bits. */
static void
test_zone(void)
{
	run("SET TimeZone = 'UTC'");
	check("ALTER TABLE tsx ALTER d TYPE timestamptz");
	run("SET TimeZone = 'Europe/Berlin'");
	check("ALTER TABLE tsx ALTER d TYPE timestamptz");
}

int
main(void)
{
	size_t i;

	pg_start(NULL);
	db = pg_session("dbname=postgres");
	run("SET search_path = public");
	run("SET client_min_messages = error");
	for (i = 0; i < UB_LEN(takes_setup); i++)
		run(takes_setup[i]);
	run("ANALYZE");
	run("SET search_path = pg_catalog");
	run("CREATE TEMP TABLE pre (oid oid, name text, node oid, scans"
	    " bigint, kind \"char\")");
	test_zone();
	for (i = 0; i < UB_LEN(takes_stmts); i++)
		check(takes_stmts[i]);
	db_close(db);
	return tap_done();
}
