#!/usr/bin/env bats
# ub: asan
# ub-verify: is a set good? Every kind of damage is found, and named.

load helpers

# One good set for all tests, which damage copies of it.
setup_file()
{
	pg_file_start
	clean_env
	mkdir -p "$BATS_FILE_TMPDIR/make/uploads/sub"
	cd "$BATS_FILE_TMPDIR/make" || return
	sql postgres 'CREATE DATABASE shop'
	sql shop "CREATE TABLE orders (id int PRIMARY KEY, what text)" \
	    "INSERT INTO orders SELECT i, 'thing ' || i
	     FROM generate_series(1, 1000) i" \
	    'CREATE TABLE "select" ()' 'CREATE TABLE empty (a int)' \
	    'INSERT INTO "select" SELECT FROM generate_series(1, 7)' \
	    "SELECT lo_from_bytea(0, 'large')" >/dev/null
	seq 3000 >uploads/one
	echo two >uploads/sub/two
	ln -s one uploads/link
	echo A=1 >.env
	ub-backup -q -c database.url=dbname=shop \
	    -c files.uploads.path=uploads -c config.path=.env >id
}

teardown_file()
{
	pg_file_stop
}

setup_test()
{
	mkdir backups
	ID=$(cat "$BATS_FILE_TMPDIR/make/id")
	S=backups/$ID
	fresh
}

# The good set once more.
fresh()
{
	rm -rf "$S"
	cp -a "$BATS_FILE_TMPDIR/make/$S" "$S"
}

# Data file of a table.
file_of()
{
	jq -r --arg t "$1" '.databases[0].tables[] | select(.name == $t) |
	    .file' "$S/MANIFEST.json"
}

# reseal FILTER - edit the manifest by jq; sizes and sums come out right, and
# files that are not there are forgotten.
reseal()
{
	jq "$1" "$S/MANIFEST.json" >m && cp m "$S/MANIFEST.json"
	/usr/bin/python3 "$ROOT/tests/helper/reseal.py" "$S" \
	    'm["files"] = [f for f in m["files"]
	    if (folder / f["path"]).exists()]'
}

resum()
{
	( cd "$S" && sha256sum MANIFEST.json $(jq -r '.files[].path' \
	    MANIFEST.json) >SHA256SUMS )
}

# flip FILE BIT - turn one bit of a file.
flip()
{
	local n byte

	n=$(($2 / 8))
	byte=$(od -An -tu1 -j "$n" -N 1 "$1")
	# shellcheck disable=SC2059
	printf "\\x$(printf %02x $((byte ^ (1 << ($2 % 8)))))" |
	    dd of="$1" bs=1 seek="$n" conv=notrunc status=none
}

# bad LEVEL FILE WHAT - that one finding, and no other.
bad()
{
	ub 1 ub-verify --json --level "$1"
	assert_schema ub-verify
	json --arg f "$2" --arg w "$3" '.status == "no" and
	    .error.kind == "verify.damage" and .data.ok == false and
	    (.data.findings | length) == 1 and
	    .data.findings[0].file == $f and
	    (.data.findings[0].message | contains($w)) and
	    (.error.message | contains($f)) and
	    (.error.message | contains($w))'
	jq -e --arg f "$2" '.ok == false and (.finding | contains($f))' \
	    "$S/VERIFIED.json"
}

@test "a good set at every level: one line, exit 0" {
	for level in quick hash read restore; do
		ub 0 ub-verify --level $level
		assert_equal "${#lines[@]}" 1
		assert_output --partial "$ID: good at level $level: "
		jq -e --arg l $level '.ok and .level == $l' "$S/VERIFIED.json"
	done
	assert_output --partial ', 1007 rows'
}

