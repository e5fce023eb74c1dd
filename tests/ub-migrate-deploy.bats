#!/usr/bin/env bats
# ub: asan
# ub-migrate deploy: what is run is run whole, or it says what stays.

load helpers
load migrate

setup_file()
{
	pg_file_start
}

teardown_file()
{
	pg_file_stop
}

setup_test()
{
	project
}

@test "an empty database gets Prisma's ledger, and each migration its row" {
	mig 1_init 'CREATE TABLE a (x int); INSERT INTO a VALUES (1), (2);'
	mig 2_more 'ALTER TABLE a ADD COLUMN y int;'
	deploy 0 --json
	assert_schema ub-migrate
	json '.data | .tool == "prisma" and .ledger_created and .left == 0 and
	    [.applied[].name] == ["1_init", "2_more"] and
	    .applied[0].statements == 2 and .applied[0].rows == 2 and
	    all(.applied[]; .mode == "atomic" and .attempts == 1)'
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_more|t|f|1'
	assert_equal "$(sql shop "SELECT checksum FROM _prisma_migrations
	    WHERE migration_name = '1_init'")" \
	    "$(sha256sum <"$(file_of 1_init)" | cut -d ' ' -f 1)"
	ub 0 ub-migrate status --exit-code
}

@test "nothing to do: exit 0, skipped, and no gate" {
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	ub 0 ub-migrate --json deploy --yes
	json '.status == "skipped" and .data.reason == "nothing is pending" and
	    .data.backup_check == "not needed"'
}

@test "the third of five statements fails: exit 6, nothing has changed" {
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	schema_text >before
	mig 2_five <<-'SQL'
	CREATE TABLE b (x int);
	INSERT INTO a VALUES (7);
	-- größer als zuvor
	SELECT 'größer', nothing FROM a;
	CREATE TABLE c (x int);
	ALTER TABLE a ADD COLUMN z int;
	SQL
	deploy 6 --json
	assert_schema ub-migrate
	json '.error.kind == "migrate.sql" and .error.detail.sqlstate == "42703"
	    and .error.detail.line == "4" and .error.detail.column == "18" and
	    (.error.message | startswith(
	    "prisma/migrations/2_five/migration.sql:4:18: column")) and
	    .data.failed.name == "2_five" and .data.applied == []'
	schema_text | diff before -
	assert_equal "$(sql shop 'SELECT count(*) FROM a')" 0
	assert_equal "$(ledger)" '1_init|t|f|1'
	ub 8 ub-migrate status --exit-code
}

@test "the first migration of all fails: no ledger either" {
	mig 1_bad 'CREATE TABLE a (x int); SELECT nothing;'
	deploy 6
	assert_equal "$(sql shop "SELECT count(*) FROM pg_class
	    WHERE relnamespace = 'public'::regnamespace")" 0
}

@test "a later migration fails: exit 7, and what stays is said" {
	mig 1_init 'CREATE TABLE a (x int);'
	mig 2_bad 'SELECT nothing;'
	deploy 7 --json
	assert_schema ub-migrate
	json '(.error.hint | contains("1 migration before it stays applied"))
	    and .data.applied[0].name == "1_init" and .data.left == 1 and
	    .next == ["ub-migrate deploy --yes --skip-backup-check"]'
	assert_equal "$(ledger)" '1_init|t|f|1'
	mig 2_bad 'SELECT 1;'
	deploy 0
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_bad|t|f|1'
}

@test "statements that refuse a transaction stand alone, in any order" {
	mig 1_init 'CREATE TABLE a (x int, y int); CREATE INDEX b ON a (y);'
	mig 2_mixed <<-'SQL'
	SET lock_timeout = '5s';
	CREATE INDEX CONCURRENTLY a_x ON a (x);
	DROP INDEX CONCURRENTLY b;
	ALTER TABLE a ADD COLUMN z int;
	VACUUM a;
	REINDEX INDEX CONCURRENTLY a_x;
	SQL
	deploy 0 --json
	json '.data.applied[1] | .mode == "split" and .steps == 6 and
	    .statements == 6'
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_mixed|t|f|1'
	assert_equal "$(sql shop "SELECT indisvalid FROM pg_index WHERE
	    indexrelid = 'a_x'::regclass")" t
	assert_equal "$(sql shop "SELECT to_regclass('ub_migrate_steps')")" ''
}

