/* dir_flyway.c - Flyway's layout: folders in the folder count, too. */
#include <sys/stat.h>

#include "base/mem.h"
#include "sys/log.h"
#include "sys/path.h"
#include "ub/migrate/dir_priv.h"
#include "ub/migrate/name.h"

#define DEPTH_MAX 16

static int
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/* Flyway does not look into hidden ones, either: Kubernetes mounts the same
 * files there once more. */
static int
is_open_folder(const char *name)
{
	return ends_in(name, "/") && path_base(name)[0] != '.';
}

static int
depth(const char *name)
{
	int n = 0;

	for (; *name; name++)
		n += *name == '/';
	return n;
}

/* Flyway follows links. We would rather not run what is anywhere; but what it
 * would run must not be passed over in silence. */
static int
check(const char *dir, const char *sub, struct err *e)
{
	char *path = path_join(dir, sub);
	struct stat st;
	int r = 0;

	path[strlen(path) - 1] = '\0';
	if (depth(sub) > DEPTH_MAX)
		r = err_set(e, ERR_USAGE, "migrate.dir",
		    "the folders in '%s' are more than %d deep", dir,
		    DEPTH_MAX);
	else if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
		err_set(e, ERR_USAGE, "migrate.dir",
		    "'%s' is a link to a folder, and not followed", path);
		r = err_hint(e, "put the scripts themselves there");
	}
	free(path);
	return r;
}

/* What is in a folder joins the names, with the folder's in front. */
static int
add_inside(const char *dir, const char *sub, struct vec *names,
    struct err *e)
{
	struct vec inside = { 0 };
	char *path = path_join(dir, sub);
	int r = check(dir, sub, e);
	size_t i;

	if (r == 0)
		r = path_list_marked(path, &inside, e);
	for (i = 0; i < inside.n && r == 0; i++)
		vec_addf(names, "%s%s", sub, inside.v[i]);
	vec_release(&inside);
	free(path);
	return r;
}

/* "afterMigrate.sql", "beforeEachMigrate__log.sql": a callback of Flyway's;
 * "V1__a.sql.conf": settings of one script. */
static int
is_flyway_only(const char *name)
{
	const char *base = path_base(name), *rest = base;

	if (strncmp(base, "before", 6) == 0)
		rest += 6;
	else if (strncmp(base, "after", 5) == 0)
		rest += 5;
	return ends_in(base, ".sql.conf") ||
	    (rest > base && *rest >= 'A' && *rest <= 'Z' &&
	    ends_in(base, ".sql"));
}

int
migrate_flyway_list(const char *dir, struct vec *names, struct err *e)
{
	size_t i;
	int r = 0;

	/* The list grows while it is gone through. */
	for (i = 0; i < names->n && r == 0; i++) {
		if (is_open_folder(names->v[i]))
			r = add_inside(dir, names->v[i], names, e);
		else if (is_flyway_only(names->v[i]))
			log_warn("migrate.flyway", "'%s' is for Flyway's own "
			    "program: nothing is done with it here",
			    names->v[i]);
	}
	return r;
}

static int
is_migration(const char *name)
{
	struct migrate_name n = { 0 };
	int r = migrate_name_flyway(path_base(name), &n);

	free(n.version);
	free(n.about);
	return r != 0;
}

int
migrate_flyway_below(const char *dir, const struct vec *names)
{
	struct err ignored = { 0 };
	struct vec all = { 0 };
	size_t i;
	int r = 0;

	for (i = 0; i < names->n; i++)
		if (ends_in(names->v[i], ".sql"))
			return 0;
	vec_copy(&all, names);
	for (i = 0; i < all.n && !r; i++) {
		r = is_migration(all.v[i]);
		if (is_open_folder(all.v[i]))
			add_inside(dir, all.v[i], &all, &ignored);
		err_release(&ignored);
	}
	vec_release(&all);
	return r;
}
