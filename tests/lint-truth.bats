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

@test "squawk.tsv is of the version that is installed for the bench" {
	run -0 sed -n 's/.*squawk-cli@\([0-9.]*\).*/# squawk \1/p' \
	    "$ROOT/ci/tools.sh"
	assert_equal "$(head -n 1 squawk.tsv)" "$output"
}
