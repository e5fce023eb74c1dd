#!/usr/bin/env bats
# ub: serial
# ub-migrate killed, or its server, at any moment: the ledger and the schema
# agree, the next deploy finishes, and nothing is applied twice.

load helpers
load migrate

N=20

setup_file()
{
	pg_file_start
}

teardown_file()
{
	pg_file_stop
}

# Twenty migrations. Each makes a table and counts itself; every fifth has
# statements that refuse a transaction, with countings between them.
twenty()
{
	local i n

	project
	mig 00_init 'CREATE TABLE log (n int NOT NULL);'
	for i in $(seq 1 $N); do
		n=$(printf '%02d' "$i")
		if [ $((i % 5)) -eq 0 ]; then
			mig "${n}_split" <<-SQL
			CREATE TABLE t$i (x int, y int);
			INSERT INTO t$i SELECT g, g FROM generate_series(1, 3000) g;
			CREATE INDEX CONCURRENTLY t${i}_x ON t$i (x);
			INSERT INTO log VALUES ($i);
			CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t${i}_y ON t$i (y);
			DROP INDEX CONCURRENTLY t${i}_x;
			INSERT INTO log VALUES (-$i);
			SQL
		else
			mig "${n}_plain" <<-SQL
			CREATE TABLE t$i (x int);
			INSERT INTO t$i SELECT generate_series(1, 2000);
			INSERT INTO log VALUES ($i);
			ALTER TABLE t$i ADD COLUMN y int DEFAULT 7;
			SQL
		fi
	done
}

# What is said to be finished is there, and what is not is not.
check_agreement()
{
	local bad

	bad=$(sql shop "SELECT to_regclass('_prisma_migrations') IS NOT NULL")
	[ "$bad" = t ] || return 0
	bad=$(sql shop "WITH m AS (SELECT left(migration_name, 2)::int AS n,
	    migration_name LIKE '%split' AS split,
	    finished_at IS NOT NULL AS fine FROM _prisma_migrations),
	    t AS (SELECT substr(relname, 2)::int AS n FROM pg_class
	    WHERE relname ~ '^t[0-9]+\$')
	    SELECT 'table without row', t.n FROM t LEFT JOIN m USING (n)
	    WHERE m.n IS NULL
	    UNION ALL SELECT 'row without table', m.n FROM m LEFT JOIN t
	    USING (n) WHERE m.n > 0 AND m.fine AND t.n IS NULL
	    UNION ALL SELECT 'open row', n FROM m WHERE NOT fine AND NOT split
	    UNION ALL SELECT 'twice', n FROM m GROUP BY n HAVING count(*) > 1")
	[ -z "$bad" ] || fail "$bad"
	bad=$(sql shop "SELECT n, count(*) FROM log GROUP BY n
	    HAVING count(*) > 1")
	[ -z "$bad" ] || fail "applied twice: $bad"
}

# All of it is there, once, and nothing else.
check_end()
{
	assert_equal "$(sql shop "SELECT count(*), count(DISTINCT n)
	    FROM log")" "$((N + N / 5))|$((N + N / 5))"
	assert_equal "$(sql shop "SELECT count(*) FROM _prisma_migrations
	    WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL")" \
	    $((N + 1))
	assert_equal "$(sql shop "SELECT count(*) FROM _prisma_migrations")" \
	    $((N + 1))
	assert_equal "$(sql shop "SELECT indexrelid::regclass, indisvalid
	    FROM pg_index WHERE indrelid::regclass::text ~ '^t[0-9]+\$'
	    ORDER BY 1::text" | sort)" \
	    "$(for i in 5 10 15 20; do echo "t${i}_y|t"; done | sort)"
	assert_equal "$(sql shop "SELECT to_regclass('ub_migrate_steps')")" ''
}

# run_for MILLISECONDS SIGNAL - a deploy that gets a signal then; was it done?
run_for()
{
	local pid code=0

	ub-migrate --json deploy --yes --skip-backup-check >out 2>err &
	pid=$!
	sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
	kill -"$2" "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || code=$?
	[ "$code" -eq 0 ]
}

@test "kill -9 at a hundred random moments" {
	local kills=0 rounds=0 full

	twenty
	start=$(date +%s%3N)
	deploy 0
	full=$(($(date +%s%3N) - start))
	check_end
	RANDOM=4711
	while [ "$kills" -lt 100 ]; do
		sql postgres 'DROP DATABASE shop WITH (FORCE)' \
		    'CREATE DATABASE shop'
		rounds=$((rounds + 1))
		until run_for $((RANDOM % (full / 2 + 50))) KILL; do
			kills=$((kills + 1))
			check_agreement
			[ "$kills" -lt 300 ] || fail "never done"
		done
		check_agreement
		check_end
	done
	echo "# $kills kills in $rounds deploys of $full ms" >&3
}

@test "TERM at random moments: what remains is said, and goes on" {
	twenty
	start=$(date +%s%3N)
	deploy 0
	full=$(($(date +%s%3N) - start))
	RANDOM=42
	for _ in 1 2 3; do
		sql postgres 'DROP DATABASE shop WITH (FORCE)' \
		    'CREATE DATABASE shop'
		until run_for $((RANDOM % (full / 2 + 50))) TERM; do
			check_agreement
			if [ -s out ]; then
				jq -e '.exit == 143' out
			fi
		done
		check_end
	done
}

@test "kill -9 in the middle of DDL: the next deploy works within 10 s" {
	project
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_slow 'ALTER TABLE a ADD COLUMN y int; SELECT pg_sleep(60);'
	run_for 700 KILL || true
	mig 2_slow 'ALTER TABLE a ADD COLUMN y int;'
	start=$(date +%s)
	deploy 0
	[ $(($(date +%s) - start)) -le 10 ]
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_slow|t|f|1'
}

@test "the server stops at once, in the middle, ten times" {
	twenty
	RANDOM=17
	for _ in $(seq 10); do
		ub-migrate --json deploy --yes --skip-backup-check >out 2>err &
		pid=$!
		sleep "0.$(printf '%03d' $((RANDOM % 400 + 30)))"
		pg_halt "$PG" immediate >/dev/null 2>&1
		code=0
		wait "$pid" || code=$?
		pg_resume "$PG" >/dev/null 2>&1
		case $code in
		0 | 5 | 7) ;;
		*) fail "exit $code: $(cat err)" ;;
		esac
		jq -e --argjson c "$code" '.exit == $c' out
		check_agreement
		[ "$code" -ne 0 ] || break
	done
	deploy 0
	check_end
}

