#!/usr/bin/env bats
# ub: serial
# What happens to a restore when the world ends around it: what is live is at
# every moment whole, the next run finishes or undoes, the exit code is true.

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
	drop_all
	sql postgres 'CREATE DATABASE shop'
	sql shop 'CREATE TABLE orders (id int PRIMARY KEY, what text)' \
	    'CREATE TABLE other (a int)'
	mkdir -p uploads/sub
	cat >ub.conf <<-CONF
	[database]
		url = dbname=shop
	[files "uploads"]
		path = uploads
	CONF
	make_state old 300
	id=$(ub-backup -q)
	make_state new 10
}

teardown()
{
	stop_poller
}

stop_poller()
{
	[ ! -s poller ] || kill "$(cat poller)" || true
	rm -f poller
}

drop_all()
{
	sql postgres "SELECT format('DROP DATABASE %I WITH (FORCE);', datname)
	    FROM pg_database
	    WHERE datname NOT IN ('postgres', 'template0', 'template1')" |
	    psql -X -q -v ON_ERROR_STOP=1 -d postgres
}

# make_state WORD ROWS - content that knows whether it is whole
make_state()
{
	sql shop 'TRUNCATE orders' "INSERT INTO orders
	    SELECT i, '$1' FROM generate_series(1, $2) i"
	rm -rf uploads/*
	mkdir uploads/sub
	for f in mark a b sub/c; do
		echo "$1" >"uploads/$f"
	done
}

# "old", "new", or what is wrong
db_state()
{
	case $(sql shop "SELECT string_agg(DISTINCT what, ' ') || count(*)
	    FROM orders") in
	old300) echo old ;;
	new10) echo new ;;
	*) echo broken ;;
	esac
}

tree_state()
{
	cat uploads/mark uploads/a uploads/b uploads/sub/c | uniq |
	    tr '\n' ' ' | tr -d ' '
}

# whole WORDS... - database and tree are whole and in one of the states
whole()
{
	local db tree

	db=$(db_state) tree=$(tree_state)
	[ "$db" = "$tree" ] || fail "database is $db, tree is $tree"
	[[ " $* " == *" $db "* ]] || fail "it is $db, not one of: $*"
}

kept()
{
	{
		sql postgres "SELECT datname FROM pg_database
		    WHERE datname LIKE '%\_\_ub\_%'"
		find . -name '.*ub-*-2*' -printf '%f\n'
	} | sed 's/[-_]2[0-9]\{7\}T.*//' | sort | tr '\n' ' '
}

# Let the next run bring it to an end; everything agrees and nothing that is
# not accounted for is left. Then put it back to "new", without copies.
next_run_settles()
{
	local status=0 st

	ub-restore -q --json >out 2>err || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ] ||
	    fail "$1: recovery ends with $status: $(cat err)"
	st=$(newest_state)
	case $st in
	restored)
		whole old
		[ "$(kept)" = ".uploads.ub-old shop__ub_old " ] ||
		    fail "$1: restored, kept: $(kept)"
		ub-restore -q --undo --confirm shop 2>/dev/null >&2
		ub-restore -q --commit --confirm shop 2>/dev/null >&2
		;;
	undone)
		whole new
		[ "$(kept)" = ".uploads.ub-undone shop__ub_undone " ] ||
		    fail "$1: undone, kept: $(kept)"
		ub-restore -q --commit --confirm shop 2>/dev/null >&2
		;;
	# committed: that was the one before, this one had not begun
	cancelled | none | committed) whole new ;;
	*) fail "$1: left in state $st" ;;
	esac
	[ "$(kept)" = "" ] || fail "$1: $st leaves $(kept)"
	settled=$st
}

newest_state()
{
	local f

	f=$(find .ub/restores -name '*.json' -printf '%T@ %p\n' 2>/dev/null |
	    sort -n | tail -1 | cut -d ' ' -f 2)
	if [ -n "$f" ]; then
		jq -r .state "$f"
	else
		echo none
	fi
}