@test "half of several steps fails: exit 7, and the next deploy goes on" {
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_half <<-'SQL'
	INSERT INTO a VALUES (1);
	CREATE INDEX CONCURRENTLY a_x ON a (x);
	INSERT INTO a VALUES (2); SELECT nothing;
	SQL
	deploy 7 --json
	assert_schema ub-migrate
	json '.error.detail.stays == "2 of the 3 steps of '\''2_half'\'' are done and stay"'
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_half|f|f|0'
	[[ $(sql shop 'SELECT logs FROM _prisma_migrations
	    WHERE finished_at IS NULL') == *'column "nothing"'* ]]
	ub 1 ub-migrate status
	assert_output --partial 'failed   2_half'
	# What was run already must be as it was.
	mig 2_half <<-'SQL'
	INSERT INTO a VALUES (5);
	CREATE INDEX CONCURRENTLY a_x ON a (x);
	INSERT INTO a VALUES (2);
	SQL
	deploy 4
	assert_stderr 'step 1 of it has been run, and is another one now'
	mig 2_half <<-'SQL'
	INSERT INTO a VALUES (1);
	CREATE INDEX CONCURRENTLY a_x ON a (x);
	INSERT INTO a VALUES (2);
	SQL
	deploy 0 --json
	json '.data.applied[0].steps_resumed == 2'
	assert_equal "$(sql shop 'SELECT x FROM a ORDER BY x')" $'1\n2'
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_half|t|f|1'
	ub 0 ub-migrate status --exit-code
}

@test "a temporary table of a step that is done: no word of going on" {
	mig 1_temp <<-'SQL'
	CREATE TABLE a (x int);
	CREATE TEMP TABLE ids AS SELECT 1 AS x;
	CREATE INDEX CONCURRENTLY a_x ON a (x);
	INSERT INTO a SELECT x FROM ids; SELECT nothing;
	SQL
	deploy 7
	assert_stderr "if the rest needs it, do that by hand, then 'ub-migrate resolve --applied 1_temp'"
	sed -i 's/ SELECT nothing;//' "$(file_of 1_temp)"
	deploy 7 --json
	json '(.error.hint | contains("temporary table")) and .next == []'
	sql shop 'INSERT INTO a VALUES (1)'
	ub 0 ub-migrate resolve --applied 1_temp --yes
	deploy 0
}

@test "CREATE INDEX CONCURRENTLY fails alone: exit 6, no INVALID index" {
	mig 1_init 'CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);'
	deploy 0
	mig 2_unique 'CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);'
	deploy 6
	assert_equal "$(sql shop "SELECT to_regclass('a_x'),
	    to_regclass('ub_migrate_steps')")" '|'
	assert_equal "$(ledger)" '1_init|t|f|1'
}

@test "an INVALID index is made anew, also with IF NOT EXISTS" {
	mig 1_init 'CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);'
	deploy 0
	run ! sql shop 'CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x)'
	assert_equal "$(sql shop "SELECT indisvalid FROM pg_index
	    WHERE indexrelid = 'a_x'::regclass")" f
	mig 2_again 'CREATE INDEX CONCURRENTLY IF NOT EXISTS a_x ON a (x);'
	deploy 0
	assert_stderr 'dropping the invalid index'
	assert_equal "$(sql shop "SELECT indisvalid, indisunique FROM pg_index
	    WHERE indexrelid = 'a_x'::regclass")" 't|f'
}

@test "REINDEX CONCURRENTLY fails: what it made goes, or is named with exit 7" {
	local left="SELECT string_agg(regexp_replace(relname, '[0-9]+', 'N'), ' ')
	    FROM pg_class WHERE relname ~ '_cc(new|old)[0-9]*\$'"

	sql postgres 'CREATE ROLE maker LOGIN'
	mig 1_init <<-'SQL'
	CREATE TABLE a (x int, y text); INSERT INTO a VALUES (1);
	CREATE FUNCTION bad(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';
	CREATE INDEX a_bad ON a (bad(x));
	CREATE OR REPLACE FUNCTION bad(int) RETURNS int IMMUTABLE LANGUAGE plpgsql
	    AS 'BEGIN RETURN $1 / 0; END';
	SQL
	deploy 0
	mig 2_again 'REINDEX SCHEMA CONCURRENTLY public;'
	deploy 6
	deploy 6
	assert_equal "$(sql shop "$left")" ''
	# It has no right in the schema of TOAST tables.
	sql shop 'ALTER TABLE a OWNER TO maker; ALTER SCHEMA public OWNER TO maker;
	    GRANT ALL ON ALL TABLES IN SCHEMA public TO maker'
	PGUSER=maker deploy 7
	assert_stderr 'cannot drop the invalid index "pg_toast"."pg_toast_'
	assert_equal "$(sql shop "$left")" 'pg_toast_N_index_ccnew'
	sql shop "DROP INDEX pg_toast.$(sql shop "SELECT relname FROM pg_class
	    WHERE relname ~ '_ccnew'")"
	deploy 6
	sql shop 'CREATE OR REPLACE FUNCTION bad(int) RETURNS int IMMUTABLE
	    LANGUAGE sql AS '\''SELECT $1'\'
	deploy 0
}

@test "BEGIN … COMMIT around it all says what is done anyway" {
	mig 1_init 'BEGIN; CREATE TABLE a (x int); COMMIT;'
	mig 2_bad 'BEGIN; CREATE TABLE b (x int); SELECT nothing; COMMIT;'
	deploy 7 --json
	json '.data.applied[0].mode == "atomic"'
	assert_equal "$(sql shop "SELECT to_regclass('b')")" ''
}

@test "several transactions of its own are steps" {
	mig 1_own <<-'SQL'
	BEGIN; CREATE TABLE a (x int); COMMIT;
	BEGIN; INSERT INTO a VALUES (1); ROLLBACK;
	BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO a VALUES (2); END;
	SQL
	deploy 0 --json
	json '.data.applied[0] | .mode == "own" and .steps == 3'
	assert_equal "$(sql shop 'SELECT x FROM a')" 2
}

@test "-- ub: no-transaction: procedures that commit" {
	mig 1_init 'CREATE TABLE a (x int);'
	mig 2_batch <<-'SQL'
	-- ub: no-transaction
	DO $$ BEGIN FOR i IN 1..3 LOOP INSERT INTO a VALUES (i); COMMIT;
	END LOOP; END $$;
	INSERT INTO a VALUES (4);
	SQL
	deploy 0
	assert_equal "$(sql shop 'SELECT count(*) FROM a')" 4
	mig 3_without 'DO $$ BEGIN COMMIT; END $$;'
	deploy 6
	assert_stderr 'hint: begin'
	assert_stderr 'no-transaction'
}

@test "a constraint that is checked at COMMIT" {
	mig 1_init 'CREATE TABLE a (x int PRIMARY KEY DEFERRABLE INITIALLY
	    DEFERRED);'
	deploy 0
	mig 2_twice 'INSERT INTO a VALUES (1), (1);'
	deploy 6 --json
	json '.error.kind == "migrate.sql" and .error.detail.sqlstate == "23505"
	    and (.error.message | contains("2_twice/migration.sql: at COMMIT: "))'
	assert_equal "$(sql shop 'SELECT count(*) FROM a')" 0
}

@test "locks that a script lets go of are taken again" {
	mig 1_let_go 'DISCARD ALL; CREATE TABLE a (x int);
	    SELECT pg_advisory_unlock_all(); VACUUM; SELECT pg_sleep(1);'
	ub-migrate -q deploy --yes --skip-backup-check &
	wait_for 5 sh -c '[ "$(psql -XAtd shop -c "SELECT count(*) FROM
	    pg_stat_activity WHERE query LIKE '\''SELECT pg_sleep%'\''")" = 1 ]'
	assert_equal "$(sql shop "SELECT count(*) FROM pg_locks WHERE
	    objid = 72707369 AND granted")" 1
	wait $!
	assert_equal "$(ledger)" '1_let_go|t|f|1'
}

@test "what a migration sets does not reach the next" {
	sql shop 'CREATE ROLE helper' || true
	mig 1_set <<-'SQL'
	CREATE SCHEMA other; CREATE TABLE a (x int);
	SELECT pg_catalog.set_config('search_path', '', false);
	SET ROLE helper;
	SELECT pg_advisory_unlock_all();
	SQL
	mig 2_discard 'DISCARD ALL;'
	mig 3_next 'CREATE TABLE b (x int); SELECT * FROM a;'
	deploy 0
	assert_equal "$(sql shop "SELECT relowner::regrole FROM pg_class
	    WHERE oid = 'public.b'::regclass")" postgres
	sql shop 'DROP ROLE helper'
}

@test "a baseline by pg_dump: restrict, search_path, COPY, BEGIN ATOMIC" {
	sql shop 'CREATE TABLE a (x int, t text)' \
	    "INSERT INTO a SELECT i, E'a;\\\\b\\t' || i
	     FROM generate_series(1, 50) i" \
	    'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC
	     SELECT 1; SELECT 2; END' \
	    'CREATE FUNCTION g() RETURNS int LANGUAGE plpgsql AS
	     $$ BEGIN RETURN 1; END; $$'
	mkdir -p "$MIG/0_base"
	{ printf '%s\n' '\restrict abc'; pg_dump shop
	    printf '%s\n' '\unrestrict abc'; } \
	    >"$MIG/0_base/migration.sql"
	schema_text >before
	sql shop "SELECT md5(string_agg(a::text, ',' ORDER BY x)) FROM a" >sum
	sql postgres 'DROP DATABASE shop' 'CREATE DATABASE shop'
	mig 1_more 'ALTER TABLE a ADD COLUMN y int;'
	deploy 0 --to 0_base
	schema_text | diff before -
	sql shop "SELECT md5(string_agg(a::text, ',' ORDER BY x)) FROM a" |
	    diff sum -
	deploy 0
	assert_equal "$(ledger)" $'0_base|t|f|1\n1_more|t|f|1'
}

@test "files that careless people write" {
	mig 1_empty ''
	mig 2_comments '-- nothing here; yet /* or here'
	printf '\xef\xbb\xbfCREATE TABLE bom (x int);\r\n-- end\r\n' \
	    >"$(mkdir -p "$MIG/3_bom" && file_of 3_bom)"
	mig 4_semi ';;;'
	deploy 0 --json
	json '[.data.applied[].statements] == [0, 0, 1, 0]'
	assert_equal "$(sql shop "SELECT to_regclass('bom')")" bom
}

@test "files that cannot be run: exit 2, and nothing before them is run" {
	mig 1_good 'CREATE TABLE a (x int);'
	mig 2_bad 'SELECT 1;'
	while IFS='|' read -r text says; do
		printf '%b' "$text" >"$(file_of 2_bad)"
		deploy 2
		assert_stderr "$says"
		assert_stderr 2_bad/migration.sql:
		assert_equal "$(sql shop "SELECT to_regclass('a')")" ''
	done <<-'END'
	SELECT '\0';|a NUL
	SELECT '\xff';|UTF-8
	\\i other.sql\n|psql
	SELECT 'open;|without its end
	BEGIN; SELECT 1;|without its COMMIT
	BEGIN; BEGIN;|inside
	COMMIT AND CHAIN;|AND CHAIN
	PREPARE TRANSACTION 'x';|prepared
	COPY a FROM STDIN;\n1\n|COPY
	COPY a FROM STDIN; SELECT\n\\.\n1;|behind the rows
	SET standard_conforming_strings = off;\nSELECT 'it\\'s; ok';|2:8: a string that ends elsewhere
	END
	rm "$(file_of 2_bad)"
	deploy 2
	assert_stderr 2_bad
}

@test "COPY FROM STDIN: good rows, bad rows, none" {
	mig 1_copy $'CREATE TABLE a (x int);\nCOPY a FROM STDIN;\n1\n2\n\\.\nINSERT INTO a VALUES (3);'
	deploy 0
	assert_equal "$(sql shop 'SELECT sum(x) FROM a')" 6
	mig 2_bad $'COPY a FROM STDIN;\n1\nx\n\\.\n'
	deploy 6
	assert_stderr 'invalid input syntax for type integer'
	assert_equal "$(ledger)" '1_copy|t|f|1'
	# What is behind it on its line is run after its rows.
	mig 2_bad $'COPY a FROM STDIN; UPDATE a SET x = -x; COPY a FROM STDIN;\n1\n\\.\n2\n\\.\n'
	deploy 0
	assert_equal "$(sql shop 'SELECT sum(x) FROM a')" -5
	# What a script tells nobody reads.
	mig 3_out 'COPY a TO STDOUT; INSERT INTO a VALUES (4);'
	deploy 0
	assert_equal "$(sql shop 'SELECT sum(x) FROM a')" -1
}

@test "a migration that drops its own ledger is taken back" {
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_drop 'DROP TABLE a; DROP TABLE _prisma_migrations;'
	deploy 6 --allow unsafe
	assert_stderr 'cannot write the ledger'
	assert_equal "$(ledger)" '1_init|t|f|1'
}

@test "a ledger that takes no row, and says nothing: exit 6, all is taken back" {
	mig 1_a 'CREATE TABLE x (i int);'
	deploy 0
	sql shop "CREATE FUNCTION nn() RETURNS trigger LANGUAGE plpgsql
	    AS 'BEGIN RETURN NULL; END'" 'CREATE TRIGGER nn BEFORE INSERT
	    ON _prisma_migrations FOR EACH ROW EXECUTE FUNCTION nn()'
	mig 2_b 'INSERT INTO x VALUES (1);'
	deploy 6 --json
	json '.error.kind == "migrate.ledger" and .data.applied == []'
	assert_equal "$(sql shop 'SELECT count(*) FROM x')" 0
	ub 3 ub-migrate resolve --applied 2_b
	assert_stderr 'did not take the row'
	assert_output ''
}

@test "the next year's migration before one that is applied: refused" {
	mig 2_two 'CREATE TABLE b (x int);'
	deploy 0
	mig 1_one 'CREATE TABLE a (x int);'
	mig 3_three 'CREATE TABLE c (x int);'
	deploy 4
	assert_stderr "'1_one' comes before one that is applied"
	assert_equal "$(ledger)" '2_two|t|f|1'
	deploy 0 --allow late
	assert_equal "$(ledger | cut -d '|' -f 1)" $'2_two\n1_one\n3_three'
}

@test "CRLF is no edit; a changed comment is, until it is said to be right" {
	mig 1_init $'CREATE TABLE a (x int);\n-- one'
	deploy 0
	sed -i 's/$/\r/' "$(file_of 1_init)"
	ub 0 ub-migrate status --exit-code
	mig 1_init $'CREATE TABLE a (x int);\n-- two'
	ub 1 ub-migrate status
	assert_output --partial 'edited   1_init'
	mig 2_more 'SELECT 1;'
	deploy 4
	assert_stderr 'was edited after it was applied'
	ub 0 ub-migrate resolve --edited 1_init
	ub 8 ub-migrate status --exit-code
	deploy 0
}

@test "the database is ahead of the folder: out of step, and no deploy" {
	mig 1_init 'CREATE TABLE a (x int);'
	mig 2_new 'CREATE TABLE b (x int);'
	deploy 0
	rm -r "$MIG/2_new"
	ub 1 ub-migrate --json status --exit-code
	json '.data.counts.ahead == 1 and .data.in_sync == false and
	    .error.kind == "migrate.state"'
	deploy 4
	assert_stderr "'2_new' is applied, and there is no file of it"
	deploy 0 --allow ahead
}

@test "--to, by name or the number alone" {
	for i in 1 2 3; do mig "${i}_m" "CREATE TABLE t$i (x int);"; done
	deploy 2 --to 7_m
	assert_stderr 'hint: did you mean'
	deploy 0 --to 2
	assert_equal "$(ledger | cut -d '|' -f 1)" $'1_m\n2_m'
	deploy 0 --to 1_m
	assert_output 'nothing to do'
}

@test "a lock that others hold: tried again, then exit 5 with who has it" {
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_alter 'ALTER TABLE a ADD COLUMN y int;'
	mkfifo hold
	PGAPPNAME=reader psql -X -q shop <hold &
	exec 8>hold
	echo 'BEGIN; SELECT * FROM a;' >&8
	wait_for 5 sh -c "[ \"\$(psql -XAtd shop -c \"SELECT count(*) FROM
	    pg_locks WHERE relation = 'a'::regclass\")\" = 1 ]"
	ub 5 ub-migrate --json deploy --yes --skip-backup-check \
	    -c migrate.lockTimeout=300ms -c migrate.lockRetries=1
	json '.error.kind == "migrate.busy" and
	    (.error.detail.blockers | contains("reader"))
	    and .data.failed.attempts == 2'
	assert_stderr 'in the way: pid'
	# It is let go while we try again.
	ub-migrate --json deploy --yes --skip-backup-check \
	    -c migrate.lockTimeout=300ms >out 2>err 8>&- &
	wait_for 10 grep -q 'trying again' err
	echo 'COMMIT;' >&8
	wait $!
	jq -e '.exit == 0 and .data.applied[0].attempts > 1' out
	exec 8>&-
	wait
}

@test "too many have waited for us too long: called off, and tried again" {
	mig 1_init 'CREATE TABLE a (x int); INSERT INTO a VALUES (1);'
	deploy 0
	mig 2_long 'ALTER TABLE a ADD COLUMN y int; SELECT pg_sleep(60);'
	ub-migrate --json deploy --yes --skip-backup-check \
	    -c migrate.maxBlocked=1 -c migrate.maxBlockedTime=2s \
	    -c migrate.lockRetries=0 >out 2>err &
	deploying=$!
	wait_for 10 sh -c '[ "$(psql -XAtd shop -c "SELECT count(*) FROM
	    pg_stat_activity WHERE query LIKE '\''SELECT pg_sleep%'\''")" = 1 ]'
	for i in 1 2 3; do
		psql -XAtqd shop -c 'SELECT count(*) FROM a' >"read$i" &
	done
	code=0
	wait $deploying || code=$?
	wait
	assert_equal "$code" 5
	run -0 cat out
	json '.error.kind == "migrate.busy" and
	    .data.failed.blocked_sessions == 3 and
	    (.error.hint | contains("maxBlocked"))'
	assert_equal "$(cat read1 read2 read3)" $'1\n1\n1'
	assert_equal "$(ledger)" '1_init|t|f|1'
}

@test "two at once: one works, the other waits and finds nothing to do" {
	mig 1_slow 'CREATE TABLE a (x int); SELECT pg_sleep(1.5);'
	mig 2_cic 'CREATE INDEX CONCURRENTLY a_x ON a (x);'
	mkdir other && cp -r prisma ub.conf other/
	ub-migrate deploy --yes --skip-backup-check >one 2>&1 &
	wait_for 10 grep -q 'applying 1_slow' one
	(cd other && ub-migrate --json deploy --yes --skip-backup-check) \
	    >two 2>two.err
	wait $!
	grep -q 'waiting for another migration: pid .* (ub-migrate)' two.err
	jq -e '.exit == 0 and .status == "skipped"' two
	grep -q 'applied 2_cic' one
	assert_equal "$(ledger)" $'1_slow|t|f|1\n2_cic|t|f|1'
	ub-migrate deploy --yes --skip-backup-check >one 2>&1
}

@test "two at once, and the first lets go of its locks: it is run once" {
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_let_go 'SELECT pg_advisory_unlock_all(); INSERT INTO a VALUES (1);
	    SELECT pg_sleep(2);'
	mkdir other && cp -r prisma ub.conf other/
	ub-migrate deploy --yes --skip-backup-check >one 2>&1 &
	wait_for 10 sh -c '[ "$(psql -XAtd shop -c "SELECT count(*) FROM
	    pg_stat_activity WHERE wait_event = '\''PgSleep'\''")" = 1 ]'
	(cd other && ub-migrate --json deploy --yes --skip-backup-check) \
	    >two 2>two.err
	wait $!
	jq -e '.exit == 0 and .status == "skipped"' two
	assert_equal "$(sql shop 'SELECT count(*) FROM a')" 1
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_let_go|t|f|1'
}

