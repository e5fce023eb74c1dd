#!/usr/bin/env bats
# ub: asan
# ub-verify: which set, how far, what it answers, and what it keeps of that.

load helpers

# One set for all tests, which take copies of it.
setup_file()
{
	pg_file_start
	cd "$BATS_FILE_TMPDIR" || return
	sql postgres 'CREATE DATABASE shop'
	sql shop 'CREATE TABLE orders (id int PRIMARY KEY, what text)' \
	    "INSERT INTO orders SELECT i, 'thing ' || i
	     FROM generate_series(1, 1000) i" \
	    'CREATE TABLE "select" ()' 'CREATE TABLE empty (a int)' \
	    "SELECT lo_from_bytea(0, 'large')"
	mkdir -p uploads/sub
	echo one >uploads/one
	echo two >uploads/sub/two
	echo SECRET=1 >.env
	ID=$(ub-backup -q -c database.url=dbname=shop \
	    -c files.uploads.path=uploads -c config.path=.env)
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
}

reseal()
{
	/usr/bin/python3 "$ROOT/tests/helper/reseal.py" "$@"
}

# verified FILTER - of VERIFIED.json
verified()
{
	jq -e "$1" "$S/VERIFIED.json" >/dev/null ||
	    fail "$1: $(cat "$S/VERIFIED.json")"
}

# A set of that time, without databases.
add_set()
{
	UB_NOW=$1 ub-backup -q -c files.up.path="$BATS_FILE_TMPDIR/uploads"
}

@test "no argument: the newest set at level read, one line" {
	ub 0 ub-verify
	assert_equal "${#lines[@]}" 1
	assert_regex "$output" \
	    "^$ID: good at level read: 11 files, [0-9.]+ KiB read, 1000 rows\$"
	assert_equal "$stderr" 'ub-verify: [1/1] verifying set'
	ub 0 ub-verify -q
	assert_equal "$stderr" ''
}

@test "every level: the result, and what is read for it" {
	for level in quick hash read restore; do
		ub 0 ub-verify --json --level "$level"
		assert_schema ub-verify
		json --arg l "$level" --arg id "$ID" --arg d "$PWD/$S" '
		    .status == "ok" and .data.level == $l and .data.ok and
		    .data.set.id == $id and .data.set.path == $d and
		    .data.set.verified == $l and .data.findings == [] and
		    .data.files == 11'
		verified ".ok and .level == \"$level\""
		case $level in
		quick) json '.data.bytes == 0 and .data.rows == 0' ;;
		hash) json '.data.bytes > 1000 and .data.rows == 0' ;;
		*) json '.data.rows == 1000 and .data.entries == 4' ;;
		esac
		[ "$level" = restore ] ||
		    json '.data.databases_restored == 0'
	done
	json '.data.databases_restored == 1'
	ub 0 ub-verify --level restore
	assert_output --partial '1000 rows, 1 databases restored'
}

@test "a wrong level, an option too much: exit 2" {
	ub 2 ub-verify --level hsah
	assert_stderr "'hsah' is none of quick|hash|read|restore"
	assert_stderr "did you mean 'hash'?"
	ub 2 ub-verify --level ''
	ub 2 ub-verify --level read --level quick
	ub 2 ub-verify latest latest
	assert_stderr "one set at a time"
	ub 2 ub-verify -j -1
	[ ! -e "$S/VERIFIED.json" ]
}

@test "the set by its id, by paths, as latest" {
	for set in "$ID" latest "$S" "./$S" "$PWD/$S" "$S/" "$PWD/./$S//"; do
		ub 0 ub-verify --json --level quick "$set"
		json --arg id "$ID" '.data.set.id == $id'
	done
	ub 0 ub-verify -C "$S" .
	ub 0 ub-verify -C backups "./$ID"
	ub 0 ub-verify -c backup.dir="$PWD/backups" -C / "$ID"
}

