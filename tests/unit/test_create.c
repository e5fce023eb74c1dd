/* test_create.c - new migrations, after those that are there. */
#include "ub/migrate/create.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "mig.h"

static char *dir;
static struct err e;

/* A folder with these files. */
static void
start(const char *const *names)
{
	static int n;
	char *path;

	free(dir);
	if (!mig_dir)
		mig_dir = tmp_dir("ub-test", &e);
	dir = mem_printf("%s/%d", mig_dir, n++);
	path_mkdirs(dir, &e);
	for (; names && *names; names++) {
		path = mem_printf("%s/%s", path_base(dir), *names);
		free(mig_file(path, "-- migrate:up\n-- migrate:down\n"));
		free(path);
	}
}

/* The new one's path in the folder, or "code kind message". */
static void
makes(enum migrate_tool t, const char *name, const char *want,
    const char *what)
{
	struct project p = { .dir = dir, .layout = t };
	char *path = NULL, *got;
	size_t i, at = 0;
	int r;

	if (t != MIGRATE_NONE && migrate_dir_read(dir, t, &p.files, &e))
		pgsql_bail("dir", &e);
	r = create_migration(&p, name, &path, &e);
	if (r)
		got = mem_printf("%d %s %s", (int)e.code, e.kind, e.msg);
	else
		got = mem_dup(path + strlen(dir) + 1);
	tap_is(got, want, what);
	migrate_dir_release(&p.files);
	if (r == 0 && migrate_dir_read(dir, t, &p.files, &e) == 0) {
		for (i = 0; i < p.files.n; i++)
			if (strcmp(p.files.v[i].path, path) == 0)
				at = i;
		while (++at < p.files.n && !p.files.v[at].version)
			;
		tap_ok(at == p.files.n, "it comes last");
	}
	migrate_dir_release(&p.files);
	err_release(&e);
	free(path);
	free(got);
}

static void
test_layouts(void)
{
	static const char *const none[] = { NULL };
	struct stat st;
	char *path;

	start(none);
	makes(MIGRATE_PRISMA, "add it", "20261121031105_add_it/migration.sql",
	    "Prisma's");
	makes(MIGRATE_PRISMA, "add-it", "20261121031106_add_it/migration.sql",
	    "another one in that second");
	start(none);
	makes(MIGRATE_DBMATE, "a", "20261121031105_a.sql", "dbmate's");
	path = path_join(dir, "20261121031105_a.sql");
	tap_ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0644,
	    "for all to read");
	free(path);
	start(none);
	makes(MIGRATE_GOLANG, "a", "20261121031105_a.up.sql",
	    "golang-migrate's");
	path = path_join(dir, "20261121031105_a.down.sql");
	tap_ok(path_is_file(path), "with its way back");
	free(path);
	start(none);
	makes(MIGRATE_FLYWAY, "a", "V1__a.sql", "Flyway's");
	makes(MIGRATE_FLYWAY, "b c", "V2__b_c.sql", "and the next");
	makes(MIGRATE_NONE, "a", "2 migrate.dir there is no folder of "
	    "migrations: set migrate.dir and migrate.ledger", "of no tool");
	/* The folder may not be there yet. */
	free(dir);
	dir = mem_printf("%s/new", mig_dir);
	path_mkdirs(dir, &e);
	makes(MIGRATE_PRISMA, "a", "20261121031105_a/migration.sql", "first");
}

