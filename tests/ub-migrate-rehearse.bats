#!/usr/bin/env bats
# ub: asan
# ub-migrate rehearse: what migrations really do, measured on a restored set,
# and nothing of it stays.

load helpers

# One set for all tests: its ledger (dbmate's) is empty. A trigger makes each
# row that is deleted from slow take 10 ms.
setup_file()
{
	pg_file_start
	clean_env
	cd "$BATS_FILE_TMPDIR" || return
	sql postgres 'CREATE ROLE app' 'CREATE DATABASE shop'
	sql shop 'CREATE TABLE schema_migrations (version varchar(255)
	    PRIMARY KEY)' \
	    'CREATE TABLE customers (id int PRIMARY KEY)' \
	    'INSERT INTO customers SELECT generate_series(1, 50)' \
	    'CREATE TABLE orders (id int PRIMARY KEY, customer int, what text)' \
	    "INSERT INTO orders SELECT i, i % 50 + 1, 'thing'
	     FROM generate_series(1, 2000) i" \
	    'CREATE INDEX orders_what ON orders (what)' \
	    'CREATE TABLE owned (a int)' 'ALTER TABLE owned OWNER TO app' \
	    'GRANT SELECT ON orders TO app' 'GRANT CREATE ON SCHEMA public
	     TO app' "ALTER DATABASE shop SET app.colour = 'green'"
	ID=$(ub-backup -q -c database.url=dbname=shop)
	export ID
}

teardown_file()
{
	pg_file_stop
}

setup_test()
{
	mkdir -p backups db/migrations
	cp -a "$BATS_FILE_TMPDIR/backups/$ID" backups/
	git config -f ub.conf database.shop.url dbname=shop
	TMPDIR=$(mktemp -d /tmp/ub-bats.XXXXXX)
	chmod 755 "$TMPDIR"
	export TMPDIR
}

teardown()
{
	[[ $TMPDIR != /tmp/ub-bats.* ]] || rm -rf "$TMPDIR"
	assert_equal "$(scratch)" ''
}

scratch()
{
	sql postgres "SELECT datname FROM pg_database
	    WHERE datname LIKE 'ub\\_scratch\\_%' ORDER BY 1"
}

# migration NUMBER [OPTION] <SQL - db/migrations/NUMBER_m.sql
migration()
{
	{
		echo "-- migrate:up${2:+ $2}"
		cat
		echo '-- migrate:down'
	} >"db/migrations/$1_m.sql"
}

# rehearse STATUS [OPTION...] - with JSON, which fits the schema
rehearse()
{
	local want=$1

	shift
	ub "$want" ub-migrate --json rehearse "$@"
	assert_schema rehearse
	json '.data.verb == "rehearse"'
}

# statement FILTER [ARG...] - about the statement of the given line
statement()
{
	local line=$1

	shift
	json --argjson line "$line" ".data.migrations[].statements[] |
	    select(.line == \$line) | $*"
}

@test "a rewrite: measured, with its locks, its rows and its blocking" {
	migration 1 <<-'SQL'
		ALTER TABLE orders ALTER COLUMN id TYPE bigint;
		DELETE FROM customers WHERE id <= 10;
		CREATE TABLE news AS SELECT 1 AS a FROM generate_series(1, 3);
	SQL
	pg_text shop >before
	rehearse 0
	json '.status == "ok" and .data.where == "database" and
	    .data.owners_restored and .data.tool == "dbmate" and
	    .data.database == "shop"'
	json --arg id "$ID" '.data.set.id == $id'
	json '.data.migrations | length == 1 and .[0].mode == "atomic" and
	    (.[0].failed | not)'
	statement 2 '.locks[0] == {relation: "public.orders",
	    mode: "ACCESS EXCLUSIVE"}'
	statement 2 '[.rewrites[].relation] == ["public.orders"] and
	    .rewrites[0].size_bytes > 0 and (.rewrites[0].truncated | not)'
	statement 2 '.wal_bytes > 50000 and (.sampled | not)'
	statement 3 '.rows == 10 and .rewrites == [] and
	    .locks == [{relation: "public.customers", mode: "ROW EXCLUSIVE"}]'
	statement 4 '.rows == 3 and .locks == []'
	json '[.data.tables[] | [.name, .rows_before, .rows_after]] ==
	    [["public.customers", 50, 40], ["public.news", null, 3],
	    ["public.orders", 2000, 2000]]'
	json '.data.blocked_reads_ms > 0 and
	    .data.blocked_writes_ms >= .data.blocked_reads_ms'
	pg_text shop >after
	cmp before after
	assert_equal "$(sql shop 'SELECT count(*) FROM schema_migrations')" 0
	assert_not_exists .ub/journal.ndjson
}

