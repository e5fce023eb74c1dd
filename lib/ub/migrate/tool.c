#include "ub/migrate/tool.h"

#include <string.h>

#include "base/attr.h"

static const char *const names[] = { [MIGRATE_NONE] = "none",
	[MIGRATE_PRISMA] = "prisma", [MIGRATE_DBMATE] = "dbmate",
	[MIGRATE_GOLANG] = "golang-migrate", [MIGRATE_FLYWAY] = "flyway",
	[MIGRATE_ALEMBIC] = "alembic", [MIGRATE_DJANGO] = "django",
	[MIGRATE_SQITCH] = "sqitch", [MIGRATE_PRISMA8] = "prisma8" };

const char *
migrate_tool_name(enum migrate_tool t)
{
	return names[t];
}

int
migrate_tool_is_driven(enum migrate_tool t)
{
	return t == MIGRATE_ALEMBIC || t == MIGRATE_DJANGO ||
	    t == MIGRATE_SQITCH;
}

enum migrate_tool
migrate_tool_of(const char *name)
{
	size_t i;

	for (i = 0; name && i < UB_LEN(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum migrate_tool)i;
	return MIGRATE_NONE;
}