restore=(ub-restore -q --confirm shop)

@test "kill -9 before and after every rename, fsync, mkdir, unlink" {
	local calls=rename,fsync,mkdir,unlink

	n=$(count_calls "$calls" "${restore[@]}" "$id")
	ub-restore -q --undo --confirm shop 2>/dev/null
	ub-restore -q --commit --confirm shop
	[ "$n" -gt 10 ]
	: >ends
	for action in kill killafter; do
		for ((i = 1; i <= n; i++)); do
			run with_fail "$calls" "$i" "$action" \
			    "${restore[@]}" "$id"
			[ "$status" -eq 137 ] || [ "$status" -eq 0 ] ||
			    fail "$action $i: exit $status: $output"
			rm -rf .ub/restores.seen
			next_run_settles "$action $i"
			echo "$settled" >>ends
		done
	done
	echo "# $n calls, killed before and after each:" \
	    "$(sort ends | uniq -c | tr -s ' \n' ' ')" >&3
	grep -q restored ends
	grep -q cancelled ends
}

@test "kill -9 before and after every one of them in --undo and --commit" {
	local calls=rename,fsync,mkdir,unlink

	"${restore[@]}" "$id" 2>/dev/null
	n=$(count_calls "$calls" ub-restore -q --undo --confirm shop)
	ub-restore -q --commit --confirm shop
	[ "$n" -gt 5 ]
	for action in kill killafter; do
		for ((i = 1; i <= n; i++)); do
			"${restore[@]}" "$id" 2>/dev/null
			run with_fail "$calls" "$i" "$action" \
			    ub-restore -q --undo --confirm shop
			next_run_settles "undo $action $i"
		done
	done
	echo "# undo: $n calls" >&3
	"${restore[@]}" "$id" 2>/dev/null
	n=$(count_calls "$calls" ub-restore -q --commit --confirm shop)
	[ "$n" -gt 5 ]
	for action in kill killafter; do
		for ((i = 1; i <= n; i++)); do
			make_state new 10
			"${restore[@]}" "$id" 2>/dev/null
			run with_fail "$calls" "$i" "$action" \
			    ub-restore -q --commit --confirm shop
			whole old
			ub-restore -q >/dev/null 2>&1 || true
			[ "$(newest_state)" = restored ] &&
			    ub-restore -q --commit --confirm shop >/dev/null
			whole old
			[ "$(kept)" = "" ] || fail "commit $i: $(kept)"
		done
	done
	echo "# commit: $n calls" >&3
}

# Somebody who looks all the time, in two sessions: the database is whole.
poll()
{
	while :; do
		psql -X -q -A -t -d shop -c "SELECT string_agg(DISTINCT what,
		    ' ') || count(*) FROM orders" 2>>poll.err || true
		cat uploads/mark 2>>poll.err || echo away
	done
}

@test "kill -9 at 100 random times; what is live is whole at every moment" {
	local took

	RANDOM=4711
	took=$(date +%s%N)
	"${restore[@]}" "$id" 2>/dev/null
	took=$((($(date +%s%N) - took) / 1000000))
	ub-restore -q --undo --confirm shop 2>/dev/null
	ub-restore -q --commit --confirm shop
	poll >seen 3>&- &
	echo $! >poller
	: >ends
	for ((i = 0; i < 100; i++)); do
		"${restore[@]}" "$id" >/dev/null 2>&1 3>&- &
		pid=$!
		sleep "$(awk -v t="$took" -v r=$RANDOM \
		    'BEGIN { print t / 1000 * 1.1 * r / 32768 }')"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" || true
		next_run_settles "time $i"
		echo "$settled" >>ends
	done
	stop_poller
	echo "# $(sort ends | uniq -c | tr -s ' \n' ' ')" >&3
	[ "$(wc -l <seen)" -gt 100 ]
	assert_equal "$(sort -u seen | grep -vxE 'old300|new10|old|new')" ""
}