@test "the first of all may choose how its transaction is isolated" {
	mig 1_init 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
	    CREATE TABLE a AS SELECT current_setting(
	    '\''transaction_isolation'\'');'
	deploy 0
	assert_equal "$(sql shop 'TABLE a')" serializable
}

# Prisma's lock in a session that ends when descriptor 8 is closed.
hold_prisma_lock()
{
	mkfifo hold
	PGAPPNAME=prisma psql -X -q shop <hold >/dev/null &
	exec 8>hold
	echo 'SELECT pg_advisory_lock(72707369);' >&8
	wait_for 5 sh -c '[ "$(psql -XAtd shop -c "SELECT count(*) FROM
	    pg_locks WHERE objid = 72707369")" = 1 ]'
}

@test "a foreign migrator has its lock: waited for, then exit 5" {
	mig 1_init 'CREATE TABLE a (x int);'
	hold_prisma_lock
	deploy 5 --lock-timeout 500ms
	assert_stderr 'another migration is running: pid'
	assert_stderr '(prisma)'
	exec 8>&-
	wait
	deploy 0
}

@test "a ledger that cannot be read is never 'no ledger'" {
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	sql shop 'CREATE ROLE reader LOGIN'
	for verb in status plan; do
		ub 3 ub-migrate --json "$verb" -c 'database.url=dbname=shop user=reader'
		json '.error.kind == "db.right"'
	done
	ub 3 ub-migrate deploy --yes --skip-backup-check \
	    -c 'database.url=dbname=shop user=reader'
	sql shop 'GRANT SELECT ON _prisma_migrations TO reader'
	mig 2_more 'ALTER TABLE a ADD COLUMN y int;'
	ub 8 ub-migrate status --exit-code -c 'database.url=dbname=shop user=reader'
	ub 0 ub-migrate plan -c 'database.url=dbname=shop user=reader'
	ub 0 ub-migrate lint -c 'database.url=dbname=shop user=reader'
	[[ $stderr != *without\ the\ catalog* ]]
	sql shop 'DROP OWNED BY reader' 'DROP ROLE reader'
}