@test "the result object says what was read" {
	n=$(jq '.files | length' "$S/MANIFEST.json")
	bytes=$(jq '[.files[].size_bytes] | add' "$S/MANIFEST.json")
	ub 0 ub-verify --json "$ID"
	assert_schema ub-verify
	json --argjson n "$n" --argjson b "$bytes" '.data | .ok and
	    .level == "read" and .files == $n and .bytes == $b and
	    .rows == 1007 and .entries == 5 and .findings == [] and
	    .set.verified == "read"'
	ub 0 ub-verify --json --level quick
	assert_schema ub-verify
	json '.data | .bytes == 0 and .rows == 0'
	ub 0 ub-verify --json --level restore
	assert_schema ub-verify
	json '.data.databases_restored == 1 and .data.set.verified == "restore"'
}

@test "the set by id, by path, as latest, by the pipe" {
	ub 0 ub-verify "$ID"
	ub 0 ub-verify latest
	ub 0 ub-verify "$PWD/$S"
	ub 0 ub-verify "./$S/"
	ub 0 ub-verify -C "$S" .
	mkdir -p elsewhere
	cp -a "$S" elsewhere
	ub 0 ub-verify -c backup.dir=elsewhere
	run -0 --separate-stderr bash -o pipefail -c \
	    'ub-backup --json -c files.u.path=elsewhere | ub-verify --json -'
	json '.exit == 0 and .data.level == "read" and .data.ok'
	json --arg id "$ID" '.data.set.id != $id'
}

@test "the pipe: what failed before is passed on" {
	run -5 --separate-stderr bash -c "ub-backup --json \
	    -c 'database.url=host=$PWD dbname=shop' | ub-verify --json -"
	json '.tool == "ub-backup" and .exit == 5'
	ub 3 ub-verify - </dev/null
	echo '{"schema":"ub.result/1","run_id":"r","exit":0,"data":{}}' >r
	ub 3 ub-verify --json - <r
	json '.error.kind == "pipe.set"'
}

@test "no set, a wrong set, two sets, a wrong level: exit 4 and 2" {
	ub 4 ub-verify -c backup.dir=nowhere
	assert_stderr "next: ub-backup"
	ub 2 ub-verify 20200101T000000Z
	assert_stderr "there is no set '20200101T000000Z'"
	ub 2 ub-verify ./nowhere
	ub 2 ub-verify "$ID" latest
	assert_stderr "'latest' is too much"
	ub 2 ub-verify --level full
	ub 2 ub-verify --level
	assert_equal "$(ls "$S/VERIFIED.json" 2>&1)" \
	    "ls: cannot access '$S/VERIFIED.json': No such file or directory"
}

@test "--dry-run says what it would do and writes nothing" {
	ub 0 ub-verify -n --level restore
	assert_output "would verify $ID at level restore"
	ub 0 ub-verify -n --json
	assert_schema ub-verify
	json '.status == "planned" and .data.ok == null'
	assert_file_not_exists "$S/VERIFIED.json"
}

@test "a missing file, an extra file, an empty file" {
	f=$(file_of orders)
	rm "$S/$f"
	bad quick "$f" "it is missing"
	bad hash "$f" "it is missing"
	bad read "$f" "it is missing"
	fresh
	: >"$S/db/shop/9999.dat.gz"
	bad quick db/shop/9999.dat.gz "the manifest does not know it"
	bad read db/shop/9999.dat.gz "the manifest does not know it"
	fresh
	mkdir "$S/db/shop/more"
	bad quick db/shop/more "the manifest does not know it"
	fresh
	: >"$S/$f"
	bad quick "$f" "it has 0 bytes, the manifest says"
	reseal .
	bad read "$f" "the data is empty"
}

