/* test_lint_live.c - what a live catalog adds, and rules out. */
#include "lint.h"
#include "pg.h"

static const char *const setup[] = {
	"ALTER DATABASE postgres SET timezone = 'Europe/Berlin'",
	("CREATE TABLE big (id int PRIMARY KEY, a int, b text, c "
	  "varchar(10), d timestamp, n numeric(10,2), nn int NOT NULL "
	  "DEFAULT 1, CONSTRAINT big_a CHECK (a IS NOT NULL AND a > 0))"),
	("ALTER TABLE big ADD CONSTRAINT big_nv CHECK (b IS NOT NULL) NOT "
	  "VALID"),
	("INSERT INTO big SELECT i, i, repeat('x', 100), i, now(), i FROM "
	  "generate_series(1, 3000) i"),
	"CREATE UNIQUE INDEX big_a_key ON big (a)",
	"CREATE INDEX big_b ON big (b)",
	"CREATE TABLE small (id int PRIMARY KEY, a int, e text, big_id int)",
	"ALTER TABLE small ADD CONSTRAINT small_a CHECK (a > 0) NOT VALID",
	"INSERT INTO small VALUES (1, 1)",
	"CREATE TABLE none (id int PRIMARY KEY, a int)",
	"CREATE TABLE fk (a int REFERENCES small)",
	"INSERT INTO fk VALUES (1)",
	"CREATE VIEW v AS SELECT a FROM small",
	"CREATE MATERIALIZED VIEW m AS SELECT a FROM small",
	"CREATE FUNCTION ftrig() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN "
	  "RETURN NEW; END'",
	"CREATE TRIGGER tr BEFORE DELETE ON small EXECUTE FUNCTION ftrig()",
	"CREATE RULE ru AS ON DELETE TO small DO INSTEAD NOTHING",
	"CREATE TYPE mood AS ENUM ('sad', 'ok')",
	"CREATE TABLE moody (m mood, t text)",
	"INSERT INTO moody VALUES ('ok', 'x')",
	"CREATE DOMAIN posint AS int CHECK (VALUE > 0)",
	"CREATE DOMAIN anyint AS int",
	"CREATE TABLE dom (x posint)",
	"INSERT INTO dom VALUES (1)",
	"CREATE DOMAIN anytext AS text",
	"CREATE DOMAIN moretext AS anytext",
	"CREATE DOMAIN sometext AS varchar(20) CHECK (VALUE <> '')",
	"CREATE DOMAIN shorttext AS varchar(5)",
	"CREATE TABLE doms (a anytext, m moretext, s sometext, t text, v "
	  "varchar(10), i anyint)",
	"INSERT INTO doms VALUES ('a', 'm', 's', 't', 'v', 1)",
	"CREATE DOMAIN unused AS int",
	("CREATE FUNCTION fvol() RETURNS int LANGUAGE plpgsql AS 'BEGIN "
	  "RETURN 1; END'"),
	("CREATE FUNCTION fstable() RETURNS int STABLE LANGUAGE plpgsql AS "
	  "'BEGIN RETURN 1; END'"),
	"CREATE FUNCTION fsql() RETURNS int LANGUAGE sql AS 'SELECT 1'",
	("CREATE FUNCTION fsqlvol() RETURNS float LANGUAGE sql AS 'SELECT "
	  "random()'"),
	"CREATE TABLE p (k int NOT NULL, x int) PARTITION BY RANGE (k)",
	"CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)",
	("CREATE TABLE pa (k int NOT NULL, x int, CHECK (k >= 10 AND k < "
	  "20))"),
	"INSERT INTO pa VALUES (11)",
	"CREATE TABLE pb (k int NOT NULL, x int)",
	"INSERT INTO pb VALUES (21)",
	"INSERT INTO p VALUES (1)",
	"CREATE TABLE pd0 (k int) PARTITION BY RANGE (k)",
	"CREATE TABLE pdd PARTITION OF pd0 DEFAULT",
	"INSERT INTO pdd VALUES (5)",
	"CREATE TABLE pd1 PARTITION OF pd0 FOR VALUES FROM (0) TO (1)",
	"CREATE TABLE sec (a int)",
	"INSERT INTO sec VALUES (1)",
	"ALTER TABLE sec ENABLE ROW LEVEL SECURITY",
	"CREATE TABLE pol (a int)",
	"INSERT INTO pol VALUES (1)",
	"CREATE POLICY x ON pol USING (true)",
	"CREATE SCHEMA IF NOT EXISTS app",
	"CREATE TABLE app.t (a int)",
	"INSERT INTO app.t VALUES (1)",
	"CREATE TABLE wide (id int, a varchar(10) CHECK (a <> ''), b "
	  "varchar(10), c varchar(10), d varchar(10), e varchar(10), j json,"
	  " s int GENERATED ALWAYS AS IDENTITY)",
	"ALTER TABLE wide ADD CHECK (b <> '') NOT VALID",
	"CREATE INDEX wide_c ON wide (lower(c))",
	"CREATE INDEX wide_d ON wide (id) WHERE d <> 'x'",
	"CREATE INDEX wide_e ON wide (e)",
	"INSERT INTO wide SELECT i, 'a', 'b', 'c' FROM generate_series(1, 9) "
	  "i",
	"CREATE TABLE wt (id int, a varchar(10), b varchar(10), c text)",
	"CREATE VIEW wv AS SELECT id, a, b AS bb FROM wt",
	"CREATE SEQUENCE used",
	"SELECT nextval('used') FROM generate_series(1, 50)",
	"CREATE SEQUENCE unused_seq",
	"CREATE TABLE kept (a int, b int, CONSTRAINT kept_a CHECK (a IS NOT "
	  "NULL), CONSTRAINT kept_ab CHECK (a IS NOT NULL AND b > 0))",
	"INSERT INTO kept VALUES (1, 1)",
	"CREATE ROLE owner",
	"CREATE ROLE member IN ROLE owner",
	"CREATE TABLE owned (a int)",
	"ALTER TABLE owned OWNER TO member",
	"CREATE TABLE \"Odd Name\" (\"A b\" int)",
	"INSERT INTO \"Odd Name\" VALUES (1)",
};

