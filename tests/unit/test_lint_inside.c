/* test_lint_inside.c - bodies, comments and style, without a catalog. */
#include "ub/lint.h"

#include "lint.h"

static const struct lint_case routines[] = {
	{ "DO $$ BEGIN DROP TABLE t; END $$",
	  "drop-table=E | brief breaking loses tx contract" },
	{ "DO $$ BEGIN IF true THEN EXECUTE 'DROP' || ' TABLE t'; END IF; "
	  "END $$",
	  "drop-table=E | brief breaking loses tx contract" },
	{ "DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN a', 't'); "
	  "END $$",
	  "unanalysed=I drop-column=E | none breaking loses tx contract ?1" },
	{ "DO $$ DECLARE r t%ROWTYPE; BEGIN r.a := 1; ALTER TABLE t DROP "
	  "COLUMN a; END $$",
	  "unanalysed=I drop-column=E | brief breaking loses tx contract ?1" },
	{ "DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON t (a); END $$",
	  "concurrently-in-transaction=E | none safe keeps notx expand" },
	{ "DO $$ BEGIN UPDATE t SET a = 1 WHERE b; COMMIT; END $$",
	  "transaction-control=W | none safe keeps notx backfill" },
	{ "DO $$ BEGIN CREATE TABLE n (a int); END $$; DROP TABLE n",
	  "| none safe keeps tx expand" },
	{ "DO $$ BEGIN DO 'BEGIN DROP TABLE t; END'; END $$",
	  "drop-table=E | brief breaking loses tx contract" },
	{ "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
	  "DROP TABLE t; END $$",
	  "| none safe keeps tx expand" },
	{ "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
	  "DROP TABLE t; END $$; SELECT f()",
	  "drop-table=E | brief breaking loses tx mixed" },
	{ "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT 1; "
	  "TRUNCATE t'; CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS "
	  "$$ BEGIN PERFORM f(); END $$; SELECT g()",
	  "truncate=E | brief reader-risk loses tx mixed" },
	{ "CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC DELETE FROM t; "
	  "SELECT 1; END; CALL p()",
	  "delete-without-where=E | none reader-risk loses tx mixed" },
	{ "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER "
	  "TABLE t ADD a int DEFAULT f()",
	  "| brief safe keeps tx expand" },
	{ "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT "
	  "nextval(1)'; ALTER TABLE t ADD a int DEFAULT f()",
	  "add-volatile-default=W | rewrite safe keeps tx expand" },
	{ "CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE plpgsql AS "
	  "'BEGIN RETURN 1; END'; ALTER TABLE t ADD a int DEFAULT f()",
	  "| brief safe keeps tx expand" },
	{ "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
	  "RETURN f(); END $$; SELECT f()",
	  "| none safe keeps tx expand" },
	{ "EXPLAIN ANALYZE DELETE FROM t",
	  "delete-without-where=E | none reader-risk loses tx backfill" },
	{ "EXPLAIN DELETE FROM t",
	  "| none safe keeps tx expand" },
	{ "PREPARE p AS DELETE FROM t; EXECUTE p",
	  "unanalysed=I | none writer-risk keeps tx expand ?1" },
	{ "EXECUTE p",
	  "unanalysed=I | none writer-risk keeps tx expand ?1" },
	{ "DO LANGUAGE plperl $$ 1; $$",
	  "unanalysed=I | none writer-risk keeps tx expand ?1" },
	{ "DO $$ BEGIN EXECUTE x; END $$",
	  "unanalysed=I | none writer-risk keeps tx expand ?1" },
	{ "BEGIN; DO $$ BEGIN COMMIT; END $$; COMMIT",
	  "transaction-control=E | none safe keeps notx expand" },
};

static const struct lint_case ignores[] = {
	{ "-- ub-ignore drop-table: nobody uses it\n"
	  "DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "DROP TABLE t -- ub-ignore drop-table: nobody uses it",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "DROP TABLE t; -- ub-ignore drop-table: nobody uses it\n"
	  "DROP TABLE u",
	  "drop-table=e two-exclusive-locks=W drop-table=E | brief breaking "
	  "loses tx contract" },
	{ "ALTER TABLE t\n"
	  "  -- ub-ignore drop-column, rename-column: nobody uses it\n"
	  "  DROP COLUMN a",
	  "drop-column=e | brief breaking loses tx contract" },
	{ "-- ub-ignore drop-table\n"
	  "DROP TABLE t",
	  "bad-ignore=W drop-table=E | brief breaking loses tx contract" },
	{ "-- ub-ignore drop-tabel: oops\n"
	  "DROP TABLE t",
	  "bad-ignore=W drop-table=E | brief breaking loses tx contract" },
	{ "-- ub-ignore drop-column: why\n"
	  "DROP TABLE t",
	  "unused-ignore=W drop-table=E | brief breaking loses tx contract" },
	{ "-- ub-ignore-file drop-table: all old\n"
	  "DROP TABLE t; DROP TABLE u",
	  "drop-table=e two-exclusive-locks=W drop-table=e | brief breaking "
	  "loses tx contract" },
	{ "/* ub-ignore drop-table: block */ DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "-- squawk-ignore ban-drop-table\n"
	  "DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "-- squawk-ignore\n"
	  "DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "-- squawk-ignore-file ban-drop-table, ban-drop-column\n"
	  "DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "-- squawk-ignore ban-drop-column\n"
	  "DROP TABLE t",
	  "drop-table=E | brief breaking loses tx contract" },
	{ "-- pgfence-ignore: drop-table\n"
	  "DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "-- atlas:nolint destructive\n"
	  "DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "-- atlas:nolint\n"
	  "DROP TABLE t",
	  "drop-table=e | brief breaking loses tx contract" },
	{ "SELECT '-- ub-ignore drop-table: no'; DROP TABLE t",
	  "drop-table=E | brief breaking loses tx contract" },
	{ "COPY t FROM stdin; DROP TABLE t;\n"
	  "-- ub-ignore drop-table: a row\n"
	  "\\.",
	  "copy-rows=I drop-table=E | brief breaking loses tx mixed" },
	{ "DROP TABLE t;\n"
	  "-- ub-ignore drop-table: late",
	  "drop-table=E unused-ignore=W | brief breaking loses tx contract" },
};

