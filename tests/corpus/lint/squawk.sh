#!/usr/bin/env bash
# squawk.sh - print squawk.tsv: which rules squawk says each migration of this
# folder breaks. It is told what it can be told: the server's version, and
# which files run in a transaction (truth.tsv knows).
set -euo pipefail
cd "$(dirname "$0")"

# rules OPTION... FILE... - "file rule", sorted
rules()
{
	squawk --reporter json --pg-version 15.0 "$@" </dev/null |
	    jq -r '.[] | [.file, .rule_name] | @tsv' | sort -u
}

of()
{
	awk -F '\t' -v tx="$1" '$2 == tx { print $1 }' truth.tsv
}

printf '# %s\n' "$(squawk --version)"
printf 'file\trules\n'
mapfile -t inside < <(of tx)
mapfile -t outside < <(of notx)
# It exits 1 when it finds something.
{
	rules --assume-in-transaction "${inside[@]}" || true
	rules "${outside[@]}" || true
} | awk -F '\t' '
NR == FNR { if (FNR > 1) rules[$1] = "-"; next }
{ rules[$1] = rules[$1] == "-" ? $2 : rules[$1] "," $2 }
END { for (f in rules) print f "\t" rules[f] }' truth.tsv - | sort
