#!/usr/bin/env bats
# What happens to a backup when the world ends around it: what is listed
# verifies, nothing torn is published, the exit code tells the truth.

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
	sql shop 'CREATE TABLE orders (id int PRIMARY KEY, what text)' \
	    "INSERT INTO orders SELECT i, 'thing ' || i
	     FROM generate_series(1, 300) i" \
	    'CREATE TABLE other (a int)'
	mkdir uploads
	for i in 1 2 3; do
		head -c 50000 /dev/urandom >uploads/$i
	done
	cat >ub.conf <<-CONF
	[backup]
		keep = 3
	[database]
		url = dbname=shop
	[files "uploads"]
		path = uploads
	CONF
}

# Every folder in backups without a dot is a whole set, and the next run works
# and leaves no .partial-*.
all_is_well()
{
	local s

	for s in backups/2*; do
		[ -e "$s" ] || continue
		(cd "$s" && sha256sum -c --quiet SHA256SUMS) ||
		    fail "a torn set: $s"
		run ub-verify -q "${s##*/}"
		[ "$status" -eq 0 ] || fail "$s does not verify: $output"
	done
	run ub-backup list --json
	[ "$status" -eq 0 ] || fail "list: $output"
	jq -e '.data.broken == []' <<<"$output" >/dev/null
}

next_run_works()
{
	ub 0 ub-backup -q
	assert_equal "$(find backups -name '.partial-*')" ""
	all_is_well
}

sets()
{
	find backups -maxdepth 1 -name '2*' 2>/dev/null | wc -l
}

@test "kill -9 before and after every rename and fsync of a run" {
	ub-backup -q >/dev/null
	n=$(count_calls rename,fsync ub-backup -q)
	[ "$n" -gt 15 ]
	echo "# $n calls, killed before and after each" >&3
	for action in kill killafter; do
		for ((nth = 1; nth <= n; nth++)); do
			run with_fail rename,fsync "$nth" "$action" ub-backup -q
			[ "$status" -eq 137 ] || [ "$status" -eq 0 ] ||
			    fail "$action $nth: exit $status: $output"
		done
		all_is_well
	done
	next_run_works
}

@test "kill -9 while every file is made, and in the middle of every write" {
	n=$(count_calls open,mkdir,unlink ub-backup -q)
	[ "$n" -gt 5 ]
	for ((nth = 1; nth <= n; nth++)); do
		run with_fail open,mkdir,unlink "$nth" kill ub-backup -q
	done
	all_is_well
	n=$(count_calls write ub-backup -q)
	[ "$n" -gt 5 ]
	echo "# $n writes torn" >&3
	for ((nth = 1; nth <= n; nth++)); do
		run with_fail write "$nth" torn ub-backup -q
		[ "$status" -eq 137 ] || [ "$status" -eq 0 ] ||
		    fail "torn $nth: exit $status: $output"
	done
	next_run_works
}

@test "kill -9 at 100 random times" {
	local took

	RANDOM=42
	took=$(date +%s%N)
	ub-backup -q >/dev/null
	took=$((($(date +%s%N) - took) / 1000000))
	for ((nth = 0; nth < 100; nth++)); do
		ub-backup -q >/dev/null 2>&1 &
		pid=$!
		sleep "$(awk -v t="$took" -v r=$RANDOM \
		    'BEGIN { print t / 1000 * 1.1 * r / 32768 }')"
		kill -9 "$pid" 2>/dev/null || true
		wait "$pid" || true
		[ $((nth % 20)) -ne 19 ] || all_is_well
	done
	next_run_works
	# no child of a killed run lives on
	run ! pgrep -f "^[^ ]*pg_dump .*$BATS_TEST_TMPDIR"
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_stat_activity
	    WHERE application_name LIKE 'ub-%'
	    AND application_name <> 'ub-test'")" 0
}

