#!/usr/bin/env bash
# bench.sh - measure against what people use today; both sides in one run,
# taking turns, on the same data, with a warm page cache.
#
#	BENCH_ROUNDS=3       how often each is measured; medians are printed,
#	                     of times and of each round's ratio: what slows
#	                     a round down slows both sides
#	BENCH_SCALE=small    a tenth of the data, to try it out
#	BENCH_ONLY=migrate   migrations and their lint alone; a minute
#	BENCH_DIR=DIR        where the data goes (about 6 GB), else TMPDIR
#
# Prints a table and writes $O/bench.json. What each side makes sure of on
# disk: ub fsyncs every file of a set and its folders; pg_dump -Fd fsyncs its
# output; gzip, tar and restic do not. Restores go through the same server,
# with fsync on. ub's restore also verifies every hash, compares every row
# count, analyzes, and swaps; the others only load.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
O=${O:-build}
[[ $O == /* ]] || O=$root/$O
PATH=$O/bin:$O/tools/bin:$PATH
# shellcheck source=tests/pg.sh
. "$root/tests/pg.sh"

# shellcheck source=tests/bench-migrate.sh
. "$root/tests/bench-migrate.sh"

rounds=${BENCH_ROUNDS:-3}
if [ "${BENCH_SCALE-}" = small ]; then
	scale=4 documents=20000 tree_bytes=50000000 tree_files=1200
else
	scale=40 documents=200000 tree_bytes=500000000 tree_files=12000
fi

for name in $(compgen -e | grep -E '^(UB_|GIT_|RESTIC_)' || true); do
	unset "$name"
done
unset PGPASSWORD PGPASSFILE PGSERVICE PGDATABASE PGOPTIONS
export LC_ALL=C.UTF-8 CI=true RESTIC_PASSWORD=bench
tmp=$(mktemp -d "${BENCH_DIR:-${TMPDIR:-/tmp}}/ub-bench.XXXXXX")
pg=$tmp/pg
export RESTIC_CACHE_DIR=$tmp/restic-cache

clean_up()
{
	trap - EXIT INT TERM
	[ ! -d "$pg" ] || pg_stop "$pg"
	rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
chmod 755 "$tmp"
mkdir "$tmp/times" "$tmp/memory" "$tmp/app" "$tmp/peer"
cd "$tmp/app"

say()
{
	printf '%s\n' "$*" >&2
}

# t NAME COMMAND... - run it, note its seconds; it must succeed
t()
{
	local name=$1 begin end

	shift
	sync
	begin=${EPOCHREALTIME/[.,]/}
	"$@" >"$tmp/out" 2>&1 || {
		say "bench: failed: $*"
		cat "$tmp/out" >&2
		exit 3
	}
	end=${EPOCHREALTIME/[.,]/}
	awk -v d=$((end - begin)) 'BEGIN { printf "%.4f\n", d / 1e6 }' \
	    >>"$tmp/times/$name"
	say "  $name: $(tail -n 1 "$tmp/times/$name") s"
}

# in_turn COMMAND... - each once, beginning with another one each round
in_turn()
{
	local n=$# i
	local -a all=("$@")

	for ((i = 0; i < n; i++)); do
		"${all[(i + round) % n]}"
	done
}

sql()
{
	local db=$1

	shift
	psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$db" "${@/#/-c}"
}

start_server()
{
	pg_start "$pg" fsync=on shared_buffers=1GB max_wal_size=4GB \
	    checkpoint_timeout=15min maintenance_work_mem=256MB autovacuum=off
}

make_data()
{
	say "making about $((scale * 15 + documents / 500)) MB of database" \
	    "and $((tree_bytes / 1000000)) MB in $tree_files files"
	createdb bench
	"$(pg_bindir)/pgbench" -q -i -s "$scale" bench >"$tmp/out" 2>&1
	sql bench "SELECT setseed(0.42)" "CREATE TABLE documents (
	    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	    title text NOT NULL, body text NOT NULL, tags text[] NOT NULL,
	    attributes jsonb NOT NULL, price numeric(12, 2), weight float8,
	    created timestamptz NOT NULL, updated timestamptz, note varchar)" \
	    "INSERT INTO documents (title, body, tags, attributes, price,
		weight, created, updated, note)
	    SELECT 'Document ' || i,
		(SELECT string_agg(md5((i * 40 + w / 2)::text), ' ')
		    FROM generate_series(1, 40) w),
		ARRAY['t' || i % 50, 't' || i % 7, 'x' || i % 1000],
		jsonb_build_object('ref', md5(i::text), 'n', i % 100, 'deep',
		    jsonb_build_object('a', i % 10, 'b', md5((-i)::text))),
		round((random() * 1000)::numeric, 2), random(),
		timestamptz '2024-01-01' + i * interval '1 minute',
		CASE WHEN i % 3 = 0 THEN now() END, repeat('note ', i % 20)
	    FROM generate_series(1, $documents) i" \
	    "CREATE INDEX ON documents USING gin (attributes)" \
	    "CREATE INDEX ON documents (created)" \
	    "CREATE INDEX ON documents USING gin (tags)"
	sql bench "VACUUM ANALYZE" CHECKPOINT
	python3 "$root/tests/helper/tree.py" "$tmp/app/tree" "$tree_bytes" \
	    "$tree_files"
	cat >ub.conf <<'CONF'
[backup]
	keep = 0
[database]
	url = dbname=bench
[files "tree"]
	path = tree
CONF
	sync
	# Warm what is read: both sides find it in the page cache.
	pg_dump bench >/dev/null
	tar cf - tree | cat >/dev/null
}

forget()
{
	rm -rf "$tmp/app/backups" "$tmp/peer"
	mkdir "$tmp/peer"
}

# Sizes of what was made, for the notes below the table.
note_size()
{
	du -sm "$2" | awk -v n="$1" '{ print n, $1 }' >>"$tmp/sizes"
}

# --- database backup

pipe_gzip() { pg_dump bench | gzip >"$tmp/peer/bench.sql.gz"; }
db_ub() { t db-ub ub-backup -q --only db --jobs 2; }
db_gzip() { t db-gzip pipe_gzip; }
db_dir() { t db-dir pg_dump -Fd -j2 -f "$tmp/peer/dir" bench; }
db_z1() { t db-z1 pg_dump -Fd -j2 -Z1 -f "$tmp/peer/z1" bench; }

# --- files

tar_gzip() { tar czf "$tmp/peer/tree.tar.gz" tree; }
restic_run() { restic -q -r "$tmp/peer/restic" backup tree; }
files_ub() { t files-ub ub-backup -q --only files; }
files_tar() { t files-tar tar_gzip; }
files_restic()
{
	restic -q -r "$tmp/peer/restic" init
	t files-restic restic_run
	t files-restic2 restic_run
}

# --- verify

test_gzip()
{
	gunzip -t "$tmp/peer/bench.sql.gz" &&
	    tar -tzf "$tmp/peer/tree.tar.gz" >/dev/null
}
verify_ub() { t verify-ub ub-verify -q --level read "$id"; }
verify_gzip() { t verify-gzip test_gzip; }

# --- restore

# Not measured: the server makes the WAL files that the next ones use again.
first_load()
{
	pg_restore_load
	dropdb loaded
}
psql_load()
{
	createdb loaded && gunzip -c "$tmp/peer/bench.sql.gz" |
	    psql -X -q -v ON_ERROR_STOP=1 -d loaded
}
pg_restore_load()
{
	createdb loaded &&
	    pg_restore -j2 --exit-on-error -d loaded "backups/$id/db/bench"
}
# Processor seconds of the server's processes that have ended.
server_cpu()
{
	awk -v hz="$(getconf CLK_TCK)" '{ print ($16 + $17) / hz }' \
	    "/proc/$(head -n 1 "$pg/data/postmaster.pid")/stat"
}
restore_ub()
{
	local before

	sql postgres CHECKPOINT
	before=$(server_cpu)
	t restore-ub ub-restore -q --only db --jobs 2 --confirm bench "$id"
	awk -v a="$before" -v b="$(server_cpu)" -v c="$(nproc)" \
	    -v t="$(tail -n 1 "$tmp/times/restore-ub")" \
	    'BEGIN { print (b - a) / (t * c) }' >>"$tmp/times/server-share"
	t undo-ub ub-restore -q --undo --confirm bench
	ub-restore -q --commit --yes --confirm bench
}
restore_psql()
{
	sql postgres CHECKPOINT
	t restore-psql psql_load
	dropdb loaded
}
restore_pg()
{
	sql postgres CHECKPOINT
	t restore-pg pg_restore_load
	dropdb loaded
}

# --- the way back by snapshot

fast()
{
	local snap

	snap=$(ub-backup -q --only db --snapshot)
	t fast-ub ub-restore -q --fast --only db --confirm bench "$snap"
	ub-restore -q --commit --yes --confirm bench
	rm -rf "backups/$snap"
	sql postgres "SELECT format('DROP DATABASE %I', datname)
	    FROM pg_database WHERE datname LIKE 'bench\\_\\_ub\\_%'" |
	    while read -r drop; do sql postgres "$drop"; done
}

one_round()
{
	say "round $((round + 1)) of $rounds"
	forget
	in_turn db_ub db_gzip db_dir db_z1
	note_size ub-db backups
	for d in dir z1 bench.sql.gz; do
		note_size "$d" "$tmp/peer/$d"
	done
	rm -rf backups "$tmp/peer/dir" "$tmp/peer/z1"
	in_turn files_ub files_tar files_restic
	note_size ub-files backups
	note_size tree.tar.gz "$tmp/peer/tree.tar.gz"
	rm -rf backups "$tmp/peer/restic"
	id=$(ub-backup -q)
	in_turn verify_ub verify_gzip
	[ "$round" -gt 0 ] || first_load
	in_turn restore_ub restore_psql restore_pg
	fast
}

# in_a_row NAME N COMMAND... - what takes milliseconds: the mean of N runs
in_a_row()
{
	local name=$1 n=$2 i begin end

	shift 2
	begin=${EPOCHREALTIME/[.,]/}
	for ((i = 0; i < n; i++)); do
		"$@" >/dev/null || exit 3
	done
	end=${EPOCHREALTIME/[.,]/}
	awk -v d=$((end - begin)) -v n="$n" \
	    'BEGIN { printf "%.5f\n", d / 1e6 / n }' >>"$tmp/times/$name"
}

# peak NAME COMMAND... - the high-water mark of its memory in KiB, its
# children aside; sampled, which misses nothing as the mark never falls
peak()
{
	local name=$1 pid mark last=0

	shift
	"$@" >"$tmp/out" 2>&1 &
	pid=$!
	while mark=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" \
	    2>/dev/null); do
		[ -z "$mark" ] || last=$mark
		[ -n "$mark" ] || break
		sleep 0.02
	done
	wait "$pid"
	echo "$last" >"$tmp/memory/$name"
}

memory()
{
	say "peak memory"
	peak ub-backup ub-backup -q --jobs 2
	peak ub-verify ub-verify -q --level read latest
	peak ub-restore ub-restore -q --jobs 2 --confirm bench latest
	ub-restore -q --commit --yes --confirm bench
}

median()
{
	sort -n "$tmp/times/$1" | awk '{ v[NR] = $1 }
	END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# row WHAT OURS PEER GOAL - GOAL is ">=N" or "<=N" of a ratio, or "-"
row()
{
	jq -n --arg what "$1" --arg goal "$4" \
	    --argjson ours "$(jq -s . "$tmp/times/$2")" \
	    --argjson peer "$(jq -s . "$tmp/times/$3")" '
	def median: sort | if length % 2 == 1 then .[length / 2 | floor]
	    else (.[length / 2 - 1] + .[length / 2]) / 2 end;
	([$ours, $peer] | transpose | map(if ($goal | startswith("<="))
	    then .[0] / .[1] else .[1] / .[0] end)) as $ratios |
	($ratios | median) as $r |
	{what: $what, ours_s: $ours, peer_s: $peer,
	    ours_median_s: ($ours | median), peer_median_s: ($peer | median),
	    ratios: $ratios, ratio: $r, goal: $goal,
	    met: (if $goal == "-" then null
		elif ($goal | startswith("<=")) then
		    $r <= ($goal[2:] | tonumber)
		else $r >= ($goal[2:] | tonumber) end)}' >>"$tmp/rows"
}

# bound WHAT VALUE UNIT LIMIT - a value of ours that stays below a limit
bound()
{
	jq -n --arg what "$1" --arg unit "$3" --argjson limit "$4" \
	    --argjson value "$2" '{what: $what, value: $value, unit: $unit,
	    goal: "<=\($limit) \($unit)", met: ($value <= $limit)}' \
	    >>"$tmp/rows"
}

rows()
{
	row "database backup : pg_dump | gzip" db-ub db-gzip ">=2.0"
	row "database backup : pg_dump -Fd -j2" db-ub db-dir ">=1.6"
	row "database backup / bare pg_dump -Fd -j2 -Z1" db-ub db-z1 "<=1.10"
	row "restore and swap : gunzip | psql" restore-ub restore-psql ">=1.7"
	row "restore and swap / pg_restore -j2" restore-ub restore-pg "<=1.05"
	row "files : tar czf" files-ub files-tar ">=8"
	row "files : restic, first backup" files-ub files-restic ">=1.8"
	row "files : restic, second backup" files-ub files-restic2 "-"
	row "verify read : gunzip -t, tar -tzf" verify-ub verify-gzip ">=4"
	bound "undo" "$(median undo-ub)" s 1
	bound "restore --fast, by snapshot" "$(median fast-ub)" s 1
	for p in "$O"/bin/*; do
		p=${p##*/}
		bound "$p --version" "$(median "version-$p" |
		    awk '{ print $1 * 1000 }')" ms 10
	done
}

