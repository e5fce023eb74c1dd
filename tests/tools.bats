#!/usr/bin/env bats
# ci/tools.sh, with a stub in npm's place.

load helpers

setup_test()
{
	mkdir stub
	cat >stub/npm <<-'END'
		#!/bin/sh
		# "installs" a program that prints the version it was asked for
		for package; do :; done
		echo run >>"$STUB_LOG"
		[ -z "${STUB_FAIL-}" ] || { echo "npm error $STUB_FAIL" >&2; exit 1; }
		name=${package%@*}
		name=${name%-cli}
		dir=node_modules/@$name/here
		mkdir -p "$dir"
		printf '#!/bin/sh\necho %s %s\n' "$name" \
		    "${STUB_VERSION-${package##*@}}" >"$dir/$name"
		chmod +x "$dir/$name"
	END
	chmod +x stub/npm
	export STUB_LOG=$PWD/log PATH=$PWD/stub:$PATH O=$PWD/out
}

# what a run leaves besides the tools themselves
left_over()
{
	find out/tools -mindepth 1 -maxdepth 1 -name '.*'
}

@test "installs once, then says nothing" {
	ub 0 "$ROOT/ci/tools.sh" dbmate squawk
	assert_equal "$output" ""
	assert_stderr "tools: installing dbmate"
	run -0 out/tools/bin/squawk --version
	assert_output --regexp '^squawk [0-9.]+$'
	ub 0 "$ROOT/ci/tools.sh" dbmate squawk
	assert_equal "$output$stderr" ""
	assert_equal "$(wc -l <log)" 2
	assert_equal "$(left_over)" ""
}

@test "several at once" {
	for _ in 1 2 3 4; do
		"$ROOT/ci/tools.sh" dbmate 2>/dev/null 3>&- &
	done
	for _ in 1 2 3 4; do
		wait -n
	done
	run -0 out/tools/bin/dbmate --version
	assert_equal "$(left_over)" ""
	assert_equal "$(find out/tools/bin -mindepth 1)" out/tools/bin/dbmate
}

@test "a new version replaces the old one" {
	ub 0 "$ROOT/ci/tools.sh" dbmate
	mkdir ci
	sed 's/dbmate@[0-9.]*/dbmate@99.1.0/' "$ROOT/ci/tools.sh" >ci/tools.sh
	ub 0 sh ci/tools.sh dbmate
	run -0 out/tools/bin/dbmate --version
	assert_output "dbmate 99.1.0"
}

@test "npm fails: its word, exit 1, nothing left" {
	STUB_FAIL="no such thing" ub 1 "$ROOT/ci/tools.sh" dbmate
	assert_stderr "tools: npm cannot install dbmate@"
	assert_stderr "npm error no such thing"
	assert_equal "$(find out/tools -type f)" ""
	assert_equal "$(left_over)" ""
}

@test "another version than was asked for" {
	STUB_VERSION=0.0.1 ub 1 "$ROOT/ci/tools.sh" squawk
	assert_stderr "squawk does not run"
	assert_equal "$(left_over)" ""
}

@test "unknown tool" {
	ub 1 "$ROOT/ci/tools.sh" nonsense
	assert_equal "$stderr" "tools: unknown tool: nonsense"
	assert_file_not_exists log
}
