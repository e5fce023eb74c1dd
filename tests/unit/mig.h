/* mig.h - a folder of scripts, and a session to run them in. */
#ifndef UB_TESTS_MIG_H
#define UB_TESTS_MIG_H

#include "base/buf.h"
#include "pgsql.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

static char *mig_dir;

/* Write a file of the folder, anew; its path, owned. */
static __attribute__((unused)) char *
mig_bytes(const char *name, const char *text, size_t len)
{
	struct err e = { 0 };
	char *path, *parent;

	if (!mig_dir)
		mig_dir = tmp_dir("ub-test", &e);
	path = path_join(mig_dir, name);
	parent = path_dir(path);
	if (path_mkdirs(parent, &e) || tmp_write_file(path, text, len, &e))
		pgsql_bail(name, &e);
	free(parent);
	return path;
}

static __attribute__((unused)) char *
mig_file(const char *name, const char *text)
{
	return mig_bytes(name, text, strlen(text));
}

/* One value; "(null)" for none, "error SQLSTATE". Owned. */
static __attribute__((unused)) char *
mig_value(struct db *db, const char *sql)
{
	struct err e = { 0 };
	char *out = NULL;

	if (db_value(db, sql, NULL, &out, &e)) {
		out = mem_printf("error %s", err_detail_get(&e, "sqlstate"));
		err_release(&e);
	}
	return out ? out : mem_dup("(null)");
}

#define mig_is(db, sql, want, name) \
	mig_compare((db), (sql), (want), __LINE__, (name))

static void __attribute__((unused))
mig_compare(struct db *db, const char *sql, const char *want, int line,
    const char *name)
{
	char *got = mig_value(db, sql);

	tap_text(got, want, line, name);
	free(got);
}

#endif
