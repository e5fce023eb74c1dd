/* test_migrate.c - folders of migrations, as each tool reads them. */
#include "ub/migrate/dir.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"
#include "ub/migrate/name.h"

static char *root, *dir;
static struct err e;

/* A new empty folder, then files in it: "a/b" makes the folder, too. */
static void
start(void)
{
	static int n;

	free(dir);
	dir = mem_printf("%s/%d", root, n++);
	path_mkdirs(dir, &e);
}

static void
file(const char *name, const char *text)
{
	char *path = path_join(dir, name), *parent = path_dir(path);

	path_mkdirs(parent, &e);
	io_create(path, text, strlen(text), &e);
	free(parent);
	free(path);
}

/* "version:name[:about][<down], …", or the error's kind and message. */
static char *
read_dir(enum migrate_tool t)
{
	struct migrate_dir d = { 0 };
	const struct migration *m;
	struct buf b = { 0 };
	size_t i;

	if (migrate_dir_read(dir, t, &d, &e)) {
		buf_printf(&b, "%s: %s", e.kind, e.msg);
		if (e.code != ERR_USAGE)
			buf_puts(&b, " (and another code)");
		err_release(&e);
	}
	for (i = 0; i < d.n && b.len < 4096; i++) {
		m = &d.v[i];
		buf_printf(&b, "%s%s:%s", i ? ", " : "",
		    m->version ? m->version : "-", m->name);
		if (m->about)
			buf_printf(&b, ":%s", m->about);
		if (m->down)
			buf_printf(&b, "<%s", path_base(m->down));
		if (!path_is_file(m->path))
			buf_puts(&b, " (not a file)");
	}
	migrate_dir_release(&d);
	return buf_detach(&b);
}

static void
reads(enum migrate_tool t, const char *want, const char *what)
{
	char *got = read_dir(t), *at;

	/* Messages name the folder. */
	while (got && (at = strstr(got, dir)))
		memmove(at, at + strlen(dir), strlen(at + strlen(dir)) + 1);
	tap_is(got ? got : "", want, what);
	free(got);
}

static void
guesses(enum migrate_tool want)
{
	enum migrate_tool t = MIGRATE_NONE;
	struct migrate_dir d = { 0 }, alone = { 0 };
	int r = migrate_dir_guess(dir, &d, &t, &e);

	tap_ok(r == 0 && t == want, "it is %s: %s", migrate_tool_name(want),
	    r ? e.msg : migrate_tool_name(t));
	if (want != MIGRATE_NONE)
		tap_ok(migrate_dir_read(dir, t, &d, &e) ==
		    migrate_dir_read(dir, t, &alone, &e) && d.n == alone.n &&
		    d.names.n == 0, "what was listed is read: %zu", d.n);
	migrate_dir_release(&d);
	migrate_dir_release(&alone);
	err_release(&e);
}

static void
test_prisma(void)
{
	start();
	guesses(MIGRATE_NONE);
	reads(MIGRATE_PRISMA, "", "an empty folder");
	file("20260102_b/migration.sql", "");
	file("20260101_a/migration.sql", "");
	file("README.md", "");
	file("0_old.sql", "");
	reads(MIGRATE_PRISMA, "20260101_a:20260101_a, 20260102_b:20260102_b",
	    "folders by name, no files");
	file("migration_lock.toml", "# a comment\nprovider = \"postgresql\"\n");
	reads(MIGRATE_PRISMA, "20260101_a:20260101_a, 20260102_b:20260102_b",
	    "with the provider");
	file("x/other.sql", "");
	reads(MIGRATE_PRISMA, "20260101_a:20260101_a, 20260102_b:20260102_b, "
	    "x:x (not a file)", "every folder counts");
	start();
	file("migration_lock.toml", "provider = \"mysql\"");
	guesses(MIGRATE_PRISMA);
	reads(MIGRATE_PRISMA, "migrate.dir: '/migration_lock.toml' is not for "
	    "PostgreSQL: provider = \"mysql\"", "for MySQL");
}

static void
test_dbmate(void)
{
	start();
	file("20260102030405_b.sql", "");
	file("1.sql", "");
	file("10_b.sql", "");
	file("2_c.sql", "");
	file("x_1.sql", "");
	file("3_d.txt", "");
	guesses(MIGRATE_DBMATE);
	reads(MIGRATE_DBMATE, "1:1, 10:10_b, 20260102030405:"
	    "20260102030405_b, 2:2_c", "files by name");
	file("1_a.sql", "");
	reads(MIGRATE_DBMATE, "migrate.version: two migrations are the same "
	    "to dbmate: '1.sql' and '1_a.sql'", "one version twice");
}

static void
test_golang(void)
{
	start();
	file("000002_b.up.sql", "");
	file("000002_b.down.sql", "");
	file("10_c.up.sql", "");
	file("1_a.b.down.sql", "");
	file("1_a.b.up.sql", "");
	file("notes.sql", "");
	guesses(MIGRATE_GOLANG);
	reads(MIGRATE_GOLANG, "1:1_a.b:a.b<1_a.b.down.sql, "
	    "2:000002_b:b<000002_b.down.sql, 10:10_c:c",
	    "by number, with the ways back");
	file("02_again.up.sql", "");
	reads(MIGRATE_GOLANG, "migrate.version: two migrations are the same "
	    "to golang-migrate: '000002_b.up.sql' and '02_again.up.sql'",
	    "one number twice");
	start();
	file("1_a.down.sql", "");
	reads(MIGRATE_GOLANG, "migrate.dir: '1_a.down.sql' is a way back "
	    "without its way there", "down alone");
	start();
	file("18446744073709551615_a.up.sql", "");
	reads(MIGRATE_GOLANG, "18446744073709551615:18446744073709551615_a"
	    ":a", "the largest number");
	file("18446744073709551616_b.up.sql", "");
	reads(MIGRATE_GOLANG, "migrate.dir: '18446744073709551616_b.up.sql' "
	    "is no name that golang-migrate takes", "one more");
}