@test "Prisma's URL, with all that it may hold" {
	mig 1_init 'CREATE TABLE a (x int);'
	url="postgresql://postgres@/shop?host=$PGHOST&schema=app&connection_limit=5"
	url+='&pgbouncer=true&sslaccept=strict&pool_timeout=3&statement_cache_size=0'
	ub 8 ub-migrate status --exit-code -c "database.url=$url"
	deploy 0 -c "database.url=$url"
	assert_equal "$(sql shop "SELECT to_regclass('app.a'),
	    to_regclass('app._prisma_migrations')")" 'app.a|app._prisma_migrations'
	ub 0 ub-migrate status --exit-code -c "database.url=$url"
}

@test "a database with tables and no ledger wants a baseline" {
	sql shop 'CREATE TABLE a (x int)'
	mig 1_init 'CREATE TABLE a (x int);'
	mig 2_more 'ALTER TABLE a ADD COLUMN y int;'
	deploy 4
	assert_stderr 'has tables in schema'
	assert_stderr 'baseline --upto'
	ub 0 ub-migrate baseline --upto 1_init
	assert_output 'marked 1_init'
	assert_equal "$(ledger)" '1_init|t|f|0'
	deploy 0
	ub 4 ub-migrate baseline --upto 2_more
}

@test "SIGTERM in the middle: nothing stays, and 143" {
	mig 1_slow 'CREATE TABLE a (x int); SELECT pg_sleep(20);'
	ub-migrate --json deploy --yes --skip-backup-check >out 2>err &
	wait_for 5 grep -q 'applying 1_slow' err
	sleep 0.3
	kill -TERM $!
	code=0
	wait $! || code=$?
	assert_equal "$code" 143
	assert_equal "$(sql shop "SELECT to_regclass('a'),
	    to_regclass('_prisma_migrations')")" '|'
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_stat_activity
	    WHERE datname = 'shop' AND state = 'active'")" 0
}

