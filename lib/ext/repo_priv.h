/* repo_priv.h - what the files of repo share; the library's types by name. */
#ifndef UB_EXT_REPO_PRIV_H
#define UB_EXT_REPO_PRIV_H

#include "base/err.h"

struct git_oid;
struct git_repository;

/* Look upward from dir. *out is NULL outside of a repository; errors as
 * repo_look(). The caller frees it. */
int repo_open(const char *dir, struct git_repository **out, struct err *e);

/* Its worktree, absolute, no slash at its end; NULL if bare. Caller owns. */
char *repo_root(struct git_repository *repo);

/* What libgit2 said last: ERR_TROUBLE, "repo". Always -1. */
int repo_fail(const char *dir, struct err *e);

/* The clone has only the newer part of the history. 0 or 1 */
int repo_is_shallow(struct git_repository *repo);

/*
 * The best common ancestor of two commits, as far as the history is here:
 * what a shallow clone left out does not count. 1: there is none. -1: libgit2
 * says why.
 */
int repo_base(struct git_repository *repo, const struct git_oid *a,
    const struct git_oid *b, struct git_oid *out);

#endif