@test "every write, fsync, rename, open, mkdir fails once; the code is true" {
	# bats' run has an i of its own
	local total=0 k

	: >ends
	for call in write fsync rename open mkdir; do
		n=$(count_calls "$call" "${restore[@]}" "$id")
		ub-restore -q --undo --confirm shop 2>/dev/null
		ub-restore -q --commit --confirm shop
		[ "$n" -gt 0 ] || fail "no $call at all"
		for ((k = 1; k <= n; k++)); do
			run --separate-stderr with_fail "$call" "$k" ENOSPC \
			    "${restore[@]}" "$id"
			total=$((total + 1))
			case $status in
			0) whole old ;;
			3 | 6) whole new ;;
			7) assert_stderr "next: ub-restore" ;;
			*) fail "$call $k: exit $status: $stderr" ;;
			esac
			[ "$status" -eq 0 ] || [ -n "$stderr" ] ||
			    fail "$call $k: says nothing"
			echo "$status" >>ends
			[ "$status" -ne 3 ] || [ "$(kept)" = "" ] ||
			    fail "$call $k: exit 3, but $(kept)"
			[ "$status" -ne 6 ] || [ "$(kept)" = "" ] ||
			    fail "$call $k: exit 6, but $(kept)"
			next_run_settles "$call $k"
		done
	done
	echo "# $total failures: $(sort ends | uniq -c | tr -s ' \n' ' ')" >&3
}

# A restore that is held up at a phase, and a server that goes away then.
# load: pg_restore waits for a lock; swap: a session cannot be ended.
lose_server()
{
	"${restore[@]}" --json "$id" >out 2>err 3>&- &
	pid=$!
	"$1"
	"$2"
	status=0
	wait "$pid" || status=$?
	take out
}

# take FILE - as if its content were the last output
take()
{
	output=$(cat "$1")
	# shellcheck disable=SC2034
	mapfile -t lines <"$1"
}

# A set that takes two seconds more to restore: its index is slow to build.
slow_set()
{
	sql shop "CREATE FUNCTION slow(i int) RETURNS int LANGUAGE plpgsql
	    IMMUTABLE AS 'BEGIN PERFORM pg_catalog.pg_sleep(0.02);
	    RETURN i; END'" \
	    'CREATE TABLE slow AS SELECT generate_series(1, 100) AS i'
	make_state old 300
	sql shop 'CREATE INDEX ON slow (slow(i))'
	sleep 1
	id=$(ub-backup -q)
	sql shop 'DROP TABLE slow'
	make_state new 10
}

while_loading()
{
	wait_for 10 loading
}

loading()
{
	[ "$(sql postgres "SELECT count(*) FROM pg_stat_activity
	    WHERE query LIKE 'CREATE INDEX%' AND state = 'active'
	    AND datname LIKE '%\_\_ub\_new\_%'")" -eq 1 ]
}

stop_server()
{
	pg_halt "$PG" immediate
}

end_sessions()
{
	sql postgres "SELECT pg_terminate_backend(pid)
	    FROM pg_stat_activity WHERE pid <> pg_backend_pid()
	    AND backend_type = 'client backend'" >/dev/null
}

@test "every session terminated while it loads: undone or later" {
	slow_set
	lose_server while_loading end_sessions
	case $status in
	6) assert_equal "$(kept)" "" ;;
	7) ;;
	*) fail "exit $status: $(cat err)" ;;
	esac
	assert_schema ub-restore
	whole new
	next_run_settles sessions
}

@test "the server stopped while it loads: changed, and the next run cleans" {
	slow_set
	lose_server while_loading stop_server
	pg_resume "$PG"
	assert_schema ub-restore
	assert_equal "$status" 7
	json '.next == ["ub-restore"]'
	whole new
	next_run_settles stop
	assert_equal "$settled" cancelled
}