static const struct lint_case cases[] = {
	{ "ALTER TABLE big ADD x uuid DEFAULT gen_random_uuid()",
	  "add-volatile-default=E | rewrite safe keeps tx expand" },
	{ "ALTER TABLE small ADD x uuid DEFAULT gen_random_uuid()",
	  "add-volatile-default=W | rewrite safe keeps tx expand" },
	{ "ALTER TABLE none ADD x uuid DEFAULT gen_random_uuid()",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ADD x int DEFAULT fvol()",
	  "add-volatile-default=E | rewrite safe keeps tx expand" },
	{ "ALTER TABLE big ADD x int DEFAULT fstable()",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ADD x int DEFAULT fsql()",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ADD x float DEFAULT fsqlvol()",
	  "add-volatile-default=E | rewrite safe keeps tx expand" },
	{ "ALTER TABLE big ADD x text DEFAULT my_unknown()",
	  "add-volatile-default=E | rewrite safe keeps tx expand" },
	{ "ALTER TABLE big ADD x text DEFAULT regexp_replace('a', 'b', 'c')",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ADD x posint",
	  "add-checked-domain=E | rewrite safe keeps tx expand" },
	{ "ALTER TABLE big ADD x anyint",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ADD x posint[]",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ADD IF NOT EXISTS a uuid DEFAULT gen_random_uuid()",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE none ADD x int NOT NULL",
	  "add-required-column=E | brief breaking keeps tx contract" },
	{ "ALTER TABLE big ALTER a SET NOT NULL",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER b SET NOT NULL",
	  "set-not-null=E | scan safe keeps tx expand" },
	{ "ALTER TABLE big ALTER nn SET NOT NULL",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE small ALTER a SET NOT NULL",
	  "set-not-null=W | scan writer-risk keeps tx expand" },
	{ "ALTER TABLE none ALTER a SET NOT NULL",
	  "set-not-null=W | brief writer-risk keeps tx expand" },
	{ "ALTER TABLE big VALIDATE CONSTRAINT big_nv;\n"
	  "ALTER TABLE big ALTER b SET NOT NULL",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE small ALTER a DROP NOT NULL",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER nn DROP NOT NULL",
	  "drop-not-null=W | brief reader-risk keeps tx expand" },
	{ "ALTER TABLE big ALTER nn DROP DEFAULT",
	  "drop-default=W | brief writer-risk keeps tx expand" },
	{ "ALTER TABLE big ALTER a DROP DEFAULT",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER c TYPE varchar(20)",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER c TYPE text",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER c TYPE varchar(5)",
	  "change-column-type=E | rewrite writer-risk keeps tx expand" },
	{ "ALTER TABLE big ALTER n TYPE numeric(12, 2)",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER n TYPE numeric(12, 1)",
	  "change-column-type=E | rewrite safe loses tx contract" },
	{ "ALTER TABLE big ALTER n TYPE numeric",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER d TYPE timestamp(3)",
	  "change-column-type=E | rewrite safe loses tx contract" },
	{ "ALTER TABLE big ALTER n TYPE numeric(8, 1)",
	  "change-column-type=E | rewrite writer-risk loses tx contract" },
	{ "ALTER TABLE big ALTER d TYPE timestamptz",
	  "change-column-type=E | rewrite reader-risk keeps tx expand" },
	{ "SET timezone = 'UTC'; ALTER TABLE big ALTER d TYPE timestamptz",
	  "change-column-type=I | brief reader-risk keeps tx expand" },
	{ "ALTER TABLE wide ALTER a TYPE varchar(20)",
	  "change-column-type=W | scan safe keeps tx expand" },
	{ "ALTER TABLE wide ALTER a TYPE varchar(10)",
	  "change-column-type=W | scan safe keeps tx expand" },
	{ "ALTER TABLE wide ALTER b TYPE varchar(20)",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE wide ALTER c TYPE varchar(20)",
	  "change-column-type=W | scan safe keeps tx expand" },
	{ "ALTER TABLE wide ALTER d TYPE varchar(20)",
	  "change-column-type=W | scan safe keeps tx expand" },
	{ "ALTER TABLE wide ALTER e TYPE varchar(20)",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE wide ALTER j TYPE jsonb",
	  "change-column-type=W | rewrite writer-risk keeps tx expand" },
	{ "ALTER TABLE big ALTER d TYPE date",
	  "change-column-type=E | rewrite breaking loses tx contract" },
	{ "ALTER TABLE big ALTER nn TYPE bigint",
	  "change-column-type=E | rewrite reader-risk keeps tx expand" },
	{ "ALTER TABLE big ALTER nn TYPE bigint USING nn::bigint",
	  "change-column-type=E | rewrite reader-risk keeps tx expand" },
	{ "ALTER TABLE big ALTER nn TYPE text",
	  "change-column-type=E | rewrite breaking keeps tx contract" },
	{ "ALTER TABLE big ALTER b TYPE text USING lower(b)",
	  "change-column-type=E | rewrite reader-risk keeps tx expand" },
	{ "ALTER TABLE big ALTER b TYPE varchar",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big ALTER b TYPE text COLLATE \"C\"",
	  "change-column-type=E | scan safe keeps tx expand" },
	{ "ALTER TABLE small ALTER a TYPE bigint",
	  "change-column-type=W column-used-by-view=E | rewrite reader-risk "
	  "keeps "
	  "tx expand" },
	{ "DROP VIEW v; DROP MATERIALIZED VIEW m; ALTER TABLE small ALTER a "
	  "TYPE bigint; CREATE VIEW v AS SELECT a FROM small",
	  "drop-view=W drop-view=E two-exclusive-locks=W "
	  "change-column-type=W | rewrite breaking keeps tx mixed" },
	{ "ALTER TABLE small DROP COLUMN a",
	  "drop-column=E column-used-by-view=E | brief breaking loses tx "
	  "contract" },
	{ "ALTER TABLE small DROP COLUMN a CASCADE",
	  "drop-column=E drop-cascade=W | brief breaking loses tx contract" },
	{ "ALTER TABLE small DROP COLUMN IF EXISTS nope",
	  "| brief safe keeps tx expand" },
	{ "DROP TABLE IF EXISTS nope",
	  "| none safe keeps tx expand" },
	{ "DROP TABLE IF EXISTS small CASCADE",
	  "drop-table=E drop-cascade=W | brief breaking loses tx contract" },
	{ "DROP VIEW wv; CREATE VIEW wv AS SELECT id, b AS bb, a, c FROM wt",
	  "drop-view=W | brief reader-risk keeps tx expand" },
	{ "DROP VIEW wv; CREATE VIEW wv AS SELECT * FROM wt",
	  "drop-view=W | brief reader-risk keeps tx expand" },
	{ "DROP VIEW wv; CREATE VIEW wv (id, a, bb) AS SELECT 1, upper(a), b "
	  "FROM wt",
	  "drop-view=W | brief reader-risk keeps tx expand" },
	{ "DROP VIEW wv; CREATE VIEW wv AS SELECT id, a FROM wt",
	  "drop-view=E | brief breaking keeps tx mixed" },
	{ "DROP VIEW wv; CREATE OR REPLACE VIEW wv AS SELECT id, a, b FROM wt",
	  "drop-view=E | brief breaking keeps tx mixed" },
	{ "ALTER TABLE doms ALTER a TYPE text, ALTER m TYPE text, ALTER s TYPE "
	  "text, ALTER t TYPE moretext, ALTER v TYPE anytext",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE doms ALTER s TYPE varchar(20)",
	  "change-column-type=W | rewrite safe keeps tx expand" },
	{ "ALTER TABLE doms ALTER t TYPE sometext",
	  "change-column-type=E | rewrite breaking keeps tx contract" },
	{ "ALTER TABLE doms ALTER t TYPE shorttext",
	  "change-column-type=W | rewrite writer-risk keeps tx expand" },
	{ "ALTER TABLE doms ALTER v TYPE shorttext",
	  "change-column-type=W | rewrite writer-risk keeps tx expand" },
	{ "ALTER TABLE doms ALTER i TYPE bigint",
	  "change-column-type=W | rewrite reader-risk keeps tx expand" },
	{ "ALTER DOMAIN anytext ADD CHECK (VALUE <> ''); ALTER TABLE doms "
	  "ALTER t TYPE anytext",
	  "domain-constraint=W change-column-type=E | rewrite breaking keeps "
	  "tx mixed" },
	{ "DROP INDEX CONCURRENTLY IF EXISTS nope",
	  "| none safe keeps notx expand" },
	{ "DROP VIEW IF EXISTS nope; DROP FUNCTION IF EXISTS nope(); DROP "
	  "TYPE IF EXISTS nope; DROP SCHEMA IF EXISTS nope CASCADE; DROP "
	  "INDEX IF EXISTS nope; DROP TRIGGER IF EXISTS nope ON nope",
	  "| none safe keeps tx expand" },
	{ "DROP TRIGGER IF EXISTS nope ON small; DROP POLICY IF EXISTS nope ON "
	  "small; DROP RULE IF EXISTS nope ON small",
	  "| none safe keeps tx expand" },
	{ "DROP TRIGGER IF EXISTS tr ON small",
	  "drop-trigger=W | brief reader-risk keeps tx expand" },
	{ "DROP POLICY IF EXISTS x ON pol",
	  "change-policy=W | brief writer-risk keeps tx expand" },
	{ "DROP RULE IF EXISTS ru ON small",
	  "drop-trigger=W | brief reader-risk keeps tx expand" },
	{ "CREATE TRIGGER nope BEFORE DELETE ON none EXECUTE FUNCTION ftrig();"
	  " DROP TRIGGER IF EXISTS nope ON none",
	  "create-trigger=W | brief writer-risk keeps tx expand" },
	{ "ALTER TRIGGER tr ON small RENAME TO ts; DROP TRIGGER IF EXISTS ts "
	  "ON small", "drop-trigger=W | brief reader-risk keeps tx expand" },
	{ "ALTER TABLE none RENAME TO n2; ALTER TABLE small RENAME TO none; "
	  "DROP TRIGGER IF EXISTS tr ON none", "rename-table=E "
	  "two-exclusive-locks=W rename-table=E drop-trigger=W | brief "
	  "breaking keeps tx contract" },
	{ "DROP FUNCTION IF EXISTS fvol(); DROP TYPE IF EXISTS mood",
	  "drop-routine=E drop-type=E | none breaking keeps tx contract" },
	{ "ALTER TABLE IF EXISTS nope DROP COLUMN a",
	  "| none safe keeps tx expand" },
	{ "ALTER TABLE big ADD UNIQUE (a)",
	  "add-unique=E | scan safe keeps tx expand" },
	{ "ALTER TABLE big ADD UNIQUE (b)",
	  "add-unique=E | scan writer-risk keeps tx expand" },
	{ "ALTER TABLE none ADD UNIQUE (a)",
	  "add-unique=W | brief writer-risk keeps tx expand" },
	{ "ALTER TABLE big ADD CONSTRAINT u UNIQUE USING INDEX big_a_key",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE small DROP CONSTRAINT small_pkey CASCADE",
	  "drop-constraint=W drop-cascade=W | brief writer-risk keeps tx "
	  "expand" },
	{ "ALTER TABLE small VALIDATE CONSTRAINT small_a",
	  "| none safe keeps tx expand" },
	{ "ALTER TABLE big ADD CHECK (a > 1)",
	  "add-check=E | scan writer-risk keeps tx expand" },
	{ "ALTER TABLE none ADD CHECK (a > 1)",
	  "add-check=W | brief writer-risk keeps tx expand" },
	{ "ALTER TABLE small ADD FOREIGN KEY (big_id) REFERENCES big",
	  "add-foreign-key=W foreign-key-without-index=W | scan writer-risk "
	  "keeps "
	  "tx expand" },
	{ "ALTER TABLE big ADD FOREIGN KEY (a) REFERENCES big NOT VALID",
	  "add-foreign-key=W | brief writer-risk keeps tx expand" },
	{ "CREATE INDEX i ON big (c)",
	  "create-index=E | scan safe keeps tx expand" },
	{ "CREATE INDEX i ON none (a)",
	  "| brief safe keeps tx expand" },
	{ "CREATE INDEX IF NOT EXISTS big_b ON big (b)",
	  "| brief safe keeps tx expand" },
	{ "CREATE INDEX CONCURRENTLY IF NOT EXISTS new_one ON big (b)",
	  "| none safe keeps notx expand" },
	{ "CREATE INDEX CONCURRENTLY IF NOT EXISTS big_b ON big (b)",
	  "| none safe keeps notx expand" },
	{ "CREATE INDEX CONCURRENTLY i ON p (k)",
	  "create-index=E | none safe keeps notx expand" },
	{ "CREATE UNIQUE INDEX i ON big (a)",
	  "create-index=E | scan safe keeps tx expand" },
	{ "DROP INDEX big_b",
	  "drop-index=W | brief safe keeps tx expand" },
	{ "DROP INDEX big_a_key",
	  "drop-index=W | brief reader-risk keeps tx expand" },
	{ "REINDEX TABLE big",
	  "reindex=E | scan safe keeps tx expand" },
	{ "REINDEX INDEX big_b",
	  "reindex=E | scan safe keeps tx expand" },
	{ "ALTER TABLE p ATTACH PARTITION pa FOR VALUES FROM (10) TO (20)",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE p ATTACH PARTITION pb FOR VALUES FROM (20) TO (30)",
	  "attach-partition=W | scan safe keeps tx expand" },
	{ "ALTER TABLE pd0 DETACH PARTITION pd1 CONCURRENTLY",
	  "detach-partition=E detach-partition=E | brief breaking keeps notx "
	  "contract" },
	{ "ALTER TABLE pd0 DETACH PARTITION pdd CONCURRENTLY",
	  "detach-partition=E detach-partition=E | brief breaking keeps "
	  "notx contract" },
	{ "CREATE TABLE pd2 PARTITION OF pd0 FOR VALUES FROM (3) TO (4)",
	  "create-partition=W create-partition=W | scan safe keeps tx expand" },
	{ "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (30) TO (40)",
	  "create-partition=W | brief safe keeps tx expand" },
	{ "DROP TABLE p1",
	  "drop-table=E | brief breaking loses tx contract" },
	{ "CREATE INDEX ON ONLY p (x)",
	  "| brief safe keeps tx expand" },
	{ "CREATE INDEX ON ONLY big (c)",
	  "create-index=E | scan safe keeps tx expand" },
	{ "ALTER TABLE sec ENABLE ROW LEVEL SECURITY",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE pol ENABLE ROW LEVEL SECURITY",
	  "enable-row-security=W | brief reader-risk keeps tx expand" },
	{ "ALTER TABLE big OWNER TO postgres",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big SET LOGGED, SET ACCESS METHOD heap",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big SET TABLESPACE pg_default",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE big SET UNLOGGED",
	  "rewrite-table=E | rewrite safe keeps tx expand" },
	{ "ALTER TYPE mood ADD VALUE 'great'; UPDATE moody SET m = 'great' "
	  "WHERE m = 'ok'",
	  "add-enum-value=W enum-value-used=E | none reader-risk keeps tx "
	  "mixed" },
	{ "ALTER TYPE mood ADD VALUE 'great'; UPDATE small SET e = 'great' "
	  "WHERE a = 1",
	  "add-enum-value=W | none reader-risk keeps tx mixed" },
	{ "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok'",
	  "| none safe keeps tx expand" },
	{ "ALTER DOMAIN posint ADD CHECK (VALUE < 100)",
	  "domain-constraint=W | scan writer-risk keeps tx expand" },
	{ "ALTER DOMAIN unused ADD CHECK (VALUE < 100)",
	  "domain-constraint=W | none writer-risk keeps tx expand" },
	{ "UPDATE big SET b = 'x' WHERE a = 1",
	  "large-update=W | none safe keeps tx backfill" },
	{ "UPDATE none SET a = 1",
	  "| none safe keeps tx backfill" },
	{ "DELETE FROM none WHERE a = 1",
	  "delete-rows=E | none reader-risk loses tx backfill" },
	{ "ALTER TABLE app.t ADD x int UNIQUE",
	  "add-unique-column=W | scan safe keeps tx expand" },
	{ "SET LOCAL search_path = app; ALTER TABLE t ADD x int UNIQUE",
	  "add-unique-column=W | scan safe keeps tx expand" },
	{ "ALTER TABLE t DROP COLUMN a",
	  "drop-column=E | none breaking loses tx contract" },
	{ "ALTER TABLE \"Odd Name\" ALTER \"A b\" SET NOT NULL",
	  "set-not-null=W | scan writer-risk keeps tx expand" },
	{ "REFRESH MATERIALIZED VIEW m",
	  "refresh-view=W | rewrite safe keeps tx expand" },
	{ "ALTER TABLE small SET SCHEMA app; ALTER TABLE app.small ADD c int",
	  "rename-table=E | brief breaking keeps tx mixed" },
	{ "ALTER TABLE small RENAME TO x; ALTER TABLE x ADD c int",
	  "rename-table=E | brief breaking keeps tx mixed" },
	{ "ALTER TABLE big RENAME TO huge; CREATE INDEX i ON huge (c)",
	  "rename-table=E create-index=E | scan breaking keeps tx mixed" },
	{ "CREATE OR REPLACE VIEW v AS SELECT a, 1 FROM small; CREATE OR "
	  "REPLACE FUNCTION fvol() RETURNS int LANGUAGE sql AS 'SELECT 2'",
	  "| brief safe keeps tx expand" },
};

