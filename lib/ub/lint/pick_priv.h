/* pick_priv.h - what the files of pick share: the list that grows. */
#ifndef UB_UB_LINT_PICK_PRIV_H
#define UB_UB_LINT_PICK_PRIV_H

#include "ub/lint/pick.h"

/* A migration of the folder. */
struct known {
	char *place; /* of its script, as repo_changed() has it */
	const struct migration *m;
};

struct picking {
	const struct lint_pick_from *from;
	struct lint_picks *out;
	struct known *known; /* sorted by place */
	size_t n_known;
	struct vec asked;   /* folders of which changed tells */
	struct vec changed; /* places, sorted: only these count, with since */
	char *cwd;
};

/* Index from->dir; p->from and p->out are set. */
void lint_pick_begin(struct picking *p);
void lint_pick_end(struct picking *p);

/* With since: what is changed below a folder may be picked, too. */
int lint_pick_changed(struct picking *p, const char *folder, struct err *e);

/* Add a script, unless since leaves it out: once, however often it is given,
 * and by whatever way. */
void lint_pick_add(struct picking *p, const char *path);

/* Links to the folder of a file resolved, so that places can be compared.
 * Caller owns. */
char *lint_pick_place(const char *path);

/* What follows folder in path, or NULL if it is not inside. */
const char *lint_pick_inside(const char *path, const char *folder);

/* Give the migrations the places that they have, in their order. */
void lint_pick_order(struct lint_picks *o);

#endif