static const struct lint_case style[] = {
	{ "CREATE TABLE t (a int, b smallint, c bigint)",
	  "require-schema=I prefer-bigint=I prefer-bigint=I | none safe "
	  "keeps tx expand" },
	{ "CREATE TABLE public.t (a serial, b bigserial)",
	  "prefer-identity=I prefer-bigint=I prefer-identity=I | none safe "
	  "keeps tx expand" },
	{ "CREATE TABLE public.t (a varchar(10), b varchar, c text, d "
	  "char(3), e json, f jsonb)",
	  "prefer-text=I no-char=I prefer-jsonb=I | none safe keeps tx "
	  "expand" },
	{ "CREATE TABLE public.t (a timestamp, b timestamptz)",
	  "prefer-timestamptz=I | none safe keeps tx expand" },
	{ "ALTER TABLE public.t ADD "
	  "a_name_that_is_longer_than_any_name_may_be_which_is_sixty_three_by"
	  "tes text",
	  "identifier-too-long=W | brief safe keeps tx expand" },
	{ "CREATE TABLE "
	  "public.\"012345678901234567890123456789012345678901234567890123456"
	  "7890123\" (a text)",
	  "identifier-too-long=W | none safe keeps tx expand" },
	{ "ALTER TYPE e ADD VALUE 'x'",
	  "add-enum-value=W enum-value-order=I | none reader-risk keeps tx "
	  "expand" },
	{ "ALTER TYPE e ADD VALUE 'x' AFTER 'a'",
	  "add-enum-value=W | none reader-risk keeps tx expand" },
	{ "CREATE DOMAIN d AS int CHECK (VALUE > 0)",
	  "domain-with-check=I | none safe keeps tx expand" },
	{ "BEGIN; COMMIT; CREATE INDEX i ON public.t (a); DROP TABLE IF "
	  "EXISTS public.u",
	  "transaction-control=W prefer-robust=I create-index=W drop-table=E "
	  "| scan breaking loses own mixed" },
	{ "UPDATE t SET a = 1 WHERE b; INSERT INTO t VALUES (1)",
	  "require-schema=I require-schema=I | none safe keeps tx backfill" },
};

/* Each with its level, however it is called there. */
static void
test_foreign(void)
{
	static const char *const rules[] = { "prefer-identity", "no-such",
		"ban-drop-table" };
	char *sql, *said;
	size_t i;

	for (i = 0; i < UB_LEN(rules); i++) {
		sql = mem_printf("-- squawk-ignore %s\nDROP TABLE t",
		    rules[i]);
		said = lint_first(&(struct lint_opts){ 0 }, sql);
		tap_is(said, i == 2 ?
		    "drop-table=e | brief breaking loses tx contract" :
		    "drop-table=E | brief breaking loses tx contract",
		    rules[i]);
		free(said);
		free(sql);
	}
}

/* The reason stays with the finding. */
static void
test_reason(void)
{
	static const char text[] = "-- ub-ignore drop-table:  it is empty \n"
	    "DROP TABLE t";
	struct lint *l = lint_new(&(struct lint_opts){ 0 });
	struct lint_input in = { .name = "f", .text = text,
		.len = strlen(text), .body = text, .body_len = strlen(text) };
	struct lint_file f;
	struct err e = { 0 };

	tap_ok(lint_judge(l, &in, &f, &e) == 0 && f.n_findings == 1, "judged");
	tap_is(f.findings[0].ignored, "it is empty", "the reason");
	tap_ok(f.verdict.compat == LINT_COMPAT_BREAKING, "facts stay");
	lint_file_release(&f);
	lint_free(l);
}

int
main(void)
{
	static const struct lint_opts plain, styled = { .style = 1 };

	lint_cases(&plain, routines, UB_LEN(routines));
	lint_cases(&plain, ignores, UB_LEN(ignores));
	lint_cases(&styled, style, UB_LEN(style));
	test_foreign();
	test_reason();
	vec_release(&lint_seen);
	return tap_done();
}
