#!/usr/bin/env bats
# ub: asan
# ub-migrate: its verbs, the ledgers of four tools, and the gate.

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

@test "calls that are wrong: exit 2" {
	while IFS='|' read -r call says; do
		# shellcheck disable=SC2086
		ub 2 ub-migrate --json $call
		assert_schema result
		json --arg s "$says" '.error.message | contains($s)'
	done <<-'END'
	|what is to be done
	stats|'stats' is no command
	status x|'x' is too much
	deploy a b|'b' is too much
	new|new wants a name
	resolve|resolve wants one of
	resolve --applied a --edited b|resolve wants one of
	baseline|baseline wants --upto
	deploy --phase some|--phase
	deploy --allow all|--allow
	status --to x|--to is an option of plan deploy
	new x --exit-code|--exit-code is an option of
	status|no database is configured
	END
	ub 2 ub-migrate stats
	assert_stderr "did you mean 'status'?"
}

@test "no database, several databases, several folders" {
	mkdir -p prisma/migrations/1_a db/migrations
	echo 'SELECT 1;' >prisma/migrations/1_a/migration.sql
	ub 2 ub-migrate status
	assert_stderr 'no database is configured'
	git config -f ub.conf database.one.url dbname=one
	git config -f ub.conf database.two.url dbname=two
	ub 2 ub-migrate status
	assert_stderr 'hint: set migrate.database'
	ub 2 ub-migrate status -c migrate.database=three
	assert_stderr "there is no database 'three'"
	sql postgres 'CREATE DATABASE two'
	ub 0 ub-migrate status -c migrate.database=two
	assert [ ! -e .ub ]
	printf -- '-- migrate:up\n-- migrate:down\n' >db/migrations/1_a.sql
	ub 2 ub-migrate status -c migrate.database=two
	assert_stderr 'hint: set migrate.dir'
	ub 0 ub-migrate status -c migrate.database=two \
	    -c migrate.dir=db/migrations
	assert_output --partial 'two (dbmate)'
	ub 2 ub-migrate status -c migrate.dir=nowhere
	sql postgres 'DROP DATABASE two'
}

@test "a server that is not there is exit 5" {
	mkdir -p prisma/migrations
	ub 5 ub-migrate --json status -c migrate.ledger=prisma \
	    -c "database.url=host=$PWD"
	assert_schema ub-migrate
	for verb in status plan deploy; do
		ub 5 ub-migrate "$verb" -c migrate.ledger=prisma \
		    -c "database.url=host=$PWD"
		assert_output ''
	done
}

@test "status: JSON, lines, and -v for all" {
	project
	mig 1_init 'CREATE TABLE a (x int);'
	mig 2_more 'ALTER TABLE a ADD COLUMN y int;'
	deploy 0 --to 1
	ub 8 ub-migrate --json status --exit-code
	assert_schema ub-migrate
	json '.status == "pending" and .data.counts.applied == 1 and
	    .data.counts.pending == 1 and (.data.in_sync | not) and
	    .data.ledger == {"schema": "public",
	    "table": "_prisma_migrations", "exists": true} and
	    (.data.migrations[0].at | test("^20..-..-..T.*Z$"))'
	ub 0 ub-migrate status
	assert_output $'pending  2_more\nshop (prisma): 1 applied, 1 pending'
	ub 0 ub-migrate status -v
	assert_line --regexp '^applied  1_init  20'
}

# tool name1 name2 ledger - both applied by us, and as the tool has it
each_tool()
{
	project "$1"
	mig "$2" 'CREATE TABLE a (x int);'
	ub 8 ub-migrate status --exit-code
	deploy 0
	mig "$3" 'CREATE TABLE b (x int); CREATE INDEX CONCURRENTLY b_x ON b (x);'
	ub 8 ub-migrate status --exit-code
	deploy 0
	ub 0 ub-migrate --json status --exit-code
	assert_schema ub-migrate
	json '.data.counts.applied == 2 and .data.in_sync'
	assert_equal "$(sql shop "SELECT to_regclass('b_x')")" b_x
	assert_equal "$(sql shop "$4")" "$5"
}

