#!/usr/bin/env bash
# measure.sh [FILE...] - run the migrations of this folder on a throw-away
# server and print what they did; all of them, that is truth.tsv.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/pg.sh
. "$here/../../pg.sh"
unset PGPASSWORD PGPASSFILE PGSERVICE PGDATABASE PGOPTIONS
export LC_ALL=C.UTF-8 TZ=UTC

pg=$(mktemp -d "${TMPDIR:-/tmp}/ub-truth.XXXXXX")/pg
trap 'pg_stop "$pg"; rmdir "${pg%/pg}"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "${pg%/pg}"
pg_start "$pg" timezone=UTC autovacuum=off max_parallel_workers_per_gather=0 \
    max_parallel_maintenance_workers=0
/usr/bin/python3 "$here/../../helper/truth.py" "$here" "$@"
