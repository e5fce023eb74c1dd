#!/usr/bin/env bats
# ub: asan
# ub-migrate lint: which files are judged, with what, and who is told; and the
# judgement that stops a deploy.

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

setup_test()
{
	project
	mig 1_init 'CREATE TABLE a (x int NOT NULL, old text);
	    INSERT INTO a VALUES (1, NULL);'
	deploy 0
}

@test "what is pending is judged, with the catalog; an error is exit 1" {
	mig 2_drop 'ALTER TABLE a DROP COLUMN old;'
	mig 3_wide 'CREATE TABLE b (y int); CREATE INDEX b_y ON b (y);'
	ub 1 ub-migrate --json lint
	assert_schema ub-migrate
	json '.error.kind == "lint.errors" and
	    [.data.lint.files[].name] == [
	    "prisma/migrations/2_drop/migration.sql",
	    "prisma/migrations/3_wide/migration.sql"] and
	    .data.lint.totals.errors == 1 and
	    (.data.lint.rollback_without_restore | not) and
	    (.data.lint.files[0] | .compat == "breaking" and .data == "loses"
	    and .phase == "contract" and .findings[0].rule == "drop-column"
	    and .findings[0].line == 1) and
	    .data.lint.files[1].findings == []'
	ub 1 ub-migrate lint
	assert_line --regexp \
	    '^prisma/migrations/2_drop/migration.sql:1:1: error\[drop-column\]: '
	assert_line --index -1 --partial '2 files, 3 statements: 1 error'
}

@test "a destructive migration is not deployed, until it says that it is one" {
	mig 2_drop 'ALTER TABLE a DROP COLUMN old;'
	deploy 1 --json
	json '.error.kind == "migrate.unsafe" and
	    .error.detail.rule == "drop-column" and .data.applied == []'
	ub 1 ub-migrate plan
	mig 2_drop $'-- ub-ignore drop-column: nobody reads it since 2.3\nALTER TABLE a DROP COLUMN old;'
	ub 0 ub-migrate --json lint
	json '.data.lint.totals.ignored == 1 and
	    .data.lint.files[0].findings[0].ignored ==
	    "nobody reads it since 2.3"'
	mig 2_drop $'-- ub: phase=contract\nALTER TABLE a DROP COLUMN old;'
	ub 0 ub-migrate --json lint
	json '.data.lint.files[0].declared_contract and
	    .data.lint.totals.warnings == 1'
	deploy 0 --json
	json '.data.rollback_without_restore == false'
}

@test "-- ub: no-transaction: what each statement does alone is no danger" {
	sql shop "CREATE TYPE m AS ENUM ('a')" 'CREATE TABLE t (x m)'
	mig 2_enum $'-- ub: no-transaction\nALTER TYPE m ADD VALUE \'b\';\nINSERT INTO t VALUES (\'b\');'
	ub 0 ub-migrate --json lint
	json '[.data.lint.files[0].findings[].rule] == ["add-enum-value"]'
	deploy 0
}

@test "--allow unsafe: said, and done" {
	mig 2_drop 'ALTER TABLE a DROP COLUMN old;'
	deploy 0 --allow unsafe --json
	json '[.warnings[].kind] == ["migrate.unsafe", "migrate.gate"]'
}

@test "--phase: what adds now, what takes away later" {
	mig 2_add 'ALTER TABLE a ADD COLUMN y int;'
	mig 3_drop $'-- ub: phase=contract\nALTER TABLE a DROP COLUMN old;'
	mig 4_add 'ALTER TABLE a ADD COLUMN z int;'
	deploy 4 --phase contract
	assert_stderr 'comes first, and takes nothing away'
	deploy 0 --json --phase expand
	json '[.data.applied[].name] == ["2_add"] and .data.left == 2 and
	    .data.rollback_without_restore'
	deploy 0 --phase expand
	assert_output 'nothing to do'
	deploy 0 --json --phase contract
	json '[.data.applied[].name] == ["3_drop"] and .data.left == 1'
	deploy 0
	ub 0 ub-migrate status --exit-code
}

@test "the catalog rules out what is no danger; offline it cannot" {
	sql shop 'CREATE TABLE empty (x int)'
	mig 2_index 'CREATE INDEX empty_x ON empty (x);'
	ub 0 ub-migrate --json lint
	json '.data.lint.totals.warnings == 0'
	ub 0 ub-migrate --json lint --offline
	json '[.data.lint.files[].name] == [
	    "prisma/migrations/1_init/migration.sql",
	    "prisma/migrations/2_index/migration.sql"] and
	    .data.lint.totals.warnings == 1'
}