@test "blocked: from the lock to the end of its transaction" {
	migration 1 <<-'SQL'
		SELECT pg_sleep(0.4);
		CREATE INDEX ON orders (customer);
		SELECT pg_sleep(0.3);
		ALTER TABLE customers ADD COLUMN note text;
		SELECT pg_sleep(0.2);
	SQL
	migration 2 <<-'SQL'
		LOCK TABLE orders IN SHARE MODE;
		SELECT pg_sleep(0.2);
	SQL
	rehearse 0
	statement 3 'select(.text | startswith("CREATE")) |
	    .locks == [{relation: "public.orders", mode: "SHARE"}]'
	json '.data.tables | length == 2 and
	    (.[0] | .name == "public.customers" and
	    .blocked_reads_ms >= 200 and .blocked_reads_ms < 400 and
	    .blocked_writes_ms == .blocked_reads_ms) and
	    (.[1] | .name == "public.orders" and .blocked_reads_ms == 0 and
	    .blocked_writes_ms >= 700 and .blocked_writes_ms < 1100)'
	json '.data.blocked_reads_ms == .data.tables[0].blocked_reads_ms and
	    .data.blocked_writes_ms >= 700'
}

@test "blocked: not by what ROLLBACK TO has let go of" {
	migration 1 <<-'SQL'
		SAVEPOINT a;
		ALTER TABLE orders ADD COLUMN b int;
		ALTER TABLE orders ALTER COLUMN id TYPE bigint;
		SELECT pg_sleep(0.3);
		ROLLBACK TO a;
		SELECT pg_sleep(1);
		LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
		ALTER TABLE orders ADD COLUMN c int;
	SQL
	rehearse 0
	json '.data.blocked_reads_ms | . >= 300 and . < 900'
	statement 8 '.locks[0] == {relation: "public.orders",
	    mode: "ACCESS EXCLUSIVE"}'
	statement 9 '.rewrites == []'
	json '.data.differences == []'
}

@test "an index that was built anew is the one it was" {
	migration 1 <<-'SQL'
		ALTER TABLE orders ALTER COLUMN id TYPE bigint;
		ALTER TABLE orders ALTER COLUMN what TYPE varchar(20);
		CREATE TABLE other (id int PRIMARY KEY);
	SQL
	migration 2 <<<'TRUNCATE orders;'
	migration 3 <<-'SQL'
		DROP TABLE customers;
		CREATE TABLE customers (id int PRIMARY KEY);
	SQL
	migration 4 <<<'ALTER TABLE customers ADD COLUMN c int;'
	migration 5 transaction:false <<-'SQL'
		REINDEX INDEX CONCURRENTLY orders_what;
		DROP INDEX orders_what;
	SQL
	rehearse 0
	json '.data.differences == [] and .warnings == []'
	json '.data.migrations[1].statements[0].locks |
	    any(.relation == "public.orders_pkey")'
	json '.data.migrations[4].statements[1].locks |
	    any(.relation == "public.orders_what")'
}

@test "text: statements, locks, rows, and one sentence at the end" {
	migration 1 <<-'SQL'
		ALTER TABLE orders ALTER COLUMN id TYPE bigint;
		SELECT pg_sleep(0.1);
		DELETE FROM customers;
		ALTER TABLE customers RENAME TO people;
	SQL
	ub 0 ub-migrate -q rehearse
	assert_line --partial '1_m: '
	assert_line '  line 2: ALTER TABLE orders ALTER COLUMN id TYPE bigint'
	assert_line --regexp \
	    '^    public.orders ACCESS EXCLUSIVE, rewritten \(.* KiB\)$'
	assert_line --regexp '^    [0-9]+ ms, 50 rows, .* written to the log$'
	assert_line 'rows of public.customers: 50 before, 0 after, as public.people'
	assert_line --regexp "^set $ID, in a scratch database: production would be blocked for reads [0-9]+ ms, for writes [0-9]+ ms \(public.orders\)\$"
}

