#!/bin/sh
# tap.sh PROGRAM - a fuzz target over its corpus and mutations of it.
cd "$(dirname "$0")/../.." || exit 3
name=${1##*/fuzz_}
exec "$1" "${UB_MUTATIONS:-300}" "tests/fuzz/corpus/$name"/*