/* What fails for certain, and what only might. */
static const struct lint_case failing[] = {
	{ "ALTER TABLE nope ADD a int",
	  "no-such-object=E | none safe keeps tx expand" },
	{ "ALTER TABLE app.nope ADD a int",
	  "no-such-object=E | none safe keeps tx expand" },
	{ "DROP TABLE nope; DROP VIEW nope; TRUNCATE nope; CREATE INDEX i ON "
	  "nope (a); ALTER TABLE nope RENAME TO x; INSERT INTO nope VALUES "
	  "(1); DELETE FROM nope",
	  "no-such-object=E no-such-object=E no-such-object=E "
	  "no-such-object=E no-such-object=E no-such-object=E "
	  "no-such-object=E | none safe keeps tx mixed" },
	{ "CREATE TABLE nope (a int); ALTER TABLE nope ADD b int",
	  "| none safe keeps tx expand" },
	{ "DO $$ BEGIN ALTER TABLE nope ADD a int; END $$",
	  "| none safe keeps tx expand" },
	{ "CREATE EXTENSION x; ALTER TABLE nope ADD a int",
	  "| none safe keeps tx expand" },
	{ "SELECT fvol(); ALTER TABLE nope ADD a int",
	  "| none safe keeps tx expand" },
	{ "SELECT now(); ALTER TABLE nope ADD a int",
	  "no-such-object=E | none safe keeps tx expand" },
	{ "FROB; ALTER TABLE nope ADD a int",
	  "unanalysed=W | none writer-risk keeps tx expand ?1" },
	{ "ALTER TABLE x_id_seq OWNER TO postgres",
	  "change-owner=E | none breaking keeps tx contract" },
	{ "ALTER TABLE wide ALTER nope SET NOT NULL",
	  "no-such-object=E set-not-null=W | scan writer-risk keeps tx "
	  "expand" },
	{ "ALTER TABLE wide RENAME a TO b",
	  "exists-already=E rename-column=E | brief breaking keeps tx "
	  "contract" },
	{ "ALTER TABLE wide ADD x int, ALTER x SET DEFAULT 1, ADD a int",
	  "exists-already=E | brief safe keeps tx expand" },
	{ "CREATE TABLE big (a int)",
	  "exists-already=E | none safe keeps tx expand" },
	{ "CREATE TABLE IF NOT EXISTS big (a int); CREATE TEMP TABLE big (a "
	  "int)",
	  "| none safe keeps tx expand" },
	{ "CREATE VIEW app.t AS SELECT 1; CREATE VIEW t AS SELECT 1",
	  "exists-already=E | none safe keeps tx expand" },
	{ "CREATE INDEX big_b ON big (c)",
	  "exists-already=E create-index=E | scan safe keeps tx expand" },
	{ "CREATE SEQUENCE used; CREATE MATERIALIZED VIEW m AS SELECT 1; "
	  "CREATE SCHEMA app",
	  "exists-already=E exists-already=E exists-already=E | none safe "
	  "keeps tx expand" },
	{ "ALTER TABLE small RENAME TO big",
	  "exists-already=E rename-table=E | brief breaking keeps tx "
	  "contract" },
	{ "ALTER TABLE small RENAME TO x; ALTER TABLE sec RENAME TO small",
	  "rename-table=E two-exclusive-locks=W rename-table=E | brief "
	  "breaking keeps tx contract" },
	{ "SET search_path = app, public; CREATE TABLE big (a int)",
	  "set-search-path=W | none safe keeps tx expand" },
	{ "DROP SCHEMA app CASCADE; CREATE SCHEMA app; CREATE TABLE app.t (a "
	  "int)",
	  "drop-schema=E drop-cascade=W | brief breaking loses tx mixed" },
	{ "CREATE OR REPLACE VIEW wv AS SELECT id, a, c FROM wt",
	  "replace-view=E | brief safe keeps tx expand" },
	{ "CREATE OR REPLACE VIEW wv AS SELECT id, a FROM wt",
	  "replace-view=E | brief safe keeps tx expand" },
	{ "CREATE OR REPLACE VIEW wv (id, a, bb) AS SELECT id, b, c FROM wt",
	  "| brief safe keeps tx expand" },
	{ "CREATE OR REPLACE VIEW wv AS SELECT 1, upper(a), b AS bb, c FROM wt",
	  "| brief safe keeps tx expand" },
	{ "CREATE OR REPLACE VIEW wv AS SELECT * FROM wt",
	  "| brief safe keeps tx expand" },
	{ "CREATE OR REPLACE VIEW wv AS SELECT id, a FROM wt UNION SELECT "
	  "1, a FROM wt",
	  "replace-view=E | brief safe keeps tx expand" },
	{ "ALTER SEQUENCE used RESTART WITH 10",
	  "reset-sequence=W | brief writer-risk keeps tx expand" },
	{ "ALTER SEQUENCE used RESTART",
	  "reset-sequence=W | brief writer-risk keeps tx expand" },
	{ "ALTER SEQUENCE used RESTART WITH 51; ALTER SEQUENCE unused_seq "
	  "RESTART WITH 1",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE wide ALTER s RESTART WITH 5",
	  "reset-sequence=W | brief writer-risk keeps tx expand" },
	{ "ALTER TABLE wide ALTER s RESTART WITH 5000000000",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE kept ALTER a SET NOT NULL; ALTER TABLE kept DROP "
	  "CONSTRAINT kept_a",
	  "| brief safe keeps tx expand" },
	{ "ALTER TABLE kept DROP CONSTRAINT kept_a",
	  "drop-constraint=W | brief reader-risk keeps tx expand" },
	{ "ALTER TABLE kept ALTER a SET NOT NULL; ALTER TABLE kept DROP "
	  "CONSTRAINT kept_ab",
	  "drop-constraint=W | brief reader-risk keeps tx expand" },
	{ "ALTER TABLE big OWNER TO weak",
	  "change-owner=I | brief safe keeps tx expand" },
	{ "ALTER TABLE owned OWNER TO owner",
	  "change-owner=I | brief safe keeps tx expand" },
	{ "ALTER TABLE owned OWNER TO weak",
	  "change-owner=E | brief breaking keeps tx contract" },
	{ "DROP DATABASE IF EXISTS nope",
	  "| none safe keeps notx expand" },
	{ "DROP OWNED BY weak",
	  "drop-object=E | none breaking keeps tx contract" },
	{ "DROP OWNED BY member",
	  "drop-object=E | none breaking loses tx contract" },
};