@test "nothing that blocks is said so" {
	migration 1 <<<'INSERT INTO customers VALUES (51);'
	ub 0 ub-migrate -q rehearse
	assert_line 'rows of public.customers: 50 before, 51 after'
	assert_line --partial 'production would not be blocked'
}

@test "TRUNCATE, a table that goes, an index alone" {
	migration 1 <<-'SQL'
		TRUNCATE orders;
		DROP TABLE customers;
	SQL
	migration 2 <<<'REINDEX INDEX orders_what;'
	rehearse 0
	statement 2 'select(.text | startswith("TRUNCATE")) |
	    .rewrites[0].relation == "public.orders" and .rewrites[0].truncated'
	json '[.data.tables[] | [.name, .rows_before, .rows_after]] ==
	    [["public.customers", 50, null], ["public.orders", 2000, 0]]'
	statement 2 'select(.text | startswith("REINDEX")) |
	    [.rewrites[].relation] == ["public.orders_what"] and
	    (.locks | contains([{relation: "public.orders", mode: "SHARE"},
	    {relation: "public.orders_what", mode: "ACCESS EXCLUSIVE"}]))'
}

@test "CONCURRENTLY: its locks are sampled while it runs" {
	# an expression that takes its time
	migration 1 transaction:false <<-'SQL'
		CREATE FUNCTION slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE
		    AS $$ BEGIN PERFORM pg_sleep(0.005); RETURN $1; END $$;
		CREATE INDEX CONCURRENTLY slow_at ON customers (slow(id));
		VACUUM FULL customers;
	SQL
	rehearse 0
	json '.data.migrations[0] | .mode == "split"'
	statement 4 '.sampled and .rewrites == [] and
	    .locks == [{relation: "public.customers",
	    mode: "SHARE UPDATE EXCLUSIVE"}]'
	# The index is made anew with it, so this takes its time, too.
	statement 5 '.sampled and [.rewrites[].relation] ==
	    ["public.customers"] and .locks[0] == {relation:
	    "public.customers", mode: "ACCESS EXCLUSIVE"}'
	json '[.data.tables[] | select(.blocked_reads_ms > 0) | .name] ==
	    ["public.customers"]'
}

@test "what the lint did not foresee is a warning, and no failure" {
	migration 1 <<-'SQL'
		DELETE FROM notes;
		ALTER TABLE orders ALTER COLUMN id TYPE bigint;
	SQL
	sql postgres 'CREATE DATABASE tricky TEMPLATE shop'
	sql tricky 'CREATE TABLE notes AS SELECT 1 AS a' \
	    'CREATE FUNCTION lock_all() RETURNS trigger LANGUAGE plpgsql AS
	    $$ BEGIN LOCK TABLE customers; RETURN old; END $$' \
	    'CREATE TRIGGER t BEFORE DELETE ON notes FOR EACH ROW
	    EXECUTE FUNCTION lock_all()'
	ub-backup -q -c database.shop.url=dbname=tricky
	sql postgres 'DROP DATABASE tricky'
	rehearse 0
	json '.data.differences == [{migration: "1_m", line: 2,
	    statement: "DELETE FROM notes", relation: "public.customers",
	    predicted: "no lock", measured: "ACCESS EXCLUSIVE"}]'
	json '[.warnings[].kind] == ["rehearse.difference"]'
	ub 0 ub-migrate -q rehearse
	assert_line 'not as predicted: 1_m, line 2, public.customers: ACCESS EXCLUSIVE; predicted: no lock'
	assert_stderr 'warning: 1_m, line 2: public.customers: predicted: no lock; measured: ACCESS EXCLUSIVE'
}

