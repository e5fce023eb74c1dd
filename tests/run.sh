#!/usr/bin/env bash
# run.sh - run tests, two jobs at a time, and add up what they say (TAP).
#
#	tests/run.sh all            unit, valgrind, bats; unit and bats once
#	                            more with sanitizers
#	tests/run.sh quick          unit and bats
#	tests/run.sh asan           what runs with sanitizers
#	tests/run.sh bats FILE...   these
#
# A line "# ub: WORDS" in a bats file says how it is run: "asan" once more with
# sanitizers, "serial" with nothing beside it. The last line is
# "N passed, N failed, N skipped"; the exit code is 1 if any failed, and with
# CI set also if any was skipped.
set -u

cd "$(dirname "$0")/.." || exit 3
O=${O:-build}
export PEERS=${PEERS:-$(realpath -m "$O/tools/bin")}
jobs=${JOBS:-2}
export LSAN_OPTIONS=suppressions=$PWD/tests/helper/lsan.supp:print_suppressions=0
tmp=$(mktemp -d "${TMPDIR:-/tmp}/ub-run.XXXXXX") || exit 3
labels=() commands=() serial=()

stop()
{
	trap - INT TERM
	echo "run.sh: interrupted by SIG$1" >&2
	# shellcheck disable=SC2046
	kill $(jobs -p) 2>/dev/null
	wait
	exit $((128 + $(kill -l "$1")))
}
trap 'rm -rf "$tmp"' EXIT
trap 'stop INT' INT
trap 'stop TERM' TERM

# add LABEL WORD COMMAND...
add()
{
	labels+=("$1")
	serial+=("$2")
	shift 2
	commands+=("$(printf '%q ' "$@")")
}

has_word()
{
	grep -Eq "^# ub:.*\<$2\>" "$1"
}

add_bats()
{
	local file=$1 dir=$2 label=$3 word=-

	has_word "$file" serial && word=serial
	add "$label ${file#tests/}" "$word" env O="$dir" \
	    bats --formatter tap "$file"
}

add_units()
{
	local dir=$1 label=$2 t

	shift 2
	for t in tests/unit/test_*.c; do
		t=${t##*/}
		add "$label ${t%.c}" - "$@" "$dir/tests/unit/${t%.c}"
	done
}

add_fuzz()
{
	local t

	for t in tests/fuzz/fuzz_*.c; do
		[ -e "$t" ] || continue
		t=${t##*/} t=${t%.c}
		add "fuzz $t" - tests/fuzz/tap.sh "$1/tests/fuzz/$t"
	done
}

add_asan()
{
	local f

	for f in tests/*.bats; do
		has_word "$f" asan && add_bats "$f" "$O/asan" "bats asan"
	done
	add_fuzz "$O/asan"
	add_units "$O/asan" "unit asan"
}

add_all_bats()
{
	local f

	for f in tests/*.bats; do
		add_bats "$f" "$O" bats
	done
}

# one N - run job N to its end and sum it up in $tmp/N.sum
one()
{
	local n=$1 start=$SECONDS status=0

	eval "timeout -k 10 ${TIMEOUT:-1200} ${commands[n]}" \
	    >"$tmp/$n.out" 2>"$tmp/$n.err" </dev/null || status=$?
	awk -v status="$status" '
	/^ok / { if (/# [Ss][Kk][Ii][Pp]/) skipped++; else passed++ }
	/^not ok / { failed++ }
	/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; planned = 1 }
	END {
		lost = planned ? plan - passed - skipped - failed : 0
		if (lost > 0)
			failed += lost
		if (!planned || (status != 0 && failed == 0))
			failed++
		print passed + 0, failed + 0, skipped + 0
	}' "$tmp/$n.out" >"$tmp/$n.sum"
	report "$n" "$status" $((SECONDS - start)) >"$tmp/$n.txt"
	cat "$tmp/$n.txt"
}

# What is worth reading: one line, or all that is not "ok".
report()
{
	local passed failed skipped word=ok

	read -r passed failed skipped <"$tmp/$1.sum"
	[ "$failed" -eq 0 ] || word=FAIL
	printf '%-4s  %-34s %4d passed' "$word" "${labels[$1]}" "$passed"
	[ "$failed" -eq 0 ] || printf ', %d failed' "$failed"
	[ "$skipped" -eq 0 ] || printf ', %d skipped' "$skipped"
	printf '  (%d s)\n' "$3"
	if [ "$failed" -gt 0 ]; then
		grep -v '^ok ' "$tmp/$1.out" | tail -n 120 | sed 's/^/      /'
		tail -n 40 "$tmp/$1.err" | sed 's/^/      /'
		[ "$2" -le 1 ] || echo "      (exit status $2)"
	elif [ "$skipped" -gt 0 ]; then
		grep -i '^ok .*# skip' "$tmp/$1.out" | sed 's/^/      /'
	fi
}

run_all()
{
	local n running=0

	for n in "${!commands[@]}"; do
		[ "${serial[n]}" = serial ] && continue
		if [ "$running" -ge "$jobs" ]; then
			wait -n
			running=$((running - 1))
		fi
		one "$n" &
		running=$((running + 1))
	done
	wait
	for n in "${!commands[@]}"; do
		[ "${serial[n]}" = serial ] && { one "$n" & wait $!; }
	done
}

what=${1-all}
[ $# -eq 0 ] || shift
case $what in
all)
	add_all_bats
	add_asan
	add_units "$O" "unit valgrind" valgrind -q --leak-check=full \
	    --suppressions=tests/helper/valgrind.supp \
	    --show-leak-kinds=definite,indirect --error-exitcode=99 \
	    --errors-for-leak-kinds=definite,indirect
	add_units "$O" unit
	# The second compiler's build has the other gzip decoder.
	add "unit clang test_flate" - "$O/clang/tests/unit/test_flate"
	add "fuzz clang fuzz_flate" - tests/fuzz/tap.sh \
	    "$O/clang/tests/fuzz/fuzz_flate"
	;;
quick)
	add_all_bats
	add_units "$O" unit
	;;
asan)
	add_asan
	;;
bats)
	for f; do
		add_bats "$f" "$O" bats
	done
	;;
*)
	echo "usage: tests/run.sh all|quick|asan|bats FILE..." >&2
	exit 2
	;;
esac

run_all
cat "$tmp"/*.sum 2>/dev/null | awk -v ci="${CI:+1}" '
{ passed += $1; failed += $2; skipped += $3 }
END {
	if (ci && skipped > 0)
		print "skipped tests count as failures here (CI)"
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0 || passed == 0 || (ci && skipped > 0)
}'
