/* dir_prisma.c - folders of migrations in Prisma's layout. */
#include "base/mem.h"
#include "base/text.h"
#include "sys/io.h"
#include "sys/path.h"
#include "ub/migrate/dir_priv.h"

#define PRISMA_SCRIPT "migration.sql"
#define PRISMA_LOCK "migration_lock.toml"
#define PRISMA_NAME_MAX 200
#define LOCK_FILE_MAX 65536

int
migrate_prisma_is(const char *dir, const char *name)
{
	char *folder = path_join(dir, name);
	char *script = path_join(folder, PRISMA_SCRIPT);
	int r = strcmp(name, PRISMA_LOCK) == 0 || path_is_file(script);

	free(script);
	free(folder);
	return r;
}

/* provider = "postgresql", or no such file. */
int
migrate_prisma_check(const char *path, struct err *e)
{
	char *file = path_join(path, PRISMA_LOCK), *line, *next;
	struct buf b = { 0 };
	int r = path_exists(file) ? io_slurp(file, LOCK_FILE_MAX, &b, e) : 0;

	for (line = b.len ? b.data : NULL; line && r == 0; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (strncmp(line, "provider", 8) == 0 &&
		    !strstr(line, "\"postgresql\"") &&
		    !strstr(line, "\"postgres\""))
			r = err_set(e, ERR_USAGE, "migrate.dir",
			    "'%s' is not for PostgreSQL: %s", file, line);
	}
	buf_release(&b);
	free(file);
	return r;
}

int
migrate_prisma_add(struct migrate_dir *d, const char *path, const char *name,
    struct err *e)
{
	char *folder = path_join(path, name);
	struct migration m = { .path = path_join(folder, PRISMA_SCRIPT) };
	int has = path_is_file(m.path), r = 0;

	if (!has && !path_is_dir(folder)) {
		free(m.path);
		free(folder);
		return 0;
	}
	if (!has)
		r = err_set(e, ERR_USAGE, "migrate.dir",
		    "migration '%s' has no " PRISMA_SCRIPT, name);
	else if (strlen(name) > PRISMA_NAME_MAX || !text_utf8_ok(name,
	    strlen(name)))
		r = err_set(e, ERR_USAGE, "migrate.dir",
		    "'%s' is no name that Prisma takes", name);
	free(folder);
	if (r) {
		free(m.path);
		return r;
	}
	m.version = mem_dup(name);
	m.name = mem_dup(name);
	migrate_dir_add(d, &m);
	return 0;
}
