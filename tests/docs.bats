#!/usr/bin/env bats
# Help, man pages, completions and README say the same, and it is true.

load helpers

setup_file()
{
	pg_file_start
}

teardown_file()
{
	pg_file_stop
}

programs()
{
	ls "$O/bin"
}

# Options of a part of a program's help: "--name" and "-x", sorted.
help_options()
{
	"$1" --help | awk -v part="$2:" '
	/^[^ ]/ { on = $0 == part }
	on && /^ +(-., )?--/ {
		for (i = 1; i <= 2; i++)
			if ($i ~ /^-/) {
				sub(/,$/, "", $i)
				print $i
			}
	}' | sort
}

# The same of a man page's ".It Fl" lines.
page_options()
{
	awk '
	/^\.It Fl / {
		for (i = 3; i <= NF && $i !~ /^(Ar|Cm|Ns|No)$/; i++)
			if ($i != ",")
				print "-" $i
	}' "$ROOT/man/$1" | sort
}

# The application that the examples speak of.
make_shop()
{
	sql postgres 'DROP DATABASE IF EXISTS shop WITH (FORCE)' \
	    'CREATE DATABASE shop'
	sql shop 'CREATE TABLE orders (id int PRIMARY KEY, what text)' \
	    "INSERT INTO orders SELECT i, 'thing ' || i
	     FROM generate_series(1, 500) i" \
	    'CREATE VIEW odd AS SELECT * FROM orders WHERE id % 2 = 1'
	mkdir -p prisma/migrations/1_init prisma/migrations/2_paid
	echo 'CREATE TABLE orders (id int PRIMARY KEY, what text);' \
	    >prisma/migrations/1_init/migration.sql
	echo 'ALTER TABLE orders ADD COLUMN paid boolean;' \
	    >prisma/migrations/2_paid/migration.sql
	mkdir -p uploads/sub
	echo one >uploads/one
	ln -s one uploads/link
	echo two >uploads/sub/two
	cat >ub.conf <<-CONF
	[database]
		url = dbname=shop
	[files "uploads"]
		path = uploads
	CONF
	ub-migrate -q baseline --upto 1_init >/dev/null
}

# The commands of a page's EXAMPLES: .Dl lines and literal blocks.
page_examples()
{
	awk '
	/^\.Sh/ { on = $2 == "EXAMPLES" }
	!on { next }
	/^\.Dl / { sub(/^\.Dl /, ""); print; next }
	/^\.Bd/ { block = 1; next }
	/^\.Ed/ { block = 0; next }
	block' "$ROOT/man/$1" | sed -e 's/\\&//g' -e 's/\\e/\\/g'
}

@test "mandoc has nothing to say about any page" {
	for m in "$ROOT"/man/*; do
		run -0 mandoc -Tlint -W warning "$m"
		assert_output ""
	done
}

@test "a page bears the name and the line of its program" {
	for p in $(programs); do
		grep -qx ".Nm $p" "$ROOT/man/$p.1"
		about=$(sed -n 's/^\.Nd //p' "$ROOT/man/$p.1")
		"$p" --help | grep -qxF "$about" ||
		    fail "$p: help does not say: $about"
	done
}

@test "--help: stdout, exit 0, every option one line; -h is the same" {
	for p in $(programs); do
		ub 0 "$p" --help
		assert_equal "$stderr" ""
		assert_line --regexp "^usage: $p"
		long=$output
		ub 0 "$p" -h
		assert_equal "$output" "$long"
		[ -z "$(awk 'length($0) > 80' <<<"$long")" ]
	done
}

@test "--version: name and version on stdout" {
	version=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
	for p in $(programs); do
		ub 0 "$p" --version
		assert_output "$p (ub) $version"
		ub 0 "$p" -V
		assert_output "$p (ub) $version"
	done
}

@test "an unknown option is exit 2, with the nearest one, also in JSON" {
	for p in $(programs); do
		ub 2 "$p" --jsn
		assert_equal "$output" ""
		assert_stderr "--json"
		ub 2 "$p" --json --hlep
		assert_schema result
		json '.exit == 2 and .status == "usage"'
	done
}

@test "options: help and man page are the same" {
	for p in $(programs); do
		assert_equal "$(page_options "$p.1")" \
		    "$(help_options "$p" Options)"
		assert_equal "$(page_options ub.7)" \
		    "$(help_options "$p" "Common options")"
	done
}

@test "options: the synopsis of a page has them all" {
	for p in $(programs); do
		synopsis=$(awk '/^\.Sh/ { on = $2 == "SYNOPSIS" } on' \
		    "$ROOT/man/$p.1")
		help_options "$p" Options | grep -E '^--' | while read -r o; do
			letter=$("$p" --help |
			    sed -nE "s/^ +-(.), $o .*/\1/p")
			grep -qE -- "(^\.| )Fl (-${o#--}|${letter:-none})( |\$)" \
			    <<<"$synopsis" || fail "$p: no $o in synopsis"
		done
	done
}

