/* The roles of a set in a cluster of our own. */
#include "ub/scratch/cluster.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"

#define GLOBALS_MAX ((size_t)16 << 20)

/*
 * Roles, who is in which, and their settings. A tablespace would be made in a
 * folder of the live server; passwords are of no use here.
 */
static int
is_wanted(const char *line)
{
	return strncmp(line, "CREATE ROLE ", 12) == 0 ||
	    strncmp(line, "GRANT ", 6) == 0 ||
	    (strncmp(line, "ALTER ROLE ", 11) == 0 &&
	    !strstr(line, " WITH ") && strstr(line, " SET "));
}

int
scratch_cluster_roles(struct scratch *s, const struct set *set,
    struct err *e)
{
	char *file = set_path(set, "db/globals.sql"), *line;
	struct buf text = { 0 };
	const char *at, *nl;
	struct err there = { 0 };
	int r = 0;

	if (path_exists(file))
		r = io_slurp(file, GLOBALS_MAX, &text, e);
	for (at = buf_text(&text); (nl = strchr(at, '\n')); at = nl + 1) {
		line = mem_dupn(at, (size_t)(nl - at));
		if (is_wanted(line))
			db_exec(s->holder, &there, "%s", line);
		free(line);
		err_release(&there);
	}
	buf_release(&text);
	free(file);
	return r;
}