static void
run(struct db *db, const char *sql)
{
	struct err e = { 0 };

	if (db_exec(db, &e, "%s", sql) < 0) {
		tap_ok(0, "%s: %s", sql, e.msg);
		err_release(&e);
	}
}

/* An INVALID index is told from a good one, and from none. */
static void
test_invalid(struct db *db, const struct lint_opts *o)
{
	static const struct lint_case v[] = {
		{ "CREATE INDEX CONCURRENTLY IF NOT EXISTS big_b ON big (b)",
		  "concurrently-if-not-exists=W | none safe keeps notx "
		  "expand" },
	};

	run(db, "UPDATE pg_index SET indisvalid = false"
	    " WHERE indexrelid = 'public.big_b'::regclass");
	lint_cases(o, v, UB_LEN(v));
	run(db, "UPDATE pg_index SET indisvalid = true"
	    " WHERE indexrelid = 'public.big_b'::regclass");
}

/* The run changes what the catalog says; each table is asked for once. */
static void
test_run(const struct lint_opts *o)
{
	static const struct lint_case v[] = {
		{ "ALTER TABLE big ADD x int, ADD y int NOT NULL DEFAULT 1",
		  "| brief safe keeps tx expand" },
		{ "ALTER TABLE big ALTER y DROP DEFAULT",
		  "drop-default=E | brief breaking keeps tx contract" },
		{ "ALTER TABLE big DROP COLUMN x",
		  "| brief safe keeps tx expand" },
		{ "ALTER TABLE big ALTER c TYPE varchar(50)",
		  "| brief safe keeps tx expand" },
		{ "ALTER TABLE big ALTER c TYPE varchar(30)",
		  "change-column-type=E | rewrite writer-risk keeps tx "
		  "expand" },
		{ "ALTER TABLE small RENAME TO tiny",
		  "rename-table=E | brief breaking keeps tx contract" },
		{ "CREATE TABLE small (a int); ALTER TABLE small DROP a",
		  "| none safe keeps tx expand" },
		{ "ALTER TABLE tiny DROP COLUMN e",
		  "drop-column=E | brief breaking loses tx contract" },
		{ "DROP TABLE none; CREATE TABLE none (a int)",
		  "drop-table=E | brief breaking loses tx mixed" },
		{ "CREATE INDEX ON none (a)", "| none safe keeps tx expand" },
		{ "CREATE INDEX CONCURRENTLY k ON big (c)",
		  "| none safe keeps notx expand" },
		{ "DROP INDEX k", "| brief safe keeps tx expand" },
	};
	struct lint *l = lint_new(o);
	char *said;
	size_t i;

	for (i = 0; i < UB_LEN(v); i++) {
		said = lint_next(l, v[i].sql);
		tap_is(said, v[i].want, v[i].sql);
		free(said);
	}
	lint_free(l);
}

