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

/* Where it is; NULL: not in a file. name is marked. Caller owns. */
static char *
script_of(const char *dir, const char *name)
{
	size_t n = strlen(name);

	return n > 0 && name[n - 1] == '/' ?
	    mem_printf("%s/%s" PRISMA_SCRIPT, dir, name) : NULL;
}

int
migrate_prisma_is(const char *dir, const char *name)
{
	char *script = script_of(dir, name);
	int r = strcmp(name, PRISMA_LOCK) == 0 ||
	    (script && path_is_file(script));

	free(script);
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
	struct migration m = { .path = script_of(path, name) };
	size_t n = strlen(name);

	if (!m.path)
		return 0;
	m.name = mem_dupn(name, n - 1);
	if (n - 1 > PRISMA_NAME_MAX || !text_utf8_ok(name, n - 1)) {
		err_set(e, ERR_USAGE, "migrate.dir",
		    "'%s' is no name that Prisma takes", m.name);
		free(m.name);
		free(m.path);
		return -1;
	}
	m.version = mem_dup(m.name);
	migrate_dir_add(d, &m);
	return 0;
}