@test "every write, fsync, rename, open, mkdir fails once, each errno true" {
	local total=0

	ub-backup -q >/dev/null
	for call in write fsync rename open mkdir; do
		n=$(count_calls "$call" ub-backup -q)
		[ "$n" -gt 0 ] || fail "no $call at all"
		for ((nth = 1; nth <= n; nth++)); do
			before=$(sets)
			run --separate-stderr with_fail "$call" "$nth" ENOSPC \
			    ub-backup -q
			total=$((total + 1))
			case $status in
			0)
				# journal, retention: said, and the set stands
				[ -d "backups/$output" ] ||
				    fail "$call $nth: exit 0 without a set"
				;;
			3)
				[ -n "$stderr" ]
				[ "$(sets)" -le "$before" ] ||
				    fail "$call $nth: exit 3, but a new set"
				assert_equal "$(find backups \
				    -name '.partial-*' | wc -l)" 0
				;;
			*)
				fail "$call $nth: exit $status: $stderr"
				;;
			esac
		done
		all_is_well
	done
	echo "# $total failures" >&3
	next_run_works
}

@test "every write and open of pg_dump fails once: exit 3, no set" {
	for call in write open; do
		n=$(env LD_PRELOAD="$FAIL_SO" UB_FAIL_PROG=pg_dump \
		    UB_FAIL_CALL=$call UB_FAIL_COUNT="$PWD/n" \
		    ub-backup -q --jobs 1 >/dev/null && sort -n n | tail -1)
		[ "$n" -gt 1 ]
		for ((nth = 1; nth <= n; nth++)); do
			before=$(sets)
			run --separate-stderr env LD_PRELOAD="$FAIL_SO" \
			    UB_FAIL_PROG=pg_dump UB_FAIL_CALL=$call \
			    UB_FAIL_AT=$nth UB_FAIL_ACTION=ENOSPC \
			    ub-backup -q --jobs 1
			[ "$status" -eq 3 ] ||
			    fail "$call $nth: exit $status: $stderr"
			assert_stderr "cannot dump database shop"
			assert_equal "$(sets)" "$before"
		done
	done
	next_run_works
}

@test "a full disk: refused before it begins; exit 3 when it fills up" {
	[ "$(id -u)" -eq 0 ] || skip "needs root for a file system"
	cat >inside <<-'END'
	set -u
	mkdir backups
	mount -t tmpfs -o size=1200k,mode=700 none backups
	# too small for the estimate
	head -c 3000000 /dev/urandom >uploads/big
	ub-backup --json >refused 2>/dev/null
	echo $? >>codes
	rm uploads/big
	# sizes at which the disk fills up at another step each
	for free in 8 40 60 100 150 170 200 240 280 320; do
		fill=$(($(df --output=avail -k backups | tail -1) - free))
		head -c "${fill}k" /dev/zero >backups/.filler
		# the estimate knows the disk too, so lie to it
		LD_PRELOAD=$FAKE_SPACE ub-backup --json >out 2>/dev/null
		echo "$? $free" >>tries
		find backups -name '.partial-*' >>left
		for s in backups/2*; do
			[ ! -e "$s" ] || (cd "$s" && sha256sum -c --quiet \
			    SHA256SUMS) || echo torn "$s" >>torn
		done
		rm -rf backups/2* backups/.filler
	done
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
	assert_equal "$(cat codes)" 3
	jq -e '.error.kind == "backup.space"' refused
	assert_equal "$(cat torn 2>/dev/null)" ""
	assert_equal "$(cat left)" ""
	# it failed where there was no room, and worked where there was
	assert_equal "$(awk '$1 != 0 && $1 != 3' tries)" ""
	[ "$(grep -c '^3' tries)" -ge 4 ] || fail "$(cat tries)"
	[ "$(grep -c '^0' tries)" -ge 1 ] || fail "$(cat tries)"
}

@test "a full disk for the state: nothing is lost, the set stands or falls" {
	[ "$(id -u)" -eq 0 ] || skip "needs root for a file system"
	cat >inside <<-'END'
	mkdir .ub
	mount -t tmpfs -o size=16k,mode=700 none .ub
	ub-backup -q >first 2>errors
	echo $? >code1
	head -c 100k /dev/zero >.ub/filler
	ub-backup -q >second 2>errors
	echo $? >code2
	END
	unshare -m bash inside
	assert_equal "$(cat code1)" 0
	case $(cat code2) in
	0) [ -d "backups/$(cat second)" ] && [ -s errors ] ;;
	*) assert_equal "$(cat second)" "" ;;
	esac
}

