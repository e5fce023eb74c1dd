#!/usr/bin/env bats
# The rules for the code, as far as a program can check them.

load helpers

setup_test()
{
	cd "$ROOT" || return
}

# Every tracked or new file that git does not ignore.
all_files()
{
	git ls-files -co --exclude-standard
}

c_files()
{
	all_files | grep -E '^(cmd|lib)/.*\.[ch]$'
}

# code PATTERN FILE... - lines of code (no comments, no text) that match
code()
{
	local pattern=$1

	shift
	awk -f tests/helper/strip.awk "$@" |
	    grep -E "^[^:]*:[0-9]+:.*($pattern)" || true
}

# nothing LIST WHAT - the list must be empty
nothing()
{
	[ -z "$1" ] || fail "$2:
$1"
}

# Sources that were compiled, which may leave out one of two engines.
built()
{
	local c n=0

	for c in $(c_files | grep '\.c$' | grep "$1"); do
		if [ -f "$O/${c%.c}.o" ]; then
			echo "$c"
		elif [ $((++n)) -gt 1 ]; then
			echo "not compiled: $c" >&2
			return 1
		fi
	done
}

# functions FILE... - "file line name length signature" of each
functions()
{
	ctags --languages=C --langmap=C:.c.h --kinds-C=f --fields=+neS \
	    --sort=no -o - "$@" | awk -F '\t' '
	{
		line = end = 0; sig = ""
		for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) line = substr($i, 6)
			if ($i ~ /^end:/) end = substr($i, 5)
			if ($i ~ /^signature:/) sig = substr($i, 11)
		}
		print $2 "\t" line "\t" $1 "\t" end - line + 1 "\t" sig
	}'
}

@test "there is code to look at" {
	[ "$(c_files | wc -l)" -gt 50 ]
	[ "$(functions $(c_files) | wc -l)" -gt 100 ]
}

@test "includes run downward: cmd, ub, ext, sys, base" {
	nothing "$(grep -nE '^#include "' $(c_files) | awk -F '[:"]' '
	function rank(path) {
		return path ~ /^cmd\// ? 5 : path ~ /^(lib\/)?ub\// ? 4 :
		    path ~ /^(lib\/)?ext\// ? 3 : path ~ /^(lib\/)?sys\// ? 2 :
		    path ~ /^(lib\/)?base\// ? 1 : 9
	}
	rank($4) > rank($1) { print }')" "includes that go upward"
}

@test "own headers are included by their path below lib" {
	nothing "$(grep -hE '^#include "' $(c_files) | cut -d '"' -f 2 |
	    sort -u | while read -r h; do
		[ -f "lib/$h" ] || echo "$h"; done)" "no such header"
}

