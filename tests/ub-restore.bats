#!/usr/bin/env bats
# ub-restore: brings a set back beside the live data, compares, swaps.

load helpers

setup_file()
{
	pg_file_start max_prepared_transactions=5
}

teardown_file()
{
	pg_file_stop
}

setup_test()
{
	drop_all
	sql postgres 'CREATE DATABASE shop'
	sql shop 'CREATE TABLE orders (id int PRIMARY KEY, what text)' \
	    "INSERT INTO orders SELECT i, 'thing ' || i
	     FROM generate_series(1, 500) i" \
	    'CREATE TABLE mark (state text)' \
	    "INSERT INTO mark VALUES ('old')" \
	    "SELECT lo_from_bytea(0, 'large')" \
	    "ALTER DATABASE shop SET work_mem = '5MB'"
	mkdir -p uploads/sub
	echo old >uploads/mark
	echo two >uploads/sub/two
	echo KEY=secret >.env
	cat >ub.conf <<-CONF
	[database]
		url = dbname=shop
	[files "uploads"]
		path = uploads
	[config]
		path = .env
	CONF
}

# Every database that is not the server's own.
drop_all()
{
	sql postgres "SELECT format('DROP DATABASE %I WITH (FORCE);', datname)
	    FROM pg_database
	    WHERE datname NOT IN ('postgres', 'template0', 'template1')" |
	    psql -X -q -v ON_ERROR_STOP=1 -d postgres
}

# What is live now becomes another state than that of the set.
spoil()
{
	sql shop 'DELETE FROM orders WHERE id > 10' \
	    "UPDATE mark SET state = 'new'"
	echo new >uploads/mark
	rm uploads/sub/two
	echo KEY=other >.env
}

# state - "old" or "new" of database, tree and their contents; all must agree
state()
{
	local db tree n

	db=$(sql shop 'SELECT state FROM mark')
	tree=$(cat uploads/mark)
	n=$(sql shop 'SELECT count(*) FROM orders')
	[ "$db" = "$tree" ] || fail "database is $db, tree is $tree"
	case $db in
	old) [ "$n" -eq 500 ] && [ -f uploads/sub/two ] ;;
	new) [ "$n" -eq 10 ] && [ ! -e uploads/sub/two ] ;;
	esac || fail "half a state: $db, $n rows"
	echo "$db"
}

# Names of databases and paths that ub keeps, with the ids cut off.
kept()
{
	{
		sql postgres "SELECT datname FROM pg_database
		    WHERE datname LIKE '%\_\_ub\_%'"
		find . -name '.*.ub-*' -printf '%f\n'
	} | sed 's/[-_]2[0-9]\{7\}T.*//' | sort | tr '\n' ' '
}

# Is somebody connected to a database?
is_open()
{
	[ "$(sql postgres "SELECT count(*) FROM pg_stat_activity
	    WHERE datname = '$1'")" -gt 0 ]
}

@test "restore, undo, restore again, commit" {
	ub 0 ub-backup
	id=$output
	spoil
	assert_equal "$(state)" new
	ub 0 ub-restore --json --confirm shop "$id"
	assert_schema result
	assert_schema ub-restore
	json --arg id "$id" '.data.state == "restored" and
	    .data.set.id == $id and .data.databases[0].rows == 501 and
	    ([.data.steps[].state] | unique) == ["done"] and
	    .next == ["ub-restore --undo \($id) --confirm shop",
	    "ub-restore --commit \($id) --confirm shop"]'
	assert_equal "$(state)" old
	assert_equal "$(kept)" ".uploads.ub-old shop__ub_old "
	assert_equal "$(sql shop 'SHOW work_mem')" 5MB
	assert_equal "$(cat .env)" KEY=other

	ub 0 ub-restore --json --undo --confirm shop
	assert_schema ub-restore
	json '.data.state == "undone"'
	assert_equal "$(state)" new
	assert_equal "$(kept)" ".uploads.ub-undone shop__ub_undone "

	ub 0 ub-restore --json --confirm shop "$id"
	json --arg id "$id" '.data.operation == $id + "-2" and
	    ([.data.steps[].id] | index("drop/" + $id)) != null'
	assert_equal "$(state)" old
	assert_equal "$(kept)" ".uploads.ub-old shop__ub_old "

	ub 0 ub-restore --json --commit --confirm shop
	assert_schema ub-restore
	json '.data.state == "committed"'
	assert_equal "$(state)" old
	assert_equal "$(kept)" ""
	assert_equal "$(jq -r .state .ub/restores/*.json | sort | uniq -c |
	    tr -s ' ')" " 2 committed"
}

