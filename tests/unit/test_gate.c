/* test_gate.c - a way back, or none. */
#include "ub/gate.h"

#include <stdlib.h>

#include "base/mem.h"
#include "sys/clock.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

#define HOUR INT64_C(3600000)
#define NOW INT64_C(1795230665000) /* 2026-11-21T03:11:05Z */

static char *dir;
static struct err e;

static char *
set_dir(const char *id)
{
	return path_join(dir, id);
}

static void
fill(struct manifest_db *d, const char *name, const char *system_id)
{
	d->name = mem_dup(name);
	d->folder = mem_printf("db/%s", name);
	d->dbname = mem_dup(name);
	d->system_id = mem_dup(system_id);
	d->props.encoding = mem_dup("UTF8");
	d->props.collate = mem_dup("C");
	d->props.ctype = mem_dup("C");
	d->props.provider = mem_dup("libc");
	d->props.owner = mem_dup("postgres");
}

/* A set of this database and another one. */
static void
make(const char *id, int64_t at, const char *dbname, const char *system_id)
{
	struct manifest m = { .id = mem_dup(id), .created_at = at };
	char *d = set_dir(id), *f = path_join(d, MANIFEST_NAME), *text;

	m.dbs = mem_alloc(2 * sizeof(*m.dbs));
	m.n_dbs = 2;
	fill(&m.dbs[0], "other", NULL);
	fill(&m.dbs[1], dbname, system_id);
	text = manifest_text(&m);
	if (path_mkdirs(d, &e) || tmp_write_file(f, text, strlen(text), &e)) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	free(text);
	free(f);
	free(d);
	manifest_release(&m);
}

static void
mark(const char *id, enum set_level level, int ok)
{
	struct set s = { 0 };
	char *d = set_dir(id);

	if (set_read(d, &s, &e) || set_mark_verified(&s,
	    &(struct set_answer){ .level = level, .ok = ok }, &e)) {
		printf("Bail out! %s\n", e.msg);
		exit(1);
	}
	set_release(&s);
	free(d);
}

/* "why id kind" */
static void
judged(const struct gate *g, const char *want, const char *what)
{
	struct set s = { 0 };
	enum gate_why why;
	int r = gate_check(g, &s, &why, &e);
	char *got = mem_printf("%s %s %s", gate_why_name(why),
	    s.m.id ? s.m.id : "-", r ? e.kind : "0");

	tap_is(got, want, what);
	if (r)
		tap_ok(e.code == ERR_REFUSED, "refused: %s", e.msg);
	err_release(&e);
	set_release(&s);
	free(got);
}

#define A "20261121T010000Z"
#define B "20261121T020000Z"

static void
test_newest(void)
{
	struct gate g = { .backups = dir, .dbname = "shop", .system_id = "7",
		.max_age_ms = 24 * HOUR, .level = SET_LEVEL_HASH };

	judged(&g, "none - gate.none", "no set");
	make("20261120T010000Z", NOW - 2 * HOUR, "blog", "7");
	judged(&g, "none - gate.none", "of another database");
	make("20261120T020000Z", NOW - 2 * HOUR, "shop", "8");
	judged(&g, "none - gate.none", "of another cluster");
	make(A, NOW - 2 * HOUR, "shop", "7");
	judged(&g, "unverified " A " gate.unverified", "not verified");
	mark(A, SET_LEVEL_QUICK, 1);
	judged(&g, "unverified " A " gate.unverified", "not far enough");
	mark(A, SET_LEVEL_RESTORE, 1);
	judged(&g, "open " A " 0", "all is well");
	g.system_id = NULL;
	judged(&g, "open " A " 0", "of a cluster that does not tell");
	g.system_id = "7";
	g.max_age_ms = 2 * HOUR;
	judged(&g, "open " A " 0", "as old as it may be");
	g.max_age_ms--;
	judged(&g, "old " A " gate.old", "older");
	g.max_age_ms = 24 * HOUR;
	g.changed_at = NOW - 2 * HOUR;
	judged(&g, "open " A " 0", "changed in that moment");
	g.changed_at++;
	judged(&g, "changed " A " gate.changed", "changed since");
	g.changed_at = 0;
	mark(A, SET_LEVEL_RESTORE, 0);
	judged(&g, "failed " A " gate.failed", "damaged");
	g.level = SET_LEVEL_NONE;
	judged(&g, "failed " A " gate.failed", "and no level helps");
	make(B, NOW - HOUR, "shop", NULL);
	judged(&g, "open " B " 0", "a newer one that does not tell its "
	    "cluster");
	g.level = SET_LEVEL_READ;
	judged(&g, "unverified " B " gate.unverified", "counts alone");
	mark(B, SET_LEVEL_READ, 1);
	judged(&g, "open " B " 0", "once it is good");
	g.dbname = "Shop";
	judged(&g, "none - gate.none", "a name is exact");
}

static void
test_given(void)
{
	struct gate g = { .backups = "/nosuch", .dbname = "shop",
		.system_id = "7", .max_age_ms = 24 * HOUR };
	char *a = set_dir(A), *other = set_dir("20261120T010000Z");
	struct set given = { 0 };

	if (set_read(a, &given, &e))
		exit(1);
	g.set = &given;
	judged(&g, "failed " A " gate.failed", "the one that is given");
	mark(A, SET_LEVEL_HASH, 1);
	mark(A, SET_LEVEL_RESTORE, 1);
	judged(&g, "open " A " 0", "as it is now");
	g.dbname = "blog";
	judged(&g, "other " A " gate.other", "not of this database");
	set_release(&given);
	if (set_read(other, &given, &e))
		exit(1);
	judged(&g, "open 20261120T010000Z 0", "of this one");
	g.system_id = "9";
	judged(&g, "other 20261120T010000Z gate.other", "of a namesake");
	set_release(&given);
	free(other);
	free(a);
}

static void
test_gone(void)
{
	struct gate g = { .backups = "/nosuch", .dbname = "shop" };
	struct set given = { .dir = mem_dup("/nosuch") }, out = { 0 };
	enum gate_why why;

	judged(&g, "none - gate.none", "no folder");
	g.set = &given;
	tap_ok(gate_check(&g, &out, &why, &e) == -1 && e.code, "gone: %s",
	    e.msg ? e.msg : "");
	err_release(&e);
	set_release(&out);
	set_release(&given);
}

int
main(void)
{
	setenv("UB_NOW", "2026-11-21T03:11:05Z", 1);
	dir = tmp_dir("ub-test", &e);
	tap_ok(clock_now() == NOW, "now");
	test_newest();
	test_given();
	test_gone();
	free(dir);
	return tap_done();
}
