#!/usr/bin/env bash
# table.sh - print table.md from truth.tsv, ub.tsv and squawk.tsv.
# table.sh -d - print where ub, with the catalog, and the truth differ.
set -euo pipefail
cd "$(dirname "$0")"

# All three as "kind, columns…", and the comment at the head of each file.
all()
{
	sed 's/^/T\t/' truth.tsv
	sed 's/^/U\t/' ub.tsv
	sed 's/^/S\t/' squawk.tsv
	for f in [0-9]*.sql; do
		printf 'A\t%s\t%s\n' "$f" \
		    "$(sed -n '1s/^-- *\(L[0-9]* *\)*:* *//p' "$f" |
		    sed 's/^squawk: //')"
	done
}

if [ "${1-}" = -d ]; then
	all | awk -F '\t' -f ../../helper/differ.awk
else
	all | awk -F '\t' -f ../../helper/table.awk
fi