@test "a link, a folder or a pipe in the place of a file" {
	f=$(file_of orders)
	mv "$S/$f" elsewhere
	ln -s "$PWD/elsewhere" "$S/$f"
	bad quick "$f" "it is a symbolic link"
	bad read "$f" "it is a symbolic link"
	rm "$S/$f"
	mkdir "$S/$f"
	bad read "$f" "it is a folder"
	rmdir "$S/$f"
	mkfifo "$S/$f"
	bad read "$f" "it is not a regular file"
	fresh
	mv "$S/db/shop" elsewhere2
	ln -s "$PWD/elsewhere2" "$S/db/shop"
	ub 1 ub-verify --json
	json '.data.findings | any(.file == "db/shop")'
	fresh
	mv "$S/MANIFEST.json" elsewhere3
	ln -s "$PWD/elsewhere3" "$S/MANIFEST.json"
	bad quick MANIFEST.json "it is a symbolic link"
}

@test "SHA256SUMS that disagrees" {
	sed -i '2s/^./x/' "$S/SHA256SUMS"
	bad hash SHA256SUMS "the manifest disagrees with 'x"
	fresh
	sed -i 2d "$S/SHA256SUMS"
	bad read SHA256SUMS "the manifest disagrees with"
	fresh
	tail -1 "$S/SHA256SUMS" >m && cat m >>"$S/SHA256SUMS"
	bad read SHA256SUMS "the manifest disagrees with"
	fresh
	sed -i '$d' "$S/SHA256SUMS"
	bad read SHA256SUMS "it lacks"
	: >"$S/SHA256SUMS"
	bad read SHA256SUMS "it lacks"
	rm "$S/SHA256SUMS"
	bad quick SHA256SUMS "it is missing"
	fresh
	jq '.label = "other"' "$S/MANIFEST.json" >m && cp m "$S/MANIFEST.json"
	bad hash MANIFEST.json "its sha256 is not that of SHA256SUMS"
}

@test "names that GNU escapes are right in SHA256SUMS" {
	mkdir odd
	echo a >$'odd/new\nline' && echo b >'odd/back\slash'
	ub 0 ub-backup -c $'config.path=odd/new\nline' \
	    -c 'config.path=odd/back\slash'
	( cd "backups/$output" && sha256sum -c --quiet SHA256SUMS )
	ub 0 ub-verify "$output"
}

@test "wrong content with right hashes: gzip" {
	f=$(file_of orders)
	truncate -s -5 "$S/$f"
	reseal .
	ub 0 ub-verify --level hash
	bad read "$f" "the data ends too early"
	fresh
	flip "$S/$f" $(($(stat -c %s "$S/$f") * 8 - 40))
	reseal .
	bad read "$f" "its checksum is wrong"
	fresh
	echo more >>"$S/$f"
	reseal .
	bad read "$f" "there is other data behind its end"
	fresh
	zcat "$S/$f" >plain && mv plain "$S/$f"
	reseal .
	bad read "$f" "it is no gzip data"
	fresh
	f=$(cd "$S" && ls db/shop/blob_*.dat.gz)
	truncate -s -5 "$S/$f"
	reseal .
	bad read "$f" "the data ends too early"
}

@test "wrong content with right hashes: zstd archive" {
	f=files/uploads.tar.zst
	truncate -s -5 "$S/$f"
	reseal .
	ub 0 ub-verify --level hash
	bad read "$f" ""
	fresh
	echo more >>"$S/$f"
	reseal .
	bad read "$f" ""
	fresh
	flip "$S/$f" 5
	reseal .
	bad read "$f" ""
	fresh
	: >"$S/$f"
	reseal .
	bad read "$f" ""
	fresh
	zstd -qdc "$S/$f" | head -c 1500 | zstd -q >a && mv a "$S/$f"
	reseal .
	bad read "$f" ""
}

@test "an archive that leaves its folder, or has other entries" {
	f=files/uploads.tar.zst
	echo evil >evil
	tar --zstd -cPf "$S/$f" "$PWD/evil"
	reseal .
	bad read "$f" ""
	mkdir -p d
	(cd d && tar --zstd -cPf "../$S/$f" ../evil)
	reseal .
	bad read "$f" ""
	fresh
	reseal '.trees[0].entries = 4'
	bad read "$f" "it has 5 entries, the manifest says 4"
}

