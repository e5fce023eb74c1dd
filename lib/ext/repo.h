/* repo.h - the git repository that we stand in (libgit2). */
#ifndef UB_EXT_REPO_H
#define UB_EXT_REPO_H

#include "base/err.h"

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

#endif
