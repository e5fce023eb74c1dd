# shellcheck shell=sh
# pg.sh - a throw-away PostgreSQL server; sourced by tests, demo and bench.
#
#	pg_start DIR [NAME=VALUE]...  new cluster in DIR, which must not be
#	                              there yet; settings of postgresql.conf
#	pg_stop DIR                   ends it and removes DIR
#	pg_halt DIR [MODE]            ends it, the data stays
#	pg_resume DIR                 starts it again
#	pg_run COMMAND...             as the user whom the server accepts
#	pg_text ARG...                pg_dump without the random word that it
#	                              guards its text with
#
# It listens on a socket in DIR alone and never syncs. pg_start exports
# PGHOST, PGPORT, PGUSER. As root everything runs as user postgres. With
# PG_AUTH=scram-sha-256 roles need passwords; that of postgres is $PG_SECRET.

pg_bindir()
{
	for pg_d in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin; do
		[ -x "$pg_d/initdb" ] && pg_found=$pg_d
	done
	if [ -z "${pg_found-}" ]; then
		pg_found=$(command -v initdb) || {
			echo "pg.sh: no initdb: install postgresql" >&2
			return 1
		}
		pg_found=${pg_found%/*}
	fi
	echo "$pg_found"
}

pg_run()
{
	if [ "$(id -u)" -eq 0 ]; then
		(cd / && exec runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

pg_start()
{
	pg_dir=$1
	shift
	pg_bin=$(pg_bindir) || return 1
	mkdir "$pg_dir" && chmod 755 "$pg_dir" || return 1
	printf '%s\n' "${PG_SECRET:-none}" >"$pg_dir/secret" || return 1
	[ "$(id -u)" -ne 0 ] || chown -R postgres: "$pg_dir" || return 1
	pg_run "$pg_bin/initdb" -D "$pg_dir/data" -U postgres -E UTF8 \
	    --locale=C.UTF-8 --auth="${PG_AUTH:-trust}" --no-sync \
	    --pwfile="$pg_dir/secret" >"$pg_dir.log" 2>&1 || {
		cat "$pg_dir.log" >&2
		return 1
	}
	rm -f "$pg_dir.log" "$pg_dir/secret"
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$pg_dir'"
		echo "fsync = off"
		echo "shared_buffers = 32MB"
		for pg_set; do
			echo "${pg_set%%=*} = '${pg_set#*=}'"
		done
	} >>"$pg_dir/data/postgresql.conf"
	pg_resume "$pg_dir" || return 1
	export PGHOST="$pg_dir" PGPORT=5432 PGUSER=postgres
}

pg_resume()
{
	# 3 and 4 belong to bats, which waits for everybody who holds them.
	pg_run "$(pg_bindir)/pg_ctl" -D "$1/data" -l "$1/log" -w -t 60 start \
	    >/dev/null 2>&1 3>&- 4>&- </dev/null || {
		cat "$1/log" >&2
		return 1
	}
}

pg_halt()
{
	pg_run "$(pg_bindir)/pg_ctl" -D "$1/data" -w -t 60 \
	    -m "${2:-immediate}" stop >/dev/null 2>&1 3>&- 4>&-
}

pg_text()
{
	pg_dump "$@" | sed '/^\\restrict /d; /^\\unrestrict /d'
}

pg_stop()
{
	[ ! -f "$1/data/postmaster.pid" ] || pg_halt "$1"
	rm -rf "$1"
}