static void
test_flyway(void)
{
	struct migrate_dir d = { 0 };

	start();
	file("V10__ten.sql", "");
	file("V1_2__add_it.sql", "");
	file("V1.10__x.sql", "");
	file("R__views_all.sql", "");
	file("R__a.sql", "");
	file("V1__x.txt", "");
	guesses(MIGRATE_FLYWAY);
	reads(MIGRATE_FLYWAY, "1.2:V1_2__add_it:add it, "
	    "1.10:V1.10__x:x, 10:V10__ten:ten, -:R__a:a, "
	    "-:R__views_all:views all", "by version, repeatable last");
	file("V01.2.0__again.sql", "");
	reads(MIGRATE_FLYWAY, "migrate.version: two migrations are the same "
	    "to flyway: 'V01.2.0__again.sql' and 'V1_2__add_it.sql'",
	    "one version in two forms");
	start();
	file("Vx__y.sql", "");
	reads(MIGRATE_FLYWAY, "migrate.dir: 'Vx__y.sql' is no name that "
	    "flyway takes", "no version");
	start();
	file("1_a.sql", "");
	file("V1__a.sql", "");
	tap_ok(migrate_dir_guess(dir, &d, &(enum migrate_tool){ 0 }, &e) ==
	    -1 &&
	    e.code == ERR_USAGE && strcmp(e.kind, "migrate.tool") == 0,
	    "of two tools: %s", e.msg);
	migrate_dir_release(&d);
	err_release(&e);
}

static void
link_to(const char *to, const char *name)
{
	char *path = path_join(dir, name);

	tap_ok(symlink(to, path) == 0, "a link: %s", name);
	free(path);
}

/* Flyway's alone may be in folders of the folder. */
static void
test_folders(void)
{
	start();
	file("README.md", "");
	file("old/2025/V2__b.sql", "");
	guesses(MIGRATE_FLYWAY);
	file("V10__j.sql", "");
	file("new/V9__i.sql", "");
	file("old/V1__a.sql", "");
	file("old/R__views.sql", "");
	file("old/1_x.up.sql", "");
	file(".hidden/V3__c.sql", "");
	file("old/.hidden/V3__c.sql", "");
	link_to("new", ".data");
	link_to("new/V9__i.sql", "V11__k.sql");
	guesses(MIGRATE_FLYWAY);
	reads(MIGRATE_FLYWAY, "1:V1__a:a, 2:V2__b:b, 9:V9__i:i, 10:V10__j:j, "
	    "11:V11__k:k (not a file), -:R__views:views", "by version alone");
	reads(MIGRATE_GOLANG, "", "not golang-migrate's");
	file("new/V1__a.sql", "");
	reads(MIGRATE_FLYWAY, "migrate.version: two migrations are the same "
	    "to flyway: 'new/V1__a.sql' and 'old/V1__a.sql'",
	    "a version twice");
	start();
	file("a/R__v.sql", "");
	file("b/R__v.sql", "");
	reads(MIGRATE_FLYWAY, "migrate.version: two migrations are the same "
	    "to flyway: 'a/R__v.sql' and 'b/R__v.sql'", "so a repeatable one");
	start();
	file("V1__a.sql", "");
	link_to(".", "self");
	reads(MIGRATE_FLYWAY, "migrate.dir: '/self' is a link to a folder, "
	    "and not followed", "no loops, and nothing from outside");
	start();
	file("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/V1__a.sql", "");
	reads(MIGRATE_FLYWAY, "1:V1__a:a", "deep");
	file("1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/V2__a.sql", "");
	reads(MIGRATE_FLYWAY, "migrate.dir: the folders in '' are more than "
	    "16 deep", "too deep");
	start();
	file("1_a.sql", "");
	file("x/V1__a.sql", "");
	guesses(MIGRATE_DBMATE);
	start();
	file("notes.sql", "");
	file("x/V1__a.sql", "");
	link_to("x", "y");
	guesses(MIGRATE_NONE);
}

static void
test_missing(void)
{
	start();
	rmdir(dir);
	reads(MIGRATE_PRISMA, "migrate.dir: there is no folder '' of "
	    "migrations", "no folder");
}

static void
test_versions(void)
{
	static const char *const rising[] = { "0", "1", "1.0.1", "1.2", "1.10",
		"2", "10", "20260101000000", "99999999999999999999999" };
	size_t i;

	for (i = 1; i < UB_LEN(rising); i++)
		tap_ok(migrate_version_order(rising[i - 1], rising[i]) < 0 &&
		    migrate_version_order(rising[i], rising[i - 1]) > 0,
		    "%s before %s", rising[i - 1], rising[i]);
	tap_ok(migrate_version_order("1", "01.0.00") == 0, "1 is 01.0.00");
	tap_ok(migrate_version_order("5", "-1") > 0 &&
	    migrate_version_order("1.x", "1.x") == 0 &&
	    migrate_version_order("1..2", "1..3") < 0 &&
	    migrate_version_order("", "x") < 0, "what is no version");
}

int
main(void)
{
	root = tmp_dir("ub-test", &e);
	test_prisma();
	test_dbmate();
	test_golang();
	test_flyway();
	test_folders();
	test_missing();
	test_versions();
	free(dir);
	free(root);
	return tap_done();
}