@test "dbmate's ledger" {
	each_tool dbmate 20260101_a 20260102_b \
	    'SELECT * FROM schema_migrations ORDER BY 1' \
	    $'20260101\n20260102'
}

@test "golang-migrate's ledger: one row" {
	each_tool golang 1_a 0002_b 'SELECT * FROM schema_migrations' '2|f'
}

@test "Flyway's ledger, and a repeatable one" {
	each_tool flyway V1__a_thing V1_1__b 'SELECT installed_rank, version,
	    description, type, script, checksum IS NOT NULL, success
	    FROM flyway_schema_history ORDER BY 1' \
	    $'1|1|a thing|SQL|V1__a_thing.sql|t|t\n2|1.1|b|SQL|V1_1__b.sql|t|t'
	mig R__views 'CREATE OR REPLACE VIEW v AS SELECT 1 AS one;'
	deploy 0
	ub 0 ub-migrate status --exit-code
	mig R__views 'CREATE OR REPLACE VIEW v AS SELECT 2 AS one;'
	ub 8 ub-migrate status --exit-code
	deploy 0
	assert_equal "$(sql shop 'SELECT one FROM v')" 2
	mig V2__placeholder 'SELECT ${thing};'
	deploy 2
	assert_stderr placeholder
}

@test "Flyway's folders in the folder: seen, run and recorded" {
	project flyway
	mig more/V2__b 'CREATE TABLE b (x int);'
	ub 8 ub-migrate status --exit-code
	git init -q -b main .
	git add ub.conf migrations
	git -c user.name=a -c user.email=a@example.org commit -qm one
	mig V1__a 'CREATE TABLE a (x int);'
	mig more/again/R__v 'CREATE OR REPLACE VIEW v AS SELECT 1 AS one;'
	ub 0 ub-migrate --json plan
	json '[.data.planned[].name] == ["V1__a", "V2__b", "R__v"]'
	ub 0 ub-migrate --json lint --offline --since main
	json '[.data.lint.files[].name] ==
	    ["migrations/V1__a.sql", "migrations/more/again/R__v.sql"]'
	ub 0 ub-migrate --json lint --offline migrations/*
	json '[.data.lint.files[].name] == ["migrations/V1__a.sql",
	    "migrations/more/V2__b.sql", "migrations/more/again/R__v.sql"]'
	deploy 0
	ub 0 ub-migrate --json status --exit-code
	json '.data.counts.applied == 3 and .data.in_sync and .warnings == []'
	echo 'SELECT 1;' >migrations/more/afterMigrate__log.sql
	echo 'executeInTransaction=false' >migrations/V1__a.sql.conf
	ub 0 ub-migrate --json status --exit-code
	json '[.warnings[].message | split("'\''")[1]] | sort ==
	    ["V1__a.sql.conf", "more/afterMigrate__log.sql"]'
	assert_equal "$(sql shop 'SELECT script FROM flyway_schema_history
	    ORDER BY installed_rank')" \
	    $'V1__a.sql\nmore/V2__b.sql\nmore/again/R__v.sql'
	ub 0 ub-migrate new c
	assert_file_exists migrations/V3__c.sql
	mig more/V3__d 'SELECT 1;'
	deploy 2
	assert_stderr "'V3__c.sql' and 'more/V3__d.sql'"
}

@test "a step fails: how each ledger has it, and resolve" {
	for tool in prisma dbmate golang flyway; do
		project $tool
		a=1_a b=2_b
		[ $tool != flyway ] || a=V1__a b=V2__b
		mig $a 'CREATE TABLE a (x int);'
		deploy 0
		mig $b 'CREATE TABLE b (x int); CREATE INDEX CONCURRENTLY b_x ON b (x); SELECT nothing;'
		deploy 7
		case $tool in
		prisma)
			assert_equal "$(ledger)" $'1_a|t|f|1\n2_b|f|f|0'
			;;
		dbmate)
			assert_equal "$(sql shop 'TABLE schema_migrations')" 1
			;;
		golang)
			assert_equal "$(sql shop 'TABLE schema_migrations')" \
			    '2|t'
			;;
		flyway)
			assert_equal "$(sql shop 'SELECT version, success FROM
			    flyway_schema_history')" $'1|t\n2|f'
			;;
		esac
		# It goes on from there, in whatever ledger.
		ub 1 ub-migrate --json status
		json '.data.counts.failed == 1 and .data.counts.pending == 0'
		deploy 7 --json
		json '.data.failed.steps_resumed == 2'
		sql shop 'DROP TABLE b'
		ub 0 ub-migrate resolve --rolled-back $b
		assert_output "marked $b"
		assert_equal "$(sql shop \
		    "SELECT to_regclass('ub_migrate_steps')")" ''
		ub 8 ub-migrate status --exit-code
		mig $b 'CREATE TABLE b (x int);'
		deploy 0
		ub 0 ub-migrate status --exit-code
	done
}

@test "half of several steps, and a new name: a version goes on as the same" {
	for tool in dbmate golang flyway; do
		project $tool
		a=1_a b=2_tpyo c=2_typo
		[ $tool != flyway ] || a=V1__a b=V2__tpyo c=V2__typo
		mig $a 'CREATE TABLE a (x int);'
		deploy 0
		mig $b 'INSERT INTO a VALUES (1); VACUUM a; SELECT nothing;'
		deploy 7
		rm "$(file_of $b)"
		mig $c 'INSERT INTO a VALUES (1); VACUUM a; SELECT nothing;'
		ub 1 ub-migrate --json status
		json '.data.counts.failed == 1 and .data.counts.pending == 0'
		deploy 7
		mig $c 'INSERT INTO a VALUES (1); VACUUM a; SELECT 1;'
		deploy 0 --json
		json '.data.applied[0].steps_resumed == 2'
		assert_equal "$(sql shop 'SELECT count(*) FROM a')" 1
		assert_equal "$(sql shop \
		    "SELECT to_regclass('ub_migrate_steps')")" ''
		ub 0 ub-migrate status --exit-code
	done
}

@test "dbmate: half of several steps, and no file any more: refused" {
	project dbmate
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_b 'INSERT INTO a VALUES (1); VACUUM a; SELECT nothing;'
	deploy 7
	# Another version is another migration.
	mv "$(file_of 2_b)" "$(file_of 3_b)"
	ub 1 ub-migrate status
	assert_line 'failed   2'
	deploy 4 --allow ahead --json
	json '.error.kind == "migrate.failed" and
	    .next == ["ub-migrate resolve --rolled-back 2"] and
	    (.error.hint | test("put its file back"))'
	assert_equal "$(sql shop 'SELECT count(*) FROM a')" 1
	ub 0 ub-migrate resolve --rolled-back 2
	assert_output 'marked 2'
	ub 8 ub-migrate status --exit-code
	assert_equal "$(sql shop "SELECT to_regclass('ub_migrate_steps')")" ''
}

@test "golang-migrate, Flyway: half of several steps, and no file any more" {
	local a b c version

	for tool in golang flyway; do
		project $tool
		a=1_a b=2_b c=3_c version=2
		[ $tool != flyway ] || a=V1__a b=V2__b c=V3__c
		mig $a 'CREATE TABLE a (x int);'
		deploy 0
		mig $b 'INSERT INTO a VALUES (1); VACUUM a; SELECT nothing;'
		deploy 7
		mv "$(file_of $b)" "$(file_of $c)"
		deploy 4 --allow ahead --json
		json '.error.kind == "migrate.failed" and .next == [] and
		    (.error.hint | test("^put its file back first"))'
		ub 2 ub-migrate resolve --rolled-back $version
		assert_stderr 'has no file'
		mv "$(file_of $c)" "$(file_of $b)"
		ub 0 ub-migrate resolve --rolled-back $b
		assert_equal "$(sql shop \
		    "SELECT to_regclass('ub_migrate_steps')")" ''
	done
}

@test "golang-migrate: what the row said before is put back, whatever files there are" {
	project golang
	mig 1_a 'CREATE TABLE a (x int);'
	mig 2_b 'SELECT 1;'
	mig 3_c 'SELECT 1;'
	deploy 0
	rm "$(file_of 3_c)"
	mig 4_d 'SELECT nothing; VACUUM a;'
	deploy 6 --allow ahead
	assert_equal "$(sql shop 'TABLE schema_migrations')" '3|f'
	rm "$(file_of 1_a)" "$(file_of 2_b)"
	deploy 6 --allow ahead
	assert_equal "$(sql shop 'TABLE schema_migrations')" '3|f'
	mig 4_d 'SELECT 1; VACUUM a; SELECT nothing;'
	deploy 7 --allow ahead
	assert_equal "$(sql shop 'TABLE schema_migrations')" '4|t'
	deploy 7
	ub 0 ub-migrate resolve --rolled-back 4
	assert_equal "$stderr" ""
	assert_equal "$(sql shop 'TABLE schema_migrations')" '3|f'
	# Of what another program has begun, only the files can tell.
	mig 2_b 'SELECT 1;'
	sql shop 'UPDATE schema_migrations SET version = 4, dirty = true'
	ub 0 ub-migrate --json resolve --rolled-back 4
	json '.warnings[0].kind == "migrate.ledger"'
	assert_equal "$(sql shop 'TABLE schema_migrations')" '2|f'
}

@test "resolve: what does not fit is exit 2" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_b 'SELECT 1;'
	ub 2 ub-migrate resolve --applied 1_a
	assert_stderr 'is applied already'
	ub 2 ub-migrate resolve --rolled-back 1_a
	assert_stderr 'has not failed'
	ub 2 ub-migrate resolve --edited 1_a
	assert_stderr 'was not edited'
	ub 2 ub-migrate resolve --applied 9
	assert_stderr "there is no migration '9'"
	ub 0 ub-migrate --json resolve --applied 2_b
	assert_schema ub-migrate
	json '.data.marked == ["2_b"]'
	assert_equal "$(ledger)" $'1_a|t|f|1\n2_b|t|f|0'
	assert_equal "$(sql shop "SELECT logs = '' FROM _prisma_migrations
	    WHERE migration_name = '2_b'")" t
}

@test "what Prisma has left as failed: refused until it is resolved" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_b 'CREATE TABLE b (x int);'
	sql shop "INSERT INTO _prisma_migrations (id, checksum, migration_name,
	    logs) VALUES ('x', 'y', '2_b', 'it broke')"
	deploy 4 --json
	json '.error.kind == "migrate.failed" and
	    .error.detail.logs == "it broke" and
	    .next[0] == "ub-migrate resolve --rolled-back 2_b"'
	ub 4 ub-migrate --json deploy --yes --skip-backup-check \
	    -C "$PWD" -c migrate.lockTimeout=3s
	json --arg d "$PWD" '.next[0] == "ub-migrate -C \($d) -c " +
	    "migrate.lockTimeout=3s resolve --rolled-back 2_b"'
	ub 0 ub-migrate resolve --rolled-back 2_b
	deploy 0
	assert_equal "$(ledger)" $'1_a|t|f|1\n2_b|f|t|0\n2_b|t|f|1'
}

@test "a folder of Prisma's without its script: exit 2, whoever looks" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	mkdir "$MIG/2_b"
	for verb in status plan 'deploy --yes --skip-backup-check' \
	    'lint --offline'; do
		# shellcheck disable=SC2086
		ub 2 ub-migrate $verb
		assert_stderr "there is no script '$PWD/$MIG/2_b/migration.sql'"
	done
	rmdir "$MIG/2_b"
	rm "$MIG/1_a/migration.sql"
	ub 2 ub-migrate status
	assert_stderr "there is no script '$PWD/$MIG/1_a/migration.sql'"
}

@test "baseline: for each tool" {
	for tool in prisma dbmate golang flyway; do
		project $tool
		sql shop 'CREATE TABLE a (x int)'
		n=(1_a 2_b 3_c)
		[ $tool != flyway ] || n=(V1__a V2__b V3__c)
		for m in "${n[@]}"; do mig "$m" 'CREATE TABLE a (x int);'; done
		mig "${n[2]}" 'ALTER TABLE a ADD COLUMN y int;'
		ub 0 ub-migrate baseline --upto "${n[1]}" -n
		assert_output "would mark ${n[0]}
would mark ${n[1]}"
		ub 0 ub-migrate baseline --upto "${n[1]}"
		assert_output "marked ${n[0]}
marked ${n[1]}"
		ub 8 ub-migrate --json status --exit-code
		json '.data.counts.applied == 2 and .data.counts.pending == 1'
		deploy 0
	done
	assert_equal "$(sql shop 'SELECT version, type FROM
	    flyway_schema_history ORDER BY installed_rank')" \
	    $'2|BASELINE\n3|SQL'
}

@test "two ledgers: refused, until one is chosen" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	sql shop 'CREATE TABLE schema_migrations (version varchar PRIMARY KEY)'
	ub 4 ub-migrate --json status
	json '.error.kind == "migrate.ledgers"'
	ub 0 ub-migrate status --exit-code -c migrate.ledger=prisma
	sql shop 'DROP TABLE _prisma_migrations'
	ub 4 ub-migrate status
	assert_stderr "but '$PWD/prisma/migrations' is a folder of prisma"
}

@test "Prisma 8 is known, and refused" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	sql shop 'CREATE SCHEMA prisma_contract' \
	    'CREATE TABLE prisma_contract.marker (id smallint PRIMARY KEY)'
	ub 4 ub-migrate --json status
	json '.error.kind == "migrate.prisma8"'
	deploy 4 -c migrate.ledger=prisma
}

@test "new: a file in the project's layout, and never over another" {
	project
	ub 0 env UB_NOW=2026-11-21T03:11:05Z ub-migrate new 'add price'
	assert_output \
	    "$PWD/prisma/migrations/20261121031105_add_price/migration.sql"
	ub 8 ub-migrate status --exit-code
	ub 0 env UB_NOW=2026-11-21T03:11:05Z ub-migrate --json new again
	assert_schema ub-migrate
	json '.data.path | endswith("20261121031106_again/migration.sql")'
	ub 2 ub-migrate new ../../x
	project dbmate
	ub 0 env UB_NOW=2026-11-21T03:11:05Z ub-migrate new x \
	    -c migrate.ledger=dbmate -c migrate.dir=db/migrations
	deploy 0
	project golang
	mig 0009_a 'SELECT 1;'
	ub 0 ub-migrate new b
	assert_file_exists migrations/0010_b.up.sql
	assert_file_exists migrations/0010_b.down.sql
	project flyway
	mig V1_2__a 'SELECT 1;'
	ub 0 ub-migrate new b
	assert_file_exists migrations/V2__b.sql
	project
	touch prisma/migrations/20261121031105_x
	ub 3 env UB_NOW=2026-11-21T03:11:05Z ub-migrate new x
	assert_output ''
	ub 3 env UB_NOW=2026-11-21T03:11:05Z ub-migrate --json new x
	json '.data.path == null'
}

@test "a folder that waits for its first migration" {
	project dbmate
	ub 0 ub-migrate status
	assert_output 'shop (dbmate): 0 applied, 0 pending'
	echo 'SELECT 1;' >x.sql
	ub 0 ub-migrate lint x.sql
	ub 0 ub-migrate new a
	project golang
	ub 2 ub-migrate new a
	ub 0 ub-migrate -c migrate.ledger=golang-migrate new a
	assert_output --partial .up.sql
}

@test "the gate: no set, unverified, old, of another database, behind" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	ub 4 ub-migrate --json deploy --yes
	json '.error.kind == "gate.none" and
	    .next == ["ub-backup --json | ub-verify --json --level read -"]'
	id=$(ub-backup)
	ub 4 ub-migrate --json deploy --yes
	json --arg id "$id" '.error.kind == "gate.unverified" and
	    .next == ["ub-verify --level read " + $id]'
	ub 4 ub-migrate --json deploy --yes "$id"
	ub-verify --level hash
	ub 4 ub-migrate --json deploy --yes
	json '.error.message | contains("at level hash, and level read")'
	ub 8 ub-migrate plan --exit-code
	assert_stderr 'level read is wanted'
	ub-verify
	ub 4 env UB_NOW="$(date -u -d '25 hours' +%FT%TZ)" \
	    ub-migrate --json deploy --yes
	json '.error.kind == "gate.old"'
	sql postgres 'CREATE DATABASE other'
	other=$(ub-backup -c database.url=dbname=other -c backup.dir=others)
	ub-verify -c backup.dir=others
	ub 4 ub-migrate --json deploy --yes "others/$other"
	json '.error.kind == "gate.other"'
	ub 0 ub-migrate --json deploy --yes
	json --arg id "$id" '.data.backup_check == "done" and
	    .data.set.id == $id'
	mig 2_b 'CREATE TABLE b (x int);'
	ub 4 ub-migrate --json deploy --yes
	json '.error.kind == "gate.changed"'
	ub 0 ub-migrate --json deploy --yes --skip-backup-check
	json '.warnings[0].kind == "migrate.gate"'
	jq -e '.data.backup_check == "skipped"' \
	    <<<"$(tail -n 1 .ub/journal.ndjson)"
	sql postgres 'DROP DATABASE other'
}

@test "the gate: a ledger whose clock is ahead shuts nothing for good" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	rm -rf .ub
	mig 2_b 'CREATE TABLE b (x int);'
	for ahead in '30 s' '1 day'; do
		sql shop "UPDATE _prisma_migrations
		    SET finished_at = now() + '$ahead'"
		ub-backup -q
		ub-verify -q
		ub 0 ub-migrate --json plan
		case $ahead in
		30*) json '.data.gate.why == "changed"' ;;
		*) json '.data.gate.open' ;;
		esac
	done
}

@test "the gate: half of a deploy counts as one, and next: goes on" {
	project
	mig 1_a 'CREATE TABLE a (x int); VACUUM a; SELECT nothing;'
	id=$(ub-backup)
	ub-verify
	ub 7 ub-migrate --json deploy --yes
	json '.data.applied == []'
	next=$(jq -r '.next[0]' <<<"$output")
	mig 1_a 'CREATE TABLE a (x int); VACUUM a; SELECT 1;'
	ub 4 ub-migrate --json deploy --yes
	json --arg id "$id" '.error.kind == "gate.changed" and
	    (.error.message | contains($id))'
	ub 0 bash -c "$next"
	assert_equal "$(ledger)" '1_a|t|f|1'
}

@test "the gate: half of a deploy that a signal ended counts, too" {
	project
	mig 1_a 'CREATE TABLE a (x int); VACUUM a; SELECT pg_sleep(60);'
	ub-backup >id
	ub-verify
	ub-migrate deploy --yes 3>&- &
	wait_for 20 sh -c "[ \"\$(psql -XAtd postgres -c \"SELECT count(*) FROM
	    pg_stat_activity WHERE wait_event = 'PgSleep'\")\" = 1 ]"
	kill $!
	code=0
	wait $! || code=$?
	assert_equal "$code" 143
	mig 1_a 'CREATE TABLE a (x int); VACUUM a;'
	ub 4 ub-migrate --json deploy --yes
	json '.error.kind == "gate.changed"'
}

@test "the gate: a set that was found damaged" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	id=$(ub-backup)
	echo x >>"backups/$id/db/shop/toc.dat"
	ub 1 ub-verify
	ub 4 ub-migrate --json deploy --yes
	json '.error.kind == "gate.failed"'
}

@test "the pipe: backup, verify, deploy; one that failed stops it" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	run -0 --separate-stderr bash -c 'ub-backup --json |
	    ub-verify --json - | ub-migrate --json deploy --yes -'
	assert_schema ub-migrate
	json '.exit == 0 and .data.set.verified == "read"'
	mig 2_b 'CREATE TABLE b (x int);'
	run -5 --separate-stderr bash -c 'ub-backup --json \
	    -c "database.url=host=/nowhere" | ub-verify --json - |
	    ub-migrate --json deploy --yes -'
	json '.tool == "ub-backup"'
	run -3 --separate-stderr bash -c ': | ub-migrate --json deploy --yes -'
	json '.error.kind == "pipe.empty"'
	assert_equal "$(ledger)" '1_a|t|f|1'
}

@test "Alembic, Django, Sqitch: read, and run by their own command" {
	project
	rm -r prisma
	sql shop 'CREATE TABLE alembic_version (version_num varchar(32)
	    NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))' \
	    "INSERT INTO alembic_version VALUES ('ae1027a6acf')"
	ub 2 ub-migrate status --exit-code
	assert_stderr 'only its own program can tell'
	ub 0 ub-migrate --json status
	assert_schema ub-migrate
	json '.data.tool == "alembic" and .data.in_sync == null and
	    .data.migrations[0].version == "ae1027a6acf"'
	deploy 2
	assert_stderr 'set migrate.command'
	cat >upgrade <<-'SH'
	#!/bin/sh
	echo "upgrading $PGDATABASE"
	psql -XAtqc "UPDATE alembic_version SET version_num = '27c6a30d7c24'"
	exit "${1:-0}"
	SH
	chmod +x upgrade
	ub 4 ub-migrate deploy --yes -c migrate.command=./upgrade
	deploy 0 --json -c migrate.command=./upgrade
	assert_schema ub-migrate
	json '.data.applied == [{"name": "27c6a30d7c24", "mode": "driven"}] and
	    .data.removed == ["ae1027a6acf"]'
	assert_stderr 'upgrading shop'
	deploy 3 -c 'migrate.command=./upgrade 9'
	assert_stderr 'the ledger is as it was'
	sql shop "UPDATE alembic_version SET version_num = 'x'"
	deploy 7 -c 'migrate.command=./upgrade 9'
	deploy 2 -c migrate.command=./upgrade --to x
	# Whatever becomes of us: what it has done is looked at.
	cat >end_us <<-'SH'
	#!/bin/sh
	psql -XAtqc "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE application_name = 'ub-migrate'"
	SH
	chmod +x end_us
	sql shop "UPDATE alembic_version SET version_num = 'x'"
	deploy 0 --json -c 'migrate.command=./end_us; ./upgrade'
	json '.data.applied[0].name == "27c6a30d7c24" and
	    any(.warnings[]; .kind == "migrate.lost")'
	sql shop "UPDATE alembic_version SET version_num = 'x'"
	deploy 143 --json -c 'migrate.command=./upgrade; kill $PPID; sleep 9'
	json '.data.applied[0].name == "27c6a30d7c24"'
	# Django's and Sqitch's are read.
	sql shop 'DROP TABLE alembic_version' 'CREATE TABLE django_migrations
	    (id bigserial PRIMARY KEY, app varchar(255) NOT NULL,
	    name varchar(255) NOT NULL, applied timestamptz NOT NULL)' \
	    "INSERT INTO django_migrations (app, name, applied)
	    VALUES ('shop', '0001_initial', now())"
	ub 0 ub-migrate --json status
	json '.data.tool == "django" and
	    .data.migrations[0].name == "shop.0001_initial"'
	# Behind our back: the ledger tells when.
	ub-backup
	ub-verify
	sql shop "INSERT INTO django_migrations (app, name, applied)
	    VALUES ('shop', '0002_more', now())"
	ub 4 ub-migrate --json deploy --yes -c migrate.command=true
	json '.error.kind == "gate.changed"'
}

@test "plan: what would be run, and who is in the way" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	deploy 0
	mig 2_b 'ALTER TABLE a ADD COLUMN y int;'
	mkfifo hold
	PGAPPNAME=report psql -X -q shop <hold >/dev/null &
	exec 8>hold
	echo 'BEGIN; SELECT * FROM a;' >&8
	wait_for 5 sh -c "[ \"\$(psql -XAtd shop -c \"SELECT count(*) FROM
	    pg_locks WHERE relation = 'a'::regclass\")\" = 1 ]"
	ub 8 ub-migrate --json plan --exit-code
	assert_schema ub-migrate
	json '.data.planned[0].name == "2_b" and .data.gate.why == "none" and
	    .data.rollback_without_restore and
	    .data.blockers[0].who == "report" and
	    .data.blockers[0].table == "public.a"'
	ub 0 ub-migrate plan
	assert_line --partial 'in the way now: pid'
	assert_line --partial 'public.a, ACCESS EXCLUSIVE'
	exec 8>&-
	wait
}

@test "plan: of what failed midway, what is left" {
	for tool in dbmate prisma; do
		project $tool
		mig 1_a <<-'SQL'
			CREATE TABLE t (a int, b int);
			INSERT INTO t VALUES (1, 1), (2, 1);
			CREATE UNIQUE INDEX CONCURRENTLY ti ON t (b);
			ALTER TABLE t ADD COLUMN c int;
			BEGIN;
			SELECT 1;
			COMMIT;
		SQL
		ub 0 ub-migrate --json plan
		json '.data.planned[0] | .steps == null and .steps_done == 0 and
		    .statements == 7'
		deploy 7
		ub 0 ub-migrate plan
		assert_line --partial '1_a: 5 statements (1 of 4 steps done), '
		for verb in plan 'deploy --dry-run --skip-backup-check'; do
			# shellcheck disable=SC2086
			ub 0 ub-migrate --json $verb
			assert_schema ub-migrate
			json '.data.planned[0] | .steps == 4 and
			    .steps_done == 1 and .statements == 5'
		done
		sql shop 'UPDATE t SET b = a' 'DROP TABLE IF EXISTS u' \
		    'CREATE TABLE u AS SELECT 1' 'ALTER TABLE t ADD c int'
		deploy 7
		ub 0 ub-migrate plan
		assert_line --partial '1_a: 4 statements (2 of 4 steps done), '
		refute_line --partial 'public.t, SHARE UPDATE EXCLUSIVE'
		sql shop 'ALTER TABLE t DROP c'
		deploy 0
		ub 0 ub-migrate plan
		assert_output --partial 'nothing to do'
	done
}

@test "plan: an error is all that is said" {
	project
	mig 1_a 'CREATE TABLE a (x int);'
	mig 1_b 'CREATE TABLE b (x int);'
	for to in nope 1; do
		ub 2 ub-migrate plan --to $to
		assert_output ''
		ub 2 ub-migrate --json plan --to $to
		assert_schema ub-migrate
		json '.data.planned == [] and .data.left == 2 and
		    .data.rollback_without_restore == null'
	done
	ub 4 ub-migrate plan --phase contract
	assert_output ''
	ub 8 ub-migrate plan --exit-code
	assert_line --partial '1_b: 1 statement'
	ub 2 ub-migrate plan --exit-code -c migrate.ledger=alembic -c migrate.command=true
	assert_output ''
	deploy 0
	mig 3_c 'DROP TABLE a;'
	ub 1 ub-migrate plan
	assert_line --partial '3_c: 1 statement'
}