@test "two backups at once: the second names the holder, exit 5" {
	sql shop 'ALTER TABLE orders ADD COLUMN pad text' \
	    "UPDATE orders SET pad = repeat('x', 1000)"
	psql -X -q -d shop -c 'BEGIN; LOCK TABLE orders' \
	    -c 'SELECT pg_sleep(3)' -c 'COMMIT' >/dev/null 3>&- &
	wait_for 5 held
	ub-backup -q >id 2>errors 3>&- &
	pid=$!
	wait_for 5 test -s .ub/lock
	ub 5 ub-backup --json
	assert_schema result
	json --arg pid "$pid" '.error.kind == "lock.held" and
	    .error.detail.pid == $pid and
	    .error.detail.program == "ub-backup" and
	    (.error.detail.since | startswith("20"))'
	json --arg pid "$pid" '.error.message | contains("pid " + $pid)'
	ub 5 ub-backup --lock-timeout 200ms
	assert_stderr "held by ub-backup, pid $pid, since"
	# and one that waits gets it
	ub 0 ub-backup -q --lock-timeout 30s
	wait "$pid" || fail "$(cat errors)"
	assert_equal "$(sets)" 2
	all_is_well
}

@test "a lock that a migration waits for, between us and pg_dump: exit 5" {
	# It wants the table that we hold, and pg_dump stands behind it.
	cat >pg_dump <<-'END'
	#!/bin/sh
	case $* in
	*--version*) ;;
	*)
		psql -X -q -d shop -c 'LOCK TABLE orders' >/dev/null 2>&1 		    -c 'BEGIN; LOCK TABLE orders; COMMIT' &
		while [ "$(psql -X -A -t -d postgres -c 'SELECT count(*)
		    FROM pg_locks WHERE NOT granted')" = 0 ]; do :; done
		;;
	esac
	exec "$REAL/pg_dump" "$@"
	END
	chmod +x pg_dump
	REAL=$(pg_bindir)
	export REAL
	for f in "$REAL"/*; do
		[ "${f##*/}" = pg_dump ] || ln -s "$f" .
	done
	ub 5 ub-backup --json --lock-timeout 2s -c database.binDir=.
	assert_schema result
	json '.error.kind == "dump.lock"'
	assert_equal "$(sets)" 0
	next_run_works
}

@test "the lock of a run that was killed is free at once" {
	run with_fail fsync 3 kill ub-backup -q
	assert_equal "$status" 137
	ub 0 ub-backup -q
}

# A server that goes away while a phase is held up by a lock on a table.
lose_server()
{
	local how=$1

	psql -X -q -d shop -c 'BEGIN; LOCK TABLE other' \
	    -c 'SELECT pg_sleep(20)' >/dev/null 2>&1 3>&- &
	holder=$!
	wait_for 5 held
	ub-backup --json >out 2>err 3>&- &
	pid=$!
	wait_for 10 waiting
	"$how"
	status=0
	wait "$pid" || status=$?
	kill "$holder" 2>/dev/null || true
	wait "$holder" || true
}

held()
{
	[ "$(sql postgres "SELECT count(*) FROM pg_locks
	    WHERE mode = 'AccessExclusiveLock' AND granted
	    AND relation IS NOT NULL")" -gt 0 ]
}

