/* tool.h - the tools whose ledgers are known, by name. */
#ifndef UB_UB_MIGRATE_TOOL_H
#define UB_UB_MIGRATE_TOOL_H

enum migrate_tool {
	MIGRATE_NONE,
	MIGRATE_PRISMA,
	MIGRATE_DBMATE,
	MIGRATE_GOLANG, /* golang-migrate */
	MIGRATE_FLYWAY,
	/* Their migrations are programs: their ledgers can be read. */
	MIGRATE_ALEMBIC,
	MIGRATE_DJANGO,
	MIGRATE_SQITCH,
	MIGRATE_PRISMA8, /* known, to be refused */
};

const char *migrate_tool_name(enum migrate_tool t); /* "golang-migrate" */

/* The tool of that name; MIGRATE_NONE if there is none. name may be NULL. */
enum migrate_tool migrate_tool_of(const char *name);

/* Are its migrations programs, which only it can run? */
int migrate_tool_is_driven(enum migrate_tool t);

#endif