@test "latest is the newest by the manifest, whatever the names say" {
	old=$(add_set 2020-01-01T00:00:00Z)
	new=$(add_set 2036-01-01T00:00:00Z)
	touch "backups/$old"
	ub 0 ub-verify --json latest
	json --arg id "$new" '.data.set.id == $id'
	# what is no set is passed over
	mkdir backups/20990101T000000Z
	ub 0 ub-verify --json
	json --arg id "$new" '.data.set.id == $id'
}

@test "no set at all: exit 4 and what to do" {
	rm -r backups
	ub 4 ub-verify --json
	assert_schema ub-verify
	json '.error.kind == "set.none" and .next == ["ub-backup"] and
	    .data == {}'
	mkdir backups
	ub 4 ub-verify latest
	assert_stderr "there is no set in '$PWD/backups'"
	assert_stderr 'next: ub-backup'
}

@test "an unknown set: exit 2 names the nearest" {
	ub 2 ub-verify "${ID%?}9Z"
	assert_stderr "there is no set '${ID%?}9Z' in '$PWD/backups'"
	assert_stderr "did you mean '$ID'?"
	for set in nil .. '' ... ".partial-$ID" "$ID
" 'a b'; do
		ub 2 ub-verify "$set"
	done
	ub 2 ub-verify ./nil
	assert_stderr "'./nil' is not a folder"
	ub 2 ub-verify "$S/MANIFEST.json"
	ub 2 ub-verify --json nil
	assert_schema ub-verify
	json '.error.kind == "set.missing"'
}

@test "a folder that is no set: exit 1" {
	mkdir -p other "backups/20990101T000000Z"
	for set in other/ 20990101T000000Z; do
		ub 1 ub-verify --json "$set"
		assert_schema ub-verify
		json '.error.kind == "set.manifest" and .data == {}'
		json '.error.message | test("MANIFEST.json")'
	done
}

@test "a set that was renamed: exit 1, and its own name" {
	mv "$S" backups/20200101T000000Z
	ub 1 ub-verify 20200101T000000Z
	assert_stderr "$ID"
	assert_stderr 'MANIFEST.json'
	cp -a backups/20200101T000000Z copy
	ub 1 ub-verify ./copy
}