@test "no circles inside a folder" {
	# foo_bar.c belongs to foo where there is a foo.h.
	run tsort < <(grep -E '^#include "' $(c_files | grep ^lib/) |
	    awk -F '[:"]' '
	function module(path, stem) {
		sub(/^lib\//, "", path)
		sub(/\.[ch]$/, "", path)
		stem = path
		while (sub(/_[^_\/]*$/, "", stem))
			if (system("test -f lib/" stem ".h") == 0)
				path = stem
		return path
	}
	{
		a = module($1); b = module($3)
		if (a != b) print a, b
	}' | sort -u)
	assert_success
	refute_output --partial loop
	assert_output --partial base/mem
}

@test "a foreign header stands only in its own files" {
	local found

	found=$(grep -nE '^#include <' $(c_files) | awk -F '[:<>]' '
	function wrong(file, h) {
		if (h ~ /^pg_query/)
			return file != "lib/ext/sql.c"
		if (h ~ /^libpq|^postgres|^pg_/)
			return file !~ /^lib\/ext\/(db|dsn)[a-z_]*\.c$/
		if (h ~ /^git2/)
			return file !~ /^lib\/ext\/(repo|gitconf)[a-z_]*\.c$/
		if (h ~ /^curl\//)
			return file !~ /^lib\/ext\/http[a-z_]*\.c$/
		if (h ~ /^archive/)
			return file !~ /^lib\/ext\/pack[a-z_]*\.[ch]$/ ||
			    file == "lib/ext/pack.h"
		if (h ~ /^z(lib|conf)/)
			return file !~ /^lib\/ext\/flate[a-z_]*\.c$/
		if (h ~ /^isa-l/)
			return file != "lib/ext/flate_isal.c"
		if (h ~ /^isa-l/)
			return file !~ /^lib\/ext\/flate_isal\.c$/
		if (h ~ /^openssl\//)
			return file !~ /^lib\/ext\/hash[a-z_]*\.c$/
		if (h ~ /^jansson/)
			return file !~ /^(lib\/ub|cmd)\//
		return 0
	}
	wrong($1, $4) { print }')
	nothing "$found" "foreign headers where they do not belong"
}

@test "lib/base knows neither files nor processes" {
	nothing "$(grep -nE '^#include <(sys/|unistd|fcntl|poll|pthread)' \
	    $(c_files | grep ^lib/base/) |
	    grep -v 'sys/types.h' || true)" "system headers in lib/base"
}

@test "banned functions are not called" {
	nothing "$(code '\<(strcpy|strcat|sprintf|vsprintf|strtok|strtok_r|gets|atoi|atol|atoll|atof|ctime|asctime|system|popen|tmpnam|mktemp|alloca|bcopy)[[:space:]]*\(' \
	    $(c_files | grep -v '^lib/base/attr\.h$'))" "banned calls"
}

@test "the library neither prints nor exits" {
	nothing "$(code '\<(printf|vprintf|fprintf|vfprintf|dprintf|puts|fputs|putchar|putc|fputc|fwrite|perror|exit|quick_exit|abort)[[:space:]]*\(|\<(stdout|stderr)\>' \
	    $(c_files | grep -E '^lib/.*\.c$' | grep -vE \
	    '^lib/base/mem\.c|^lib/sys/(log|progress)\.c|^lib/ub/(opt|cli)/[a-z]+\.c|^lib/ub/conf/conf\.c'))" \
	    "printing or exiting in the library"
}

@test "functions: at most 60 lines" {
	nothing "$(functions $(c_files) |
	    awk -F '\t' '$4 > 60 { print $1 ":" $2 ": " $3 " " $4 }')" \
	    "too long"
}

@test "functions: at most 5 parameters" {
	nothing "$(functions $(c_files) | awk -F '\t' '
	{
		n = depth = 0
		for (i = 1; i <= length($5); i++) {
			c = substr($5, i, 1)
			if (c == "(") depth++
			if (c == ")") depth--
			if (c == "," && depth == 1) n++
		}
		if ($5 !~ /\.\.\./) n++
		if (n > 5) print $1 ":" $2 ": " $3 $5
	}')" "too many parameters"
}

@test "at most 3 levels of nesting" {
	# A statement in the third block of a function stands behind 4 tabs.
	nothing "$(awk '
	FNR == 1 { last = ";" }
	/^\t\t\t\t\t/ && last ~ /([;{}:)]|else|do)$/ &&
	    !/^\t+ / { print FILENAME ":" FNR ": " $0 }
	NF { last = $0 }' $(c_files))" "nested too deep"
}

@test "files: at most 300 lines, commands 250" {
	nothing "$(wc -l $(c_files) | awk '
	$2 != "total" && $1 > ($2 ~ /^cmd\// ? 250 : 300)')" "too long"
}

@test "lines: at most 80 columns" {
	nothing "$(for f in $(c_files) $(all_files |
	    grep -E '^tests/.*\.[ch]$'); do
		expand "$f" | grep -nE '^.{81,}' | sed "s|^|$f:|" || true
	done)" "lines too long"
}

@test "no blanks at line ends, no file without a newline at its end" {
	nothing "$(all_files | grep -v '^tests/fuzz/corpus/' |
	    xargs grep -nIE '[[:blank:]]$' || true)" "blanks at line ends"
	nothing "$(all_files | grep -v '^tests/fuzz/corpus/' | while read -r f; do
		[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f" | tr -d '\n')" ] ||
		    ! grep -qI . "$f" || echo "$f"
	done)" "no newline at the end"
}

@test "each header compiles alone" {
	local flags bad=

	flags=$(make -s flags O="$O")
	for h in $(c_files | grep '\.h$'); do
		# shellcheck disable=SC2086
		echo "#include \"${h#lib/}\"" | eval "cc $flags -Werror" \
		    -fsyntax-only -x c - || bad="$bad $h"
	done
	nothing "$bad" "do not compile alone"
}