@test "a result that nobody could be told: what is live stays so, exit 7" {
	id=$(ub-backup)
	spoil
	run -7 bash -c "ub-restore --confirm shop --confirm uploads \
	    --confirm .env $id >/dev/full"
	assert_equal "$(state)" old
	run -7 bash -c 'ub-restore --undo --confirm shop --confirm uploads \
	    --confirm .env >/dev/full'
	assert_equal "$(state)" new
}

@test "text: what was done on stdout, what may come next on stderr" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore --confirm shop "$id"
	assert_output "shop: restored; the old one is shop__ub_old_$id
$PWD/uploads: restored; the old one is $PWD/.uploads.ub-old-$id"
	assert_stderr "next: ub-restore --undo $id --confirm shop"
	ub 0 ub-restore -q --undo --confirm shop
	assert_output "shop: the old one is back; the restored one is \
shop__ub_undone_$id
$PWD/uploads: the old one is back; the restored one is \
$PWD/.uploads.ub-undone-$id"
}

@test "--dry-run prints every step with its size and its undo" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore --dry-run "$id"
	assert_line --regexp '^1\. verify every file of the set \(.*iB\)$'
	assert_line --partial "restore database 'shop' beside"
	assert_line "   undo: ub-restore --undo $id"
	ub 0 ub-restore --dry-run --json "$id"
	assert_schema ub-restore
	json '.status == "planned" and .data.state == "planned" and
	    ([.data.steps[].state] | unique) == ["planned"]'
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
	[ ! -e .ub/restores ]
}

@test "without --confirm nothing is touched: exit 4, the flag is named" {
	id=$(ub-backup -q)
	spoil
	ub 4 ub-restore --json "$id"
	assert_schema result
	json '.error.kind == "confirm.needed" and
	    (.error.hint | contains("--confirm shop"))'
	ub 4 ub-restore --confirm other "$id"
	ub 4 ub-restore --yes "$id"
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
	assert_equal "$(find .ub/restores -name '*.json')" ""
	ub 0 ub-restore -q --confirm shop "$id"
	ub 4 ub-restore --undo
	ub 4 ub-restore --commit
	assert_equal "$(state)" old
}

@test "usage: exit 2" {
	ub 2 ub-restore
	assert_stderr "which set?"
	ub 2 ub-restore --undo --commit
	assert_stderr "--undo and --commit exclude each other"
	ub 2 ub-restore --undo --only db
	assert_stderr "--undo and --commit take all of a restore"
	ub 2 ub-restore --into a --fast latest
	assert_stderr "--into and --fast exclude each other"
	ub 2 ub-restore a b
	assert_stderr "one set at a time"
	ub-backup -q
	ub 2 ub-restore nonsense
	ub 2 ub-restore --only dbs latest
	assert_stderr "there is no kind 'dbs'"
	assert_stderr "did you mean '--only db'?"
	ub 2 ub-restore --only db/shp latest
	assert_stderr "there is no 'db/shp'"
	ub 2 ub-restore --into other latest
	assert_stderr "--into takes one part of a set, not 2"
	assert_stderr "choose it with --only db/shop"
}

@test "nothing to undo or commit: exit 4, and what to look for" {
	ub 4 ub-restore --undo
	assert_stderr "there is no restore to undo"
	assert_stderr "…__ub_old_…"
	ub 4 ub-restore --commit latest
	assert_stderr "there is no restore to commit"
}

