# shellcheck shell=bash disable=SC2154
# bench-migrate.sh - migrations against dbmate, their lint against squawk;
# sourced by bench.sh, whose functions and server it uses.

migrations=500
applied=2000
linted=1000

# Folders: small migrations for dbmate and us, a long history in Prisma's
# layout, files to lint, and one of 10 MB.
make_migrations()
{
	local i n dir=$tmp/migrate

	say "making $((migrations + applied + linted)) migrations"
	mkdir -p "$dir"/{dbmate/db/migrations,prisma/prisma/migrations,lint,large/prisma/migrations/1_large}
	for ((i = 1; i <= migrations; i++)); do
		n=$(printf '%05d' "$i")
		printf '%s\n' '-- migrate:up' \
		    "CREATE TABLE t$i (id int PRIMARY KEY, v text);" \
		    "ALTER TABLE t$i ADD COLUMN w int;" \
		    "CREATE INDEX ON t$i (w);" '-- migrate:down' \
		    "DROP TABLE t$i;" >"$dir/dbmate/db/migrations/2026${n}_t.sql"
	done
	for ((i = 1; i <= applied; i++)); do
		n=$dir/prisma/prisma/migrations/$(printf '%05d' "$i")_t
		mkdir "$n"
		echo "CREATE TABLE t$i (id int PRIMARY KEY);" >"$n/migration.sql"
	done
	for ((i = 1; i <= linted; i++)); do
		printf '%s\n' "CREATE TABLE t$i (id bigint PRIMARY KEY);" \
		    "ALTER TABLE orders ADD COLUMN c$i bigint;" \
		    "CREATE INDEX CONCURRENTLY i$i ON orders (c$i);" \
		    "ALTER TABLE orders ADD CONSTRAINT k$i CHECK (c$i > 0);" \
		    "UPDATE orders SET c$i = 1 WHERE id < 100;" \
		    "DROP TABLE IF EXISTS old$i;" >"$dir/lint/$i.sql"
	done
	{
		echo 'CREATE TABLE big (id int, a text, b text);'
		awk 'BEGIN { for (i = 0; i < 60000; i++) printf \
		    "INSERT INTO big VALUES (%d, %c%080d%c, %c%060d%c);\n", \
		    i, 39, i, 39, 39, i * 7, 39 }'
	} >"$dir/large/prisma/migrations/1_large/migration.sql"
	for n in dbmate prisma large; do
		printf '[database]\n\turl = dbname=migrated\n' \
		    >"$dir/$n/ub.conf"
	done
}

fresh_database()
{
	dropdb --if-exists migrated 2>/dev/null
	createdb migrated
	sql postgres CHECKPOINT
}

run_dbmate()
{
	"$O/tools/bin/dbmate" --url \
	    "postgres://$PGUSER@localhost/migrated?socket=$PGHOST&sslmode=disable" \
	    -d "$tmp/migrate/dbmate/db/migrations" --no-dump-schema up
}

migrate_ub()
{
	fresh_database
	t migrate-ub ub-migrate -q -C "$tmp/migrate/dbmate" deploy --yes \
	    --skip-backup-check
}

migrate_dbmate()
{
	fresh_database
	t migrate-dbmate run_dbmate
}

# Both say what they find; that they find something is no failure here.
lint_with_ub()
{
	(cd "$tmp/migrate/lint" && ub-migrate lint --offline ./*.sql) || true
}
lint_with_squawk()
{
	(cd "$tmp/migrate/lint" && "$O/tools/bin/squawk" ./*.sql) || true
}
lint_ub() { t lint-ub lint_with_ub; }
lint_squawk() { t lint-squawk lint_with_squawk; }

migrate_round()
{
	in_turn migrate_ub migrate_dbmate
	in_turn lint_ub lint_squawk
	fresh_database
	ub-migrate -q -C "$tmp/migrate/prisma" baseline \
	    --upto "$(printf '%05d' "$applied")" >/dev/null
	# A ledger at rest, as one of years is.
	sql migrated "VACUUM ANALYZE" CHECKPOINT
	in_a_row status-ub 20 ub-migrate -q -C "$tmp/migrate/prisma" status \
	    --exit-code
}

migrate_memory()
{
	fresh_database
	peak "lint of 10 MB" ub-migrate -q -C "$tmp/migrate/large" lint
	peak "deploy of 10 MB" ub-migrate -q -C "$tmp/migrate/large" deploy \
	    --yes --skip-backup-check
}

migrate_rows()
{
	row "$migrations migrations : dbmate" migrate-ub migrate-dbmate ">=1.0"
	row "lint of $linted files : squawk" lint-ub lint-squawk ">=1.0"
	bound "status, $applied applied" \
	    "$(median status-ub | awk '{ print $1 * 1000 }')" ms 50
}
