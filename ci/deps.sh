#!/bin/sh
# deps.sh GROUP... - install what is missing of these groups in packages.txt.
# Exits 0 when all is there, else 1 with the command to run.
set -eu

list=${0%/*}/packages.txt
want=
for group; do
	want="$want $(awk -v g="$group" '!/^#/ && $2 == g { print $1 }' "$list")"
done

if ! command -v dpkg-query >/dev/null; then
	echo "deps: not a Debian system, nothing was installed; needed here:" \
	    "$want" >&2
	exit 0
fi

missing=
for package in $want; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null |
	    grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "deps: missing, and we are neither root nor is sudo here:" \
		    "$missing" >&2
		echo "deps: run as root: apt-get install$missing" >&2
		exit 1
	fi
	sudo=sudo
fi

echo "deps: installing$missing" >&2
# shellcheck disable=SC2086
{
	$sudo apt-get update -qq &&
	    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends $missing
} >&2 || {
	echo "deps: cannot install$missing" >&2
	exit 1
}
