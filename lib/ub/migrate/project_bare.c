/* project_bare.c - a folder that waits for its first migration. */
#include "base/mem.h"
#include "sys/path.h"
#include "ub/migrate/project_priv.h"

int
project_bare_is(const char *dir, int *yes, struct err *e)
{
	struct vec names = { 0 };
	size_t i;
	int r = 0;

	*yes = path_is_dir(dir);
	if (*yes)
		r = path_list_marked(dir, &names, e);
	for (i = 0; i < names.n; i++)
		if (names.v[i][0] != '.')
			*yes = 0;
	vec_release(&names);
	return r;
}

int
project_bare_find(struct project *p, const struct project_place *places,
    size_t n, struct err *e)
{
	const struct project_place *it, *any = NULL, *fit = NULL;
	size_t i, n_any = 0, n_fit = 0;
	char *dir;
	int yes, r = 0;

	for (i = 0; i < n && r == 0; i++) {
		it = &places[i];
		dir = path_join(p->root, it->path);
		r = project_bare_is(dir, &yes, e);
		free(dir);
		if (r || !yes)
			continue;
		any = it;
		n_any++;
		if (it->tool == MIGRATE_NONE || (it->tool != p->wanted &&
		    p->wanted != MIGRATE_NONE))
			continue;
		fit = it;
		n_fit++;
	}
	it = n_fit == 1 ? fit : n_any == 1 ? any : NULL;
	if (r || !it)
		return r;
	p->dir = path_join(p->root, it->path);
	p->layout = it->tool;
	p->bare = 1;
	return 0;
}

void
project_bare_settle(struct project *p)
{
	if (!p->bare || p->wanted != MIGRATE_NONE)
		return;
	p->layout = p->ledger.tool;
	if (!migrate_tool_is_driven(p->ledger.tool))
		return;
	p->layout = MIGRATE_NONE;
	free(p->dir);
	p->dir = NULL;
}