@test "VERIFIED.json: what, when, of which manifest; private, not in the sums" {
	UB_NOW=2026-11-21T04:05:06Z ub 0 ub-verify
	verified ".schema == \"ub.verified/1\" and .ok and .level == \"read\" and
	    .id == \"$ID\" and .finding == null and
	    (.verified_at | startswith(\"2026-11-21T04:05:06\"))"
	verified ".manifest_sha256 == \"$(sha256sum "$S/MANIFEST.json" |
	    cut -d ' ' -f 1)\""
	assert_equal "$(stat -c %a "$S/VERIFIED.json")" 600
	(cd "$S" && sha256sum -c --quiet SHA256SUMS)
	run ! grep -q VERIFIED "$S/SHA256SUMS" "$S/MANIFEST.json"
	ub 0 ub-verify
	ub 0 ub-backup list --json
	json '.data.sets[0].verified == "read"'
	assert_equal "$(find "$S" -name '.*' -type f ! -path '*/config/*')" ''
}

@test "VERIFIED.json: also of a failure, with what was found" {
	ub 0 ub-verify
	rm "$S/config/.env"
	ub 1 ub-verify --json --level hash
	json '.data.set.verified == "failed" and .data.ok == false'
	verified '.ok == false and .level == "hash" and
	    (.finding | test("config/.env: it is missing"))'
	ub 0 ub-backup list
	assert_output --partial FAILED
}

@test "a shorter look does not replace the answer of a longer one" {
	ub 0 ub-verify --level read
	ub 0 ub-verify --json --level quick
	json '.data.level == "quick" and .data.set.verified == "read"'
	verified '.level == "read"'
	# damage that only read can see, and a hash that looks right
	gz=$(echo "$S"/db/shop/[0-9]*.dat.gz)
	gz=${gz%% *}
	head -c -3 "$gz" >short && cat short >"$gz"
	reseal "$S"
	ub 1 ub-verify --level read
	verified '.ok == false and .level == "read"'
	ub 0 ub-verify --json --level hash
	json '.data.ok and .data.set.verified == "failed"'
	verified '.ok == false and .level == "read"'
}

@test "a failure stands until as long a look finds nothing" {
	mv "$S/config/.env" env
	ub 1 ub-verify --level read
	mv env "$S/config/.env"
	for level in quick hash; do
		ub 0 ub-verify --json --level "$level"
		json '.data.ok and .data.set.verified == "failed"'
		verified '.ok == false and .level == "read"'
	done
	ub 0 ub-verify
	verified '.ok and .level == "read"'
}

@test "a failure that quick has found is forgotten once quick finds nothing" {
	mv "$S/config/.env" env
	ub 1 ub-verify --level quick
	verified '.ok == false and .level == "quick"'
	mv env "$S/config/.env"
	ub 0 ub-verify --level quick
	verified '.ok and .level == "quick"'
}

@test "VERIFIED.json of another manifest, torn or hostile, counts for nothing" {
	ub 0 ub-verify
	cp "$S/VERIFIED.json" good
	for bad in '' '{' '[]' '{"schema":"ub.verified/1"}' "$(head -c 100 good)" \
	    "$(sed 's/_sha256": "./&z/' good)" "$(sed s,verified/1,verified/2, good)" \
	    "$(sed 's/"read"/"reed"/' good)" "$(sed 's/true/"yes"/' good)"; do
		printf %s "$bad" >"$S/VERIFIED.json"
		ub 0 ub-backup list --json
		json '.data.sets[0].verified == "none"'
		ub 0 ub-verify --level quick
		verified '.level == "quick"'
	done
	cp good "$S/VERIFIED.json"
	reseal "$S" 'm["label"] = "other"'
	ub 0 ub-backup list --json
	json '.data.sets[0].verified == "none"'
	# a folder or a link in its place is damage, and is not written through
	rm "$S/VERIFIED.json"
	echo mine >mine
	ln -s "$PWD/mine" "$S/VERIFIED.json"
	ub 1 ub-verify --level quick
	assert_stderr 'VERIFIED.json: it is a symbolic link'
	assert_equal "$(cat mine)" mine
}

@test "what a killed run left of VERIFIED.json is no damage, and goes in time" {
	echo '{' >"$S/.VERIFIED.json.abc123"
	ub 0 ub-verify --level quick
	assert_file_exists "$S/.VERIFIED.json.abc123"
	touch -d '1 hour ago' "$S/.VERIFIED.json.abc123"
	ub 0 ub-verify --level quick
	assert_file_not_exists "$S/.VERIFIED.json.abc123"
}

@test "a set on read-only ground: verified, with a warning" {
	if [ "$(id -u)" -eq 0 ]; then
		# shellcheck disable=SC2016
		run --separate-stderr unshare -m sh -c '
			mount --bind "$1" "$1" &&
			mount -o remount,bind,ro "$1" &&
			exec ub-verify --json' sh "$S"
	else
		chmod 500 "$S"
		run --separate-stderr ub-verify --json
		chmod 700 "$S"
	fi
	assert_equal "$status" 0
	assert_schema ub-verify
	json '[.warnings[].kind] == ["verify.mark"] and .data.ok and
	    .data.set.verified == "read"'
	assert_stderr 'the answer is not kept'
	[ ! -e "$S/VERIFIED.json" ]
}

@test "--dry-run reads no content and keeps nothing" {
	echo x >>"$S/config/.env"
	ub 0 ub-verify -n
	assert_output "would verify $ID at level read"
	ub 0 ub-verify -n --json --level restore
	assert_schema ub-verify
	json '.status == "planned" and .dry_run and .data.ok == null'
	[ ! -e "$S/VERIFIED.json" ]
	ub 2 ub-verify -n nil
}

@test "what the application consists of matters at level restore alone" {
	ub 0 ub-verify -c files.x.exclude=y
	ub 2 ub-verify -c files.x.exclude=y --level restore
}

@test "no lock: a set is verified while another run holds it" {
	exec 7>>backups/.lock
	flock 7
	ub 0 ub-verify
	exec 7>&-
}

@test "events: steps, findings, and the result last" {
	ub 0 ub-verify --level restore --events e
	assert_schema result <(tail -1 e | jq -c .result)
	jq -es '[.[] | select(.event == "step" and .state == "begin") |
	    {id, n, of}] == [{id: "verify", n: 1, of: 2},
	    {id: "restore", n: 2, of: 2}]' e
	rm "$S/config/.env" "$S/db/globals.sql"
	ub 1 ub-verify --events e
	jq -es '[.[] | select(.event == "finding") | .message] ==
	    ["config/.env: it is missing", "db/globals.sql: it is missing"]' e
	while read -r line; do
		assert_schema event <(echo "$line")
	done <e
}

