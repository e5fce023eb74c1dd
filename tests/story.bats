#!/usr/bin/env bats
# The whole story, typed as an operator types it: no config file, a running
# PostgreSQL, a database, a folder.

load helpers

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
	sql postgres 'DROP DATABASE IF EXISTS shop WITH (FORCE)' \
	    'CREATE DATABASE shop'
	sql shop 'CREATE TABLE orders AS SELECT i AS id, i % 97 AS total
	    FROM generate_series(1, 5000) i' \
	    'ALTER TABLE orders ADD PRIMARY KEY (id)'
	mkdir -p uploads/2026
	for i in $(seq 50); do echo "picture $i" >"uploads/2026/$i.jpg"; done
}

sum()
{
	sql shop 'SELECT count(*), sum(total) FROM orders'
}

@test "back up, prove, restore, undo: four lines" {
	id=$(ub-backup -c database.url=dbname=shop -c files.uploads.path=uploads)
	ub-verify --level restore "$id"
	before=$(sum)
	ub-restore --confirm shop "$id" && ub-restore --undo --confirm shop
	ub-backup --json -c database.url=dbname=shop | ub-verify --json - |
	    jq -e '.exit == 0 and .data.level == "read"'
	(cd "backups/$id" && sha256sum -c --quiet SHA256SUMS &&
	    pg_restore -l db/shop >/dev/null &&
	    tar -tf files/uploads.tar.zst >/dev/null)
	assert_equal "$(sum)" "$before"
}

@test "an update that goes wrong, and back" {
	cat >ub.conf <<-'CONF'
	[database]
		url = dbname=shop
	[files "uploads"]
		path = uploads
	CONF
	id=$(ub-backup --label before-2.4)
	ub-verify "$id"
	before=$(sum)
	sql shop 'UPDATE orders SET total = 0' 'DROP TABLE IF EXISTS nothing'
	rm uploads/2026/7.jpg && echo new >uploads/2026/new.jpg
	ub 0 ub-restore --json --confirm shop "$id"
	assert_schema result
	json '.next | length > 0'
	assert_equal "$(sum)" "$before"
	[ -e uploads/2026/7.jpg ] && [ ! -e uploads/2026/new.jpg ]
	ub 0 ub-restore --commit --confirm shop
	[ -z "$(find . -name '.uploads.ub-*')" ]
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname LIKE 'shop\_\_ub\_old%'")" 0
	jq -es '[.[].tool] == ["ub-backup", "ub-restore", "ub-restore"]' \
	    .ub/journal.ndjson
}

@test "the pipe: a backup that fails restores nothing and passes on why" {
	run -5 sh -c "ub-backup --json -c database.url='host=$PWD dbname=shop' |
	    ub-verify --json - | ub-restore --json --confirm shop -"
	assert_equal "$(jq -r '.tool + " " + .status' <<<"${lines[-1]}")" \
	    'ub-backup later'
}

@test "a backup and a restore at once: one runs, the other says who" {
	id=$(ub-backup -c database.url=dbname=shop -c files.uploads.path=uploads)
	psql -qX shop -c 'BEGIN; LOCK orders; SELECT pg_sleep(30)' \
	    >/dev/null 2>&1 3>&- 4>&- &
	for _ in $(seq 50); do
		[ "$(sql shop "SELECT count(*) FROM pg_locks WHERE granted AND
		    mode = 'AccessExclusiveLock' AND
		    relation = 'orders'::regclass")" = 1 ] && break
		sleep 0.1
	done
	ub-backup -q -c database.url=dbname=shop >first 2>&1 3>&- 4>&- &
	first=$!
	for _ in $(seq 100); do
		[ -n "$(find backups -name '.partial-*')" ] && break
		sleep 0.1
	done
	ub 5 ub-restore --json --confirm shop "$id"
	json --arg p "$first" '.error.kind == "lock.held" and
	    .error.detail.pid == $p and .error.detail.program == "ub-backup"'
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE query LIKE '%LOCK orders%' AND pid <> pg_backend_pid()" \
	    >/dev/null
	wait "$first"
	ub 0 ub-verify "$(cat first)"
}