@test "a migration that fails: exit 1, where, and what was done before" {
	migration 1 <<<'INSERT INTO customers VALUES (51);'
	printf -- '-- migrate:up\nSELECT 1;\nALTER TABLE nothere ADD x int;\n-- migrate:down\n' \
	    >db/migrations/2_m.sql
	rehearse 1
	json '.status == "no" and .error.kind == "rehearse.failed" and
	    .error.message == "db/migrations/2_m.sql:3:1: relation \"nothere\" does not exist"
	    and .error.detail.sqlstate == "42P01"'
	json '[.data.migrations[] | [.name, .failed, (.statements | length)]]
	    == [["1_m", false, 1], ["2_m", true, 1]]'
	ub 1 ub-migrate -q rehearse
	assert_stderr 'db/migrations/2_m.sql:3:1: relation "nothere" does not'
	assert_line --partial '2_m: failed after'
	ub 0 ub-migrate -q rehearse --to 1
	migration 2 <<<"SET statement_timeout = 50; SELECT pg_sleep(1);"
	rehearse 1
	json '.error.kind == "rehearse.failed"'
}

@test "a set that is older than the last deploy: more is pending there" {
	migration 1 <<<'CREATE TABLE one (a int);'
	migration 2 <<<'CREATE TABLE two (a int);'
	sql postgres 'CREATE DATABASE later TEMPLATE shop'
	sql later 'CREATE TABLE one (a int)' \
	    "INSERT INTO schema_migrations VALUES ('1')"
	rehearse 0 -c database.shop.url=dbname=later
	json '[.data.migrations[].name] == ["1_m", "2_m"]'
	new=$(ub-backup -q -c database.shop.url=dbname=later)
	rehearse 0 -c database.shop.url=dbname=later
	json '[.data.migrations[].name] == ["2_m"]'
	rehearse 0 --from "$ID" -c database.shop.url=dbname=later
	json '.data.migrations | length == 2'
	sql postgres 'DROP DATABASE later'
	[ -n "$new" ]
}

@test "nothing is pending: skipped" {
	migration 1 <<<'SELECT 1;'
	sql postgres 'CREATE DATABASE finished TEMPLATE shop'
	sql finished "INSERT INTO schema_migrations VALUES ('1')"
	ub-backup -q -c database.shop.url=dbname=finished
	sql postgres 'DROP DATABASE finished'
	rehearse 0
	json '.status == "skipped" and .data.reason == "nothing is pending" and
	    .data.migrations == []'
	ub 0 ub-migrate -q rehearse
	assert_output 'nothing to do'
}

@test "roles: owners, grants and SET ROLE work, here and in a cluster" {
	migration 1 <<-'SQL'
		ALTER TABLE customers OWNER TO app;
		GRANT INSERT ON orders TO app;
		SET ROLE app;
		ALTER TABLE owned ADD COLUMN b int;
		CREATE TABLE mine (a int);
		DO $$ BEGIN ASSERT current_setting('app.colour') = 'green'; END $$;
		RESET ROLE;
	SQL
	rehearse 0
	json '.warnings == [] and .data.owners_restored'
	rehearse 0 --scratch-cluster
	json '.warnings == [] and .data.owners_restored and
	    .data.where == "cluster"'
	assert_equal "$(ls -A "$TMPDIR")" ''
	# The ledger is ours to write, whatever role is left.
	migration 2 <<<'SET ROLE app;'
	rehearse 0
}

@test "--scratch-cluster: the live server may be away" {
	migration 1 <<-'SQL'
		ALTER DATABASE shop SET work_mem = '8MB';
		CREATE ROLE other;
		GRANT other TO app;
		ALTER TABLE orders ALTER COLUMN id TYPE bigint;
		REINDEX DATABASE shop;
	SQL
	PGHOST=/nonexistent rehearse 0 --scratch-cluster \
	    -c 'database.shop.url=dbname=shop user=somebody'
	statement 5 '[.rewrites[].relation] == ["public.orders"]'
	json '.data.database == "shop"'
	assert_equal "$(ls -A "$TMPDIR")" ''
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_roles
	    WHERE rolname IN ('other', 'somebody')")" 0
}

