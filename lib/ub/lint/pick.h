/* pick.h - which scripts a lint is to judge, and under which names. */
#ifndef UB_UB_LINT_PICK_H
#define UB_UB_LINT_PICK_H

#include <stddef.h>

#include "base/err.h"
#include "base/vec.h"
#include "ub/migrate/compare.h"
#include "ub/migrate/dir.h"

struct lint_pick {
	char *name; /* to show: from the working folder if it is inside */
	char *path; /* absolute */
	char *inside; /* from the root of its git worktree; or NULL: none, or
	                 lint_pick_repo() was not called */
	const struct migration *migration; /* of from->dir; or NULL */
	enum migrate_tool tool; /* whose script it is; without a migration
	                           that is a guess from its name alone */
	int unsure; /* it is applied, or one before it is neither that nor
	               picked: the database is not as it will find it */
};

/* Valid as {0}. */
struct lint_picks {
	struct lint_pick *v; /* in the order of running */
	size_t n;
};

/* Set files, or since, or both, or neither; all is borrowed. */
struct lint_pick_from {
	const struct vec *files;  /* as given on the command line */
	const char *since;        /* a revision; needs folder, or files */
	const char *folder;       /* of the project's migrations; or NULL */
	enum migrate_tool tool;   /* its layout */
	const struct migrate_dir *dir;     /* what is in it; or NULL */
	const struct migrate_state *state; /* of it in a database; or NULL */
};

/*
 * Files: each a script, or a folder for what is in it: the scripts in the
 * order of its layout, or every *.sql by name if it has none; not what is
 * below. Those that are the project's migrations are put in their order
 * among themselves, the others stay where they are; each counts once.
 * Since: the migrations of the folder whose script repo_changed() names; of
 * files only those that it names, each in its own repository.
 * Neither: those that are not applied, or all without a state.
 *
 * Nothing to judge is no error. ERR_USAGE, "lint.file": a file that is not
 * there, or is none; as migrate_dir_guess(), migrate_dir_read() and
 * repo_changed(). The picks borrow from from->dir.
 */
int lint_pick(const struct lint_pick_from *from, struct lint_picks *out,
    struct err *e);

/* Where each is in its git worktree, for reports to those who read that. */
void lint_pick_repo(struct lint_picks *p);
void lint_picks_release(struct lint_picks *p);

#endif
