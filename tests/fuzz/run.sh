#!/usr/bin/env bash
# run.sh SECONDS - libFuzzer on every target in $O; what it finds stays in
# $O/found, and belongs into tests/fuzz/corpus once it is fixed.
set -u

seconds=${1:-60} status=0
cd "$(dirname "$0")/../.." || exit 3
export LSAN_OPTIONS=suppressions=$PWD/tests/helper/lsan.supp:print_suppressions=0
mkdir -p "$O/found" "$O/corpus"
for t in tests/fuzz/fuzz_*.c; do
	t=${t##*/} t=${t%.c} name=${t#fuzz_}
	echo "== $name, $seconds s"
	mkdir -p "$O/corpus/$name"
	"$O/tests/fuzz/$t" -max_total_time="$seconds" -max_len=65536 \
	    -timeout=10 -print_final_stats=1 \
	    -artifact_prefix="$O/found/$name-" "$O/corpus/$name" \
	    "tests/fuzz/corpus/$name" 2>&1 | tail -n 8
	[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
done
exit "$status"