@test "what reaches beyond the scratch database is refused" {
	local text n=0

	while read -r text; do
		migration 1 <<<"SELECT 1; $text"
		rehearse 4
		json '.error.kind == "rehearse.beyond" and
		    (.error.message | startswith("db/migrations/1_m.sql:2:11: ")) and
		    .error.hint == "--scratch-cluster has a server of its own"'
		n=$((n + 1))
	done <<-'SQL'
		CREATE ROLE other;
		alter user app SET work_mem = '1MB';
		GRANT app TO postgres;
		REVOKE app FROM postgres;
		GRANT CONNECT ON DATABASE shop TO app;
		COMMENT ON DATABASE shop IS 'x';
		REASSIGN OWNED BY app TO postgres;
		SELECT pg_terminate_backend(1);
		REINDEX DATABASE shop;
		DO $$ BEGIN EXECUTE 'ALTER ROLE app LOGIN'; END $$;
	SQL
	assert_equal "$n" 10
	# what only a function knows is seen when it is done
	migration 1 <<-'SQL'
		CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS
		    $$ BEGIN EXECUTE 'CREATE RO' || 'LE other'; END $$;
		SELECT f();
	SQL
	rehearse 4
	json '.error.kind == "rehearse.beyond" and
	    (.error.message | contains("pg_authid"))'
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_roles
	    WHERE rolname = 'other'")" 0
	# and what only looks like it is not
	migration 1 <<-'SQL'
		CREATE TABLE role (database text, to_user int);
		ALTER TABLE role DROP database;
		INSERT INTO customers SELECT 99 WHERE 'drop role' <> 'x';
		GRANT SELECT ON orders TO app;
		COMMENT ON TABLE orders IS 'ALTER SYSTEM';
	SQL
	rehearse 0
	# ANALYZE reads the tables that all databases share, and locks them
	migration 1 <<<'ANALYZE; CREATE TABLE after (a int);'
	rehearse 0
	migration 1 <<<"CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p;"
	rehearse 4 --scratch-cluster
	json '.error.kind == "rehearse.beyond" and .error.hint == null'
}

@test "a CALL or DO that could commit: refused, but in a cluster of its own" {
	migration 1 transaction:false <<-'SQL'
		CREATE PROCEDURE p() LANGUAGE plpgsql AS
		    $$ BEGIN EXECUTE 'CREATE RO' || 'LE other'; END $$;
		CALL p();
	SQL
	rehearse 4
	json '.error.kind == "rehearse.beyond" and
	    (.error.message | startswith("db/migrations/1_m.sql:4:1: ")) and
	    .error.hint == "--scratch-cluster has a server of its own" and
	    .data.migrations == []'
	rehearse 0 --scratch-cluster
	migration 1 transaction:false <<-'SQL'
		DO $$ BEGIN EXECUTE concat('CRE', 'ATE RO', 'LE other');
		COMMIT; END $$;
	SQL
	rehearse 4
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_roles
	    WHERE rolname = 'other'")" 0
	rehearse 0 --scratch-cluster
	# in a transaction it cannot
	migration 1 transaction:false <<-'SQL'
		BEGIN;
		DO $$ BEGIN UPDATE customers SET id = -id; END $$;
		COMMIT;
	SQL
	rehearse 0
	json '.data.migrations[0].statements | length == 1'
}

@test "a role that may not restore owners: without them, and said" {
	sql postgres 'CREATE ROLE maker LOGIN CREATEDB'
	migration 1 <<<'ALTER TABLE orders ALTER COLUMN id TYPE bigint;'
	rehearse 0 -c 'database.shop.url=user=maker dbname=shop'
	json '(.data.owners_restored | not) and
	    [.warnings[].kind] == ["rehearse.rights"]'
	statement 2 '[.rewrites[].relation] == ["public.orders"]'
	sql postgres 'DROP ROLE maker'
}

@test "transactions: SET TRANSACTION may come first, or after LOCK" {
	migration 1 <<-'SQL'
		SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
		DELETE FROM customers;
	SQL
	migration 2 <<-'SQL'
		LOCK TABLE orders;
		SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
		TRUNCATE orders;
	SQL
	rehearse 0
	json '[.data.tables[] | .rows_after] == [0, 0]'
}