# What a run killed between two statements leaves on a slow server: a session
# that has yet to read CREATE DATABASE.
@test "a CREATE DATABASE that a killed run left unread comes to nothing" {
	slow_set
	"${restore[@]}" "$id" >/dev/null 2>&1 3>&- &
	pid=$!
	while_loading
	kill -9 "$pid"
	wait "$pid" || true
	fresh=$(sql postgres "SELECT datname FROM pg_database
	    WHERE datname LIKE '%\_\_ub\_new\_%'")
	sql postgres "DROP DATABASE \"$fresh\" WITH (FORCE)"
	psql -X -q -d postgres -v ON_ERROR_STOP=1 \
	    -c "SELECT pg_advisory_lock(hashtextextended('$fresh', 1))" \
	    -c 'SELECT pg_sleep(2)' \
	    -c "CREATE DATABASE \"$fresh\"" >/dev/null 2>late 3>&- &
	wait_for 5 claimed
	ub-restore -q
	run -2 --separate-stderr wait $!
	assert_equal "$(kept)" ""
	assert_file_contains late 'terminating connection'
	whole new
}

claimed()
{
	[ "$(sql postgres "SELECT count(*) FROM pg_locks
	    WHERE locktype = 'advisory'")" -eq 1 ]
}

@test "sessions terminated at 40 random times, the server stopped at 10" {
	RANDOM=11
	: >ends
	for ((i = 0; i < 50; i++)); do
		"${restore[@]}" "$id" >/dev/null 2>err 3>&- &
		pid=$!
		sleep "0.$(printf %03d $((RANDOM % 600)))"
		if [ $((i % 5)) -eq 4 ]; then
			stop_server
		else
			end_sessions
		fi
		status=0
		wait "$pid" || status=$?
		[ $((i % 5)) -ne 4 ] || pg_resume "$PG"
		case $status in
		0) whole old ;;
		5 | 6) whole new ;;
		7) ;;
		*) fail "exit $status: $(cat err)" ;;
		esac
		echo "$status" >>ends
		next_run_settles "time $i"
	done
	echo "# $(sort ends | uniq -c | tr -s ' \n' ' ')" >&3
}

@test "INT and TERM: put back, the signal is raised again" {
	slow_set
	for name in INT TERM; do
		env --default-signal=INT "${restore[@]}" --json "$id" \
		    >out 2>err 3>&- &
		pid=$!
		while_loading
		kill -s "$name" "$pid"
		status=0
		wait "$pid" || status=$?
		assert_equal "$status" $((128 + $(kill -l "$name")))
		whole new
		assert_equal "$(kept)" ""
	done
}

@test "a mount point: kill -9 everywhere, then finished, undone, committed" {
	[ "$(id -u)" -eq 0 ] || skip "needs root for a file system"
	cat >inside <<-'END'
	set -eu
	. "$HELP"
	rm -rf uploads && mkdir uploads
	mount -t tmpfs none uploads
	make_state old 300
	mkdir uploads/only-old && echo x >uploads/only-old/x
	id=$(ub-backup -q)
	rm -r uploads/only-old
	make_state new 10
	echo y >uploads/only-new
	entries() { (cd uploads && find . -name '.ub-*' -prune -o -print |
	    sort | tr '\n' ' '); }
	new=$(entries)
	calls=rename,fsync,mkdir,unlink
	r="ub-restore -q --confirm uploads --only files"
	n=$(count_calls $calls $r "$id")
	[ "$(tree_state)" = old ] && [ -f uploads/only-old/x ]
	[ ! -e uploads/only-new ]
	ub-restore -q --undo --confirm uploads
	[ "$(tree_state)" = new ] && [ "$(entries)" = "$new" ]
	ub-restore -q --commit --confirm uploads
	[ "$(entries)" = "$new" ]
	echo "$n" >calls
	[ "$n" -gt 15 ]
	for action in kill killafter; do
		for i in $(seq "$n"); do
			with_fail $calls $i $action $r "$id" || true
			ub-restore -q || true
			case $(newest_state) in
			restored)
				[ "$(tree_state)" = old ]
				[ -f uploads/only-old/x ]
				[ ! -e uploads/only-new ]
				with_fail $calls $i $action ub-restore -q \
				    --undo --confirm uploads || true
				ub-restore -q || true
				[ "$(newest_state)" = undone ] || ub-restore \
				    -q --undo --confirm uploads
				ub-restore -q --commit --confirm uploads
				;;
			cancelled | none | committed) ;;
			*) exit 9 ;;
			esac
			[ "$(tree_state)" = new ]
			[ "$(entries)" = "$new" ]
			[ -z "$(ls -d uploads/.ub-* 2>/dev/null)" ]
		done
	done
	echo done >finished
	END
	declare -f make_state tree_state newest_state sql with_fail \
	    count_calls >"$BATS_TEST_TMPDIR/functions"
	HELP=$BATS_TEST_TMPDIR/functions FAIL_SO=$FAIL_SO \
	    run unshare -m bash inside
	[ -f finished ] || fail "exit $status: $output"
	echo "# $(cat calls) calls, killed before and after each" >&3
}

