/* mig_project.h - a project with its folder, its configuration, its
 * database. */
#ifndef UB_TESTS_MIG_PROJECT_H
#define UB_TESTS_MIG_PROJECT_H

#include "mig.h"
#include "ub/migrate/project.h"

static struct db *db;
static struct err e;
static struct conf *conf;
static char *root;

/* A new root with these files, parted by blanks; and settings. */
static void
proj_start(const char *files, const char *const *set)
{
	struct vec v = { 0 };
	struct conf_source src = { .set = &v };
	static int n;
	char *path;
	size_t len;

	free(mig_file("x", ""));
	free(root);
	root = mem_printf("%s/%d", mig_dir, n++);
	path_mkdirs(root, &e);
	for (; *files; files += len + (files[len] == ' ')) {
		len = strcspn(files, " ");
		path = mem_printf("%s/%.*s", path_base(root), (int)len, files);
		free(mig_file(path, "SELECT 1;\n"));
		free(path);
	}
	for (; set && *set; set++)
		vec_add(&v, *set);
	conf_free(conf);
	src.root = root;
	if (conf_load(&src, &conf, &e))
		pgsql_bail("conf", &e);
	vec_release(&v);
}

/* Read, connect, look; the error's kind and message, or NULL. Owned. */
static char *
proj_open(struct project *p)
{
	char *out = NULL, *at;

	if (project_read(conf, root, p, &e) || project_connect(p, &e) ||
	    project_look(p, &e)) {
		out = mem_printf("%d %s %s", (int)e.code, e.kind, e.msg);
		while ((at = strstr(out, root)))
			memmove(at, at + strlen(root), strlen(at + strlen(
			    root)) + 1);
	}
	err_release(&e);
	return out;
}

static void
proj_end(void)
{
	db_close(db);
	conf_free(conf);
	free(root);
	free(mig_dir);
	err_release(&e);
}

#endif
