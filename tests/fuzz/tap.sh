#!/bin/sh
# tap.sh PROGRAM - a fuzz target over its corpus and mutations of it.
cd "$(dirname "$0")/../.." || exit 3
name=${1##*/fuzz_}
# Each extraction is a hundred system calls, each script a hundred statements.
case $name in
archive) mutations=300 ;;
lint) mutations=600 ;;
*) mutations=3000 ;;
esac
exec "$1" "${UB_MUTATIONS:-$mutations}" "tests/fuzz/corpus/$name"/*
