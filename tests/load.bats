#!/usr/bin/env bats
# ub: asan
# How a dump comes into a new database: rows by us, the rest by pg_restore.

load helpers

setup_file()
{
	pg_file_start
}

teardown_file()
{
	pg_file_stop
	rm -f "$(extension_dir)"/ub_test*
}

extension_dir()
{
	echo "/usr/share/postgresql/$(basename \
	    "$(dirname "$(pg_bindir)")")/extension"
}

setup_test()
{
	psql -qX postgres -c 'DROP DATABASE IF EXISTS shop WITH (FORCE)' \
	    -c 'DROP DATABASE IF EXISTS copy WITH (FORCE)' \
	    -c 'CREATE DATABASE shop' 2>/dev/null
}

# Into a database "copy", beside. [DATABASE [OPTION...]]
take_over()
{
	local db=${1-shop}

	shift || true
	id=$(ub-backup -q -c "database.url=dbname=$db")
	ub 0 ub-restore --into copy "$@" "$id"
}

same()
{
	diff -u <(pg_text shop) <(pg_text copy)
}

# Rows that gzip does not make small: tables that are worth the trouble.
noise()
{
	echo "SELECT i AS id, md5(i::text) || md5((-i)::text) AS text,
	    i % 10 AS kind FROM generate_series(1, $1) i"
}

@test "rows are frozen, statistics are there" {
	sql shop 'CREATE EXTENSION pg_visibility' \
	    "CREATE TABLE big AS $(noise 20000)" \
	    'CREATE INDEX ON big (upper(text))' \
	    'CREATE STATISTICS pair ON id, kind FROM big' \
	    "CREATE TABLE plain AS $(noise 5000)" \
	    'CREATE TABLE small AS SELECT 1 AS a' \
	    'CREATE MATERIALIZED VIEW view AS SELECT kind FROM big' \
	    'CREATE TABLE parts (id int, kind int) PARTITION BY LIST (kind)' \
	    'CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1)' \
	    'INSERT INTO parts SELECT i, 1 FROM generate_series(1, 50) i'
	take_over
	same
	for t in big plain; do
		assert_equal "$(sql copy "SELECT all_visible = pages AND
		    all_frozen = pages FROM pg_visibility_map_summary('$t'),
		    (SELECT pg_relation_size('$t') / 8192 AS pages) p")" t
	done
	assert_equal "$(sql copy "SELECT string_agg(DISTINCT tablename, ' '
	    ORDER BY tablename) FROM pg_stats WHERE schemaname = 'public'")" \
	    'big big_upper_idx part1 parts plain small view'
	assert_equal "$(sql copy "SELECT statistics_name FROM pg_stats_ext
	    WHERE n_distinct IS NOT NULL")" pair
}

@test "the restored rows are those of the table, as often as it is done" {
	sql shop 'CREATE TABLE p (id int, kind int, text text)
	    PARTITION BY LIST (kind)' \
	    'ALTER TABLE p ADD PRIMARY KEY (id, kind)'
	for i in 0 1 2 3 4 5 6 7 8 9; do
		sql shop "CREATE TABLE p$i PARTITION OF p FOR VALUES IN ($i)"
	done
	sql shop "INSERT INTO p SELECT id, kind, text FROM ($(noise 30000)) n" \
	    'CREATE INDEX ON p (text)' \
	    'CREATE TABLE ref (id int, kind int,
		FOREIGN KEY (id, kind) REFERENCES p)' \
	    'INSERT INTO ref SELECT id, kind FROM p WHERE id < 3000' \
	    'CREATE TABLE child () INHERITS (ref)' \
	    'INSERT INTO child VALUES (1, 2)'
	for jobs in 1 2 4 8 2 4 8; do
		sql postgres 'DROP DATABASE IF EXISTS copy'
		take_over shop --jobs "$jobs"
		same
	done
}

@test "names and rows of another encoding" {
	sql postgres "DROP DATABASE shop" "CREATE DATABASE shop
	    TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'"
	sql shop 'CREATE TABLE "tä""b le" ("ö ""x" text, "FROM stdin;" int)' \
	    "INSERT INTO \"tä\"\"b le\"
		SELECT repeat('é', i % 90) || md5(i::text), i
		FROM generate_series(1, 9000) i" \
	    'CREATE INDEX "ü" ON "tä""b le" (upper("ö ""x"))' \
	    "CREATE TABLE \"a
	COPY b FROM stdin;
	\" AS SELECT 'à' AS a"
	take_over
	same
	assert_equal "$(sql copy "SHOW server_encoding")" LATIN1
	assert_equal "$(sql copy "SELECT count(*) > 2 FROM pg_stats
	    WHERE schemaname = 'public'")" t
}

@test "what an extension brought along is kept, what was added comes back" {
	cat >"$(extension_dir)/ub_test.control" <<-'E'
	comment = 'a table with rows of its own'
	default_version = '1'
	E
	cat >"$(extension_dir)/ub_test--1.sql" <<-'E'
	CREATE TABLE settings (name text PRIMARY KEY, own bool, fill text);
	INSERT INTO settings VALUES ('standard', false, 'x');
	SELECT pg_extension_config_dump('settings', 'WHERE own');
	E
	sql shop 'CREATE EXTENSION ub_test' "INSERT INTO settings
	    SELECT 'mine' || id, true, text FROM ($(noise 5000)) n"
	take_over
	same
	assert_equal "$(sql copy "SELECT count(*) || ' ' || count(*)
	    FILTER (WHERE own) FROM settings")" '5001 5000'
}

