#!/usr/bin/env bats
# ub-migrate beside the tools whose ledgers it writes: dbmate itself; the rows
# that Prisma, golang-migrate and Flyway write and read, as their sources say.

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

dbmate()
{
	"$PEERS/dbmate" --url \
	    "postgres://postgres@localhost/shop?socket=$PGHOST&sslmode=disable" \
	    --no-dump-schema "$@"
}

@test "dbmate: what ub deploys, it has nothing to do for; and the other way" {
	project dbmate
	mig 20260101000000_a 'CREATE TABLE a (x int);'
	deploy 0
	run -0 dbmate status --exit-code
	assert_output --partial '[X] 20260101000000_a.sql'
	mig 20260102000000_b 'CREATE TABLE b (x int);'
	run -1 dbmate status --exit-code
	run -0 dbmate up
	refute_output --partial '20260101'
	ub 0 ub-migrate status --exit-code
	assert_output 'shop (dbmate): 2 applied, 0 pending'
	mig 20260103000000_c 'CREATE TABLE c (x int);'
	ub 8 ub-migrate status --exit-code
	deploy 0
	run -0 dbmate up --strict
	refute_output --partial Applying
	run -0 dbmate status --exit-code
	assert_output --partial 'Applied: 3'
}

@test "dbmate: of ledgers in several schemas, both mean the same" {
	project dbmate
	mig 1_a 'CREATE TABLE t1 (x int);'
	mig 2_b 'CREATE TABLE t2 (x int);'
	sql shop 'CREATE SCHEMA old' 'CREATE TABLE old.schema_migrations
	    (version varchar PRIMARY KEY)' \
	    "INSERT INTO old.schema_migrations VALUES ('1')"
	run -0 dbmate status
	assert_output --partial 'Pending: 2'
	deploy 4
	assert_stderr 'old.schema_migrations (dbmate)'
	assert_stderr '?schema='
	sql shop 'ALTER DATABASE shop SET search_path = old'
	run -0 dbmate status
	assert_output --partial 'Pending: 1'
	deploy 0
	assert_output --partial 'applied 2_b'
	sql shop 'ALTER DATABASE shop RESET search_path' 'CREATE TABLE
	    public.schema_migrations (version varchar PRIMARY KEY)'
	run -0 dbmate status
	assert_output --partial 'Pending: 2'
	deploy 0
	assert_equal "$(sql shop "SELECT to_regclass('old.t2'),
	    to_regclass('public.t1')")" 'old.t2|t1'
}

@test "dbmate: the tables that both make are the same" {
	project dbmate
	mig 20260101000000_a 'CREATE TABLE a (x int);'
	deploy 0
	pg_text -s -t schema_migrations shop >ours
	sql shop 'DROP TABLE a, schema_migrations'
	run -0 dbmate up
	pg_text -s -t schema_migrations shop | diff ours -
}

@test "dbmate: two indexes CONCURRENTLY, which it cannot, and we can" {
	project dbmate
	mig 20260101000000_a 'CREATE TABLE a (x int, y int);'
	deploy 0
	cat >"$(file_of 20260102000000_b)" <<-'SQL'
	-- migrate:up transaction:false
	CREATE INDEX CONCURRENTLY a_x ON a (x);
	CREATE INDEX CONCURRENTLY a_y ON a (y);

	-- migrate:down
	DROP INDEX a_x;
	DROP INDEX a_y;
	SQL
	run ! dbmate up
	assert_output --partial 'cannot run inside a transaction block'
	deploy 0
	run -0 dbmate status --exit-code
	run -0 dbmate down
	ub 8 ub-migrate status --exit-code
	deploy 0
}

@test "dbmate: files that it refuses, we refuse" {
	project dbmate
	while read -r text; do
		printf '%b' "$text" >"$MIG/20260101000000_a.sql"
		run ! dbmate up
		deploy 2
	done <<-'END'
	CREATE TABLE a (x int);
	-- migrate:down\n-- migrate:up\nSELECT 1;
	-- migrate:up\nSELECT 1;\n
	SELECT 1;\n-- migrate:up\n-- migrate:down\n
	END
}

