#!/usr/bin/env bats
# ub: asan
# ub-verify --level restore with a dump that takes its time, so that the end of
# the world comes in the middle of it.

load helpers

# An index of 60 rows that takes 50 ms for each; test.ms makes it fast here.
setup_file()
{
	pg_file_start
	cd "$BATS_FILE_TMPDIR" || return
	sql postgres 'CREATE ROLE reader' 'CREATE DATABASE slow'
	sql slow "SET test.ms = 0; CREATE FUNCTION slow(int) RETURNS int
	    LANGUAGE plpgsql IMMUTABLE AS \$\$ BEGIN
		PERFORM pg_sleep(coalesce(current_setting('test.ms',
		    true)::float8, 50) / 1000);
		RETURN \$1;
	    END \$\$;
	    CREATE TABLE t AS SELECT i FROM generate_series(1, 60) i;
	    CREATE INDEX ON t (slow(i));
	    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
	    CREATE POLICY p ON t TO reader USING (true)"
	ID=$(ub-backup -q -c database.url=dbname=slow)
	export ID
}

teardown_file()
{
	pg_file_stop
}

setup_test()
{
	mkdir backups
	cp -a "$BATS_FILE_TMPDIR/backups/$ID" backups/
	S=backups/$ID
	TMPDIR=$(mktemp -d /tmp/ub-bats.XXXXXX)
	chmod 755 "$TMPDIR"
	export TMPDIR
}

teardown()
{
	[[ $TMPDIR != /tmp/ub-bats.* ]] || rm -rf "$TMPDIR"
}

scratch()
{
	sql postgres "SELECT datname FROM pg_database
	    WHERE datname LIKE 'ub\\_scratch\\_%' ORDER BY 1"
}

indexing()
{
	sql postgres "SELECT count(*) FROM pg_stat_activity WHERE datname
	    LIKE 'ub\\_scratch\\_%' AND query LIKE 'CREATE INDEX%'"
}

# A run in the background, in the midst of its restore.
begin()
{
	ub-verify --level restore --json >out 2>err 3>&- 4>&- &
	pid=$!
	wait_for 60 eval '[ "$(indexing)" -gt 0 ]'
}

# finish STATUS - of the run in the background
finish()
{
	local rc=0

	wait "$pid" || rc=$?
	assert_equal "$rc" "$1"
	output=$(cat out)
	lines=("$output")
	stderr=$(cat err)
}

@test "kill -9: the database is left, and the next run drops it" {
	begin
	left=$(scratch)
	kill -9 "$pid"
	finish 137
	assert_equal "$(scratch)" "$left"
	[ ! -e "$S/VERIFIED.json" ]
	# what reads no database does not look for it
	ub 0 ub-verify
	assert_equal "$(scratch)" "$left"
	ub 0 ub-verify --level restore
	assert_stderr "dropping database $left, left by a run that was killed"
	assert_equal "$(scratch)" ''
}

@test "two at once: neither drops the other's, both are right" {
	begin
	first=$(scratch)
	ub 0 ub-verify -q --level restore
	assert_equal "$stderr" ''
	finish 0
	assert_schema ub-verify
	json '.data.ok and .data.databases_restored == 1'
	assert_equal "$(grep -c dropping err || true)" 0
	[ -n "$first" ]
	assert_equal "$(scratch)" ''
}

@test "TERM: the database is dropped, the parent sees the signal" {
	begin
	kill -TERM "$pid"
	finish 143
	assert_schema ub-verify
	json '.status == "signal" and .exit == 143 and .data.ok == null'
	assert_equal "$(scratch)" ''
	[ ! -e "$S/VERIFIED.json" ]
}

@test "--timeout: exit 5, the database is dropped" {
	ub 5 ub-verify --json --level restore --timeout 1500ms
	assert_schema ub-verify
	json '.error.kind == "timeout"'
	assert_equal "$(scratch)" ''
	[ ! -e "$S/VERIFIED.json" ]
}

@test "every session is ended in the middle: exit 5, nothing left" {
	begin
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE backend_type = 'client backend'
	    AND pid <> pg_backend_pid()" >/dev/null
	finish 5
	assert_schema ub-verify
	json '.status == "later" and .data.ok == null'
	[ ! -e "$S/VERIFIED.json" ]
	assert_equal "$(scratch)" ''
}

@test "the server stops in the middle: exit 5, the next run sweeps" {
	begin
	pg_halt "$PG" immediate
	finish 5
	assert_schema ub-verify
	json '.data.ok == null and [.warnings[].kind] == ["scratch.left"]'
	[ ! -e "$S/VERIFIED.json" ]
	ub 5 ub-verify --json --level restore
	json '.error.kind == "db.connect"'
	pg_resume "$PG"
	[ -n "$(scratch)" ]
	ub 0 ub-verify --level restore
	assert_equal "$(scratch)" ''
}