@test "no set, none of that name, none of the database, a damaged one" {
	migration 1 <<<'SELECT 1;'
	rm -r backups
	ub 4 ub-migrate --json rehearse
	json '.error.kind == "set.none"'
	ub 2 ub-migrate --json rehearse --from "$ID"
	json '.error.kind == "set.missing"'
	mkdir backups
	cp -a "$BATS_FILE_TMPDIR/backups/$ID" backups/
	ub 4 ub-migrate --json --config /dev/null rehearse \
	    -c database.other.url=dbname=other
	json '.error.kind == "rehearse.database"'
	S=backups/$ID
	f=$S/$(jq -r '.databases[0].tables[] | select(.name == "orders") |
	    .file' "$S/MANIFEST.json")
	gzip -dc "$f" | sed 5d | gzip >x && cp x "$f"
	rehearse 1
	json '.error.kind == "load.rows"'
}

@test "the set of a pipe; a pipe that failed is passed on" {
	migration 1 <<<'SELECT 1;'
	ub-backup -q --json >made
	run --separate-stderr ub-migrate -q --json rehearse --from - <made
	assert_equal "$status" 0
	json --slurpfile s made '.data.set.id == $s[0].data.set.id and
	    .run_id == $s[0].run_id'
	jq -c '.exit = 3 | .status = "trouble" | .error = {kind: "a.b",
	    message: "m", hint: null, detail: {}}' made >failed
	run --separate-stderr ub-migrate -q --json rehearse --from - <failed
	assert_equal "$status" 3
	json '.error.kind == "a.b"'
}

@test "what deploy refuses is refused; --allow is the same" {
	migration 1 <<<'SELECT 1;'
	migration 2 <<<'SELECT 2;'
	sql postgres 'CREATE DATABASE late TEMPLATE shop'
	sql late "INSERT INTO schema_migrations VALUES ('2')"
	ub-backup -q -c database.shop.url=dbname=late
	rehearse 4 -c database.shop.url=dbname=late
	json '.error.kind == "migrate.late"'
	rehearse 0 --allow late -c database.shop.url=dbname=late
	json '[.data.migrations[].name] == ["1_m"]'
	sql postgres 'DROP DATABASE late'
}

@test "programs that migrate cannot be rehearsed" {
	sql postgres 'CREATE DATABASE py'
	sql py 'CREATE TABLE alembic_version (version_num varchar(32)
	    PRIMARY KEY)' "INSERT INTO alembic_version VALUES ('a1')"
	ub-backup -q -c database.shop.url=dbname=py
	rehearse 2 -c database.shop.url=dbname=py -c migrate.ledger=alembic
	json '.error.kind == "rehearse.driven"'
	sql postgres 'DROP DATABASE py'
}

@test "--dry-run restores nothing" {
	migration 1 <<<'SELECT 1;'
	PGHOST=/nonexistent rehearse 0 -n
	json '.status == "planned" and .data.migrations == []'
	json --arg id "$ID" '.data.set.id == $id'
}

# In the background, in the middle of a statement.
begin()
{
	migration 1 <<-'SQL'
		ALTER TABLE orders ADD COLUMN z int;
		SELECT pg_sleep(60);
	SQL
	ub-migrate --json rehearse >out 2>err 3>&- 4>&- &
	pid=$!
	wait_for 60 eval '[ "$(sql postgres "SELECT count(*)
	    FROM pg_stat_activity WHERE query LIKE '\''SELECT pg_sleep%'\''
	    AND datname LIKE '\''ub\\_scratch%'\''")" -gt 0 ]'
}

finish()
{
	local rc=0

	wait "$pid" || rc=$?
	assert_equal "$rc" "$1"
	output=$(cat out)
	lines=("$output")
}

@test "TERM: the database is dropped, the parent sees the signal" {
	begin
	kill -TERM "$pid"
	finish 143
	assert_schema rehearse
	json '.status == "signal"'
	assert_equal "$(scratch)" ''
}

@test "kill -9: the next run sweeps" {
	begin
	kill -9 "$pid"
	finish 137
	[ -n "$(scratch)" ]
	migration 1 <<<'SELECT 1;'
	rehearse 0
	assert_stderr 'left by a run that was killed'
}

@test "--timeout, and sessions that are ended: exit 5, nothing left" {
	begin
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE datname LIKE 'ub\\_scratch\\_%'" >/dev/null
	finish 5
	json '.error.message |
	    startswith("db/migrations/1_m.sql:3:1: terminating connection")'
	ub 5 ub-migrate --json rehearse --timeout 2s
	json '.error.kind == "timeout"'
}