static void
test_counting(void)
{
	static const char *const golang[] = { "0009_a.up.sql", NULL };
	static const char *const nines[] = { "99_a.up.sql", NULL };
	static const char *const later[] = { "20991231235959_a.up.sql", NULL };
	static const char *const dbmate[] = { "0009_a.sql", NULL };
	static const char *const over[] = { "8_a.sql", "9_b.sql", NULL };
	static const char *const prisma[] = { "0_init/migration.sql",
		"20250101000000_b/migration.sql", NULL };
	static const char *const ahead[] = {
		"20991231235959_b/migration.sql", NULL };
	static const char *const zero[] = { "0_init/migration.sql", NULL };
	static const char *const words[] = { "init/migration.sql", NULL };
	static const char *const counted[] = { "0001_a/migration.sql",
		"0002_b/migration.sql", NULL };
	static const char *const flyway[] = { "V1_9__a.sql", "V2.5__b.sql",
		"R__views.sql", NULL };

	start(golang);
	makes(MIGRATE_GOLANG, "b", "0010_b.up.sql", "it goes on counting");
	start(nines);
	makes(MIGRATE_GOLANG, "b", "100_b.up.sql", "with one more digit");
	start(later);
	makes(MIGRATE_GOLANG, "b", "20991231235960_b.up.sql",
	    "after one of tomorrow");
	start(dbmate);
	makes(MIGRATE_DBMATE, "b", "0010_b.sql", "dbmate's");
	start(over);
	makes(MIGRATE_DBMATE, "c", "2 migrate.version no number comes after "
	    "'9_b.sql' by name", "no way on");
	start(prisma);
	makes(MIGRATE_PRISMA, "c", "20261121031105_c/migration.sql",
	    "Prisma's, by time");
	start(ahead);
	makes(MIGRATE_PRISMA, "c", "20991231235960_c/migration.sql",
	    "after one of tomorrow");
	start(counted);
	makes(MIGRATE_PRISMA, "c", "0003_c/migration.sql", "counted");
	start(zero);
	makes(MIGRATE_PRISMA, "c", "20261121031105_c/migration.sql",
	    "after a baseline");
	start(words);
	makes(MIGRATE_PRISMA, "c", "2 migrate.version no number comes after "
	    "'init' by name", "a word");
	start(flyway);
	makes(MIGRATE_FLYWAY, "c", "V3__c.sql", "the next whole one");
}

static void
test_names(void)
{
	static const char *const none[] = { NULL };
	char *name = mem_alloc(152);
	char *longest;
	const char *bad = "2 migrate.name a name holds letters, digits, '_' "
	    "and '-', up to 150";

	start(none);
	makes(MIGRATE_PRISMA, "", "2 migrate.name a migration needs a name",
	    "none");
	makes(MIGRATE_PRISMA, "../../etc/x", bad, "a way out");
	makes(MIGRATE_PRISMA, "a/b", bad, "a slash");
	makes(MIGRATE_PRISMA, "a.b", bad, "a dot");
	makes(MIGRATE_PRISMA, "\xc3\xa4", bad, "no ASCII");
	makes(MIGRATE_PRISMA, "a\nb", bad, "a line's end");
	makes(MIGRATE_PRISMA, "a'; DROP", bad, "SQL");
	memset(name, 'a', 151);
	makes(MIGRATE_PRISMA, name, bad, "too long");
	name[150] = '\0';
	longest = mem_printf("V1__%s.sql", name);
	makes(MIGRATE_FLYWAY, name, longest, "as long as may be");
	free(longest);
	free(name);
}

static void
test_collision(void)
{
	static const char *const none[] = { NULL };
	struct project p = { .layout = MIGRATE_DBMATE };
	struct buf b = { 0 };
	char *path = NULL, *old;

	start(none);
	old = mem_printf("%s/20261121031105_a.sql", path_base(dir));
	free(mig_file(old, "mine"));
	free(old);
	p.dir = dir;
	/* The folder was read before it came. */
	tap_ok(create_migration(&p, "a", &path, &e) == -1, "there already: "
	    "%s", e.msg ? e.msg : "");
	free(path);
	path = path_join(dir, "20261121031105_a.sql");
	err_release(&e);
	tap_ok(io_slurp(path, 100, &b, &e) == 0 && strcmp(buf_text(&b),
	    "mine") == 0, "it stays as it is");
	buf_release(&b);
	free(path);
}

int
main(void)
{
	setenv("UB_NOW", "2026-11-21T03:11:05Z", 1);
	test_layouts();
	test_counting();
	test_names();
	test_collision();
	free(dir);
	free(mig_dir);
	return tap_done();
}