@test "a header's guard bears its name" {
	nothing "$(for h in $(c_files | grep '\.h$'); do
		g=$(echo "UB_${h#lib/}" | tr 'a-z./-' 'A-Z___')
		grep -q "^#ifndef $g\$" "$h" || echo "$h: want $g"
	done)" "guards"
}

@test "foo.c exports only foo_*" {
	local found

	found=$(for c in $(built '^lib/'); do
		stem=$(basename "$c" .c)
		parent=$(basename "$(dirname "$c")")
		for s in $(nm -g --defined-only -f posix "$O/${c%.c}.o" |
		    cut -d ' ' -f 1); do
			case $s in
			"$stem" | "$stem"_* | "${stem%%_*}"_*) ;;
			"$parent"_*)
				[[ $c == lib/*/*/* ]] || echo "$c: $s" ;;
			*) echo "$c: $s" ;;
			esac
		done
	done)
	nothing "$found" "exported under a foreign name"
	found=$(for c in $(c_files | grep '^cmd/.*\.c$'); do
		nm -g --defined-only -f posix "$O/${c%.c}.o" |
		    awk -v c="$c" '$1 != "main" { print c ": " $1 }'
	done)
	nothing "$found" "a command exports more than main"
}

@test "only sig, tmp, log and progress have state of their own" {
	nothing "$(for c in $(built . |
	    grep -vE '^lib/sys/(sig|tmp|log|progress)\.c$'); do
		nm -f sysv --defined-only "$O/${c%.c}.o" |
		    awk -F '|' -v c="$c" '
		$7 ~ /^(\.data(\.rel(\.local)?)?|\.t?bss|\.tdata|\*COM\*)/ &&
		    $7 !~ /\.ro/ && $1 !~ /^once\.[0-9]/ {
			print c ": " $1
		}'
	done)" "writable data"
}

@test "every program has its man page, its bats file, its completions" {
	local p

	for c in $(c_files | grep '^cmd/'); do
		p=$(basename "$c" .c)
		assert_file_exists "man/$p.1"
		assert_file_exists "tests/$p.bats"
		grep -q "$p" completions/ub.bash
		grep -q "$p" completions/_ub
		grep -q "$p" completions/ub.fish
	done
}

@test "every module of the library has a test of its name" {
	nothing "$(for c in $(c_files | grep '^lib/.*\.c$'); do
		stem=$(basename "$c" .c)
		folder=$(basename "$(dirname "$c")")
		while :; do
			[ ! -f "tests/unit/test_$stem.c" ] || continue 2
			[ ! -f "tests/unit/test_${folder}_$stem.c" ] ||
			    continue 2
			[[ $stem == *_* ]] || break
			stem=${stem%_*}
		done
		[ -f "tests/unit/test_$folder.c" ] ||
		    compgen -G "tests/ub-*$folder.bats" >/dev/null || echo "$c"
	done)" "no test"
}

# Whoever has the tree needs no other place: URLs are examples or standards,
# and no path leads to where somebody worked on it.
@test "the repository speaks of the project alone" {
	nothing "$(all_files | xargs grep -noE 'https?://[a-z0-9.-]+\.[a-z]+' |
	    grep -vE '://(([a-z]+\.)?example\.(org|com|net)|json-schema\.org|json\.schemastore\.org|www\.postgresql\.org|www\.prisma\.io)$' \
	    || true)" "URLs of somewhere else"
	nothing "$(all_files | xargs grep -nF "$ROOT/" || true)" \
	    "paths of this machine"
}

@test "make leaves nothing in the tree: install, uninstall, dist" {
	local dest=$BATS_TEST_TMPDIR/dest

	make -s install O="$O" DESTDIR="$dest" PREFIX=/usr >/dev/null
	assert_file_exists "$dest/usr/share/man/man7/ub.7"
	for p in "$O"/bin/*; do
		p=${p##*/}
		[ -x "$dest/usr/bin/$p" ]
		assert_file_exists "$dest/usr/share/man/man1/$p.1"
		assert_file_exists \
		    "$dest/usr/share/bash-completion/completions/$p"
	done
	make -s uninstall O="$O" DESTDIR="$dest" PREFIX=/usr >/dev/null
	nothing "$(find "$dest" ! -type d)" "left behind"
	make -s dist O="$O" >/dev/null
	tar -tzf "$O"/ub-*.tar.gz | grep -q '^ub-[0-9.]*/Makefile$'
}