@test "confirm: without --yes and without a terminal, exit 4" {
	mig 1_init 'CREATE TABLE a (x int);'
	ub 4 ub-migrate deploy --skip-backup-check
	assert_stderr 'hint: say --yes'
	ub 0 ub-migrate --json deploy --skip-backup-check --dry-run
	assert_schema ub-migrate
	json '.status == "planned" and .data.planned[0].name == "1_init"'
	assert_equal "$(sql shop "SELECT to_regclass('a')")" ''
}

@test "while it waits for a lock, another one changes the ledger: looked again" {
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_b 'CREATE TABLE b (x int);'
	hold_prisma_lock
	ub-migrate --json deploy --yes --skip-backup-check >out 2>err 8>&- &
	wait_for 5 grep -q 'waiting for another' err
	sql shop "INSERT INTO _prisma_migrations (id, checksum,
	    migration_name, logs) VALUES ('x', 'y', '2_b', 'it broke')"
	exec 8>&-
	code=0
	wait $! || code=$?
	wait
	assert_equal "$code" 4
	jq -e '.error.kind == "migrate.failed"' out
	assert_equal "$(sql shop "SELECT to_regclass('b')")" ''
}

@test "half of it was taken back by the project's own tool: run from the start" {
	mig 1_a 'CREATE TABLE a (x int);'
	mig 2_b 'CREATE TABLE b (x int); CREATE INDEX CONCURRENTLY b_x ON b (x); SELECT nothing;'
	deploy 7
	sql shop 'DROP TABLE b' "UPDATE _prisma_migrations SET rolled_back_at =
	    now() WHERE migration_name = '2_b'"
	mig 2_b 'CREATE TABLE b (x int); CREATE INDEX CONCURRENTLY b_x ON b (x);'
	deploy 0
	assert_equal "$(sql shop "SELECT to_regclass('b_x')")" b_x
	assert_equal "$(sql shop "SELECT to_regclass('ub_migrate_steps')")" ''
	assert_equal "$(ledger | tail -n 2)" $'2_b|f|t|0\n2_b|t|f|1'
}