@test "the session is ended by somebody: exit 5 or 7, and the next goes on" {
	twenty
	ub-migrate --json deploy --yes --skip-backup-check >out 2>err &
	pid=$!
	wait_for 5 grep -q 'applying 02' err
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE application_name = 'ub-migrate'" >/dev/null
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 7 ] || [ "$code" -eq 0 ] || fail "exit $code"
	check_agreement
	deploy 0
	check_end
}

# The server waits for a standby that is not there: what is committed then is
# in, but nobody is told.
hang_at_commit()
{
	sql postgres "ALTER SYSTEM SET synchronous_standby_names = 'nobody'" \
	    'SELECT pg_reload_conf()' >/dev/null
	ub-migrate --json deploy --yes --skip-backup-check >out 2>err &
	pid=$!
	wait_for_commit 0
}

# wait_for_commit PID - of another session than that; its pid in at.
wait_for_commit()
{
	for _ in $(seq 100); do
		at=$(sql postgres "SELECT pid FROM pg_stat_activity
		    WHERE wait_event = 'SyncRep' AND pid <> $1")
		[ -z "$at" ] || return 0
		sleep 0.1
	done
	fail 'no COMMIT waits'
}

no_hanging()
{
	sql postgres 'ALTER SYSTEM RESET synchronous_standby_names' \
	    'SELECT pg_reload_conf()' >/dev/null
}

end_deploy()
{
	code=0
	wait "$pid" || code=$?
}

# lose_at_commit [N] - with N before it that are not lost.
lose_at_commit()
{
	hang_at_commit
	for _ in $(seq "${1:-0}"); do
		query=$(sql postgres "SELECT query_start, pg_cancel_backend(pid)
		    FROM pg_stat_activity WHERE pid = $at")
		wait_for 10 sh -c '[ "$(psql -XAtd postgres -c "SELECT count(*)
		    FROM pg_stat_activity WHERE wait_event = '\''SyncRep'\''
		    AND query_start > '\''${1%%|*}'\''")" = 1 ]' sh "$query"
	done
	sql postgres "SELECT pg_terminate_backend($at)" >/dev/null
	no_hanging
	end_deploy
}

@test "the session is lost at COMMIT: whether it is in is found out" {
	project
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_add 'ALTER TABLE a ADD COLUMN y int;'
	lose_at_commit
	assert_equal "$code" 0
	jq -e '.data.applied[0].name == "2_add" and .data.left == 0 and
	    .data.applied[0].statements == 1 and
	    any(.warnings[]; .kind == "migrate.lost")' out
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_add|t|f|1'
	# What comes behind it is not run in a session of unknown state.
	mig 3_more 'ALTER TABLE a ADD COLUMN z int;'
	mig 4_last 'CREATE TABLE b (x int);'
	lose_at_commit
	assert_equal "$code" 7
	jq -e '.data.applied[0].name == "3_more" and .data.left == 1 and
	    (.next | length) > 0' out
	deploy 0
	assert_equal "$(ledger | tail -n 1)" '4_last|t|f|1'
}

@test "the session is lost when steps are begun, or one is done: it is said" {
	local i said=("'1_steps' is begun" '1 of the 2 steps')

	for i in 0 1; do
		project
		mig 1_steps 'CREATE TABLE a (x int); VACUUM;'
		lose_at_commit "$i"
		assert_equal "$code" 7
		jq -e --arg n "${said[i]}" '.data.ledger_created and
		    .data.ledger.exists and .data.applied == [] and
		    (.error.detail.stays | contains($n))' out
		assert_equal "$(ledger)" '1_steps|f|f|0'
		ub 1 ub-migrate status
		deploy 0
		assert_equal "$(ledger)" '1_steps|t|f|1'
	done
}

@test "the server is gone at COMMIT and stays away: nobody knows, exit 7" {
	project
	mig 1_init 'CREATE TABLE a (x int);'
	hang_at_commit
	pg_halt "$PG" immediate
	end_deploy
	pg_resume "$PG"
	no_hanging
	assert_equal "$code" 7
	jq -e '.error.kind == "migrate.unknown" and .data.left == 1 and
	    (.error.hint | contains("status"))' out
	deploy 0
	assert_equal "$(ledger)" '1_init|t|f|1'
}

# A standby that has what was there until now, and learns no more.
start_standby()
{
	standby=$PG.standby
	mkdir "$standby"
	chmod 755 "$standby"
	[ "$(id -u)" -ne 0 ] || chown postgres: "$standby"
	pg_run "$(pg_bindir)/pg_basebackup" -D "$standby/data" -h "$PGHOST" \
	    -U postgres -c fast --no-sync
	pg_run touch "$standby/data/standby.signal"
	echo "unix_socket_directories = '$standby'" |
	    pg_run tee -a "$standby/data/postgresql.conf" >/dev/null
	pg_resume "$standby"
}

@test "a standby that is behind is not asked whether a COMMIT is in" {
	project
	mig 1_init 'CREATE TABLE a (x int);'
	deploy 0
	start_standby
	git config -f ub.conf database.url \
	    "host=$PGHOST,$standby dbname=shop"
	mig 2_add 'ALTER TABLE a ADD COLUMN y int;'
	hang_at_commit
	pg_halt "$PG" immediate
	sleep 2
	pg_resume "$PG"
	end_deploy
	pg_stop "$standby"
	no_hanging
	assert_equal "$code" 0
	assert_equal "$(ledger)" $'1_init|t|f|1\n2_add|t|f|1'
}

@test "a script that changes while the one before it runs is not run" {
	project
	mig 1_slow 'CREATE TABLE a (x int); SELECT pg_sleep(1);'
	mig 2_next 'CREATE TABLE b (x int);'
	ub-migrate --json deploy --yes --skip-backup-check >out 2>err &
	pid=$!
	wait_for 10 sh -c '[ "$(psql -XAtd shop -c "SELECT count(*) FROM
	    pg_stat_activity WHERE wait_event = '\''PgSleep'\''")" = 1 ]'
	mig 2_next 'DROP TABLE a;'
	code=0
	wait "$pid" || code=$?
	assert_equal "$code" 7
	jq -e '.error.kind == "migrate.changed" and
	    (.error.message | contains("was changed after it was judged"))' out
	assert_equal "$(ledger)" '1_slow|t|f|1'
	assert_equal "$(sql shop "SELECT to_regclass('b'), to_regclass('a')")" '|a'
}