@test "all findings are told, by file; the first is the message" {
	rm "$S/config/.env" "$S/db/globals.sql"
	echo x >"$S/extra"
	ub 1 ub-verify -q --level quick
	assert_equal "$output" ''
	assert_equal "$stderr" "db/globals.sql: it is missing
extra: the manifest does not know it
ub-verify: set $ID is damaged: config/.env: it is missing (and 2 more)"
	ub 1 ub-verify --json
	assert_schema ub-verify
	json '.status == "no" and .data.ok == false and
	    .error.kind == "verify.damage" and
	    [.data.findings[].file] == ["config/.env", "db/globals.sql", "extra"]'
}

@test "the pipe: backup, verify, and what is in the result" {
	run --separate-stderr bash -c 'ub-backup --json --run-id r-1 \
	    -c files.up.path="$1" | ub-verify --json -' sh \
	    "$BATS_FILE_TMPDIR/uploads"
	assert_equal "$status" 0
	assert_schema ub-verify
	json '.run_id == "r-1" and .tool == "ub-verify" and .data.level == "read"'
	ub-backup --json -c ub.app=other -c database.url=dbname=shop |
	    ub-verify --json - |
	    jq -e '.exit == 0 and .data.level == "read" and .app == "other"'
}

@test "the pipe: what failed before is passed on, and nothing is done" {
	run --separate-stderr bash -c \
	    'ub-backup --json -c files.up.path=nil | tee up | ub-verify --json -'
	assert_equal "$status" 3
	assert_equal "$output" "$(cat up)"
	json '.tool == "ub-backup"'
	assert_stderr 'nothing done: ub-backup before it ended with 3'
	run --separate-stderr ub-verify - <up
	assert_equal "$status" 3
	assert_equal "$output" ''
	[ ! -e "$S/VERIFIED.json" ]
}

@test "the pipe: nothing, half a line, no set: exit 3" {
	ub 0 ub-verify --json
	good=$output
	rm "$S/VERIFIED.json"
	check()
	{
		run --separate-stderr ub-verify --json - <<<"$1"
		assert_equal "$status" 3
		assert_schema ub-verify
		json --arg k "$2" '.error.kind == $k and .data == {}'
	}
	check '' pipe.empty
	check "${good%????}" pipe.torn
	check "$good$good" pipe.torn
	check '[]' pipe.torn
	check "$(jq -c 'del(.data.set)' <<<"$good")" pipe.set
	check "$(jq -c '.data.set = null' <<<"$good")" pipe.set
	check "$(jq -c '.data.set.path = "relative"' <<<"$good")" pipe.set
	check "$(jq -c '.schema = "ub.result/2"' <<<"$good")" pipe.schema
	run --separate-stderr ub-verify --json - </dev/null
	assert_equal "$status" 3
	[ ! -e "$S/VERIFIED.json" ]
	run --separate-stderr ub-verify --json - <<<"$good"
	assert_equal "$status" 0
}