@test "a schema that is not there yet goes with what failed" {
	mig 1_a 'CREATE TABLE a (x int); SELECT nothing;'
	deploy 6 -c 'database.url=postgresql:///shop?schema=new'
	assert_equal "$(sql shop "SELECT to_regnamespace('new')")" ''
	# Also where it was begun in steps.
	mig 1_a 'SELECT nothing; VACUUM;'
	deploy 6 -c 'database.url=postgresql:///shop?schema=new'
	assert_equal "$(sql shop "SELECT to_regnamespace('new')")" ''
	sql shop 'CREATE SCHEMA old'
	deploy 6 -c 'database.url=postgresql:///shop?schema=old'
	assert_equal "$(sql shop "SELECT to_regnamespace('old')")" old
	# Another makes it at the same time: then it is his.
	sql shop 'BEGIN' 'CREATE SCHEMA his' 'SELECT pg_sleep(1.5)' 'COMMIT' \
	    >/dev/null &
	wait_for 5 sh -c '[ "$(psql -XAtd shop -c "SELECT count(*) FROM
	    pg_stat_activity WHERE wait_event = '\''PgSleep'\''")" = 1 ]'
	deploy 6 -c 'database.url=postgresql:///shop?schema=his' \
	    -c migrate.lockTimeout=300ms
	assert_stderr 'trying again'
	wait
	assert_equal "$(sql shop "SELECT to_regnamespace('his')")" his
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0 -c 'database.url=postgresql:///shop?schema=new'
	assert_equal "$(sql shop "SELECT to_regclass('new.a')")" new.a
}