@test "a target that waits for --undo or --commit is not restored over" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore -q --only db --confirm shop "$id"
	ub 4 ub-restore --json --confirm shop "$id"
	json '.error.kind == "restore.pending" and
	    (.error.message | startswith("'"'shop'"' was restored"))'
	# another target is
	ub 0 ub-restore -q --only files --confirm uploads "$id"
	assert_equal "$(state)" old
	# both can be undone, the newest first
	ub 0 ub-restore --undo --confirm uploads
	assert_equal "$(cat uploads/mark)" new
	ub 0 ub-restore --undo "$id" --confirm shop
	assert_equal "$(state)" new
}

@test "--only: one part, the other stays" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore -q --only db/shop --confirm shop "$id"
	assert_equal "$(sql shop 'SELECT state FROM mark')" old
	assert_equal "$(cat uploads/mark)" new
}

@test "--into restores a database beside and swaps nothing" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore --json --only db --into "look at it" "$id"
	assert_schema ub-restore
	json '.data.state == "beside" and .next == []'
	assert_equal "$(sql "look at it" 'SELECT state FROM mark')" old
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
	ub 4 ub-restore --only db --into "look at it" "$id"
	assert_stderr "there is a database 'look at it' already"
	ub 4 ub-restore --undo
}

@test "--into restores a tree to a new path or into an empty folder" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore -q --only files --into look "$id"
	assert_equal "$(cat look/mark)" old
	mkdir empty
	ub 0 ub-restore -q --only files --into empty "$id"
	assert_equal "$(cat empty/mark)" old
	ub 4 ub-restore -q --only files --into look "$id"
	assert_stderr "'$PWD/look' is there already"
	ub 4 ub-restore -q --only files --into no/where "$id"
	assert_stderr "there is no folder '$PWD/no'"
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
}

