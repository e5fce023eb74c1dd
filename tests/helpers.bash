# shellcheck shell=bash
# helpers.bash - loaded by every bats file.
#
# Every test starts in an empty folder of its own, with no UB_* variable, no
# CI, its own HOME. The programs under test are those of $O/bin.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
bats_load_library bats-file

ROOT=$(cd "${BATS_TEST_DIRNAME}/.." && pwd)
O=${O:-build}
[[ $O == /* ]] || O=$ROOT/$O
# Peers, by ci/tools.sh: dbmate, squawk. run.sh says where, whatever $O is.
PEERS=${PEERS:-$O/tools/bin}
PATH=$O/bin:$PEERS:$PATH
FAIL_SO=$O/tests/helper/fail.so

# shellcheck source=tests/pg.sh
. "$ROOT/tests/pg.sh"

# sanitizers must not hide behind an exit code that a test expects
export ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0
export UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS=exitcode=99

setup()
{
	clean_env
	mkdir -p "$BATS_TEST_TMPDIR/work" "$HOME"
	cd "$BATS_TEST_TMPDIR/work" || return
	if declare -F setup_test >/dev/null; then
		setup_test
	fi
}

clean_env()
{
	local name

	for name in $(compgen -e | grep -E '^(UB_|AWS_|GIT_)'); do
		unset "$name"
	done
	unset CI NO_COLOR CLICOLOR_FORCE COLUMNS XDG_CONFIG_HOME
	unset PGPASSWORD PGPASSFILE PGSERVICE PGDATABASE PGOPTIONS
	export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 TZ=UTC TERM=dumb
	export GIT_CONFIG_NOSYSTEM=1
}

# ub STATUS PROGRAM ARG... - run it and demand the exit code. stdout is in
# $output, stderr in $stderr.
ub()
{
	local want=$1

	shift
	run --separate-stderr "$@"
	# shellcheck disable=SC2154
	if [ "$status" -ne "$want" ]; then
		batslib_print_kv_multi 'command' "$*" 'expected' "$want" \
		    'status' "$status" 'stdout' "$output" \
		    'stderr' "$stderr" | batslib_decorate 'exit code' | fail
	fi
}

# json FILTER [ARG...] - jq -e on $output, which must be one line.
json()
{
	# shellcheck disable=SC2154
	[ "${#lines[@]}" -eq 1 ] || fail "not one line of JSON: $output"
	jq -e "$@" >/dev/null <<<"$output" || {
		batslib_print_kv_multi 'filter' "$*" 'json' "$output" |
		    batslib_decorate 'JSON' | fail
	}
}

# jget FILTER - a value out of $output.
jget()
{
	jq -r "$1" <<<"$output"
}

# The words are somewhere on stderr.
assert_stderr()
{
	[[ $stderr == *"$1"* ]] || {
		batslib_print_kv_multi 'expected in it' "$1" \
		    'stderr' "$stderr" | batslib_decorate 'stderr' | fail
	}
}

# assert_schema NAME [FILE] - FILE, else $output, fits tests/schema/NAME.json.
assert_schema()
{
	local file=${2:-$BATS_TEST_TMPDIR/output.json}

	[ $# -gt 1 ] || printf '%s\n' "$output" >"$file"
	/usr/bin/python3 "$ROOT/tests/helper/schema.py" \
	    "$ROOT/tests/schema/$1.json" "$file" || fail "schema $1: see above"
}

# A server for all tests of a file: call it in setup_file, and
# pg_file_stop in teardown_file. $PG is its folder.
pg_file_start()
{
	PG=$(mktemp -d "${TMPDIR:-/tmp}/ub-pg.XXXXXX") && rmdir "$PG" &&
	    pg_start "$PG" "$@" && export PG
}

pg_file_stop()
{
	[ -z "${PG-}" ] || pg_stop "$PG"
}

# sql DATABASE STATEMENT... - bare values, one row a line.
sql()
{
	local db=$1

	shift
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$db" "${@/#/-c}"
}

# with_fail CALL N ACTION PROGRAM ARG... - the n-th such call of the program
# fails; see tests/helper/fail.c.
with_fail()
{
	local call=$1 n=$2 action=$3

	shift 3
	env LD_PRELOAD="$FAIL_SO" UB_FAIL_PROG="$1" UB_FAIL_CALL="$call" \
	    UB_FAIL_AT="$n" UB_FAIL_ACTION="$action" "$@"
}

# count_calls CALL PROGRAM ARG... - how many such calls a run makes.
count_calls()
{
	local call=$1 file=$BATS_TEST_TMPDIR/calls

	shift
	rm -f "$file"
	env LD_PRELOAD="$FAIL_SO" UB_FAIL_PROG="$1" UB_FAIL_CALL="$call" \
	    UB_FAIL_AT=0 UB_FAIL_COUNT="$file" "$@" >/dev/null 2>&1
	tail -n 1 "$file"
}

# wait_for SECONDS COMMAND... - until it succeeds.
wait_for()
{
	local end=$((SECONDS + $1))

	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || fail "waited in vain: $*"
		sleep 0.05
	done
}