@test "commands: help and man page are the same" {
	for p in $(programs); do
		for verb in $("$p" --help | awk '
		    /^[^ ]/ { on = $0 == "Commands:" } on && /^  / {
			print $1 }'); do
			grep -qx ".It Cm $verb" "$ROOT/man/$p.1" ||
			    fail "$p: $verb"
		done
	done
}

@test "exit codes: those of a page are in the table, with its names" {
	for p in $(programs); do
		awk '/^\.Sh/ { on = $0 ~ /EXIT STATUS/ }
		    on && /^\.It [0-9]/ { print $2 }' "$ROOT/man/$p.1" \
		    >codes
		[ -s codes ]
		while read -r code; do
			grep -qE "^\.It $code Ta" "$ROOT/man/ub.7"
		done <codes
		"$p" --help | awk '/^Exit codes:/ { on = 1; next } on &&
		    /^  [0-9]/ { print $1, $2 }' >help
		sed -nE 's/^\.It ([0-9N+]+) Ta ([a-z]+) Ta .*/\1 \2/p' \
		    "$ROOT/man/ub.7" | diff - <(head -10 help)
		sed -nE 's/^\| ([0-9]) \| ([a-z]+) \|.*/\1 \2/p' \
		    "$ROOT/README.md" | diff - <(head -9 help)
	done
}

@test "completion: bash offers every option, and words of options" {
	cat >drive <<-'END'
	. "$1/completions/ub.bash"
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_ub "$1"
	printf '%s\n' "${COMPREPLY[@]}"
	END
	for p in $(programs); do
		run -0 bash drive "$ROOT" "$p" --
		assert_equal "$(sort <<<"$output")" "$( (help_options "$p" \
		    Options; help_options "$p" "Common options") |
		    grep ^-- | sort)"
		run -0 bash drive "$ROOT" "$p" --color n
		assert_output never
		mkdir -p folder
		run -0 bash drive "$ROOT" "$p" -C fol
		assert_output folder
	done
	run -0 bash drive "$ROOT" ub-backup pr
	assert_output prune
	run -0 bash drive "$ROOT" ub-backup --only c
	assert_output $'config\ncontainer'
	run -0 bash drive "$ROOT" ub-verify l
	assert_output latest
}

@test "completion: zsh has a specification of every option" {
	for p in $(programs); do
		run -0 zsh -f -c ". '$ROOT/completions/_ub'; _ub_specs $p"
		assert_equal "$(sed -nE 's/^\*(-[^[]*)\[.*/\1/p' \
		    <<<"$output" | sort)" "$( (help_options "$p" Options
		    help_options "$p" "Common options") | sort)"
		assert_line --partial '--color['
		assert_line --partial '(auto always never)'
		grep -q "^#compdef.* $p" "$ROOT/completions/_ub"
	done
}

@test "completion: fish offers every option, and words of options" {
	for p in $(programs); do
		run -0 fish --no-config -c "source $ROOT/completions/ub.fish
		    complete -C '$p --'"
		assert_equal "$(cut -f 1 <<<"$output" | sort)" \
		    "$( (help_options "$p" Options
		    help_options "$p" "Common options") | grep ^-- | sort)"
		run -0 fish --no-config -c "source $ROOT/completions/ub.fish
		    complete -C '$p --color '"
		assert_equal "$(cut -f 1 <<<"$output")" $'always\nauto\nnever'
	done
}

