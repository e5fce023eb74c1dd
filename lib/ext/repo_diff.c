/* repo_diff.c - what is new below a folder since a revision. */
#include <git2.h>

#include "base/mem.h"
#include "ext/repo.h"
#include "ext/repo_priv.h"
#include "sys/path.h"

struct change {
	git_repository *repo;
	const char *since;
	char *root;
	char *folder; /* real, within root */
	git_tree *base;
};

/* How to come to the history that is missing. */
static int
deepen(const struct change *c, struct err *e)
{
	if (repo_is_shallow(c->repo))
		return err_hint(e, "this clone is shallow: git fetch "
		    "--unshallow; in CI, fetch-depth: 0 (GitHub) or "
		    "GIT_DEPTH: 0 (GitLab)");
	return -1;
}

static int
find_commit(const struct change *c, const char *rev, git_oid *out)
{
	git_object *found = NULL, *commit = NULL;
	int r = git_revparse_single(&found, c->repo, rev);

	if (r == 0)
		r = git_object_peel(&commit, found, GIT_OBJECT_COMMIT);
	if (r == 0)
		git_oid_cpy(out, git_object_id(commit));
	git_object_free(commit);
	git_object_free(found);
	return r;
}

/* A commit by its number may be one that was not fetched, too. */
static int
no_revision(const struct change *c, int r, struct err *e)
{
	const git_error *why = git_error_last();

	if (r == GIT_ENOTFOUND)
		err_set(e, ERR_USAGE, "repo.rev",
		    "there is no revision '%s' in the repository at '%s'",
		    c->since, c->root);
	else
		err_set(e, ERR_USAGE, "repo.rev", "'%s' is no revision of "
		    "the repository at '%s': %s", c->since, c->root,
		    why ? why->message : "unknown error");
	err_hint(e, "git fetch, if it is on the server");
	return deepen(c, e);
}

/* The tree of the commit where HEAD and the revision parted. */
static int
find_base(struct change *c, struct err *e)
{
	git_oid head, rev, base;
	git_commit *commit = NULL;
	int r = find_commit(c, "HEAD", &head);

	if (r)
		return err_set(e, ERR_USAGE, "repo.rev",
		    "the repository at '%s' has no commit yet", c->root);
	r = find_commit(c, c->since, &rev);
	if (r)
		return no_revision(c, r, e);
	r = repo_base(c->repo, &head, &rev, &base);
	if (r > 0) {
		err_set(e, ERR_USAGE, "repo.base", "HEAD and '%s' have no "
		    "history in common in the repository at '%s'", c->since,
		    c->root);
		return deepen(c, e);
	}
	if (r == 0)
		r = git_commit_lookup(&commit, c->repo, &base);
	if (r == 0)
		r = git_commit_tree(&c->base, commit);
	git_commit_free(commit);
	return r ? repo_fail(c->root, e) : 0;
}

/* core.worktree may lead to somewhere else. */
static int
is_inside(const char *path, const char *root)
{
	size_t n = strlen(root);

	return strncmp(path, root, n) == 0 &&
	    (!path[n] || path[n] == '/' || root[n - 1] == '/');
}

static int
open_folder(struct change *c, const char *folder, struct err *e)
{
	if (path_is_dir(folder))
		c->folder = realpath(folder, NULL);
	if (!c->folder)
		return err_set(e, ERR_USAGE, "repo.folder",
		    "there is no folder '%s'", folder);
	if (repo_open(c->folder, &c->repo, e))
		return -1;
	if (!c->repo)
		return err_set(e, ERR_USAGE, "repo.none",
		    "'%s' is in no git repository", folder);
	c->root = repo_root(c->repo);
	if (!c->root)
		return err_set(e, ERR_USAGE, "repo.bare",
		    "'%s' is in a bare git repository", folder);
	if (!is_inside(c->folder, c->root))
		return err_set(e, ERR_USAGE, "repo.none", "'%s' is not in the "
		    "worktree of its repository, '%s'", folder, c->root);
	return 0;
}

static void
collect(const struct change *c, const git_diff *diff, struct vec *out)
{
	const git_diff_delta *d;
	const char *name;
	char *path;
	size_t i;

	for (i = 0; i < git_diff_num_deltas(diff); i++) {
		d = git_diff_get_delta(diff, i);
		name = d->new_file.path ? d->new_file.path : d->old_file.path;
		path = path_join(c->root, name);
		/* Gone since, a submodule, somebody's clone in between. */
		if (path_exists(path) && !path_is_dir(path))
			vec_take(out, path);
		else
			free(path);
	}
}

/*
 * In two steps, as git_diff_tree_to_workdir_with_index() calls a file that
 * only the index has lost a deleted one.
 */
static int
compare(const struct change *c, char *below, struct vec *out)
{
	git_diff_options o;
	git_diff *diff = NULL;
	int r;

	git_diff_options_init(&o, GIT_DIFF_OPTIONS_VERSION);
	o.flags = GIT_DIFF_INCLUDE_UNTRACKED |
	    GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_INCLUDE_TYPECHANGE |
	    GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_IGNORE_SUBMODULES |
	    GIT_DIFF_SKIP_BINARY_CHECK;
	o.pathspec.strings = &below;
	o.pathspec.count = *below != '\0';
	r = git_diff_tree_to_index(&diff, c->repo, c->base, NULL, &o);
	if (r == 0)
		collect(c, diff, out);
	git_diff_free(diff);
	diff = NULL;
	if (r == 0)
		r = git_diff_index_to_workdir(&diff, c->repo, NULL, &o);
	if (r == 0)
		collect(c, diff, out);
	git_diff_free(diff);
	return r;
}

/* Sorted, each once. */
static void
tidy(struct vec *v)
{
	size_t i, n = 0;

	vec_sort(v);
	for (i = 0; i < v->n; i++) {
		if (n > 0 && strcmp(v->v[n - 1], v->v[i]) == 0)
			free(v->v[i]);
		else
			v->v[n++] = v->v[i];
	}
	if (v->n > n)
		v->v[n] = NULL;
	v->n = n;
}

int
repo_changed(const char *folder, const char *since, struct vec *out,
    struct err *e)
{
	struct change c = { .since = since };
	char *below;
	int r = open_folder(&c, folder, e);

	if (r == 0)
		r = find_base(&c, e);
	if (r == 0) {
		below = c.folder + strlen(c.root);
		below += strspn(below, "/");
		r = compare(&c, below, out) ? repo_fail(c.root, e) : 0;
	}
	if (r == 0)
		tidy(out);
	git_tree_free(c.base);
	git_repository_free(c.repo);
	free(c.root);
	free(c.folder);
	return r;
}