@test "wrong content with right hashes: rows" {
	f=$(file_of orders)
	reseal '(.databases[0].tables[] | select(.name == "orders") | .rows)
	    = 999'
	ub 0 ub-verify --level hash
	bad read "$f" \
	    'it has 1000 rows of table public.orders, the manifest says 999'
	fresh
	zcat "$S/$f" | sed 500d | gzip -1 >a && mv a "$S/$f"
	reseal .
	bad read "$f" 'it has 999 rows'
	fresh
	zcat "$S/$f" | grep -v '^[\]' | gzip -1 >a && mv a "$S/$f"
	reseal .
	bad read "$f" "there is no line '\\.'"
	fresh
	(zcat "$S/$f"; echo 1001) | gzip -1 >a && mv a "$S/$f"
	reseal .
	bad read "$f" "there is data behind the end of the rows"
	fresh
	f=$(file_of select)
	zcat "$S/$f" | sed 1d | gzip -1 >a && mv a "$S/$f"
	reseal .
	bad read "$f" 'it has 6 rows'
}

@test "rows in zstd and plain data files" {
	f=$(file_of orders)
	zcat "$S/$f" | zstd -q >"$S/${f%.gz}.zst" && rm "$S/$f"
	e=$(file_of empty)
	gunzip "$S/$e"
	to="sub(\"^$f\$\"; \"${f%.gz}.zst\") | sub(\"^$e\$\"; \"${e%.gz}\")"
	reseal "(.databases[0].tables[].file |= ($to)) |
	    (.files[].path |= ($to)) | .files |= sort_by(.path)"
	ub 0 ub-verify --json
	json '.data.rows == 1007'
	truncate -s -3 "$S/${f%.gz}.zst"
	reseal .
	bad read "${f%.gz}.zst" ""
	echo x >>"$S/${e%.gz}"
	reseal .
	ub 1 ub-verify --json
	json '.data.findings | length == 2'
}

@test "large objects that are not there" {
	rm "$S"/db/shop/blob_*.dat.gz
	reseal .
	bad read db/shop "it has 0 large objects, the manifest says 1"
}

@test "no table of contents" {
	rm "$S/db/shop/toc.dat"
	reseal .
	bad quick db/shop/toc.dat "the manifest does not have it"
	fresh
	printf 'PGDMP' >"$S/db/shop/toc.dat"
	reseal .
	bad quick db/shop/toc.dat "it is no table of contents of pg_dump"
}

@test "all damage is told, not just the first" {
	f=$(file_of orders)
	flip "$S/$f" 100
	flip "$S/files/uploads.tar.zst" 4000
	: >"$S/extra"
	ub 1 ub-verify --json --events ev
	assert_schema ub-verify
	json --arg f "$f" '[.data.findings[].file] | sort ==
	    ([$f, "extra", "files/uploads.tar.zst"] | sort)'
	jq -se 'map(select(.event == "finding")) | length == 3' ev
	ub 1 ub-verify
	assert_output ""
	assert_stderr "extra: the manifest does not know it"
	assert_stderr "files/uploads.tar.zst: its sha256 is not"
	assert_stderr "is damaged: $f: its sha256 is not"
	assert_stderr "(and 2 more)"
}

@test "one flipped bit at 200 random places: found by hash and by read, named" {
	find "$S" -type f ! -name VERIFIED.json | sort >files
	n=$(wc -l <files)
	for i in $(seq 200); do
		# every file in turn, at a random place
		f=$(sed -n "$((i % n + 1))p" files)
		size=$(stat -c %s "$f")
		[ "$size" -gt 0 ] || continue
		bit=$((((RANDOM << 15) + RANDOM) % (size * 8)))
		cp "$f" keep
		flip "$f" $bit
		for level in hash read; do
			run ub-verify -q --level $level "$ID"
			# 2: what is left of the schema looks like a newer one
			[ "$status" -eq 1 ] ||
			    { [ "$status" -eq 2 ] &&
				[[ $f == */MANIFEST.json ]]; } ||
			    fail "$f, bit $bit, $level: exit $status: $output"
			[[ $output == *"${f#"$S"/}"* ]] ||
			    fail "$f, bit $bit, $level: not named: $output"
		done
		cp keep "$f"
	done
	ub 0 ub-verify
}