@test "somebody drops the scratch database: not the set's fault" {
	begin
	sql postgres "DROP DATABASE \"$(scratch)\" WITH (FORCE)"
	finish 5
	json '.data.ok == null'
	[ ! -e "$S/VERIFIED.json" ]
}

@test "what looks like a scratch database and is none stays" {
	sql postgres 'CREATE DATABASE ub_scratch' 'CREATE DATABASE ub_scratchy' \
	    'CREATE DATABASE "ub-scratch-20260101"' \
	    'CREATE DATABASE "Ub_scratch_2026"'
	ub 0 ub-verify --level restore -j 1
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname ILIKE 'ub_scratch%'")" 4
	sql postgres 'DROP DATABASE ub_scratch' 'DROP DATABASE ub_scratchy' \
	    'DROP DATABASE "ub-scratch-20260101"' 'DROP DATABASE "Ub_scratch_2026"'
}

@test "a leftover that belongs to others is left to them" {
	sql postgres 'CREATE ROLE maker LOGIN CREATEDB' \
	    'CREATE DATABASE "ub_scratch_20260101T000000Z_00000000"'
	PGUSER=maker ub 0 ub-verify --level restore \
	    -c 'database.slow.url=user=maker dbname=slow'
	assert_equal "$(scratch)" ub_scratch_20260101T000000Z_00000000
	ub 0 ub-verify -q --level restore
	assert_equal "$(scratch)" ''
	sql postgres 'DROP ROLE maker'
}

@test "--scratch-cluster: policies' roles are there; nothing is left" {
	ub 0 ub-verify --json --level restore --scratch-cluster
	assert_schema ub-verify
	json '.data.ok and .data.databases_restored == 1'
	assert_equal "$(ls -A "$TMPDIR")" ''
}

@test "--scratch-cluster: TERM ends the server, too" {
	ub-verify --level restore --scratch-cluster >out 2>err 3>&- 4>&- &
	pid=$!
	wait_for 60 eval 'ls "$TMPDIR"/ub-scratch-*/pg/data/base/1[67]*'
	kill -TERM "$pid"
	finish 143
	assert_equal "$(ls -A "$TMPDIR")" ''
	run ! pgrep -f "postgres.*$TMPDIR"
}

@test "--scratch-cluster: a disk that is full is trouble, not damage" {
	[ "$(id -u)" -eq 0 ] || skip 'mounting needs root'
	# shellcheck disable=SC2016
	run --separate-stderr unshare -m sh -c '
		mount -t tmpfs -o size=20m,mode=755 none "$TMPDIR" &&
		exec ub-verify --json --level restore --scratch-cluster'
	assert_equal "$status" 3
	assert_schema ub-verify
	json '.data.ok == null and (.error.message | test("could not|space"))'
	[ ! -e "$S/VERIFIED.json" ]
}

@test "--scratch-cluster: a path that is too long for a socket: exit 3" {
	long=$TMPDIR/$(printf 'x%.0s' $(seq 100))
	mkdir "$long"
	TMPDIR=$long ub 3 ub-verify --level restore --scratch-cluster
	assert_stderr 'cannot start a server in'
	assert_equal "$(ls -A "$long")" ''
}

@test "--scratch-cluster: TMPDIR with blanks and quotes" {
	odd="$TMPDIR/a b'c"
	mkdir "$odd"
	TMPDIR=$odd ub 0 ub-verify --level restore --scratch-cluster
	assert_equal "$(ls -A "$odd")" ''
}

@test "--scratch-cluster: folders of others are left alone" {
	mkdir "$TMPDIR/ub-scratch-aaaaaa" "$TMPDIR/ub-scratch-bbbbbb" \
	    "$TMPDIR/ub-scratch-bbbbbb/pg"
	: >"$TMPDIR/ub-scratch-bbbbbb/lock"
	ln -s /etc "$TMPDIR/ub-scratch-cccccc"
	if [ "$(id -u)" -eq 0 ]; then
		chown nobody "$TMPDIR/ub-scratch-bbbbbb"
	else
		rm "$TMPDIR/ub-scratch-bbbbbb/lock"
	fi
	ub 0 ub-verify --level restore --scratch-cluster
	assert_equal "$(ls -A "$TMPDIR")" \
	    $'ub-scratch-aaaaaa\nub-scratch-bbbbbb\nub-scratch-cccccc'
}
