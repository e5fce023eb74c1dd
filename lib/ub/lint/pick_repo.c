/* pick_repo.c - where scripts are in their repositories. */
#include "base/mem.h"
#include "ext/repo.h"
#include "sys/path.h"
#include "ub/lint/pick_priv.h"

void
lint_pick_repo(struct lint_picks *p)
{
	char *place, *dir, *root;
	const char *name;
	size_t i;

	for (i = 0; i < p->n; i++) {
		place = lint_pick_place(p->v[i].path);
		dir = path_dir(place);
		root = repo_above(dir);
		name = root ? lint_pick_inside(place, root) : NULL;
		free(p->v[i].inside);
		p->v[i].inside = mem_dup(name);
		free(root);
		free(dir);
		free(place);
	}
}
