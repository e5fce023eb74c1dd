# shellcheck shell=bash
# migrate.bash - projects with migrations; loaded beside helpers.bash.

# project [TOOL] - an empty database shop, ub.conf, and a folder of that
# tool's layout in the working folder.
project()
{
	local tool=${1:-prisma}

	sql postgres 'DROP DATABASE IF EXISTS shop WITH (FORCE)' \
	    'CREATE DATABASE shop'
	rm -rf prisma migrations db .ub ub.conf
	case $tool in
	prisma) MIG=prisma/migrations ;;
	dbmate) MIG=db/migrations ;;
	*) MIG=migrations ;;
	esac
	mkdir -p "$MIG"
	[ "$tool" != prisma ] ||
	    echo 'provider = "postgresql"' >"$MIG/migration_lock.toml"
	git config -f ub.conf database.url dbname=shop
	TOOL=$tool
}

# file_of NAME - the script of a migration in the project's layout.
file_of()
{
	case $TOOL in
	prisma) echo "$MIG/$1/migration.sql" ;;
	dbmate) echo "$MIG/$1.sql" ;;
	golang) echo "$MIG/$1.up.sql" ;;
	flyway) echo "$MIG/$1.sql" ;;
	esac
}

# mig NAME [SQL] - write a migration; SQL is read from stdin if not given.
mig()
{
	local file

	file=$(file_of "$1")
	mkdir -p "${file%/*}"
	{
		[ "$TOOL" != dbmate ] || echo '-- migrate:up'
		if [ $# -gt 1 ]; then printf '%s\n' "$2"; else cat; fi
		[ "$TOOL" != dbmate ] || printf '%s\n' '-- migrate:down'
	} >"$file"
}

# deploy STATUS [ARG...] - without the gate, which has tests of its own.
deploy()
{
	local want=$1

	shift
	ub "$want" ub-migrate deploy --yes --skip-backup-check "$@"
}

# The schema of shop, without the ledger; to see that nothing has changed.
schema_text()
{
	pg_text -s -T _prisma_migrations -T '*schema_migrations' \
	    -T flyway_schema_history shop
}

# rows of Prisma's ledger: name, finished, rolled back, steps
ledger()
{
	sql shop "SELECT migration_name, finished_at IS NOT NULL,
	    rolled_back_at IS NOT NULL, applied_steps_count
	    FROM _prisma_migrations ORDER BY started_at"
}
