/* repo.h - the git repository that we stand in (libgit2). */
#ifndef UB_EXT_REPO_H
#define UB_EXT_REPO_H

#include "base/err.h"
#include "base/vec.h"

/* Valid as {0}; all NULL outside of a repository. */
struct repo_info {
	char *root;   /* worktree, absolute, no slash at its end; NULL if
	                 bare */
	char *commit; /* 40 hex digits; NULL before the first commit */
	char *branch; /* short name; NULL if detached */
};

/*
 * Look upward from dir. Outside of a repository is fine (all NULL). A
 * repository of another owner is ERR_TROUBLE, "repo.owner", with git's
 * safe.directory command as hint.
 */
int repo_look(const char *dir, struct repo_info *out, struct err *e);
void repo_info_release(struct repo_info *r);

/* The root of the worktree that an absolute folder is in, by the ".git" that
 * stands there alone, whoever it belongs to; NULL: none. Caller owns. */
char *repo_above(const char *dir);

/*
 * What is new below a folder since the history of HEAD left that of a
 * revision ("origin/main", "v1.2", "HEAD~3"): files added or modified since
 * then, be it in a commit, in the index or in the worktree alone; untracked
 * ones count unless they are ignored. A file that was renamed is new under
 * its new name; one that is gone is left out. The repository is that of the
 * folder, thus a submodule's own. out gets absolute paths (links in the
 * folder's path resolved), sorted by byte.
 *
 * ERR_USAGE: "repo.folder", there is no such folder; "repo.none", it is in no
 * repository; "repo.bare", in one without a worktree; "repo.rev", there is no
 * such revision, or none at all yet; "repo.base", nothing in common with HEAD.
 * A shallow clone is named as the likely cause in a hint. Others as
 * repo_look().
 */
int repo_changed(const char *folder, const char *since, struct vec *out,
    struct err *e);

#endif
