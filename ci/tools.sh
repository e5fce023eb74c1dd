#!/bin/sh
# tools.sh NAME... - install peers that npm has into $O/tools (O=build):
# dbmate, squawk. Their programs are then in $O/tools/bin. Says nothing if they
# are there. Exits 0 when all of them run, else 1 with one line that says why.
# Several may run at once: each builds its own folder and renames it.
set -eu

ci=$(cd "${0%/*}" && pwd)
tools=${O:-build}/tools
mkdir -p "$tools/bin"
tools=$(cd "$tools" && pwd)
new=
trap '[ -z "$new" ] || rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

give_up()
{
	echo "tools: $*" >&2
	exit 1
}

# package NAME - what npm calls it, with its version
package()
{
	case $1 in
	dbmate) echo dbmate@2.36.0 ;;
	squawk) echo squawk-cli@2.66.0 ;;
	*) give_up "unknown tool: $1" ;;
	esac
}

# runs PROGRAM VERSION - does it, and is it that one?
runs()
{
	[ -x "$1" ] && "$1" --version </dev/null 2>/dev/null |
	    grep -qwF "$2"
}

need_npm()
{
	command -v npm >/dev/null || "$ci/deps.sh" npm
	command -v npm >/dev/null || give_up "no npm in PATH: install it"
}

# program FOLDER NAME - the compiled program, without the script before it
program()
{
	find "$1" -type f -path "*/node_modules/@*/$2" -perm -u+x | head -n 1
}

install_tool()
{
	name=$1
	version=${2##*@}
	dir=$tools/$name-$version
	if [ ! -d "$dir" ]; then
		need_npm
		echo "tools: installing $name $version" >&2
		new=$(mktemp -d "$tools/.new-XXXXXX")
		echo '{ "private": true }' >"$new/package.json"
		(cd "$new" && npm install --save-exact --no-package-lock \
		    --no-audit --no-fund --ignore-scripts --no-progress \
		    --fetch-retries=1 --fetch-timeout=60000 --loglevel=error \
		    "$2") >"$new/npm.log" 2>&1 </dev/null ||
			give_up "npm cannot install $2:" \
			    "$(grep -m 1 . "$new/npm.log")"
		runs "$(program "$new" "$name")" "$version" ||
			give_up "$2 was installed, but $name does not run"
		chmod 755 "$new"
		# Whoever comes second throws his away.
		mv -T "$new" "$dir" 2>/dev/null || rm -rf "$new"
		new=
	fi
	runs "$(program "$dir" "$name")" "$version" ||
		give_up "$name does not run: remove $dir and try again"
	new=$tools/bin/.$name-$$
	ln -s "$(program "$dir" "$name")" "$new"
	mv -T "$new" "$tools/bin/$name"
	new=
}

for tool; do
	package=$(package "$tool") || exit 1
	runs "$tools/bin/$tool" "${package##*@}" ||
		install_tool "$tool" "$package"
done