@test "Prisma: a row that it begins, fails, and resolves; both orders" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	# What its deploy writes of a failure: row, then the server's words.
	mig 2_b 'CREATE TABLE b (x int);'
	sql shop "INSERT INTO _prisma_migrations (id, checksum, started_at,
	    migration_name) VALUES (gen_random_uuid()::text,
	    '$(sha256sum <"$(file_of 2_b)" | cut -c 1-64)', now(), '2_b')" \
	    "UPDATE _prisma_migrations SET logs = 'ERROR: no'
	    WHERE migration_name = '2_b'"
	ub 1 ub-migrate --json status
	json '.data.migrations[1] | .state == "failed" and .logs == "ERROR: no"'
	ub 0 ub-migrate resolve --applied 2_b
	ub 0 ub-migrate status --exit-code
	# Its own query: is anything failed, is anything pending?
	assert_equal "$(sql shop 'SELECT count(*) FROM _prisma_migrations
	    WHERE finished_at IS NULL AND rolled_back_at IS NULL')" 0
	assert_equal "$(sql shop 'SELECT migration_name FROM
	    _prisma_migrations WHERE rolled_back_at IS NULL
	    ORDER BY started_at')" $'1_a\n2_b'
	# What its resolve --rolled-back writes.
	mig 3_c 'SELECT nothing; CREATE INDEX CONCURRENTLY a_x ON a (x);'
	sql shop "INSERT INTO _prisma_migrations (id, checksum, started_at,
	    migration_name, rolled_back_at) VALUES ('x', 'y', now(), '3_c',
	    now())"
	ub 8 ub-migrate status --exit-code
	mig 3_c 'SELECT 1;'
	deploy 0
	assert_equal "$(ledger | tail -n 2)" $'3_c|f|t|0\n3_c|t|f|1'
}

@test "Prisma: the table is its own, column by column" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	pg_text -s -t _prisma_migrations shop >ours
	sql shop 'DROP TABLE _prisma_migrations' 'CREATE TABLE
	    _prisma_migrations (
	    id                  VARCHAR(36)  PRIMARY KEY NOT NULL,
	    checksum            VARCHAR(64)  NOT NULL,
	    finished_at         TIMESTAMPTZ,
	    migration_name      VARCHAR(255) NOT NULL,
	    logs                TEXT,
	    rolled_back_at      TIMESTAMPTZ,
	    started_at          TIMESTAMPTZ  NOT NULL DEFAULT now(),
	    applied_steps_count INTEGER      NOT NULL DEFAULT 0)'
	pg_text -s -t _prisma_migrations shop | diff ours -
}

# A PgBouncer on a socket in the test's folder; it refuses root.
bouncer()
{
	local dir=$BATS_TEST_TMPDIR/bouncer user=()

	mkdir "$dir"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
	cat >"$dir/ini" <<-INI
	[databases]
	shop = host=$PGHOST port=$PGPORT dbname=shop
	[pgbouncer]
	unix_socket_dir = $dir
	listen_addr =
	listen_port = 6432
	auth_type = any
	pool_mode = $1
	logfile = $dir/log
	pidfile = $dir/pid
	ignore_startup_parameters = extra_float_digits
	INI
	sed -i "s/^shop = .*/& user=$PGUSER/" "$dir/ini"
	if [ "$(id -u)" -eq 0 ]; then
		chown -R nobody "$dir"
		user=(-u nobody)
	fi
	pgbouncer -q -d "${user[@]}" "$dir/ini"
	wait_for 5 test -s "$dir/pid"
	BOUNCER=$dir
}

stop_bouncer()
{
	kill "$(cat "$BOUNCER/pid")"
	wait_for 5 test ! -e "$BOUNCER/pid"
}

@test "through PgBouncer: refused, in both modes; reading is not" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	for mode in transaction session; do
		bouncer "$mode"
		ub 4 ub-migrate --json deploy --yes --skip-backup-check \
		    -c "database.url=host=$BOUNCER port=6432 dbname=shop"
		json '.error.kind == "migrate.pooler"'
		ub 8 ub-migrate status --exit-code \
		    -c "database.url=host=$BOUNCER port=6432 dbname=shop"
		stop_bouncer
		rm -r "$BOUNCER"
	done
	assert_equal "$(sql shop "SELECT to_regclass('a')")" ''
}
