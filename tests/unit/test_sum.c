/* test_sum.c - checksums and lock keys, by the other tools' own vectors. */
#include "ub/migrate/sum.h"

#include "base/mem.h"
#include "tap.h"

#define LF_OPEN "create table a(i int);\ninsert into a values (1);"
#define LF LF_OPEN "\n"
#define CRLF "create table a(i int);\r\ninsert into a values (1);\r\n"
#define SUM_LF \
	"f50777f4566698f0ca983338033716cf22954b7f0073f48966a5a84120fbb248"
#define SUM_CRLF \
	"6e5a2c97fc6a2f696b62ce0ccdae39e3f22147e2dd0fd409eff9f2ce20b4778c"
#define SUM_HELLO \
	"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static int
prisma_is(const char *recorded, const char *text)
{
	return sum_is(MIGRATE_PRISMA, recorded, text, strlen(text));
}

static void
text_is(enum migrate_tool t, const char *text, const char *want,
    const char *what)
{
	char *sum = sum_text(t, text, strlen(text));

	tap_is(sum, want, what);
	free(sum);
}

static void
test_prisma(void)
{
	text_is(MIGRATE_PRISMA, LF, SUM_LF, "with LF");
	text_is(MIGRATE_PRISMA, CRLF, SUM_CRLF, "with CRLF");
	text_is(MIGRATE_PRISMA, "hello", SUM_HELLO, "Prisma's own vector");
	tap_ok(prisma_is(SUM_LF, LF) && prisma_is(SUM_LF, CRLF),
	    "recorded with LF");
	tap_ok(prisma_is(SUM_CRLF, LF) && prisma_is(SUM_CRLF, CRLF),
	    "recorded with CRLF");
	tap_ok(!prisma_is(SUM_LF, LF " ") && !prisma_is("", LF) &&
	    !prisma_is(SUM_LF "0", LF), "of another");
	/* Three bytes begin with a zero: 07, 03 and 00. */
	tap_ok(prisma_is("f5777f4566698f0ca98333833716cf22954b7f073f48966a5a84"
	    "120fbb248", LF), "as old versions wrote it");
	tap_ok(!prisma_is("f5777f4566698f0ca98333833716cf22954b7f073f48966a5a84"
	    "120fbb249", LF), "but not any");
}

static void
test_flyway(void)
{
	text_is(MIGRATE_FLYWAY, LF, "-1622637560", "with LF");
	text_is(MIGRATE_FLYWAY, CRLF, "-1622637560", "with CRLF");
	text_is(MIGRATE_FLYWAY, "\xef\xbb\xbf" LF, "-1622637560",
	    "with a byte order mark");
	text_is(MIGRATE_FLYWAY, LF_OPEN, "-1622637560",
	    "without a last line end");
	text_is(MIGRATE_FLYWAY, "", "0", "nothing");
	tap_ok(sum_is(MIGRATE_FLYWAY, "-1622637560", CRLF, strlen(CRLF)) &&
	    !sum_is(MIGRATE_FLYWAY, "-1622637561", LF, strlen(LF)) &&
	    !sum_is(MIGRATE_FLYWAY, "", LF, strlen(LF)), "of that, or another");
	tap_ok(sum_flyway_key("\"public\".\"flyway_schema_history\"") ==
	    77433833903597, "its lock");
}

static void
test_others(void)
{
	text_is(MIGRATE_DBMATE, LF, NULL, "dbmate keeps none");
	tap_ok(!sum_is(MIGRATE_DBMATE, "", LF, strlen(LF)), "so none is it");
	tap_ok(sum_is_kept(MIGRATE_PRISMA) && sum_is_kept(MIGRATE_FLYWAY) &&
	    !sum_is_kept(MIGRATE_GOLANG) && !sum_is_kept(MIGRATE_NONE),
	    "who keeps one");
}

static void
test_golang(void)
{
	tap_ok(sum_golang_key("public", "schema_migrations", "/mydb") ==
	    616192132, "by URL");
	tap_ok(sum_golang_key("public", "schema_migrations", "mydb") ==
	    2103762914, "by name");
}

int
main(void)
{
	test_prisma();
	test_flyway();
	test_others();
	test_golang();
	return tap_done();
}