@test "a table that somebody has for himself: nothing hangs" {
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_b 'ALTER TABLE a ADD COLUMN y int;'
	mkfifo hold
	psql -X -q shop <hold >/dev/null &
	exec 8>hold
	echo 'BEGIN; LOCK TABLE a, _prisma_migrations;' >&8
	wait_for 5 sh -c "[ \"\$(psql -XAtd shop -c \"SELECT count(*) FROM
	    pg_locks WHERE relation = 'a'::regclass\")\" = 1 ]"
	ub 5 ub-migrate --json status 8>&-
	json '.data.in_sync == null'
	exec 8>&-
	wait
}

@test "a password in a statement that fails is not shown" {
	mig 1_a "CREATE ROLE nobody_else SUPERUSR PASSWORD 'hunter2';"
	deploy 6 --json
	refute_output --partial hunter2
	[[ $stderr != *hunter2* ]]
	run ! grep -r hunter2 .ub
}

@test "rows that a script asks for are not kept" {
	mig 1_a 'SELECT repeat(g::text, 1000) FROM generate_series(1, 100000) g;'
	deploy 0 --json
	json '.data.applied[0].rows == 100000'
}

@test "a result that nobody could be told: what was applied stays, exit 7" {
	mig 1_a 'CREATE TABLE a (x int);'
	run -7 bash -c 'ub-migrate deploy --yes --skip-backup-check >/dev/full'
	assert_output --partial 'the work was done'
	assert_equal "$(ledger)" '1_a|t|f|1'
	run -3 bash -c 'ub-migrate deploy --yes --skip-backup-check >/dev/full'
	run -3 bash -c 'ub-migrate status >/dev/full'
	run -7 bash -c 'ub-migrate new b >/dev/full'
	name=$(basename prisma/migrations/*_b)
	run -7 bash -c "ub-migrate resolve --yes --applied $name >/dev/full"
}