@test "a manifest that is torn, empty, missing, or something else" {
	m=$S/MANIFEST.json
	for n in 0 1 100 1000; do
		fresh
		head -c $n "$m" >torn && cp torn "$m"
		ub 1 ub-verify --json "$ID"
		assert_schema ub-verify
		json '.error.kind == "set.manifest" and .data == {}'
	done
	rm "$m"
	ub 1 ub-verify "$ID"
	assert_stderr "there is no '$PWD/$m'"
	mkfifo "$m"
	ub 1 ub-verify "$ID"
	assert_stderr "not a regular file"
	rm "$m"
	mkdir "$m"
	ub 1 ub-verify "$ID"
	rmdir "$m"
	truncate -s 70M "$m"
	ub 1 ub-verify "$ID"
	for t in '[]' 'null' '1' '"x"' '{}' '{"schema":"ub.result/1"}' \
	    '{"schema":"ub.set/1"}' "$(head -c 100000 /dev/zero |
	    tr '\0' '[')"; do
		printf %s "$t" >"$m"
		ub 1 ub-verify "$ID"
	done
}

@test "a hostile manifest: never a crash, never outside" {
	m=$S/MANIFEST.json
	while read -r filter; do
		fresh
		jq "$filter" "$m" >new && cp new "$m"
		resum 2>/dev/null || true
		run -1 --separate-stderr ub-verify --json "$ID"
		json '.exit == 1' || fail "$filter"
	done <<-'END'
	.files[0].path = "../../../etc/passwd"
	.files[0].path = "/etc/passwd"
	.files[0].path = "a/./b"
	.files[0].path = ""
	.files[0].path = "a\u0000b"
	.files[0].path = 1
	.files[0].size_bytes = -1
	.files[0].size_bytes = 1e300
	.files[0].size_bytes = "1"
	.files[0].sha256 = "x"
	.files[0].sha256 = ("A" * 64)
	.files += [.files[0]]
	.files |= reverse
	.files = {}
	.files = null
	.files = [[]]
	.files += [{"path":"MANIFEST.json","size_bytes":1,"sha256":("0"*64)}]
	.databases[0].folder = "db/../../x"
	.databases[0].folder = "files"
	.databases[0].folder = "db/other"
	.databases[0].tables[0].file = "../x"
	.databases[0].tables[0].file = "config/.env"
	.databases[0].tables[0].rows = -1
	.databases[0].tables[0].rows = 9223372036854775808
	.databases[0].tables = 5
	.databases[0].large_objects = 9223372036854775807
	.databases[0].dump_version = "x"
	.databases[0].props = null
	.trees[0].file = "files/../../x"
	.trees[0].file = "db/shop/toc.dat"
	.trees[0].path = "relative"
	.trees[0].entries = 1.5
	.configs[0].mode = 99999
	.id = "20260101T000000Z"
	.id = "../../x"
	.created_at = "yesterday"
	END
}

@test "duplicate keys, a newer schema, another name of the folder" {
	m=$S/MANIFEST.json
	sed -i '2i "id": "20260101T000000Z",' "$m"
	resum
	ub 1 ub-verify "$ID"
	fresh
	jq '.schema = "ub.set/2"' "$m" >new && cp new "$m"
	resum
	ub 2 ub-verify --json "$ID"
	json '.error.kind == "set.schema" and
	    (.error.message | contains("ub.set/2"))'
	fresh
	mv "$S" backups/20200101T000000Z
	ub 1 ub-verify 20200101T000000Z
	assert_stderr "a set keeps its name"
}