@test "ub.conf(5) has every key, and no other" {
	ub 0 ub-backup --show-config -c files.N.path=x -c container.N.name=x
	for key in $(sed -nE 's/^([a-z0-9]+)\.(.*\.)?([a-zA-Z]+)=.*/\3/p' \
	    <<<"$output" | sort -u); do
		grep -qE "^\.(It )?Cm (.* )?$key( |\$)" \
		    "$ROOT/man/ub.conf.5" || fail "not in ub.conf(5): $key"
	done
	for key in $(sed -nE 's/^\.It Cm ([a-zA-Z]+)$/\1/p' \
	    "$ROOT/man/ub.conf.5"); do
		grep -qE "\"$key\"" "$ROOT"/lib/ub/conf/keys.c ||
		    fail "no such key: $key"
	done
}

@test "ub-set(5) has every key of a manifest" {
	make_shop
	ub 0 ub-backup
	for key in $(jq -r '[paths | .[] | strings] | unique | .[]' \
	    "backups/$output/MANIFEST.json"); do
		case $key in
		props) ;;
		*)
			jq -e --arg k "$key" '[.databases[].props | .. |
			    objects | keys[]] | index($k)' \
			    "backups/$output/MANIFEST.json" >/dev/null ||
			    grep -qE "\<$key\>" "$ROOT/man/ub-set.5" ||
			    fail "not in ub-set(5): $key"
			;;
		esac
	done
}

# Those of C source, whose text may be in several pieces.
table_rules()
{
	tr '\n\t' '  ' <"$ROOT/lib/ub/lint/rules.c" |
	    sed -e 's/.*rules\[\] = {//' -e 's/"  *"//g' |
	    grep -oE '\{ "[a-z-]+", *"[^"]*", *"([^"\]|\\.)*", *[EWI], [01] \}' |
	    sed -E 's/\{ "([a-z-]+)", *"([^"]*)".*", *([EWI]), [01] \}/\1 \3 \u\2/' |
	    sed -e 's/ E / error /' -e 's/ W / warning /' -e 's/ I / info /'
}