@test "config files only when asked for, with a diff without values" {
	chmod 640 .env
	id=$(ub-backup -q)
	spoil
	chmod 600 .env
	ub 0 ub-restore --only config --confirm .env "$id"
	assert_equal "$(cat .env)" KEY=secret
	assert_equal "$(stat -c %a .env)" 640
	assert_stderr '-KEY=…'
	assert_stderr '+KEY=…'
	[[ $stderr$output != *secret* && $stderr$output != *other* ]]
	assert_equal "$(cat ".env.ub-old-$id" ".${PWD##*/}" 2>/dev/null)" "" ||
	    true
	assert_equal "$(cat "..env.ub-old-$id")" KEY=other
	assert_equal "$(state)" new
	ub 0 ub-restore -q --undo --confirm .env
	assert_equal "$(cat .env)" KEY=other
	# on a terminal the values are shown
	run script -qec "ub-restore --dry-run --only config $id" /dev/null
	assert_output --partial +KEY=secret
	# the same already: nothing to do
	echo KEY=secret >.env
	ub 0 ub-restore --json --only config --confirm .env "$id"
	assert_schema ub-restore
	json '.status == "skipped" and .data.trees == [] and
	    .data.reason == "all is as in the set already"'
}

@test "the state before: no database, no tree, no config file" {
	id=$(ub-backup -q)
	sql postgres 'DROP DATABASE shop'
	rm -r uploads .env
	ub 0 ub-restore --json --confirm shop "$id"
	json '.data.databases[0].old == null and .data.trees[0].old == null'
	assert_equal "$(state)" old
	assert_equal "$(kept)" ""
	ub 0 ub-restore -q --undo --confirm shop
	[ ! -e uploads ]
	assert_equal "$(kept)" ".uploads.ub-undone shop__ub_undone "
	ub 0 ub-restore -q --commit --confirm shop
	assert_equal "$(kept)" ""
}

@test "without configuration it goes back to where the set came from" {
	id=$(ub-backup -q)
	spoil
	rm ub.conf
	ub 0 ub-restore -q --confirm shop "$id"
	assert_equal "$(state)" old
	ub 0 ub-restore -q --undo --confirm shop
	assert_equal "$(state)" new
}

@test "configuration says where to: another database, another path" {
	id=$(ub-backup -q)
	spoil
	sql postgres 'CREATE DATABASE other'
	cat >ub.conf <<-CONF
	[database "shop"]
		url = dbname=other
	[files "uploads"]
		path = elsewhere
	CONF
	ub 0 ub-restore -q --confirm other "$id"
	assert_equal "$(sql other 'SELECT state FROM mark')" old
	assert_equal "$(cat elsewhere/mark)" old
	assert_equal "$(state)" new
	ub 0 ub-restore -q --undo --confirm other
	assert_equal "$(sql other 'SELECT count(*) FROM pg_class
	    WHERE relname = '"'mark'")" 0
	[ ! -e elsewhere ]
}

@test "the record pipe: backup | restore; a failed backup restores nothing" {
	run --separate-stderr bash -c 'set -o pipefail
	    ub-backup --json | ub-restore --json --confirm shop -'
	assert_equal "$status" 0
	json '.data.state == "restored" and .exit == 0'
	ub 0 ub-restore -q --commit --confirm shop
	run --separate-stderr bash -c 'ub-backup --json \
	    -c database.x.url=dbname=missing | ub-restore --json \
	    --confirm shop -'
	[ "$status" -ne 0 ]
	json '.tool == "ub-backup"'
	assert_equal "$(kept)" ""
}

@test "sessions are ended, and come back to the restored database" {
	id=$(ub-backup -q)
	spoil
	for _ in 1 2 3; do
		psql -X -q -d shop -c 'SELECT pg_sleep(60)' \
		    >/dev/null 2>&1 3>&- &
	done
	# one that comes again at once, whenever it is thrown out
	while :; do
		psql -X -q -A -t -d shop \
		    -c "SELECT state FROM mark, pg_sleep(0.01)" \
		    2>/dev/null || true
	done >seen 3>&- &
	again=$!
	ub 0 ub-restore -q --confirm shop "$id"
	sleep 0.3
	ub 0 ub-restore -q --undo --confirm shop
	sleep 0.3
	kill "$again"
	wait || true
	assert_equal "$(uniq seen | tr '\n' ' ')" "new old new "
}

@test "a prepared transaction: refused before anything is made" {
	id=$(ub-backup -q)
	spoil
	sql shop "BEGIN; DELETE FROM mark; PREPARE TRANSACTION 'held'"
	ub 4 ub-restore --json --only db --confirm shop "$id"
	json '.error.kind == "restore.prepared" and
	    (.error.message | contains("'"'held'"'"))'
	sql shop "ROLLBACK PREPARED 'held'"
	assert_equal "$(kept)" ""
}

@test "--fast swaps in the copy that the backup has kept" {
	id=$(ub-backup -q --snapshot)
	spoil
	ub 0 ub-restore --json --fast --only db --confirm shop "$id"
	json '.data.databases[0].rows == null and
	    ([.data.steps[].id] == ["verify", "swap/shop"])'
	assert_equal "$(sql shop 'SELECT state FROM mark')" old
	assert_equal "$(kept)" "shop__ub_old "
	ub 0 ub-restore -q --undo --confirm shop
	assert_equal "$(kept)" "shop__ub_undone "
	ub 4 ub-restore --fast --only db --confirm shop "$id"
	assert_stderr "is not there any more"
	id=$(ub-backup -q)
	ub 4 ub-restore --fast --only db --confirm shop "$id"
	assert_stderr "has no snapshot of database 'shop'"
}

@test "a damaged set is not restored: exit 1, nothing touched" {
	id=$(ub-backup -q)
	spoil
	f=$(find "backups/$id/db/shop" -name '*.dat*' -size +1k | head -1)
	printf X | dd of="$f" bs=1 seek=40 conv=notrunc status=none
	ub 1 ub-restore --json --confirm shop "$id"
	json '.error.kind == "verify.damage" and
	    (.error.message | contains("db/shop/"))'
	rm "$f"
	ub 1 ub-restore --confirm shop "$id"
	echo '{' >"backups/$id/MANIFEST.json"
	ub 1 ub-restore --confirm shop "$id"
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
}

@test "rows that differ from the manifest: exit 6, what is live stays" {
	id=$(ub-backup -q)
	spoil
	lie "$id" '.databases[0].tables |=
	    map(if .name == "orders" then .rows = 7 else . end)'
	ub 6 ub-restore --json --confirm shop "$id"
	assert_schema ub-restore
	json '.status == "undone" and .error.kind == "load.rows" and
	    .data.state == "cancelled" and (.error.message | contains(
	    "rows of table public.orders: 500 after the restore, 7 in"))'
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
}

# lie ID FILTER - change the manifest of a set, and its sums with it
lie()
{
	local m=backups/$1/MANIFEST.json

	jq "$2" "$m" >m.json && cat m.json >"$m"
	(cd "backups/$1" && sed -i '/ MANIFEST.json$/d' SHA256SUMS &&
	    sha256sum MANIFEST.json >>SHA256SUMS && sort -k 2 \
	    -o SHA256SUMS SHA256SUMS)
}

@test "hostile paths in a manifest do not lead anywhere" {
	id=$(ub-backup -q)
	rm ub.conf
	lie "$id" '.trees[0].path = "/"'
	ub 4 ub-restore -q --only files --confirm uploads "$id"
	assert_stderr "cannot swap '/'"
	lie "$id" '.trees[0].path = "relative/path"'
	run ub-restore -q --only files --confirm uploads "$id"
	assert_failure
	lie "$id" ".trees[0].path = \"$PWD\""
	ub 4 ub-restore -q --only files --confirm uploads "$id"
	assert_stderr "would be swapped away with it"
	lie "$id" '.databases[0].dbname = "shop\"; DROP DATABASE shop; --"'
	ub 4 ub-restore -q --only db --confirm shop "$id"
	assert_equal "$(sql shop 'SELECT count(*) FROM orders')" 500
}

@test "a dump of a newer pg_dump: refused, nothing touched" {
	id=$(ub-backup -q)
	lie "$id" '.databases[0].dump_version = 990001'
	ub 3 ub-restore --json --confirm shop "$id"
	json '.error.kind == "load.version" and
	    (.error.message | contains("pg_dump 99"))'
	assert_equal "$(kept)" ""
}

@test "a link to a tree: what it leads to is swapped, the link stays" {
	mv uploads real && ln -s real uploads
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore -q --only files --confirm uploads "$id"
	[ -L uploads ]
	assert_equal "$(cat real/mark)" old
	ub 0 ub-restore -q --undo --confirm uploads
	assert_equal "$(cat real/mark)" new
}

@test "a tree that is one single file" {
	echo old >one.db
	id=$(ub-backup -q -c files.one.path=one.db)
	echo new >one.db
	ub 0 ub-restore -q --only files/one -c files.one.path=one.db \
	    --confirm one "$id"
	assert_equal "$(cat one.db)" old
	ub 0 ub-restore -q --undo -c files.one.path=one.db --confirm one
	assert_equal "$(cat one.db)" new
}

@test "odd names: databases, trees, tables" {
	local name='my-shop "ü" $x'

	sql postgres 'CREATE DATABASE "my-shop ""ü"" $x"' \
	    'CREATE DATABASE "a=b"'
	psql -X -q -d "dbname='$name'" -c 'CREATE TABLE "select" ("from" int)' \
	    -c 'INSERT INTO "select" VALUES (1)' \
	    -c 'CREATE TABLE "a
b" ()' -c 'CREATE TABLE "ta\b" (x int)'
	psql -X -q -d "dbname='a=b'" -c 'CREATE TABLE t ()'
	mkdir 'odd dir' && echo x >'odd dir/new
line' && echo y >"odd dir/$(printf '\377')"
	cat >ub.conf <<-'CONF'
	[database "odd"]
		url = "dbname='my-shop \"ü\" $x'"
	[database "eq"]
		url = "dbname='a=b'"
	[files "odd"]
		path = "odd dir"
	CONF
	id=$(ub-backup -q)
	psql -X -q -d "dbname='$name'" -c 'DROP TABLE "select"'
	rm -r 'odd dir'
	ub 0 ub-restore -q --confirm "$name" --confirm a=b "$id"
	assert_equal "$(psql -X -A -t -d "dbname='$name'" \
	    -c 'SELECT * FROM "select"')" 1
	assert_equal "$(cat 'odd dir/new
line')" x
	ub 0 ub-restore -q --undo --confirm "$name" --confirm a=b
	run psql -X -d "dbname='$name'" -c 'SELECT * FROM "select"'
	assert_failure
}

@test "long names keep apart" {
	local a b

	a=$(printf 'ü%.0s' {1..30})a
	b=$(printf 'ü%.0s' {1..30})b
	sql postgres "CREATE DATABASE \"$a\"" "CREATE DATABASE \"$b\""
	sql "$a" "CREATE TABLE t AS SELECT 'a' AS x"
	sql "$b" "CREATE TABLE t AS SELECT 'b' AS x"
	cat >ub.conf <<-CONF
	[database "a"]
		url = dbname=$a
	[database "b"]
		url = dbname=$b
	CONF
	id=$(ub-backup -q)
	ub 0 ub-restore -q --confirm "$a" --confirm "$b" "$id"
	assert_equal "$(sql "$a" 'SELECT x FROM t')$(sql "$b" \
	    'SELECT x FROM t')" ab
	ub 0 ub-restore -q --undo --confirm "$a" --confirm "$b"
	assert_equal "$(sql "$a" 'SELECT x FROM t')$(sql "$b" \
	    'SELECT x FROM t')" ab
}

@test "a role that owns the database and has CREATEDB is enough" {
	role clerk 'LOGIN CREATEDB'
	sql postgres 'DROP DATABASE shop' 'CREATE DATABASE shop OWNER clerk'
	PGUSER=clerk sql shop 'CREATE TABLE mark AS SELECT '"'old'"' AS state'
	id=$(PGUSER=clerk ub-backup -q)
	sql shop "UPDATE mark SET state = 'new'"
	psql -X -q -U clerk -d shop -c 'SELECT pg_sleep(60)' >/dev/null \
	    2>&1 3>&- &
	PGUSER=clerk ub 0 ub-restore -q --only db --confirm shop "$id"
	assert_equal "$(sql shop 'SELECT state FROM mark')" old
	PGUSER=clerk ub 0 ub-restore -q --undo --confirm shop
	assert_equal "$(sql shop 'SELECT state FROM mark')" new
	PGUSER=clerk ub 0 ub-restore -q --commit --confirm shop
	wait
}

role()
{
	sql postgres "DROP ROLE IF EXISTS $1" "CREATE ROLE $1 $2"
}

@test "a missing right is named, before anything is touched" {
	drop_all
	role clerk 'LOGIN CREATEDB'
	role boss 'LOGIN'
	sql postgres 'CREATE DATABASE shop OWNER clerk'
	PGUSER=clerk sql shop 'CREATE TABLE mark AS SELECT 1 AS state'
	id=$(PGUSER=clerk ub-backup -q)
	sql postgres 'ALTER ROLE clerk NOCREATEDB'
	PGUSER=clerk ub 3 ub-restore --only db --confirm shop "$id"
	assert_stderr "role 'clerk' may not create databases: it lacks CREATEDB"
	sql postgres 'ALTER ROLE clerk CREATEDB' \
	    'ALTER DATABASE shop OWNER TO boss'
	PGUSER=clerk ub 3 ub-restore --only db --confirm shop "$id"
	assert_stderr "may not rename database 'shop', which belongs to 'boss'"
	sql postgres 'ALTER DATABASE shop OWNER TO clerk'
	# a superuser's session is not ours to end
	psql -X -q -d shop -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 3>&- &
	wait_for 20 is_open shop
	PGUSER=clerk ub 4 ub-restore --json --only db --confirm shop "$id"
	json '.error.kind == "restore.sessions" and
	    (.error.message | contains("postgres")) and
	    (.error.hint | contains("pg_signal_backend"))'
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE datname = 'shop'" >/dev/null
	wait || true
	assert_equal "$(kept)" ""
}

@test "a role that is missing is named, with the way to get it" {
	role ghost LOGIN
	sql shop 'CREATE TABLE haunted ()' \
	    'ALTER TABLE haunted OWNER TO ghost' \
	    'GRANT CREATE ON SCHEMA public TO ghost'
	id=$(ub-backup -q)
	sql shop 'DROP TABLE haunted' 'DROP OWNED BY ghost'
	sql postgres 'DROP ROLE ghost'
	spoil
	ub 6 ub-restore --json --confirm shop "$id"
	json '.error.kind == "load.role" and
	    (.error.message | contains("role \"ghost\" does not exist")) and
	    (.error.hint | contains("db/globals.sql"))'
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
}

@test "a server that is not there: exit 5, nothing touched" {
	id=$(ub-backup -q)
	spoil
	pg_halt "$PG" fast
	run --separate-stderr ub-restore --json --confirm shop "$id"
	pg_resume "$PG"
	assert_equal "$status" 5
	assert_schema ub-restore
	assert_equal "$(state)" new
	assert_equal "$(kept)" ""
}

@test "two at once: the second says who is at it, exit 5" {
	id=$(ub-backup -q)
	sql shop 'SELECT 1' >/dev/null
	mkdir -p .ub
	flock .ub/lock sleep 5 3>&- &
	holder=$!
	wait_for 5 sh -c '! flock -n .ub/lock true'
	ub 5 ub-restore --json --confirm shop "$id"
	json '.error.kind == "lock.held"'
	# the folder of the sets is locked as well
	pkill -P "$holder" || true
	wait "$holder" || true
	flock backups/.lock sleep 5 3>&- &
	holder=$!
	wait_for 5 sh -c '! flock -n backups/.lock true'
	ub 5 ub-restore --confirm shop "$id"
	pkill -P "$holder" || true
	wait "$holder" || true
}

@test "no password in argv, records, journal or output" {
	sql postgres "ALTER ROLE postgres PASSWORD 'geheim123'"
	export PGPASSWORD=geheim123
	id=$(ub-backup -q)
	spoil
	while :; do
		cat /proc/[0-9]*/cmdline 2>/dev/null || true
	done >argv 3>&- &
	watcher=$!
	ub 0 ub-restore --confirm shop "$id"
	kill "$watcher"
	run grep -rac geheim123 argv .ub backups
	refute_output --regexp ':[1-9]'
	[[ $output$stderr != *geheim123* ]]
}

@test "replication is warned of" {
	sql postgres "SELECT 1" >/dev/null
	id=$(ub-backup -q)
	sql shop "CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere'
	    PUBLICATION p WITH (connect = false)" 2>/dev/null
	ub 0 ub-restore --json --dry-run "$id"
	json '.warnings[0].kind == "restore.replication"'
	sql shop 'ALTER SUBSCRIPTION s SET (slot_name = NONE)' \
	    'DROP SUBSCRIPTION s'
}

@test "a record that is torn is named" {
	id=$(ub-backup -q)
	mkdir -p .ub/restores && echo '{' >.ub/restores/x.json
	ub 3 ub-restore --confirm shop "$id"
	assert_stderr "cannot read the record '$PWD/.ub/restores/x.json'"
}

@test "--commit refuses when what is live is gone" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore -q --only files --confirm uploads "$id"
	mv uploads away
	ub 4 ub-restore --commit --confirm uploads
	assert_stderr "may be the only copy"
	mv away uploads
	ub 0 ub-restore -q --commit --confirm uploads
}

@test "--undo refuses when the old copy is gone" {
	id=$(ub-backup -q)
	spoil
	ub 0 ub-restore -q --confirm shop "$id"
	rm -r ".uploads.ub-old-$id"
	ub 4 ub-restore --undo --confirm shop
	assert_stderr "is not there any more"
	assert_equal "$(sql shop 'SELECT state FROM mark')" old
	sql postgres "DROP DATABASE \"shop__ub_old_$id\""
	mkdir ".uploads.ub-old-$id"
	ub 4 ub-restore --undo --confirm shop
	assert_stderr "should become 'shop' is not there any more"
	assert_equal "$(sql shop 'SELECT state FROM mark')" old
	assert_equal "$(jq -r .state .ub/restores/*.json)" restored
}