@test "VERIFIED.json: bound to the manifest, not in the sums" {
	ub 0 ub-verify
	refute grep -q VERIFIED "$S/SHA256SUMS"
	refute grep -q VERIFIED "$S/MANIFEST.json"
	assert_equal "$(jq -r .manifest_sha256 "$S/VERIFIED.json")" \
	    "$(sha256sum <"$S/MANIFEST.json" | cut -c 1-64)"
	assert_equal "$(stat -c %a "$S/VERIFIED.json")" 600
	ub 0 ub-backup --json list
	json '.data.sets[0].verified == "read"'
	jq '.manifest_sha256 = "0"' "$S/VERIFIED.json" >v
	cp v "$S/VERIFIED.json"
	ub 0 ub-backup --json list
	json '.data.sets[0].verified == "none"'
	# neither its content nor its remains are damage
	echo torn >"$S/VERIFIED.json"
	: >"$S/.VERIFIED.json.AbCdEf"
	ub 0 ub-verify
	rm "$S"/db/shop/toc.dat
	ub 1 ub-verify
	ub 0 ub-backup --json list
	json '.data.sets[0].verified == "failed"'
}

@test "VERIFIED.json: a shorter look does not replace a longer one" {
	ub 0 ub-verify --level read
	ub 0 ub-verify --level quick
	jq -e '.level == "read" and .ok' "$S/VERIFIED.json"
	flip "$S/files/uploads.tar.zst" 4000
	ub 0 ub-verify --level quick
	ub 1 ub-verify --level hash
	jq -e '.level == "hash" and .ok == false' "$S/VERIFIED.json"
	fresh
	ub 0 ub-verify --level quick
	jq -e '.level == "quick"' "$S/VERIFIED.json"
}

@test "a set that cannot be written to: the answer, and a warning" {
	[ "$(id -u)" -eq 0 ] || skip 'mounting needs root'
	# shellcheck disable=SC2016
	run --separate-stderr unshare -m sh -c '
		mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" &&
		exec ub-verify --json' sh "$PWD/backups"
	assert_equal "$status" 0
	json '[.warnings[].kind] == ["verify.mark"] and .data.ok'
}

@test "a file that cannot be read is trouble, not damage" {
	[ "$(id -u)" -eq 0 ] || skip 'only root can become another user'
	there=$(mktemp -d /tmp/ub-bats-XXXXXX)
	cp -a "$S" "$O/bin/ub-verify" "$there"
	chown -R nobody "$there"
	chmod 000 "$there/$ID/config/.env"
	run --separate-stderr setpriv --reuid=nobody --clear-groups \
	    env HOME=/ "$there/ub-verify" --json -C "$there" "./$ID"
	rm -rf "$there"
	assert_equal "$status" 3
	json '.data.ok == null and .error.kind == "sys" and
	    (.error.message | contains("Permission denied"))'
}

@test "level restore: a dump that cannot be restored is exit 1" {
	sql postgres 'CREATE DATABASE odd'
	# A check that finds its table by search_path, which pg_restore clears.
	sql odd 'CREATE TABLE known (a int)' 'INSERT INTO known VALUES (1)' \
	    'CREATE FUNCTION is_known(int) RETURNS bool LANGUAGE plpgsql AS
	    $$ BEGIN RETURN EXISTS (SELECT FROM known WHERE a = $1); END $$' \
	    'CREATE TABLE t (a int CHECK (is_known(a)))' \
	    'INSERT INTO t VALUES (1)'
	ub 0 ub-backup -c database.url=dbname=odd
	id=$output
	ub 0 ub-verify "$id"
	ub 1 ub-verify --json --level restore "$id"
	assert_schema ub-verify
	json '.error.kind == "verify.restore" and .data.ok == false and
	    (.data.findings | length) == 1 and
	    .data.findings[0].file == "db/odd" and
	    (.error.message | contains("\"known\" does not exist"))'
	jq -e '.ok == false and .level == "restore"' \
	    "backups/$id/VERIFIED.json"
	assert_equal "$(scratch)" 0
	ub 1 ub-verify --level restore --scratch-cluster "$id"
	sql postgres 'DROP DATABASE odd'
}