/* What ran before meets what it has made itself. */
static void
test_unsure(const struct lint_opts *o)
{
	static const char sql[] = "CREATE TABLE big (a int);"
	    " ALTER TABLE nope ADD a int";
	struct lint_input in = { .name = "f", .text = sql, .len =
	    strlen(sql), .body = sql, .body_len = strlen(sql), .unsure = 1 };
	struct lint *l = lint_new(o);
	struct lint_file f;
	struct err e = { 0 };
	int i;

	for (i = 0; i < 2; i++) {
		in.unsure = i == 0;
		tap_ok(lint_judge(l, &in, &f, &e) == 0 && f.n_findings == 0,
		    i ? "and nothing is certain after it" :
		    "one that ran before");
		lint_file_release(&f);
	}
	lint_free(l);
	l = lint_new(o);
	tap_ok(lint_judge(l, &in, &f, &e) == 0 && f.n_findings == 2,
	    "it is certain for one that did not run");
	lint_file_release(&f);
	lint_free(l);
	err_release(&e);
}

/* The size of a large table is said. */
static void
test_message(const struct lint_opts *o)
{
	static const char sql[] = "CREATE INDEX i ON big (c)";
	struct lint *l = lint_new(o);
	struct lint_input in = { .name = "f", .text = sql, .len =
	    strlen(sql), .body = sql, .body_len = strlen(sql) };
	struct lint_file f;
	struct err e = { 0 };

	tap_ok(lint_judge(l, &in, &f, &e) == 0 && f.n_findings == 1,
	    "judged");
	tap_is(f.findings[0].table, "public.big", "the table, by its schema");
	tap_ok(strstr(f.findings[0].message, " KiB)") != NULL,
	    "its size: %s", f.findings[0].message);
	lint_file_release(&f);
	lint_free(l);
}