waiting()
{
	[ "$(sql postgres 'SELECT count(*) FROM pg_locks
	    WHERE NOT granted')" -gt 0 ]
}

end_sessions()
{
	sql postgres "SELECT pg_terminate_backend(pid)
	    FROM pg_stat_activity WHERE datname = 'shop'" >/dev/null
}

@test "every session terminated during the dump: exit 5, no set" {
	lose_server end_sessions
	assert_equal "$status" 5
	run -0 cat out
	assert_schema result
	json '.status == "later" and (.error.message | length > 20)'
	assert_equal "$(sets)" 0
	next_run_works
}

@test "the server stopped during the dump: exit 5, no set" {
	stop_server() { pg_halt "$PG" immediate; }
	lose_server stop_server
	pg_resume "$PG"
	assert_equal "$status" 5
	run -0 cat out
	assert_schema result
	json '.status == "later"'
	assert_equal "$(sets)" 0
	next_run_works
}

@test "no server at all: exit 5, and nothing is there" {
	pg_halt "$PG" fast
	run --separate-stderr ub-backup --json
	pg_resume "$PG"
	assert_equal "$status" 5
	assert_schema result
	json '.error.kind == "db.connect"'
	assert_equal "$(sets)" 0
}

@test "sessions terminated at 20 random times: 0 or 5, sets are whole" {
	RANDOM=7
	for ((nth = 0; nth < 20; nth++)); do
		ub-backup -q >out 2>err 3>&- &
		pid=$!
		sleep "0.$(printf %03d $((RANDOM % 300)))"
		end_sessions
		status=0
		wait "$pid" || status=$?
		case $status in
		0) [ -d "backups/$(cat out)" ] ;;
		5) assert_equal "$(cat out)" "" ;;
		*) fail "exit $status: $(cat err)" ;;
		esac
	done
	all_is_well
}

@test "INT and TERM: nothing stays, the signal is raised again" {
	for name in INT TERM; do
		psql -X -q -d shop -c 'BEGIN; LOCK TABLE other' \
		    -c 'SELECT pg_sleep(20)' >/dev/null 2>&1 3>&- &
		holder=$!
		wait_for 5 held
		# a shell without job control ignores INT for what it starts
		env --default-signal=INT ub-backup --json >out 2>err 3>&- &
		pid=$!
		wait_for 10 waiting
		kill -s "$name" "$pid"
		status=0
		wait "$pid" || status=$?
		wait_for 5 gone
		end_sessions
		wait "$holder" || true
		assert_equal "$status" $((128 + $(kill -l "$name")))
		assert_equal "$(sets)" 0
		assert_equal "$(find backups -name '.partial-*')" ""
	done
	next_run_works
}

gone()
{
	[ "$(sql postgres "SELECT count(*) FROM pg_stat_activity
	    WHERE datname = 'shop' AND application_name <> 'psql'")" -eq 0 ]
}

@test "no password in any argument, file or output of a run" {
	sql postgres "DROP ROLE IF EXISTS app" \
	    "CREATE ROLE app LOGIN SUPERUSER PASSWORD 'geheim-47110815'"
	printf '%s\n' '*:*:*:*:geheim-47110815' >pass
	chmod 600 pass
	watch_for geheim-47110815 &
	watcher=$!
	config=(-c "database.passwordFile=pass" -c "database.url=user=app
	    dbname=shop")
	: >log
	for run in "ub-backup -v" "ub-verify -v --level restore latest" \
	    "ub-restore -v --confirm shop latest" "ub-backup -v --json" \
	    "ub-backup --show-config"; do
		# shellcheck disable=SC2086
		PGPASSWORD=geheim-47110815 $run "${config[@]}" \
		    --events events >>log 2>&1 || fail "$run: $(cat log)"
	done
	kill "$watcher"
	wait "$watcher" || true
	run -1 grep -a geheim-47110815 seen
	for word in ub-backup ub-verify ub-restore pg_dump pg_restore; do
		grep -aq "$word" seen || fail "never seen: $word"
	done
	run ! grep -rl geheim-47110815 log events backups .ub
	# in a URL it is not even accepted silently: never repeated
	run --separate-stderr ub-backup \
	    -c database.url=postgresql://app:geheim-47110815@/shop
	run ! grep -r geheim-47110815 backups .ub <<<"$output$stderr"
}

# Look at the arguments of every process until we are killed. The pattern
# comes from a file, else grep would find itself.
watch_for()
{
	exec 3>&- 2>/dev/null
	printf '%s\n' "$1" ub-backup ub-verify ub-restore pg_dump pg_restore >patterns
	while :; do
		grep -ahsf patterns /proc/[0-9]*/cmdline | tr '\0' ' ' >>seen
	done
}