@test "a file that cannot be read is trouble, not damage" {
	dir=$(mktemp -d /tmp/ub-verify.XXXXXX)
	cp -a "$S" "$dir/" && cp "$O/bin/ub-verify" "$dir/"
	chmod 755 "$dir"
	chmod 000 "$dir/$ID/db/globals.sql"
	as=()
	if [ "$(id -u)" -eq 0 ]; then
		chown -R 65534:65534 "$dir"
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	fi
	cd "$dir" || return
	echo more >>"$ID/config/.env"
	run --separate-stderr "${as[@]}" ./ub-verify --json "./$ID"
	cd / && chmod -R u+rwX "$dir" && cp "$dir/$ID/VERIFIED.json" /dev/null ||
	    true
	there=$([ -e "$dir/$ID/VERIFIED.json" ] && echo yes || echo no)
	rm -rf "$dir"
	assert_equal "$status" 3
	assert_schema ub-verify
	json '.data.ok == null and (.error.message | test("globals.sql.*Permission"))
	    and [.data.findings[].file] == ["config/.env"]'
	assert_stderr 'config/.env: it has'
	assert_equal "$there" no
}

@test "a signal: nothing is kept, and the parent sees it" {
	head -c 300M /dev/zero >"$S/big.dat"
	reseal "$S" 'm["files"].append({"path": "big.dat", "sha256":
	    digest(folder / "big.dat"), "size_bytes": 300 << 20})'
	ub-verify --level hash 3>&- &
	pid=$!
	sleep 0.05
	kill -TERM "$pid"
	run wait "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 143 ] || [ "$status" -eq 127 ]
	[ ! -e "$S/VERIFIED.json" ]
	ub 5 ub-verify --json --level hash --timeout 20ms
	assert_schema ub-verify
	json '.error.kind == "timeout" and .data.ok == null'
	[ ! -e "$S/VERIFIED.json" ]
	ub 0 ub-verify --level hash
}

@test "a config file may be named like an archive, a dump, a manifest" {
	mkdir c
	for name in a.tar.zst 3342.dat.gz toc.dat blob_1.dat.gz MANIFEST.json \
	    SHA256SUMS VERIFIED.json; do
		echo "not what it says" >"c/$name"
	done
	# shellcheck disable=SC2046
	ub 0 ub-backup -q $(printf -- '-c config.path=%s ' c/*)
	ub 0 ub-verify --json "$output"
	json '.data.ok and .data.findings == []'
}

@test "a set without databases: every level" {
	id=$(add_set 2026-11-21T03:11:05Z)
	for level in quick hash read restore; do
		ub 0 ub-verify --json --level "$level" "$id"
		assert_schema ub-verify
		json '.data.ok and .data.databases_restored == 0'
	done
}

@test "two at once on one set: both are right" {
	ub-verify -q 3>&- >out &
	ub 0 ub-verify
	wait $!
	verified .ok
	assert_equal "$(find "$S" -name '.VERIFIED*')" ''
}

@test "names that talk to the terminal are shown without doing so" {
	: >"$S/"$'extra\e[31m\nub-verify: all is well'
	ub 1 ub-verify
	[[ $stderr != *$'\e'* ]]
	ub 1 ub-verify --json
	assert_schema ub-verify
	json '.data.findings[0].file == "extra\u001b[31m\nub-verify: all is well"'
}

@test "an answer that cannot be kept: every call fails once, or is the last" {
	local total=0

	for call in write fsync rename; do
		n=$(count_calls "$call" ub-verify -q)
		[ "$n" -gt 0 ] || fail "no $call at all"
		for ((k = 1; k <= n; k++)); do
			rm -f "$S/VERIFIED.json"
			run --separate-stderr with_fail "$call" "$k" ENOSPC \
			    ub-verify -q --json
			assert_equal "$status" 0
			json '[.warnings[].kind] == ["verify.mark"] and
			    .data.ok and .data.set.verified == "read"'
			for action in kill killafter torn; do
				run with_fail "$call" "$k" "$action" \
				    ub-verify -q --level hash
				[ ! -e "$S/VERIFIED.json" ] || verified .ok
			done
			total=$((total + 1))
		done
	done
	[ "$total" -ge 4 ]
	ub 0 ub-verify
	verified '.ok and .level == "read"'
}