# How many scratch databases are there?
scratch()
{
	sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname LIKE 'ub\\_scratch%'"
}

@test "level restore: the scratch database is dropped; the live one is as it was" {
	sql shop "INSERT INTO orders VALUES (5000, 'new')"
	before=$(pg_dump shop | sed '/^\\\(un\)\?restrict /d' | sha256sum)
	ub 0 ub-verify --level restore
	assert_equal "$(scratch)" 0
	assert_equal "$(pg_dump shop | sed '/^\\\(un\)\?restrict /d' |
	    sha256sum)" "$before"
	sql shop 'DELETE FROM orders WHERE id = 5000'
}

@test "level restore: what a killed run left is swept, what lives is not" {
	sql postgres 'CREATE DATABASE "ub_scratch_20260101T000000Z_00000000"' \
	    'CREATE DATABASE "ub_scratch_20260101T000000Z_11111111"' \
	    'CREATE DATABASE ub_scratch_mine'
	# The maker of the second lives, in another database.
	psql -qXAt template1 -c "SELECT pg_advisory_lock(hashtextextended(
	    'ub_scratch_20260101T000000Z_11111111', 0)), pg_sleep(60)" \
	    >/dev/null 2>&1 3>&- 4>&- &
	wait_for 10 eval '[ "$(sql postgres "SELECT count(*) FROM pg_locks
	    WHERE locktype = '"'advisory'"'")" = 1 ]'
	ub 0 ub-verify --level restore
	assert_stderr "dropping database ub_scratch_20260101T000000Z_00000000"
	assert_equal "$(sql postgres "SELECT datname FROM pg_database
	    WHERE datname LIKE 'ub\\_scratch%' ORDER BY 1")" \
	    $'ub_scratch_20260101T000000Z_11111111\nub_scratch_mine'
	sql postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	    WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()" \
	    >/dev/null
	wait
	sql postgres 'DROP DATABASE ub_scratch_mine'
	ub 0 ub-verify --level restore
	assert_equal "$(scratch)" 0
}

@test "level restore: kill -9 at random times; the next run sweeps" {
	for _ in 1 2 3 4 5 6; do
		ub-verify -q --level restore >/dev/null 2>&1 3>&- 4>&- &
		pid=$!
		sleep "0.$((RANDOM % 5 + 1))"
		kill -9 $pid 2>/dev/null || true
		wait $pid || true
	done
	# What they asked for last may still be done.
	wait_for 20 eval '[ "$(sql postgres "SELECT count(*)
	    FROM pg_stat_activity WHERE backend_type = '"'client backend'"'
	    AND pid <> pg_backend_pid()")" = 0 ]'
	ub 0 ub-verify --level restore
	assert_equal "$(scratch)" 0
}

@test "level restore: TERM ends it cleanly" {
	ub-verify --level restore >/dev/null 2>err 3>&- 4>&- &
	pid=$!
	wait_for 10 eval '[ "$(scratch)" = 1 ] || ! kill -0 $pid'
	kill $pid || skip 'it was too fast'
	rc=0
	wait $pid || rc=$?
	[ $rc -eq 143 ] || [ $rc -eq 0 ]
	assert_equal "$(scratch)" 0
}

@test "level restore: no server is exit 5, no answer is kept" {
	ub 5 ub-verify --json --level restore \
	    -c "database.shop.url=host=$PWD dbname=shop"
	assert_schema ub-verify
	json '.error.kind == "db.connect" and .data.ok == null'
	assert_file_not_exists "$S/VERIFIED.json"
}