@test "ub-lint-rules(7) has every rule, its level and what it finds" {
	table_rules >table
	[ "$(wc -l <table)" -gt 80 ]
	[ "$(wc -l <table)" -eq "$(grep -c '^	{ "' \
	    "$ROOT/lib/ub/lint/rules.c")" ]
	awk '
	/^\.It Cm [a-z-]+ Pq / { rule = $3 " " $5; text = ""; next }
	rule && !/^\./ {
		text = text (text ? " " : "") $0
		if (text ~ /\.$/) {
			gsub(/\.\.\.\\&/, "…", text)
			print rule " " substr(text, 1, length(text) - 1)
			rule = ""
		}
	}' "$ROOT/man/ub-lint-rules.7" >page
	diff table page
}

# Run a file of commands where a shop with one set was just made.
run_examples()
{
	local what=$1 db

	sql postgres "SELECT datname FROM pg_database WHERE NOT datistemplate
	    AND datname <> 'postgres'" | while read -r db; do
		dropdb "$db"
	done
	rm -rf shop
	mkdir shop
	id=$(cd shop && make_shop && ub-backup -q)
	{
		echo "cd shop"
		sed "s/20261121T031105Z-4f2c9ab/$id/g" examples
	} >commands
	run bash -euo pipefail commands
	[ "$status" -eq 0 ] || fail "$what: exit $status
$(cat commands)
$output"
}

@test "the examples of every page and help work as typed" {
	for page in ub.7 ub-set.5 $(for p in $(programs); do
		echo "$p.1"; done); do
		page_examples "$page" >examples
		[ -s examples ] || fail "$page has no examples"
		run_examples "$page"
	done
	for p in $(programs); do
		"$p" --help | awk '/^[^ ]/ { on = $0 == "Examples:" }
		    on && /^  / { sub(/^  /, ""); print }' >examples
		[ -s examples ]
		run_examples "$p --help"
	done
}

@test "every page that another one names is there" {
	sed -nE 's/^\.Xr (ub[a-z.-]*) ([157]).*/\1.\2/p' "$ROOT"/man/* |
	    sort -u >named
	[ -s named ]
	while read -r page; do
		assert_file_exists "$ROOT/man/$page"
	done <named
	for p in $(grep -oE '\bub-[a-z-]+[a-z]\b' "$ROOT/README.md" | sort -u); do
		[ -x "$O/bin/$p" ] || ls "$ROOT/man/$p".[57] ||
		    fail "README speaks of $p"
	done
	for t in $(grep -oE '(^ +|`)make [a-z]+\b' "$ROOT/README.md" |
	    sed 's/.* //' | sort -u); do
		grep -q "^$t:" "$ROOT/Makefile" || fail "README: make $t"
	done
	for f in $(grep -oE '\((man/[^)]*|LICENSE)\)' "$ROOT/README.md" |
	    tr -d '()'); do
		assert_file_exists "$ROOT/$f"
	done
}

@test "README's commands work as typed" {
	make_shop
	rm ub.conf
	sed -nE '/^    id=\$\(ub-backup/,/^    ub-restore --undo/s/^    //p' \
	    "$ROOT/README.md" >commands
	[ "$(wc -l <commands)" -ge 5 ]
	run bash -eu commands
	assert_success
	sed -nE 's/^    (ub-backup --json .*)/\1/p' "$ROOT/README.md" >pipe
	[ -s pipe ]
	export UB_CONFIG=$PWD/app.conf
	cat >app.conf <<<'[database]
	url = dbname=shop'
	[ "$(wc -l <pipe)" -eq 2 ]
	run -0 --separate-stderr bash -eu pipe
	assert_line --index 0 '"ok"'
	jq -e '.tool == "ub-migrate" and .exit == 0' <<<"${lines[1]}"
}

@test "README's commands about migrations work as typed" {
	make_shop
	git init -q -b main .
	git -c user.name=a -c user.email=a@example.org commit -q \
	    --allow-empty -m first
	git update-ref refs/remotes/origin/main HEAD
	ub-backup -q >/dev/null
	sed -nE '/^## Migrate/,/^## /s/^    //p' "$ROOT/README.md" >commands
	[ "$(wc -l <commands)" -eq 4 ]
	grep -q 'origin/main' commands
	run -0 bash -euo pipefail commands
	jq -e '.runs[0].tool.driver.name == "ub-migrate"' lint.sarif
}

@test "RESTORE.txt, run as it stands, brings everything back" {
	make_shop
	id=$(ub-backup)
	pg_text shop >before.sql
	cp -a uploads before
	sql shop 'DROP TABLE orders CASCADE'
	rm -r uploads/sub
	echo other >uploads/one
	(cd "backups/$id" && sh RESTORE.txt) >log 2>&1 || fail "$(cat log)"
	pg_text shop | diff before.sql -
	diff -r --no-dereference before uploads
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname = 'shop_before'")" 1
	sql postgres 'DROP DATABASE shop_before'
}

@test "RESTORE.txt: a set with odd names" {
	sql postgres 'DROP DATABASE IF EXISTS "my-shop '\''x"' \
	    'CREATE DATABASE "my-shop '\''x"'
	sql "my-shop 'x" 'CREATE TABLE "a b" (c int)' \
	    'INSERT INTO "a b" VALUES (1)'
	mkdir "up loads 'x"
	echo 1 >"up loads 'x/a b"
	echo single >"one file.txt"
	id=$(ub-backup -c "database.url=dbname='my-shop \\'x'" \
	    -c "files.up.path=up loads 'x" -c "files.one.path=one file.txt")
	pg_text -d "dbname='my-shop \\'x'" >before.sql
	sql "my-shop 'x" 'DROP TABLE "a b"'
	rm "up loads 'x/a b"
	echo changed >"one file.txt"
	(cd "backups/$id" && sh RESTORE.txt) >log 2>&1 || fail "$(cat log)"
	pg_text -d "dbname='my-shop \\'x'" | diff before.sql -
	assert_equal "$(cat "up loads 'x/a b" "one file.txt")" $'1\nsingle'
	sql postgres 'DROP DATABASE "my-shop '\''x_before"' \
	    'DROP DATABASE "my-shop '\''x"'
}
