#!/usr/bin/env bats
# What other people's checkers say.

load helpers

setup_test()
{
	cd "$ROOT" || return
}

all_files()
{
	git ls-files -co --exclude-standard
}

@test "shellcheck: scripts" {
	run -0 shellcheck -x $(all_files | grep -E '\.(sh|bash)$|^\.ci/run$') \
	    $(all_files | grep '^hooks/[a-z-]*$')
}

@test "shellcheck: tests" {
	# SC2046 SC2013: lists of our own file names are meant to be split.
	# SC2016: awk, jq and SQL.
	# SC2001 SC2030 SC2031 SC2154: how bats works.
	run -0 shellcheck -x -e SC2046,SC2016,SC2001,SC2013,SC2030,SC2031,SC2154 \
	    tests/*.bats
}

@test "cppcheck" {
	run -0 cppcheck --quiet --std=c11 --inline-suppr --error-exitcode=1 \
	    --enable=warning,portability,performance -Ilib \
	    --include=tests/helper/cppcheck.h \
	    --suppress=missingIncludeSystem lib cmd
}

@test "schemas are JSON, and every one says what it is" {
	for f in tests/schema/*.json; do
		run -0 jq -e '.title and ."$schema"' "$f"
	done
}

@test "python is only a helper of tests" {
	run -1 git grep -lE 'python' -- Makefile lib cmd hooks ci \
	    ':!ci/packages.txt'
}

@test "every Debian package in the list exists once, sorted by group" {
	run -0 awk '!/^#/ { print $1 }' ci/packages.txt
	assert_equal "$(sort <<<"$output" | uniq -d)" ""
	while read -r group; do
		[[ " build server check bench lint npm " == *" $group "* ]]
	done < <(awk '!/^#/ { print $2 }' ci/packages.txt)
}