# A server that never has started up; who tries it has a line in tried.
start_starting_up()
{
	python3 -c 'import signal, socket
signal.alarm(60)
s = socket.create_server(("127.0.0.1", 0))
say = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
print(s.getsockname()[1], file=open("port", "w"), flush=True)
while True:
    c = s.accept()[0]
    print("one", file=open("tried", "a"), flush=True)
    c.recv(8192)
    c.sendall(b"E" + (len(say) + 4).to_bytes(4, "big") + say)
    c.close()' 3>&- &
	door=$!
	wait_for 10 test -s port
}

@test "of several servers, those who watch ask the one that is worked on" {
	project
	mig 1_init 'CREATE TABLE a (x int);'
	start_starting_up
	git config -f ub.conf database.url "host=127.0.0.1,$PGHOST
	    port=$(cat port),$PGPORT dbname=shop sslmode=disable"
	deploy 0
	kill "$door"
	assert_equal "$(ledger)" '1_init|t|f|1'
	assert_equal "$(wc -l <tried)" 1
}

# Two partitioned tables, each with its partition.
partitioned()
{
	project
	mig 0_init 'CREATE TABLE p (a int) PARTITION BY LIST (a);
	    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
	    CREATE TABLE q (a int) PARTITION BY LIST (a);
	    CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);'
	deploy 0
}

