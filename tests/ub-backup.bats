#!/usr/bin/env bats
# ub-backup: makes a set, whole or not at all.

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
	sql shop "CREATE TABLE orders (id int PRIMARY KEY, what text)" \
	    "INSERT INTO orders SELECT i, 'thing ' || i
	     FROM generate_series(1, 1000) i" \
	    'CREATE TABLE "select" ()' 'CREATE TABLE empty (a int)' \
	    "SELECT lo_from_bytea(0, 'large')"
	mkdir -p uploads/sub
	echo one >uploads/one
	echo two >uploads/sub/two
	DB=(-c database.url=dbname=shop)
	FILES=(-c files.uploads.path=uploads)
}

newest()
{
	find backups -mindepth 1 -maxdepth 1 -name '2*' | sort | tail -1
}

@test "prints the id alone, and a set that standard tools can check" {
	ub 0 ub-backup "${DB[@]}" "${FILES[@]}"
	assert_equal "${#lines[@]}" 1
	assert_regex "$output" '^[0-9]{8}T[0-9]{6}Z$'
	cd "backups/$output"
	sha256sum -c --quiet SHA256SUMS
	pg_restore -l db/shop >/dev/null
	run tar -tf files/uploads.tar.zst
	assert_output --partial sub/two
	# every file is in the sums, but the sums themselves
	diff <(find . -type f ! -name SHA256SUMS | sort) \
	    <(sed 's/^[0-9a-f]*  /.\//' SHA256SUMS | sort)
	assert_equal "$(stat -c %a .)" 700
	assert_equal "$(find . -type f -perm /077)" ""
}

@test "the manifest tells rows, files and origin, and no password" {
	PGPASSWORD=geheim ub 0 ub-backup --json --label 'before "2.4"' \
	    "${DB[@]}" "${FILES[@]}"
	assert_schema result
	m=$(jget .data.set.path)/MANIFEST.json
	jq -e '.schema == "ub.set/1" and .label == "before \"2.4\"" and
	    (.databases[0] | .dbname == "shop" and .large_objects == 1 and
	    ([.tables[] | {(.name): .rows}] | add) ==
	    {"orders": 1000, "select": 0, "empty": 0}) and
	    .trees[0].entries == 4' "$m"
	jq -e --arg p "$PWD/uploads" '.trees[0].path == $p' "$m"
	jq -e --arg h "$PGHOST" '.databases[0].host == $h' "$m"
	run grep -r geheim backups .ub
	assert_failure
}

@test "every table with a data file names it, and its rows are in it" {
	ub 0 ub-backup "${DB[@]}"
	cd "backups/$output"
	f=$(jq -r '.databases[0].tables[] | select(.name == "orders") | .file' \
	    MANIFEST.json)
	assert_equal "$(zcat "$f" | grep -c thing)" 1000
}

@test "in a git worktree the set carries the commit, and git sees no set" {
	git init -q . && git config user.email a@b && git config user.name a
	git commit -q --allow-empty -m one
	ub 0 ub-backup "${FILES[@]}"
	assert_regex "$output" "Z-$(git rev-parse HEAD | cut -c1-7)\$"
	jq -e --arg c "$(git rev-parse HEAD)" '.git_commit == $c' \
	    "backups/$output/MANIFEST.json"
	assert_equal "$(git status --porcelain)" '?? uploads/'
}

@test "two sets in one second have two names" {
	export UB_NOW=2026-11-21T03:11:05Z
	ub 0 ub-backup "${FILES[@]}"
	assert_output 20261121T031105Z
	ub 0 ub-backup "${FILES[@]}"
	assert_output 20261121T031105Z-2
	ub 0 ub-backup list
	assert_equal "${#lines[@]}" 2
}

@test "nothing to back up, a wrong word, a missing tree: exit 2 or 3" {
	ub 2 ub-backup
	assert_stderr 'there is nothing to back up'
	ub 2 ub-backup --only dbs "${DB[@]}"
	assert_stderr "there is no kind 'dbs'"
	assert_stderr "did you mean '--only db'?"
	ub 2 ub-backup --only db/shopp "${DB[@]}"
	assert_stderr "there is no 'db/shopp'"
	ub 3 ub-backup -c files.up.path=nowhere
	assert_stderr nowhere
	ub 2 ub-backup lst
	assert_equal "$(newest)" ""
}

