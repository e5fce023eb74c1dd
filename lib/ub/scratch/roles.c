/* The roles of a set in a cluster of our own. */
#include "ub/scratch/cluster.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"

#define GLOBALS_MAX ((size_t)16 << 20)

/* Roles only: a tablespace would be made in a folder of the live server. */
int
scratch_cluster_roles(struct scratch *s, const struct set *set,
    struct err *e)
{
	static const char create[] = "CREATE ROLE ";
	char *file = set_path(set, "db/globals.sql"), *line;
	struct buf text = { 0 };
	const char *at, *nl;
	struct err there = { 0 };
	int r = 0;

	if (path_exists(file))
		r = io_slurp(file, GLOBALS_MAX, &text, e);
	for (at = buf_text(&text); (nl = strchr(at, '\n')); at = nl + 1) {
		if (strncmp(at, create, sizeof(create) - 1) != 0)
			continue;
		line = mem_dupn(at, (size_t)(nl - at));
		db_exec(s->holder, &there, "%s", line);
		free(line);
		err_release(&there);
	}
	buf_release(&text);
	free(file);
	return r;
}
