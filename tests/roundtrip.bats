#!/usr/bin/env bats
# What goes in comes out: databases and file trees through backup and restore.

load helpers

setup_file()
{
	pg_file_start
	sql postgres 'CREATE ROLE owner_a LOGIN' 'CREATE ROLE reader_b'
}

teardown_file()
{
	pg_file_stop
}

# round DATABASE - backup, spoil, restore, compare.
round()
{
	local db=$1 id before=$BATS_TEST_TMPDIR/before after

	after=$BATS_TEST_TMPDIR/after
	pg_text -C "$db" >"$before"
	[ -s "$before" ] || fail 'nothing was dumped'
	ub 0 ub-backup -c "database.url=dbname='${db//\'/\\\'}'"
	id=$output
	ub 0 ub-verify --level restore "$id"
	sql "$db" 'CREATE TABLE spoilt ()'
	ub 0 ub-restore --confirm "$db" "$id"
	pg_text -C "$db" >"$after"
	diff -u "$before" "$after"
	ub 0 ub-restore --undo --confirm "$db"
	assert_equal "$(sql "$db" "SELECT count(*) FROM pg_tables
	    WHERE tablename = 'spoilt'")" 1
	ub 0 ub-restore --commit --confirm "$db"
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE starts_with(datname, '${db}__ub_')")" 0
}

@test "every feature of PostgreSQL survives" {
	sql postgres 'CREATE DATABASE "my-shop" OWNER owner_a'
	psql -qX -v ON_ERROR_STOP=1 -f "$ROOT/tests/data/features.sql" \
	    my-shop >/dev/null 2>&1
	sql postgres "COMMENT ON DATABASE \"my-shop\" IS 'the shop''s'" \
	    "ALTER DATABASE \"my-shop\" SET search_path = \"od d\", public" \
	    "ALTER DATABASE \"my-shop\" SET work_mem = '5MB'" \
	    "ALTER DATABASE \"my-shop\" SET datestyle = 'SQL, DMY'" \
	    "ALTER DATABASE \"my-shop\" SET my.own = 'a ''b'' \\c'" \
	    "ALTER DATABASE \"my-shop\" SET default_transaction_read_only = off" \
	    'ALTER ROLE reader_b IN DATABASE "my-shop" SET work_mem = "6MB"' \
	    'ALTER DATABASE "my-shop" CONNECTION LIMIT 50' \
	    'REVOKE CONNECT ON DATABASE "my-shop" FROM PUBLIC' \
	    'GRANT CONNECT ON DATABASE "my-shop" TO reader_b'
	round my-shop
}

@test "a database that is read-only by its own setting" {
	sql postgres 'CREATE DATABASE ro'
	sql ro 'CREATE TABLE t AS SELECT 1 AS a'
	sql postgres 'ALTER DATABASE ro SET default_transaction_read_only = on'
	pg_text -C ro >before
	ub 0 ub-backup -c database.url=dbname=ro
	ub 0 ub-restore --confirm ro "$output"
	pg_text -C ro >after
	diff before after
}