@test "level restore: a damaged set is not restored" {
	flip "$S/$(file_of orders)" 100
	ub 1 ub-verify --level restore -c "database.shop.url=host=$PWD"
	jq -e '.ok == false' "$S/VERIFIED.json"
}

@test "level restore: a role without CREATEDB is told so" {
	sql postgres 'CREATE ROLE weak LOGIN'
	ub 3 ub-verify --level restore \
	    -c "database.shop.url=user=weak dbname=shop"
	assert_stderr CREATEDB
	assert_equal "$(scratch)" 0
}

@test "level restore: a plain role with CREATEDB does" {
	sql postgres 'CREATE ROLE maker LOGIN CREATEDB'
	sql postgres 'CREATE DATABASE makers OWNER maker'
	export PGUSER=maker
	sql makers 'CREATE TABLE t AS SELECT 1 AS a'
	ub 0 ub-backup -c database.url=dbname=makers
	ub 0 ub-verify --level restore "$output"
	assert_equal "$(scratch)" 0
}

# Folders of scratch clusters that belong to us.
clusters()
{
	find "$TMPDIR" -maxdepth 1 -name 'ub-scratch-*' | wc -l
}

# A place that user postgres reaches, too.
cluster_place()
{
	TMPDIR=$(mktemp -d /tmp/ub-bats-XXXXXX)
	chmod 755 "$TMPDIR"
	export TMPDIR
}

@test "--scratch-cluster: no server, no environment, nothing left" {
	cluster_place
	PGHOST=$PWD/nowhere PGPORT=1 PGHOSTADDR=192.0.2.1 PGSSLMODE=require \
	    PGSERVICE=nil PGOPTIONS=-crubbish=1 PGDATA=/nil \
	    ub 0 ub-verify --json --level restore --scratch-cluster
	assert_schema ub-verify
	json '.data.ok and .data.databases_restored == 1'
	assert_equal "$(clusters)" 0
	# The pid file goes a moment before its process.
	wait_for 5 eval '! pgrep -f "$TMPDIR"'
	rmdir "$TMPDIR"
}

@test "--scratch-cluster: one that was killed is ended by the next" {
	cluster_place
	ub-verify -q --level restore --scratch-cluster >/dev/null 2>&1 \
	    3>&- 4>&- &
	pid=$!
	wait_for 60 eval 'ls "$TMPDIR"/ub-scratch-*/pg/data/postmaster.pid'
	kill -9 $pid
	wait $pid || true
	assert_equal "$(clusters)" 1
	wait_for 20 eval "! pgrep -f 'pg_ctl.*$TMPDIR'"
	ub 0 ub-verify --level restore --scratch-cluster
	assert_stderr "left by a run that was killed"
	assert_equal "$(clusters)" 0
	# The pid file goes a moment before its process.
	wait_for 5 eval '! pgrep -f "$TMPDIR"'
	rmdir "$TMPDIR"
}

@test "--scratch-cluster: programs that are missing: exit 3, the package" {
	real=$(pg_bindir)
	mkdir bin
	ln -s "$real"/pg_dump "$real"/pg_restore "$real"/pg_dumpall bin/
	ub 3 ub-verify --level restore --scratch-cluster \
	    -c "database.shop.binDir=$PWD/bin" \
	    -c database.shop.url=dbname=shop
	assert_stderr "there is no initdb of PostgreSQL"
	assert_stderr "postgresql-"
}

@test "memory does not grow with the set" {
	mkdir big
	head -c 250000000 /dev/urandom >big/noise
	ub 0 ub-backup -c files.big.path=big
	run -0 /usr/bin/python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' \
	    ub-verify -q "$output"
	[ "${lines[-1]}" -gt 1000 ]
	[ "${lines[-1]}" -lt 65536 ]
}