memory_rows()
{
	for p in "$tmp"/memory/*; do
		bound "peak memory of ${p##*/}" \
		    "$(awk '{ printf "%.1f", $1 / 1024 }' "$p")" MiB 64
	done
}

report()
{
	jq -s --argjson rounds "$rounds" --arg scale "${BENCH_SCALE:-full}" \
	    --arg cpu "$(awk -F ': ' '/^model name/ { print $2; exit }' \
	    /proc/cpuinfo)" --argjson cores "$(nproc)" \
	    --arg postgres "$(sql postgres 'SHOW server_version')" \
	    --argjson share "$(median server-share)" \
	    --argjson db_bytes "$(sql postgres \
	    "SELECT pg_database_size('bench')")" \
	    --argjson tree_bytes "$tree_bytes" --argjson files "$tree_files" \
	    --argjson sizes "$(awk '{ s[$1] = $2 } END {
		for (n in s) printf "%s{\"%s\":%d}", c++ ? "," : "[", n, s[n]
		print "]" }' "$tmp/sizes" | jq add)" \
	    '{schema: "ub.bench/1", scale: $scale, rounds: $rounds, cpu: $cpu,
	    cores: $cores, postgres: $postgres, database_bytes: $db_bytes,
	    server_share: $share, tree_bytes: $tree_bytes,
	    tree_files: $files, sizes_mib: $sizes,
	    rows: .}' "$tmp/rows" >"$O/bench.json"
	jq -r '
	def n: . * 100 | round / 100 | tostring;
	def pad($w): . + " " * ([$w - length, 0] | max);
	def left($w): " " * ([$w - length, 0] | max) + .;
	"\(.cpu), \(.cores) cores, PostgreSQL \(.postgres); database " +
	    "\(.database_bytes / 1e6 | round) MB, tree " +
	    "\(.tree_bytes / 1e6 | round) MB in \(.tree_files) files; " +
	    "medians of \(.rounds)", "",
	("what (a : b is b in units of a)" | pad(46)) + ("ub" | left(10)) +
	    ("peer" | left(10)) + ("ratio" | left(8)) + "  goal",
	(.rows[] | (.what | pad(46)) +
	    (if .value then (.value | n) + " " + .unit
		else (.ours_median_s | n) + " s" end | left(10)) +
	    (if .value then "" else (.peer_median_s | n) + " s" end
		| left(10)) +
	    (if .ratio then .ratio | n else "" end | left(8)) + "  " +
	    (if .met == null then "-" else .goal +
		(if .met then "  met" else "  MISSED" end) end)), "",
	"sizes in MiB: " + (.sizes_mib | to_entries |
	    map("\(.key) \(.value)") | join(", ")),
	"while ub restores, the server alone uses " +
	    "\(.server_share * 100 | round) % of the processors"' \
	    "$O/bench.json"
	echo "written: $O/bench.json"
}

all_of_it()
{
	make_data
	for ((round = 0; round < rounds; round++)); do
		one_round
		migrate_round
	done
	sync
	for ((round = 0; round < rounds; round++)); do
		for p in "$O"/bin/*; do
			in_a_row "version-${p##*/}" 100 "${p##*/}" --version
		done
	done
	memory
	migrate_memory
	rows
	migrate_rows
}

only_migrate()
{
	createdb bench
	echo 0 >"$tmp/times/server-share"
	echo none 0 >"$tmp/sizes"
	for ((round = 0; round < rounds; round++)); do
		say "round $((round + 1)) of $rounds"
		migrate_round
	done
	migrate_memory
	migrate_rows
}

: >"$tmp/rows"
start_server
make_migrations
if [ "${BENCH_ONLY-}" = migrate ]; then
	only_migrate
else
	all_of_it
fi
memory_rows
report