@test "a large table is an error" {
	sql shop 'CREATE TABLE big (x int)' \
	    'INSERT INTO big SELECT generate_series(1, 50000)'
	mig 2_type 'ALTER TABLE big ALTER COLUMN x TYPE bigint;'
	ub 0 ub-migrate --json lint
	json '.data.lint.files[0].lock == "rewrite" and
	    .data.lint.totals.warnings > 0'
	ub 1 ub-migrate lint -c migrate.largeTable=1M
	assert_output --partial 'error[change-column-type]'
}

@test "no server: judged without the catalog, and said so" {
	mig 2_index 'CREATE INDEX a_x ON a (x);'
	ub 0 ub-migrate --json lint -c database.url=host=/nowhere
	json '.warnings[0].kind == "lint.offline"'
	ub 0 ub-migrate --json lint --offline -c database.url=host=/nowhere
	json '.warnings == []'
	git config -f ub.conf --remove-section database
	ub 0 ub-migrate lint
}

@test "files and folders, with and without a project" {
	mkdir other
	echo 'DROP TABLE a;' >other/b.sql
	echo 'CREATE TABLE c (x int);' >other/a.sql
	ub 1 ub-migrate --json lint other
	json '[.data.lint.files[].name] == ["other/a.sql", "other/b.sql"]'
	ub 0 ub-migrate lint other/a.sql
	ub 2 ub-migrate lint other/none.sql
	assert_stderr other/none.sql
	cd other
	ub 1 ub-migrate --json lint --offline b.sql
	json '.data.lint.files[0].name == "b.sql"'
}

@test "--since: what a branch adds, committed or not" {
	git init -q -b main .
	git add prisma
	git -c user.name=a -c user.email=a@example.org commit -qm one
	git update-ref refs/remotes/origin/main HEAD
	mig 2_drop 'DROP TABLE a;'
	ub 1 ub-migrate --json lint --since origin/main \
	    --report sarif:lint.sarif --report github:annotations
	assert_schema ub-migrate
	json '[.data.lint.files[].name] ==
	    ["prisma/migrations/2_drop/migration.sql"]'
	assert_schema sarif lint.sarif
	jq -e '.runs[0].results[0].ruleId == "drop-table"' lint.sarif
	grep -q '^::error file=prisma/migrations/2_drop/migration.sql,line=1,' \
	    annotations
	ub 2 ub-migrate lint --since nowhere
	assert_stderr nowhere
	ub 2 ub-migrate lint --since nowhere prisma/migrations
	assert_stderr nowhere
	ub 1 ub-migrate --json lint --since origin/main prisma/migrations
	json '[.data.lint.files[].name] ==
	    ["prisma/migrations/2_drop/migration.sql"]'
	ub 0 ub-migrate --json lint --since origin/main \
	    prisma/migrations/1_init/migration.sql
	json '.data.lint.files == []'
}

@test "no folder of migrations: exit 2; an empty one is fine" {
	mkdir none
	cd none || return
	ub 2 ub-migrate lint --offline --report sarif:l.sarif
	assert_stderr "there is no folder of migrations below '$PWD'"
	assert_stderr 'set migrate.dir'
	assert_not_exist l.sarif
	git init -q -b main .
	git -c user.name=a -c user.email=a@example.org commit -qm one \
	    --allow-empty
	ub 2 ub-migrate lint --offline --since HEAD
	assert_stderr "there is no folder of migrations below '$PWD'"
	mkdir mine
	ub 0 ub-migrate --json lint --offline -c migrate.dir=mine
	json '.data.lint.files == []'
	ub 0 ub-migrate lint --offline --since HEAD -c migrate.dir=mine
	rmdir mine
	ub 2 ub-migrate lint --offline --since HEAD -c migrate.dir=mine
	ub 0 ub-migrate lint --offline -c migrate.ledger=django
	ub 0 ub-migrate lint --offline --since HEAD -c migrate.ledger=django
}

@test "--report: for a forge paths begin at the root of the repository" {
	mkdir -p repo/app/sub
	cd repo || return
	git init -q -b main .
	echo 'DROP TABLE a;' >app/sub/a.sql
	echo 'DROP TABLE a;' >../out.sql
	cd app || return
	for f in sarif github gitlab text; do
		ub 1 ub-migrate lint --offline --report "$f:$f" sub/a.sql \
		    ../../out.sql
	done
	run -0 jq -r '.runs[0].results[].locations[0].physicalLocation |
	    .artifactLocation | .uri, .uriBaseId' sarif
	assert_line --index 0 app/sub/a.sql
	assert_line --index 1 %SRCROOT%
	assert_line --index 2 --regexp '^file:///.*/out.sql$'
	grep -q '^::error file=app/sub/a.sql,' github
	jq -e '.[0].location.path == "app/sub/a.sql"' gitlab
	grep -q '^sub/a.sql:1:1: ' text
	cd ../.. || return
	ub 1 ub-migrate -C repo/app lint --offline --report gitlab:g sub/a.sql
	jq -e '.[0].location.path == "app/sub/a.sql"' repo/app/g
}