/* Whom nothing is granted can lint; nothing is written. */
static void
test_weak(void)
{
	struct lint_opts o = { .large_bytes = 200000 };
	static const struct lint_case v[] = {
		{ "ALTER TABLE big ALTER b SET NOT NULL",
		  "set-not-null=E | scan safe keeps tx expand" },
	};

	o.db = pg_session("dbname=postgres user=weak");
	run(o.db, "SET default_transaction_read_only = on");
	lint_cases(&o, v, UB_LEN(v));
	db_close(o.db);
}

static void
test_gone(struct db *db)
{
	struct lint_opts o = { 0 };
	struct db *lost = pg_session("dbname=postgres");
	char *said;

	o.db = lost;
	run(db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	    " WHERE pid <> pg_backend_pid() AND datname = 'postgres'");
	said = lint_first(&o, "DROP TABLE big");
	tap_ok(said[0] == '!', "a session that is lost: %s", said);
	free(said);
	db_close(lost);
}

int
main(void)
{
	struct lint_opts o = { .large_bytes = 200000 };
	struct db *db;
	size_t i;

	pg_start("allow_system_table_mods=on");
	db = pg_session("dbname=postgres");
	run(db, "SET search_path = public");
	run(db, "CREATE ROLE weak LOGIN");
	for (i = 0; i < UB_LEN(setup); i++)
		run(db, setup[i]);
	run(db, "ANALYZE");
	run(db, "SET search_path = pg_catalog");
	o.db = pg_session("dbname=postgres");
	lint_cases(&o, cases, UB_LEN(cases));
	lint_cases(&o, failing, UB_LEN(failing));
	test_unsure(&o);
	test_invalid(db, &o);
	test_run(&o);
	test_message(&o);
	test_weak();
	test_gone(db);
	db_close(o.db);
	db_close(db);
	vec_release(&lint_seen);
	return tap_done();
}