@test "odd names of databases" {
	local name

	for name in 'two words' "quo'te" 'dou"ble' 'back\slash' 'Ünï€' \
	    'select' 'a=b' '-dash' '%41' \
	    a_name_as_long_as_the_server_takes_it_for_a_database_0123456789; do
		psql -qX -v n="$name" postgres <<<'CREATE DATABASE :"n";'
		psql -qX -d "dbname='$(sed "s/[\\\\']/\\\\&/g" <<<"$name")'" \
		    -c 'CREATE TABLE t AS SELECT 1 AS a'
		pg_text -C "dbname='$(sed "s/[\\\\']/\\\\&/g" <<<"$name")'" >before
		ub 0 ub-backup --json -c \
		    "database.url=dbname='$(sed "s/[\\\\']/\\\\&/g" <<<"$name")'"
		id=$(jget .data.set.id)
		ub 0 ub-restore --confirm "$name" "$id"
		pg_text -C "dbname='$(sed "s/[\\\\']/\\\\&/g" <<<"$name")'" >after
		diff before after
		ub 0 ub-restore --commit --confirm "$name"
	done
}

@test "other encodings and locales" {
	sql postgres "CREATE DATABASE latin TEMPLATE template0
	    ENCODING LATIN1 LOCALE 'C'" \
	    "CREATE DATABASE icu TEMPLATE template0 ENCODING UTF8
	    LOCALE_PROVIDER icu ICU_LOCALE 'de-AT' LOCALE 'C.UTF-8'" \
	    "CREATE DATABASE ascii TEMPLATE template0
	    ENCODING SQL_ASCII LOCALE 'C'"
	for db in latin icu ascii; do
		sql "$db" "CREATE TABLE t (a text)" \
		    "INSERT INTO t VALUES ('abc')"
		round "$db"
	done
}

@test "a role that is no superuser, owns the database and has CREATEDB" {
	sql postgres 'CREATE ROLE plain LOGIN CREATEDB' \
	    'CREATE DATABASE plain OWNER plain'
	export PGUSER=plain
	sql plain 'CREATE TABLE t (a serial PRIMARY KEY, b text)' \
	    "INSERT INTO t (b) SELECT 'x' || i FROM generate_series(1, 50) i" \
	    'CREATE VIEW v AS SELECT * FROM t' 'CREATE SCHEMA s' \
	    'CREATE EXTENSION citext'
	round plain
}

# The whole of a tree as text: names, kinds, modes, owners, times, content.
tree_text()
{
	( cd "$1" && find . -printf '%p|%y|%m|%U|%G|%s|%T@|%l\0' |
	    LC_ALL=C sort -z | tr '\0' '\n' | sed 's/|d|\([^|]*|[^|]*|[^|]*\)|[0-9]*|/|d|\1||/'
	find . -type f -links +1 -printf '%i %p\n' | awk '{ n[$1] = n[$1] " " $2 }
	    END { for (i in n) print n[i] }' | tr ' ' '\n' | sort
	find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
	getfattr -Rdh -m - . 2>/dev/null
	getfacl -Rp . 2>/dev/null )
}

@test "files: modes, owners, times, links, xattrs, ACLs, odd names, holes" {
	mkdir -p up/empty up/deep/er up/locked
	echo a >up/plain && chmod 4751 up/plain
	touch -d '2001-02-03 04:05:06.789012345' up/plain
	ln up/plain up/hard && ln up/plain up/deep/hard2
	ln -s plain up/soft && ln -s /etc/passwd up/absolute
	ln -s nowhere up/dangling && ln -s ../.. up/deep/out
	: >"up/new
line" && : >$'up/bad\xff\xfeutf8' && : >'up/-dash' && : >'up/ü €'
	: >"up/$(printf 'l%.0s' $(seq 200))"
	truncate -s 50M up/hole && printf x >>up/hole
	mkfifo up/fifo
	setfattr -n user.note -v 'hello "x"' up/plain
	setfacl -m u:1:r up/deep/er
	if [ "$(id -u)" -eq 0 ]; then
		chown 12345:23456 up/deep
		chown -h 4:5 up/soft
		mknod up/null c 1 3
	fi
	chmod 500 up/locked && touch -d @1000000000 up/locked up/empty
	tree_text up >before
	ub 0 ub-backup -c files.up.path=up
	id=$output
	tree_text up | diff before -
	rm -rf up/deep up/plain && echo new >up/new-one
	ub 0 ub-restore --confirm up "$id"
	tree_text up | diff before -
	# the hole is still one
	[ "$(stat -c %b up/hole)" -lt 1000 ]
	ub 0 ub-restore --undo --confirm up
	[ -e up/new-one ]
	[ ! -e up/plain ]
}

@test "a tree that is one file, and one behind a link" {
	echo one >data.db && chmod 640 data.db
	mkdir real && echo x >real/x && ln -s real link
	ub 0 ub-backup -c files.db.path=data.db -c files.l.path=link
	id=$output
	echo two >data.db && echo y >real/x
	ub 0 ub-restore --confirm db --confirm l "$id"
	assert_equal "$(cat data.db) $(stat -c %a data.db)" 'one 640'
	assert_equal "$(cat link/x)" x
}

@test "sockets are skipped with a warning" {
	mkdir up && echo a >up/a
	python3 -c 'import socket
socket.socket(socket.AF_UNIX).bind("up/sock")'
	ub 0 ub-backup --json -c files.up.path=up
	json '[.warnings[].kind] == ["files.socket"]'
	ub 0 ub-verify
}

@test "a file that grows while it is read: a warning, and a whole archive" {
	mkdir up
	head -c 60000000 /dev/urandom >up/log
	( for _ in $(seq 300); do echo more >>up/log; sleep 0.01; done ) 3>&- &
	sleep 0.1
	ub 0 ub-backup --json -c files.up.path=up
	json '[.warnings[].kind] == ["files.changed"] and
	    .data.trees[0].changed == 1'
	wait
	ub 0 ub-verify
}

@test "excluded files are not in the set" {
	mkdir -p up/cache/x up/keep/cache
	touch up/cache/x/1 up/keep/a.tmp up/keep/b up/keep/cache/2
	ub 0 ub-backup -c files.up.path=up -c 'files.up.exclude=*.tmp' \
	    -c files.up.exclude=cache
	run tar -tf "backups/$output/files/up.tar.zst"
	refute_output --partial cache
	refute_output --partial a.tmp
	assert_output --partial keep/b
}
