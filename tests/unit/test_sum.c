/* test_sum.c - checksums and lock keys, by the other tools' own vectors. */
#include "ub/migrate/sum.h"

#include "base/mem.h"
#include "tap.h"

#define LF "create table a(i int);\ninsert into a values (1);\n"
#define CRLF "create table a(i int);\r\ninsert into a values (1);\r\n"
#define SUM_LF \
	"f50777f4566698f0ca983338033716cf22954b7f0073f48966a5a84120fbb248"
#define SUM_CRLF \
	"6e5a2c97fc6a2f696b62ce0ccdae39e3f22147e2dd0fd409eff9f2ce20b4778c"

static int
prisma_is(const char *recorded, const char *text)
{
	return sum_prisma_is(recorded, text, strlen(text));
}

static void
test_prisma(void)
{
	char hex[HASH_HEX_LEN + 1];

	sum_prisma(LF, strlen(LF), hex);
	tap_is(hex, SUM_LF, "with LF");
	sum_prisma(CRLF, strlen(CRLF), hex);
	tap_is(hex, SUM_CRLF, "with CRLF");
	sum_prisma("hello", 5, hex);
	tap_ok(strncmp(hex, "2cf24dba", 8) == 0 &&
	    strcmp(hex + 56, "938b9824") == 0, "Prisma's own vector");
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
	tap_ok(sum_flyway(LF, strlen(LF)) == -1622637560, "with LF: %d",
	    (int)sum_flyway(LF, strlen(LF)));
	tap_ok(sum_flyway(CRLF, strlen(CRLF)) == -1622637560, "with CRLF");
	tap_ok(sum_flyway("\xef\xbb\xbf" LF, strlen(LF) + 3) == -1622637560,
	    "with a byte order mark");
	tap_ok(sum_flyway(LF, strlen(LF) - 1) == -1622637560,
	    "without a last line end");
	tap_ok(sum_flyway("", 0) == 0, "nothing");
	tap_ok(sum_flyway_key("\"public\".\"flyway_schema_history\"") ==
	    77433833903597, "its lock");
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
	test_golang();
	return tap_done();
}
