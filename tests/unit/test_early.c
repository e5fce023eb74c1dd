/* test_early.c - sums of scripts that are there, gone, large, many. */
#include "ub/migrate/early.h"

#include <unistd.h>

#include "mig.h"
#include "ub/migrate/sum.h"

#define MANY 150
#define LARGE (((size_t)1 << 20) + 1)

static struct migrate_dir d;

static void
add(char *path)
{
	if (!d.v)
		d.v = mem_alloc((MANY + 1) * sizeof(*d.v));
	d.v[d.n++].path = path;
}

static void
read_all(enum migrate_tool t)
{
	size_t i;

	for (i = 0; i < early_items(&d, t); i++)
		early_read(&d, t, i);
}

static void
sum_is_that(size_t i, enum migrate_tool t, const char *text, const char *what)
{
	char *want = sum_text(t, text, strlen(text));

	tap_is(d.v[i].sum, want, what);
	free(want);
}

static void
test_tools(void)
{
	tap_ok(early_items(&d, MIGRATE_PRISMA) == 0, "no scripts");
	add(mig_file("a.sql", "SELECT 1;\n"));
	tap_ok(early_items(&d, MIGRATE_DBMATE) == 0 &&
	    early_items(&d, MIGRATE_GOLANG) == 0 &&
	    early_items(&d, MIGRATE_NONE) == 0, "tools without sums");
	read_all(MIGRATE_FLYWAY);
	sum_is_that(0, MIGRATE_FLYWAY, "SELECT 1;\n", "Flyway's");
	read_all(MIGRATE_PRISMA);
	sum_is_that(0, MIGRATE_PRISMA, "SELECT 1;\n", "Prisma's");
	free(mig_file("a.sql", "SELECT 2;\n"));
	read_all(MIGRATE_PRISMA);
	sum_is_that(0, MIGRATE_PRISMA, "SELECT 2;\n", "read anew");
}

static void
test_without(void)
{
	char *large = mem_alloc(LARGE);
	char *path = mig_bytes("a.sql", large, LARGE - 1);

	read_all(MIGRATE_PRISMA);
	tap_ok(d.v[0].sum != NULL, "one of a MiB");
	free(path);
	path = mig_bytes("a.sql", large, LARGE);
	read_all(MIGRATE_PRISMA);
	tap_ok(d.v[0].sum == NULL, "a larger one is left to others");
	free(mig_file("a.sql", ""));
	read_all(MIGRATE_PRISMA);
	sum_is_that(0, MIGRATE_PRISMA, "", "an empty one");
	unlink(path);
	read_all(MIGRATE_PRISMA);
	tap_ok(d.v[0].sum == NULL, "one that is gone");
	free(path);
	free(large);
}

static void
test_many(void)
{
	size_t i, right = 0;
	char *name, *want;

	migrate_dir_release(&d);
	for (i = 0; i < MANY; i++) {
		name = mem_printf("%zu.sql", i);
		add(mig_file(name, name));
		free(name);
	}
	read_all(MIGRATE_PRISMA);
	for (i = 0; i < MANY; i++) {
		name = mem_printf("%zu.sql", i);
		want = sum_text(MIGRATE_PRISMA, name, strlen(name));
		right += d.v[i].sum && strcmp(d.v[i].sum, want) == 0;
		free(want);
		free(name);
	}
	tap_ok(right == MANY, "each has its own: %zu", right);
}

int
main(void)
{
	test_tools();
	test_without();
	test_many();
	migrate_dir_release(&d);
	return tap_done();
}
