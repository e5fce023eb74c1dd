/* test_body.c - the part of a migration's script that is run. */
#include "ub/migrate/body.h"

#include "base/mem.h"
#include "tap.h"

static void
finds(enum migrate_tool t, const char *text, const char *want)
{
	const struct split s = { .name = "f.sql", .text = text,
		.len = strlen(text) };
	struct migrate_body b;
	struct err e = { 0 };
	char *got, *line = mem_dupn(text, strcspn(text, "\n"));

	if (migrate_body_find(t, &s, &b, &e))
		got = mem_printf("!%s%s", e.msg, e.code == ERR_USAGE ? "" :
		    " (another code)");
	else
		got = mem_printf("%.*s%s", (int)b.len, b.sql,
		    b.no_transaction ? " (no transaction)" : "");
	tap_is(got, want, line);
	free(line);
	free(got);
	err_release(&e);
}

int
main(void)
{
	finds(MIGRATE_DBMATE, "-- migrate:up\na;\n-- migrate:down\nb;\n",
	    "a;\n");
	finds(MIGRATE_DBMATE, "\xef\xbb\xbf-- about\n\n--migrate:up  x:y "
	    "transaction:false\r\na;\r\n--  migrate:down\r\n",
	    "a;\r\n (no transaction)");
	finds(MIGRATE_DBMATE, "-- migrate:up transaction:falsely\na;\n"
	    "-- migrate:down", "a;\n");
	finds(MIGRATE_DBMATE, "-- migrate:up\n-- migrate:upper\n"
	    " -- migrate:up\n-- migrate:down\n",
	    "-- migrate:upper\n -- migrate:up\n");
	finds(MIGRATE_DBMATE, "", "!f.sql:1:1: no \"-- migrate:up\"");
	finds(MIGRATE_DBMATE, "-- migrate:up\na;",
	    "!f.sql:1:1: no \"-- migrate:down\"");
	finds(MIGRATE_DBMATE, "-- migrate:down\n-- migrate:up\n",
	    "!f.sql:2:1: \"migrate:down\" stands before \"migrate:up\"");
	finds(MIGRATE_DBMATE, "-- x\nSELECT 1;\n-- migrate:up\n",
	    "!f.sql:2:1: a statement before \"-- migrate:up\"");
	finds(MIGRATE_DBMATE, "-- migrate:up\n-- migrate:up\n",
	    "!f.sql:2:1: \"migrate:up\" stands there twice");
	finds(MIGRATE_DBMATE, "-- migrate:up\n-- migrate:down\n"
	    "-- migrate:down\n", "!f.sql:3:1: \"migrate:down\" stands there "
	    "twice");
	finds(MIGRATE_PRISMA, "a; ${x}", "a; ${x}");
	finds(MIGRATE_PRISMA, "-- ub: no-transaction\na;",
	    "-- ub: no-transaction\na; (no transaction)");
	finds(MIGRATE_PRISMA, "a;\n-- ub: no-transaction\n",
	    "a;\n-- ub: no-transaction\n");
	finds(MIGRATE_DBMATE, "-- migrate:up\n-- +goose NO TRANSACTION\na;\n"
	    "-- migrate:down\n",
	    "-- +goose NO TRANSACTION\na;\n (no transaction)");
	finds(MIGRATE_DBMATE, "\xef\xbb\xbf-- ub: no-transaction\n\n"
	    "-- migrate:up\na;\n-- migrate:down\n", "a;\n (no transaction)");
	finds(MIGRATE_DBMATE, "-- migrate:up\na;\n-- ub: no-transaction\n"
	    "-- migrate:down\n", "a;\n-- ub: no-transaction\n");
	finds(MIGRATE_DBMATE, "-- migrate:up\n-- migrate:down\n"
	    "-- ub: no-transaction\n", "");
	finds(MIGRATE_GOLANG, "", "");
	finds(MIGRATE_FLYWAY, "a $$ $1 $", "a $$ $1 $");
	finds(MIGRATE_FLYWAY, "a;\n-- '${x}'",
	    "!f.sql:2:5: a placeholder of Flyway's");
	return tap_done();
}