@test "a file system mounted below a tree: refused" {
	[ "$(id -u)" -eq 0 ] || skip "needs root for a file system"
	cat >inside <<-'END'
	mount -t tmpfs none uploads/sub
	ub-restore -q --json --confirm shop "$1" >out
	echo $? >code
	END
	unshare -m bash inside "$id"
	assert_equal "$(cat code)" 4
	take out
	json '.error.kind == "restore.mount"'
	whole new
}

@test "a full disk for the state: nothing is touched" {
	[ "$(id -u)" -eq 0 ] || skip "needs root for a file system"
	cat >inside <<-'END'
	mount -t tmpfs -o size=16k,mode=700 none .ub
	head -c 100k /dev/zero >.ub/filler
	ub-restore -q --json --confirm shop "$1" >out
	echo $? >code
	END
	unshare -m bash inside "$id"
	assert_equal "$(cat code)" 3
	whole new
	assert_equal "$(kept)" ""
}

@test "a full disk for the tree: refused by the plan, undone if it fills" {
	[ "$(id -u)" -eq 0 ] || skip "needs root for a file system"
	cat >inside <<-'END'
	mkdir small && mount -t tmpfs -o size=300k none small
	mkdir small/up
	head -c 200k /dev/urandom >small/up/big
	id=$(ub-backup -q -c files.small.path=small/up)
	rm small/up/big
	echo new >small/up/mark
	head -c 150k /dev/urandom >small/filler
	ub-restore -q --json --only files/small -c files.small.path=small/up \
	    --confirm small "$id" >out1
	echo $? >>codes
	LD_PRELOAD=$FAKE_SPACE ub-restore -q --json --only files/small \
	    -c files.small.path=small/up --confirm small "$id" >out2
	echo $? >>codes
	ls -A small small/up >left
	cat small/up/mark >mark
	END
	cat >space.c <<-'END'
	#define _GNU_SOURCE
	#include <dlfcn.h>
	#include <sys/statvfs.h>
	int
	statvfs(const char *path, struct statvfs *s)
	{
		int (*next)(const char *, struct statvfs *);

		*(void **)&next = dlsym(RTLD_NEXT, "statvfs");
		if (next(path, s))
			return -1;
		s->f_bavail = s->f_bfree = 1u << 30;
		return 0;
	}
	END
	cc -shared -fPIC -o space.so space.c -ldl
	FAKE_SPACE=$PWD/space.so unshare -m bash inside
	assert_equal "$(cat codes)" "3
6"
	take out1
	json '.error.kind == "restore.space"'
	take out2
	json '.status == "undone"'
	assert_equal "$(cat mark)" new
	run cat left
	refute_output --partial ub-new
}