@test "a DETACH of what is no partition is not done by being tried twice" {
	partitioned
	mig 1_a 'ALTER TABLE q DETACH PARTITION q_1 CONCURRENTLY;'
	psql -Xqd shop -c 'BEGIN' -c 'LOCK TABLE q IN SHARE UPDATE EXCLUSIVE
	    MODE' -c 'SELECT pg_sleep(60)' 3>&- >/dev/null 2>&1 &
	holder=$!
	ub-migrate deploy --yes --skip-backup-check --allow unsafe 3>&- &
	wait_for 20 sh -c "[ \"\$(psql -XAtd shop -c \"SELECT count(*) FROM
	    pg_stat_activity WHERE wait_event_type = 'Lock' AND
	    query LIKE 'ALTER TABLE q%'\")\" = 1 ]"
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE query LIKE 'ALTER TABLE q%' AND state = 'active'"
	code=0
	wait $! || code=$?
	[ "$code" -eq 5 ] || [ "$code" -eq 7 ]
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
	wait "$holder" || :
	deploy 6 --allow unsafe
	assert_stderr 'relation "q_1" does not exist'
	mig 1_a 'ALTER TABLE q DETACH PARTITION q1 CONCURRENTLY;'
	deploy 0 --allow unsafe
	assert_equal "$(sql shop 'SELECT count(*) FROM pg_inherits
	    WHERE inhparent = to_regclass($$q$$)')" 0
}

@test "half of a DETACH that is somebody else's is not ours" {
	partitioned
	psql -Xqd shop -c 'BEGIN' -c 'TABLE p' -c 'SELECT pg_sleep(2)' 3>&- \
	    >/dev/null 2>&1 &
	wait_for 20 sh -c "[ \"\$(psql -XAtd shop -c \"SELECT count(*) FROM
	    pg_stat_activity WHERE wait_event = 'PgSleep'\")\" = 1 ]"
	run psql -Xqd shop -c "SET statement_timeout = '500ms'" \
	    -c 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY'
	wait
	assert_equal "$(sql shop 'SELECT count(*) FROM pg_inherits
	    WHERE inhdetachpending')" 1
	mig 1_a 'ALTER TABLE q DETACH PARTITION q_1 CONCURRENTLY;'
	deploy 6 --allow unsafe
	sql shop 'CREATE TABLE q2 PARTITION OF q DEFAULT'
	mig 1_a 'ALTER TABLE q DETACH PARTITION q1 CONCURRENTLY;'
	deploy 6 --allow unsafe
	assert_stderr 'default partition'
	sql shop 'DROP TABLE q2'
	deploy 0 --allow unsafe
	assert_equal "$(sql shop 'SELECT inhparent::regclass FROM pg_inherits')" p
}

@test "the other half of a DETACH does not keep readers out" {
	partitioned
	mig 1_a 'ALTER TABLE q DETACH PARTITION q1 CONCURRENTLY;'
	psql -Xqd shop -c 'BEGIN' -c 'TABLE q1' -c 'SELECT pg_sleep(60)' 3>&- \
	    >/dev/null 2>&1 &
	holder=$!
	run timeout -s INT 2 ub-migrate deploy --yes --skip-backup-check \
	    --allow unsafe
	assert_equal "$(sql shop 'SELECT count(*) FROM pg_inherits
	    WHERE inhdetachpending')" 1
	deploy 7 --allow unsafe -c migrate.lockTimeout=300ms \
	    -c migrate.lockRetries=1
	assert_stderr 'tried 2 times'
	assert_stderr 'in the way: '
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"
	wait "$holder" || :
	deploy 0 --allow unsafe
	assert_equal "$(sql shop 'SELECT count(*) FROM pg_inherits
	    WHERE inhparent = to_regclass($$q$$)')" 0
}