@test "tables without rows, without columns, with generated ones" {
	sql shop 'CREATE TABLE empty (a int)' 'CREATE TABLE nothing ()' \
	    'INSERT INTO nothing DEFAULT VALUES' \
	    'CREATE TABLE made (a int, b int GENERATED ALWAYS AS (a + 1)
		STORED, c int GENERATED ALWAYS AS IDENTITY)' \
	    'INSERT INTO made (a) SELECT generate_series(1, 9)' \
	    'CREATE UNLOGGED TABLE fast AS SELECT 1 AS a' \
	    'ALTER TABLE empty ADD COLUMN gone int' \
	    'ALTER TABLE empty DROP COLUMN gone'
	take_over
	same
	assert_equal "$(sql copy 'SELECT count(*) FROM nothing')" 1
}

@test "a database without any table" {
	take_over
	same
}

@test "owner's own privileges taken away: loaded all the same" {
	sql postgres 'CREATE ROLE weak LOGIN CREATEDB' \
	    'ALTER DATABASE shop OWNER TO weak'
	export PGUSER=weak
	sql shop 'CREATE SCHEMA own' 'CREATE TABLE own.t AS SELECT 1 AS a' \
	    'REVOKE INSERT, TRUNCATE ON own.t FROM weak'
	take_over
	same
}

@test "a role whose transactions are serializable" {
	sql postgres 'CREATE ROLE strict LOGIN SUPERUSER' "ALTER ROLE strict
	    SET default_transaction_isolation = 'serializable'"
	export PGUSER=strict
	sql shop "CREATE TABLE big AS $(noise 5000)"
	take_over
	same
}

@test "rows that are not gzip are left to pg_restore, and counted" {
	sql shop "CREATE TABLE big AS $(noise 5000)" \
	    'CREATE TABLE other AS SELECT 1 AS a' 'ALTER TABLE big ADD
	    PRIMARY KEY (id)'
	id=$(ub-backup -q -c database.url=dbname=shop)
	file=$(jq -r '.databases[].tables[] | select(.name == "big") | .file' \
	    "backups/$id/MANIFEST.json")
	[[ $file == db/shop/*.dat.gz ]]
	gunzip "backups/$id/$file"
	/usr/bin/python3 "$ROOT/tests/helper/reseal.py" "backups/$id" '
import os
for f in m["files"]:
    if f["path"] == "'"$file"'":
        f["path"] = f["path"][:-3]
        f["size_bytes"] = os.path.getsize(str(folder / f["path"]))
        f["sha256"] = digest(folder / f["path"])
for d in m["databases"]:
    for t in d["tables"]:
        if t["file"] == "'"$file"'":
            t["file"] = t["file"][:-3]
'
	ub 0 ub-restore --into copy "$id"
	same
	/usr/bin/python3 "$ROOT/tests/helper/reseal.py" "backups/$id" '
for d in m["databases"]:
    for t in d["tables"]:
        t["rows"] += 1
'
	sql postgres 'DROP DATABASE copy'
	ub 6 ub-restore --into copy "$id"
	assert_stderr 'after the restore'
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname = 'copy'")" 0
}

@test "rows that the server refuses: said, and nothing is left" {
	sql shop 'CREATE TABLE t (a int)' 'INSERT INTO t VALUES (1), (2)' \
	    "CREATE TABLE big AS $(noise 20000)"
	id=$(ub-backup -q -c database.url=dbname=shop)
	file=$(jq -r '.databases[].tables[] | select(.name == "t") | .file' \
	    "backups/$id/MANIFEST.json")
	printf '1\nx\n\\.\n\n\n' | gzip >"backups/$id/$file"
	/usr/bin/python3 "$ROOT/tests/helper/reseal.py" "backups/$id"
	ub 6 ub-restore --json --into copy "$id"
	json '.error.kind == "load.restore" and (.error.message |
	    contains("table public.t of database") and
	    contains("invalid input syntax for type integer: \"x\""))'
	assert_equal "$(sql postgres "SELECT count(*) FROM pg_database
	    WHERE datname = 'copy'")" 0
	# One row less than the manifest says.
	printf '1\n\\.\n\n\n' | gzip >"backups/$id/$file"
	/usr/bin/python3 "$ROOT/tests/helper/reseal.py" "backups/$id"
	ub 6 ub-restore --json --into copy "$id"
	json '.error.kind == "load.rows" and (.error.message |
	    contains("rows of table public.t: 1 after the restore, 2 in"))'
}

@test "no folder for temporary files is left behind" {
	sql shop 'CREATE TABLE t AS SELECT 1 AS a'
	mkdir tmp
	TMPDIR=$PWD/tmp take_over
	assert_equal "$(find tmp -mindepth 1 | wc -l)" 0
}