@test "--report: what cannot be written is said before the work" {
	ub 2 ub-migrate lint --report sarf:x
	assert_stderr "sarif"
	ub 2 ub-migrate lint --report sarif:-
	ub 2 ub-migrate lint --report sarif:none/x
	for f in text json gitlab junit; do
		ub 0 ub-migrate lint --report "$f:out.$f"
		assert_file_not_empty "out.$f"
	done
	jq -e . out.json
	assert_schema gitlab out.gitlab
}

@test "what is not understood is told, and keeps nothing from running" {
	mig 2_new 'CREATE TABLE v (a int, b int GENERATED ALWAYS AS (a) VIRTUAL);'
	mig 3_copy $'COPY a FROM STDIN;\n2\t\\N\n\\.\n'
	ub 0 ub-migrate --json lint
	json '.data.lint.totals.unanalysed == 1'
	deploy 6
	assert_stderr 'syntax error'
}

@test "what a deploy refuses to run is an error of the lint, too" {
	mig 2_psql $'\\i other.sql\nSELECT 1;'
	ub 1 ub-migrate lint
	assert_output --partial 'error[unanalysed]'
	deploy 2
	mig 2_psql $'-- caf\351\nDROP TABLE a;'
	ub 1 ub-migrate --json lint
	json '[.data.lint.files[0].findings[] | .rule, .line] ==
	    ["unanalysed", 1, "drop-table", 2]'
	deploy 2
}

@test "a script that dbmate would refuse is an error at its place" {
	project dbmate
	printf -- '-- migrate:up\nCREATE TABLE b (x int);\n' >"$MIG/1_b.sql"
	ub 1 ub-migrate lint
	assert_line 'db/migrations/1_b.sql:1:1: error[unanalysed]: no "-- migrate:down"'
	deploy 2
	printf -- '-- migrate:up\n-- migrate:down\n-- migrate:up\n' >"$MIG/1_b.sql"
	ub 1 ub-migrate --json lint --offline
	json '.data.lint.files[0].findings[0] | .level == "error" and
	    .line == 3 and .message == "\"migrate:up\" stands there twice"'
	echo 'SELECT 1;' >1_other.sql
	ub 0 ub-migrate lint 1_other.sql
}

@test "ignore comments: a reason is wanted, and one that is not used is told" {
	mig 2_drop $'-- ub-ignore drop-table\nDROP TABLE a;'
	ub 1 ub-migrate lint
	mig 2_drop $'-- squawk-ignore ban-drop-table\nDROP TABLE a;'
	ub 0 ub-migrate --json lint
	json '.data.lint.totals.ignored == 1'
	mig 2_drop $'-- ub-ignore drop-table: why not\nSELECT 1;'
	ub 0 ub-migrate lint
	assert_output --partial 'warning[unused-ignore]'
}

@test "DO blocks are looked into" {
	mig 2_do 'DO $$ BEGIN IF true THEN EXECUTE '\''DROP TABLE a'\''; END IF; END $$;'
	ub 1 ub-migrate lint
	assert_output --partial 'error[drop-table]'
}

@test "operators and functions of strangers are not run: status, plan, lint, deploy" {
	sql shop 'CREATE ROLE stranger' \
	    'GRANT CREATE ON SCHEMA public TO stranger'
	sql shop 'SET ROLE stranger; CREATE FUNCTION lie(name, text)
	    RETURNS text LANGUAGE plpgsql AS $$BEGIN
	    RAISE EXCEPTION $q$trapped$q$; END$$;
	    CREATE OPERATOR || (FUNCTION = lie, LEFTARG = name,
	    RIGHTARG = text);
	    CREATE FUNCTION lies(varchar, text) RETURNS bool
	    LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION $q$trapped$q$; END$$;
	    CREATE OPERATOR = (FUNCTION = lies, LEFTARG = varchar,
	    RIGHTARG = text)'
	mig 2_b 'ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NOT VALID;
	    CREATE TABLE b (y int PRIMARY KEY, z int REFERENCES b, a name);
	    CREATE INDEX ON b (z); VACUUM b;'
	ub 0 ub-migrate status
	ub 0 ub-migrate plan
	ub 0 ub-migrate lint
	deploy 0
	mig 3_c 'DROP TABLE b; VACUUM a; SELECT 1/0;'
	deploy 7 --allow unsafe
	refute_output --partial trapped
	[[ $stderr != *trapped* ]]
	ub 0 ub-migrate resolve --yes --applied 3_c
	sql shop 'DROP OWNED BY stranger' 'DROP ROLE stranger'
}
