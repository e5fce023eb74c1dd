#!/usr/bin/env bats
# What the migrations in tests/corpus/lint do on a real server is what
# truth.tsv there says.

load helpers

setup_test()
{
	cd "$ROOT/tests/corpus/lint" || return
}

# files of a table, sorted; its head is "file"
files()
{
	grep -v '^#' "$1" | cut -f 1 | grep -v '^file$' | sort -u
}

@test "truth.tsv is what the server does" {
	./measure.sh >"$BATS_TEST_TMPDIR/truth.tsv"
	run diff truth.tsv "$BATS_TEST_TMPDIR/truth.tsv"
	assert_success
}

@test "ub.tsv is what the lint says, table.md what the three say" {
	./ub.sh >"$BATS_TEST_TMPDIR/ub.tsv"
	run diff ub.tsv "$BATS_TEST_TMPDIR/ub.tsv"
	assert_success
	./table.sh >"$BATS_TEST_TMPDIR/table.md"
	run diff table.md "$BATS_TEST_TMPDIR/table.md"
	assert_success
}

@test "every migration is in every table" {
	printf '%s\n' [0-9]*.sql | sort >"$BATS_TEST_TMPDIR/all"
	for t in truth ub squawk; do
		run diff "$BATS_TEST_TMPDIR/all" <(files $t.tsv)
		assert_success
	done
}

@test "every hazard of the list has a migration" {
	run awk '/^\| L/ { print $2 }' README.md
	assert_equal "${#lines[@]}" 50
	for l in "${lines[@]}"; do
		grep -qE "^-- ([^:]* )?$l\\>[^:]*:?" [0-9]*.sql || fail "$l"
	done
}

@test "enough migrations: with a hazard, and harmless ones" {
	run awk -F '\t' '$1 ~ /^[01]/ && $NF != "no"' truth.tsv
	[ "${#lines[@]}" -ge 70 ]
	run awk -F '\t' '$1 ~ /^2/' truth.tsv
	[ "${#lines[@]}" -ge 25 ]
	run awk -F '\t' '$1 ~ /^2/ && $NF != "no"' truth.tsv
	assert_output ""
}

# The files that a column of table.md flags, of those that awk's condition
# takes: $2 the file, $4 what happened, $5 ub live, $7 squawk.
rows()
{
	awk -F ' *[|] *' "/^[|] [0-9]/ && ($1) { print \$2 }" table.md
}

@test "every measured hazard that squawk finds, ub finds live" {
	run rows '$4 != "" && $7 != "" && $7 !~ /missed/'
	[ "${#lines[@]}" -ge 60 ]
	run rows '$4 != "" && $7 != "" && $7 !~ /missed/ &&
	    ($5 == "" || $5 ~ /missed/)'
	assert_output ""
	run rows '$4 != "" && ($5 == "" || $5 ~ /missed/)'
	assert_output ""
}

@test "ub is silent on what is harmless, where the catalog can tell" {
	run rows '$2 ~ /^2/ && $5 != ""'
	assert_output ""
}

# What only the catalog shows; from the file alone it looks like harm.
@test "offline, ub is wrong only where no file could tell" {
	run rows '$2 ~ /^2/ && $6 != ""'
	assert_output "$(printf '%s\n' 203-add-column-stable.sql \
	    204-add-column-inlined.sql 207-set-not-null-check.sql \
	    208-varchar-wider.sql 209-varchar-text.sql 210-numeric-wider.sql \
	    211-numeric-free.sql 212-timestamptz-utc.sql 213-same-type.sql \
	    214-empty-table-cluster.sql 215-empty-table-index.sql \
	    216-empty-table-volatile.sql 227-attach-partition-check.sql \
	    241-drop-if-exists.sql 242-index-there.sql \
	    252-drop-not-null-twice.sql 253-set-not-null-twice.sql \
	    259-check-then-not-null.sql)"
}

@test "where ub and the truth differ, README.md says why" {
	./table.sh -d >"$BATS_TEST_TMPDIR/differ"
	run -0 cut -c 1-3 "$BATS_TEST_TMPDIR/differ"
	assert_equal "$(sort -u <<<"$output")" \
	    "$(sed -n '/^## Where ub/,/^## The hazards/p' README.md | sed -n 's/^| \([0-9 ]*\) |.*/\1/p' |
	    tr ' ' '\n' | sort -u)"
}

@test "squawk.tsv is of the version that is installed for the bench" {
	run -0 sed -n 's/.*squawk-cli@\([0-9.]*\).*/# squawk \1/p' \
	    "$ROOT/ci/tools.sh"
	assert_equal "$(head -n 1 squawk.tsv)" "$output"
}