@test "--only takes just that part" {
	ub 0 ub-backup --json --only files "${DB[@]}" "${FILES[@]}"
	json '.data.databases == [] and (.data.trees | length) == 1'
	ub 0 ub-backup --json --only db/shop "${DB[@]}" "${FILES[@]}"
	json '(.data.databases | length) == 1 and .data.trees == []'
}

@test "several databases and trees, with names that are no file names" {
	sql postgres 'DROP DATABASE IF EXISTS "my-shop/ü \"x\""' \
	    'CREATE DATABASE "my-shop/ü \"x\""' 2>/dev/null ||
	    sql postgres 'DROP DATABASE IF EXISTS "my-shop/ü x"' \
		'CREATE DATABASE "my-shop/ü x"'
	mkdir other
	ub 0 ub-backup --json "${DB[@]}" "${FILES[@]}" \
	    -c "database.second.url=dbname='my-shop/ü x'" \
	    -c files.a/b.path=other
	json '[.data.databases[].dbname] == ["shop", "my-shop/ü x"]'
	cd "$(jget .data.set.path)"
	[ -d db/second ]
	[ -f files/a%2Fb.tar.zst ]
	sha256sum -c --quiet SHA256SUMS
}

@test "config files are copied; a missing one is a warning" {
	echo SECRET=1 >.env && chmod 640 .env
	ub 0 ub-backup --json "${FILES[@]}" -c config.path=.env \
	    -c config.path=nil.yml
	json '[.warnings[].kind] == ["config.missing"]'
	cmp .env "$(jget .data.set.path)/config/.env"
	jq -e --argjson m $((8#640)) '.configs[0].mode == $m' \
	    "$(jget .data.set.path)/MANIFEST.json"
}

@test "no engine: a container is a warning, not a failure" {
	DOCKER_HOST=unix://$PWD/nil.sock ub 0 ub-backup --json "${FILES[@]}" \
	    -c container.web.name=web
	json '[.warnings[].kind] == ["container.engine"]'
}

@test "a server that is not there: exit 5, and nothing is left" {
	ub 5 ub-backup --json -c "database.url=host=$PWD dbname=shop"
	json '.status == "later" and .error.kind == "db.connect"'
	assert_equal "$(find backups -mindepth 1 -name '*2*')" ""
}

@test "a database that is not there: exit 3" {
	ub 3 ub-backup -c database.url=dbname=nil
	assert_stderr '"nil" does not exist'
}

@test "client programs of another version: the package is named" {
	mkdir bin
	printf '#!/bin/sh\necho "pg_dump (PostgreSQL) 13.4"\n' >bin/pg_dump
	cp bin/pg_dump bin/pg_restore && cp bin/pg_dump bin/pg_dumpall
	chmod +x bin/*
	ub 3 ub-backup "${DB[@]}" -c "database.binDir=$PWD/bin"
	assert_stderr postgresql-client-
	assert_equal "$(newest)" ""
}

@test "a pg_dump that fails, lies or writes too little makes no set" {
	real=$(pg_bindir)
	mkdir bin
	ln -s "$real/pg_restore" "$real/pg_dumpall" bin/
	stub()
	{
		cat >bin/pg_dump <<-EOF
		#!/bin/sh
		case \$1 in --version) exec $real/pg_dump --version ;; esac
		for a; do case \$prev in -f) dir=\$a ;; esac; prev=\$a; done
		$1
		EOF
		chmod +x bin/pg_dump
	}
	B=(-c "database.binDir=$PWD/bin")
	stub 'echo "pg_dump: error: no way" >&2; exit 1'
	ub 3 ub-backup "${DB[@]}" "${B[@]}"
	assert_stderr 'no way'
	stub 'exit 0'
	ub 3 ub-backup "${DB[@]}" "${B[@]}"
	stub "$real/pg_dump \"\$@\" || exit; for f in \$dir/*.dat.gz; do
	    : >\$f; done"
	ub 3 ub-backup "${DB[@]}" "${B[@]}"
	assert_stderr 'empty'
	stub "$real/pg_dump \"\$@\" || exit; rm \$dir/*.dat.gz"
	ub 3 ub-backup "${DB[@]}" "${B[@]}"
	stub 'kill -9 $$'
	ub 3 ub-backup "${DB[@]}" "${B[@]}"
	assert_equal "$(newest)" ""
	assert_equal "$(find backups -name '.partial*')" ""
}

@test "a table that this role may not read: exit 3 and who may not what" {
	sql postgres 'DROP ROLE IF EXISTS reader' 'CREATE ROLE reader LOGIN'
	PGUSER=reader ub 3 ub-backup "${DB[@]}"
	assert_stderr 'permission denied for table'
	assert_stderr pg_read_all_data
}

@test "a role that may not read passwords: the set has roles without them" {
	sql postgres 'DROP DATABASE IF EXISTS shop2' \
	    'DROP ROLE IF EXISTS reader2' 'CREATE ROLE reader2 LOGIN' \
	    'CREATE DATABASE shop2 OWNER reader2'
	PGUSER=reader2 ub 0 ub-backup --json -c database.url=dbname=shop2
	grep 'CREATE ROLE reader2' "$(jget .data.set.path)/db/globals.sql"
	run grep -i "password '" "$(jget .data.set.path)/db/globals.sql"
	assert_failure
}

@test "a table that is locked: exit 5 after --lock-timeout" {
	psql -qX shop -c 'BEGIN; LOCK orders; SELECT pg_sleep(8)' \
	    >/dev/null 3>&- &
	for _ in $(seq 50); do
		[ "$(sql shop "SELECT count(*) FROM pg_locks
		    WHERE mode = 'AccessExclusiveLock' AND granted AND
		    relation = 'orders'::regclass")" = 1 ] && break
		sleep 0.1
	done
	ub 5 ub-backup --lock-timeout 500ms "${DB[@]}"
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE query LIKE '%LOCK orders%' AND pid <> pg_backend_pid()" \
	    >/dev/null
	wait
}

@test "functions of indexes that need the application's search path" {
	sql shop 'CREATE FUNCTION one() RETURNS int IMMUTABLE LANGUAGE sql
	    AS $$ SELECT 1 $$' \
	    'CREATE FUNCTION plus(int) RETURNS int IMMUTABLE LANGUAGE sql
	    AS $$ SELECT $1 + one() $$' \
	    'CREATE INDEX ON orders (plus(id))'
	ub 0 ub-backup "${DB[@]}"
}

@test "--dry-run says what it would do and leaves nothing" {
	ub 0 ub-backup -n "${DB[@]}" "${FILES[@]}"
	assert_output --partial 'would dump database shop'
	ub 0 ub-backup -n --json "${DB[@]}" "${FILES[@]}"
	json '.status == "planned" and .dry_run and .data.set == null'
	[ ! -e backups ]
	[ ! -e .ub ]
}

@test "--keep and prune: the oldest go, the newest verified stays" {
	for i in 1 2 3 4 5; do
		UB_NOW=2026-11-2${i}T03:11:05Z ub 0 ub-backup "${FILES[@]}"
	done
	ub 0 ub-verify 20261121T031105Z
	ub 0 ub-backup --keep 2 -n prune
	assert_output $'20261122T031105Z\n20261123T031105Z'
	ub 0 ub-backup --json list
	json '.data.sets | length == 5'
	ub 0 ub-backup --keep 2 prune
	ub 0 ub-backup --json list
	json '[.data.sets[].id] == ["20261125T031105Z", "20261124T031105Z",
	    "20261121T031105Z"]'
	UB_NOW=2026-11-26T03:11:05Z ub 0 ub-backup --json --keep 1 "${FILES[@]}"
	json '.data.removed == ["20261124T031105Z", "20261125T031105Z"]'
}

@test "retention takes the manifest's time, and leaves alone what is no set" {
	UB_NOW=2026-11-21T03:11:05Z ub 0 ub-backup "${FILES[@]}"
	UB_NOW=2026-11-22T03:11:05Z ub 0 ub-backup "${FILES[@]}"
	mkdir backups/20250101T000000Z backups/mine
	echo hi >backups/20250101T000000Z/x
	ub 0 ub-backup --json --keep 1 prune
	json '.data.removed == ["20261121T031105Z"]'
	json '[.warnings[].kind] == ["set.broken"]'
	[ -e backups/20250101T000000Z/x ]
	[ -d backups/mine ]
}

@test "what a killed run left is swept by the next" {
	mkdir -p backups/.partial-20261121T031105Z/db
	ub 0 ub-backup "${FILES[@]}"
	[ ! -e backups/.partial-20261121T031105Z ]
}

@test "--snapshot keeps a copy beside; prune drops it" {
	ub 0 ub-backup --json --snapshot "${DB[@]}"
	snap=$(jget '.data.databases[0].snapshot')
	assert_regex "$snap" '^shop__ub_snap_2'
	assert_equal "$(sql "$snap" 'SELECT count(*) FROM orders')" 1000
	id=$(jget .data.set.id)
	pg_restore -l "backups/$id/db/shop" >/dev/null
	UB_NOW=2036-01-01T00:00:00Z ub 0 ub-backup --json --keep 1 "${DB[@]}"
	json --arg id "$id" '.data.removed == [$id]'
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname LIKE '%\_\_ub\_%'")" 0
}

@test "--snapshot while sessions are open: exit 4, and who it is" {
	PGAPPNAME=web psql -qX shop -c 'SELECT pg_sleep(10)' >/dev/null 3>&- &
	for _ in $(seq 50); do
		[ "$(sql postgres "SELECT count(*) FROM pg_stat_activity
		    WHERE application_name = 'web'")" = 1 ] && break
		sleep 0.1
	done
	ub 4 ub-backup --snapshot "${DB[@]}"
	assert_stderr 'postgres, web'
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE application_name = 'web'" >/dev/null
	wait
	assert_equal "$(newest)" ""
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname LIKE '%\_\_ub\_%'")" 0
}

@test "the set is one moment: rows that come during the dump are not in it" {
	( for i in $(seq 2000 2200); do
		sql shop "BEGIN; INSERT INTO orders VALUES ($i, 'late');
		    INSERT INTO empty VALUES ($i); COMMIT"
	done ) 3>&- &
	writer=$!
	sleep 0.3
	ub 0 ub-backup "${DB[@]}"
	kill "$writer" && wait "$writer" || true
	m=backups/$output/MANIFEST.json
	a=$(jq '.databases[0].tables[] | select(.name == "orders") | .rows' "$m")
	b=$(jq '.databases[0].tables[] | select(.name == "empty") | .rows' "$m")
	assert_equal "$a" $((1000 + b))
	f=$(jq -r '.databases[0].tables[] | select(.name == "orders") | .file' "$m")
	assert_equal "$(zcat "backups/$output/$f" | grep -c '^[0-9]')" "$a"
}

@test "another run holds the lock: exit 5 names it; --lock-timeout waits" {
	ub 0 ub-backup "${FILES[@]}"
	exec 7>>backups/.lock
	flock 7
	ub 5 ub-backup --json "${FILES[@]}"
	json '.error.kind == "lock.held"'
	( sleep 1; flock -u 7 ) 3>&- 4>&- &
	ub 0 ub-backup --lock-timeout 20s "${FILES[@]}"
	exec 7>&-
	wait
}

@test "every run is in the journal, with its result" {
	ub 0 ub-backup "${FILES[@]}"
	ub 3 ub-backup -c files.up.path=nowhere
	jq -es '[.[].exit] == [0, 3] and all(.[]; .tool == "ub-backup")' \
	    .ub/journal.ndjson
	assert_equal "$(cat .ub/.gitignore)" '*'
	assert_equal "$(cat backups/.gitignore)" '*'
}

@test "a database that shrank to less than half: a warning" {
	ub 0 ub-backup "${DB[@]}"
	sql shop 'DELETE FROM orders WHERE id > 100'
	ub 0 ub-backup --json "${DB[@]}"
	json '[.warnings[].kind] == ["backup.shrunk"]'
}

@test "not enough space: exit 3 before anything is read" {
	[ "$(id -u)" -eq 0 ] || skip 'mounting needs root'
	mkdir small
	# shellcheck disable=SC2016
	run --separate-stderr unshare -m sh -c '
		mount -t tmpfs -o size=100k none small &&
		exec ub-backup -c backup.dir=small "$@"' sh \
	    "${DB[@]}" "${FILES[@]}"
	assert_equal "$status" 3
	assert_stderr 'not enough space'
}
