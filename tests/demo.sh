#!/usr/bin/env bash
# demo.sh - the whole story on a small shop: backup, verify, migrations (good,
# failing, destructive), restore, compare, undo. Every claim is checked; exit 0
# only if all held.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
O=${O:-build}
[[ $O == /* ]] || O=$root/$O
PATH=$O/bin:$PATH
# shellcheck source=tests/pg.sh
. "$root/tests/pg.sh"

for name in $(compgen -e | grep -E '^(UB_|GIT_)' || true); do
	unset "$name"
done
unset PGPASSWORD PGPASSFILE PGSERVICE PGDATABASE PGOPTIONS
export LC_ALL=C.UTF-8

bold='' dim='' green='' red='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
	bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m'
	plain=$'\e[0m'
fi

tmp=$(mktemp -d "${TMPDIR:-/tmp}/ub-demo.XXXXXX")
pg=$tmp.pg
begin=$SECONDS

clean_up()
{
	[ ! -d "$pg" ] || pg_stop "$pg"
	rm -rf "$tmp"
}

# However it ends, nothing stays.
finish()
{
	local status=$?

	trap - EXIT INT TERM
	clean_up
	if [ "$status" -ne 0 ]; then
		printf '\n%s%s%s\n' "$red" "The demo failed." "$plain" >&2
	fi
	exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

title()
{
	printf '\n%s%s%s\n' "$bold" "$*" "$plain"
}

say()
{
	printf '%s\n' "$@"
}

# run TEXT - show a command as it would be typed, then run it
run()
{
	local status=0

	printf '  %s$%s %s\n' "$dim" "$plain" "$1"
	eval "$1" >"$tmp/out" 2>&1 || status=$?
	sed -e '/^ *$/d' -e 's/^/    /' "$tmp/out"
	return "$status"
}

# claim TEXT COMMAND... - say what is true now, and make sure of it
claim()
{
	local text=$1 out

	shift
	if ! out=$("$@" 2>&1); then
		printf '  %swrong:%s %s\n%s\n' "$red" "$plain" "$text" "$out"
		exit 1
	fi
	printf '  %sok:%s %s\n' "$green" "$plain" "$text"
}

# fails CODE TEXT - a command that must end in that exit code
fails()
{
	local status=0

	run "$2" || status=$?
	claim "the exit code is $1" test "$status" -eq "$1"
}

# migration NAME - its script from stdin
migration()
{
	mkdir -p "prisma/migrations/$1"
	cat >"prisma/migrations/$1/migration.sql"
}

standard_tools()
{
	(cd "$1" && sha256sum -c --quiet SHA256SUMS &&
	    pg_restore -l db/shop && tar -tf files/uploads.tar.zst)
}

# Every name in a tree with type, mode, time and target.
listing()
{
	(cd "$1" && find . -printf '%P %y %m %T@ %l\n' | sort)
}

query()
{
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d shop -c "$1"
}

chmod 755 "$tmp"
mkdir "$tmp/shop"
cd "$tmp/shop"

title "A shop, before its update"
say "A private PostgreSQL, a database, a folder of uploads; all of it temporary."
pg_start "$pg"
createdb shop
psql -X -q -v ON_ERROR_STOP=1 -d shop <<'SQL'
DO 'BEGIN PERFORM setseed(0.42); END';
CREATE TABLE customers (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name text NOT NULL,
	email text UNIQUE NOT NULL
);
CREATE TABLE orders (
	id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer int NOT NULL REFERENCES customers,
	placed date NOT NULL,
	total numeric(10, 2) NOT NULL,
	note jsonb
);
INSERT INTO customers (name, email)
	SELECT 'Customer ' || i, 'c' || i || '@example.org'
	FROM generate_series(1, 5000) i;
INSERT INTO orders (customer, placed, total, note)
	SELECT 1 + (random() * 4999)::int,
	    date '2024-01-01' + (random() * 1000)::int,
	    round((random() * 500)::numeric, 2),
	    jsonb_build_object('gift', random() < 0.1, 'ref', md5(i::text))
	FROM generate_series(1, 100000) i;
CREATE INDEX ON orders (customer);
CREATE VIEW revenue AS
	SELECT date_trunc('year', placed)::date AS year, sum(total) AS total
	FROM orders GROUP BY 1;
SQL
mkdir uploads
for i in $(seq 1 200); do
	head -c $((i * 137)) <(yes "picture $i") >"uploads/picture-$i.jpg"
done
ln -s picture-1.jpg uploads/cover.jpg
cat >ub.conf <<'CONF'
[database]
	url = dbname=shop
[files "uploads"]
	path = uploads
CONF
mkdir -p prisma/migrations
echo 'provider = "postgresql"' >prisma/migrations/migration_lock.toml
pg_dump -s shop | migration 0001_init
ub-migrate -q baseline --upto 0001_init >/dev/null
git init -q -b main .
git add ub.conf prisma
git -c user.name=shop -c user.email=shop@example.org commit -qm "Release 2.3"
run "cat ub.conf"
figures="SELECT count(*) AS orders, sum(total) AS revenue FROM orders"
run "psql -d shop -c '$figures'"

title "1. Backup"
id=
# shellcheck disable=SC2016
run 'id=$(ub-backup --label before-2.4); echo "$id"'
claim "there is one set, published whole" test -f "backups/$id/MANIFEST.json"
claim "standard tools can check it" standard_tools "backups/$id"

title "2. Verify"
# shellcheck disable=SC2016
run 'ub-verify --level restore "$id"'
claim "the set was really restored, and every row count is right" \
    grep -q '"level": *"restore"' "backups/$id/VERIFIED.json"

title "3. A migration: judged, rehearsed, deployed"
migration 0040_paid <<'SQL'
ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false;
CREATE INDEX CONCURRENTLY orders_placed ON orders (placed);
SQL
run "cat prisma/migrations/0040_paid/migration.sql"
run "ub-migrate lint"
run "ub-migrate rehearse"
claim "the live database is as it was" \
    test "$(query "SELECT to_regclass('orders_placed')")" = ""
run "ub-migrate deploy --yes"
claim "the ledger of Prisma has it" test "$(query "SELECT count(*) FROM
    _prisma_migrations WHERE finished_at IS NOT NULL")" = 2
run "ub-migrate status --exit-code"

title "4. A migration that fails"
migration 0041_ratio <<'SQL'
CREATE TABLE ratios (customer int PRIMARY KEY, ratio numeric);
UPDATE orders SET paid = true WHERE placed < date '2025-01-01';
INSERT INTO ratios SELECT customer, total / count FROM revenue;
SQL
before=$(query "$figures")
pg_text shop >"$tmp/before.sql"
cp -a uploads "$tmp/uploads.before"
say "The last deploy is newer than the set: so a new one is wanted first."
fails 4 "ub-migrate deploy --yes"
fails 6 "ub-backup --json | ub-verify --json - | ub-migrate deploy --yes -"
pg_text shop >"$tmp/failed.sql"
claim "exit 6: the database is as it was, byte by byte" \
    cmp "$tmp/before.sql" "$tmp/failed.sql"
rm -r prisma/migrations/0041_ratio

title "5. A migration that destroys"
say "It was meant to merge double customers. It does not."
migration 0042_merge <<'SQL'
ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;
DELETE FROM customers WHERE id % 3 <> 0;
DELETE FROM orders WHERE customer NOT IN (SELECT id FROM customers);
DROP VIEW revenue;
ALTER TABLE orders DROP COLUMN note;
UPDATE orders SET total = 0;
SQL
fails 1 "ub-migrate lint"
fails 1 "ub-migrate deploy --yes"
claim "nothing was run" test "$(query "$figures")" = "$before"
say "Somebody is in a hurry."
run "ub-migrate deploy --yes --allow unsafe"
run "rm uploads/picture-*5.jpg"
run "psql -d shop -c '$figures'"
broken=$(query "$figures")
pg_text shop >"$tmp/broken.sql"
cp -a uploads "$tmp/uploads.broken"
claim "the data is gone" test "$before" != "$broken"
id=$(basename "$(find backups -mindepth 1 -maxdepth 1 -name '2*' | sort |
    tail -n 1)")

title "6. Restore"
# shellcheck disable=SC2016
run 'ub-restore --confirm shop "$id"'

title "7. Compare"
run "psql -d shop -c '$figures'"
claim "the query says what it said before the update" \
    test "$(query "$figures")" = "$before"
pg_text shop >"$tmp/after.sql"
claim "pg_dump before and after are the same, byte by byte" \
    cmp "$tmp/before.sql" "$tmp/after.sql"
claim "so are the uploads, with every date and link" \
    diff <(listing "$tmp/uploads.before") <(listing uploads)
claim "and their content" \
    diff -r --no-dereference "$tmp/uploads.before" uploads

title "8. Undo"
say "Suppose the restore was the mistake: what was live before is still there."
run 'ub-restore --undo --confirm shop'
run "psql -d shop -c '$figures'"
pg_text shop >"$tmp/undone.sql"
claim "the database is as it was before the restore, byte by byte" \
    cmp "$tmp/broken.sql" "$tmp/undone.sql"
claim "and so are the uploads" \
    diff -r --no-dereference "$tmp/uploads.broken" uploads
claim "the journal tells of every change" test "$(grep -c '"exit": *0' \
    .ub/journal.ndjson)" -ge 3
title "The end"
cd /
clean_up
claim "nothing was left behind" test ! -e "$tmp" -a ! -e "$pg"
say "Backup, verify, migrate, restore, undo: $((SECONDS - begin)) seconds, all as told."
