#!/usr/bin/env bash
# ub.sh - print ub.tsv: what the lint says of each migration of this folder,
# once with the catalog of the setup and once without. Needs $O/tests/helper.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
# shellcheck source=tests/pg.sh
. "$root/tests/pg.sh"
O=${O:-build}
[[ $O == /* ]] || O=$root/$O
unset PGPASSWORD PGPASSFILE PGSERVICE PGDATABASE PGOPTIONS
export LC_ALL=C.UTF-8 TZ=UTC

pg=$(mktemp -d "${TMPDIR:-/tmp}/ub-judge.XXXXXX")/pg
trap 'pg_stop "$pg"; rmdir "${pg%/pg}"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "${pg%/pg}"
pg_start "$pg" timezone=UTC autovacuum=off
createdb shop
psql -X -q -d shop -v ON_ERROR_STOP=1 -f "$here/setup.sql"

printf 'file\twith\tlocks\trewrites\tscans\tlock\tcompat\tdata\ttx\tphase'
printf '\trollback\tunanalysed\terrors\twarnings\tinfos\n'
for f in "$here"/[0-9]*.sql; do
	"$O/tests/helper/judge" -d dbname=shop "$f"
	"$O/tests/helper/judge" "$f"
done
