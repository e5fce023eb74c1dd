/* repo.c - the git repository that we stand in, by libgit2. */
#include "ext/repo.h"

#include <git2.h>

#include "base/mem.h"
#include "base/text.h"
#include "ext/repo_priv.h"
#include "sys/path.h"

int
repo_fail(const char *dir, struct err *e)
{
	const git_error *why = git_error_last();

	return err_set(e, ERR_TROUBLE, "repo",
	    "cannot read the repository at '%s': %s", dir,
	    why ? why->message : "unknown error");
}

static int
foreign(const char *dir, struct err *e)
{
	char *path = path_abs(dir), *word = text_shell(path);

	err_set(e, ERR_TROUBLE, "repo.owner",
	    "the repository at '%s' belongs to somebody else", path);
	err_hint(e, "git config --global --add safe.directory %s", word);
	free(word);
	free(path);
	return -1;
}

/*
 * Without any safe.directory in git's configuration libgit2 1.5 says "not
 * found" of a repository of somebody else, too.
 */
static int
is_there(const char *dir)
{
	git_buf path = GIT_BUF_INIT;
	int r = git_repository_discover(&path, dir, 0, NULL);

	git_buf_dispose(&path);
	return r == 0;
}

/* HEAD of a repository without commits names a branch all the same. */
static char *
unborn(git_repository *repo)
{
	git_reference *head = NULL;
	const char *target;
	char *name = NULL;

	if (git_reference_lookup(&head, repo, "HEAD") == 0) {
		target = git_reference_symbolic_target(head);
		if (target && strncmp(target, "refs/heads/", 11) == 0)
			name = mem_dup(target + 11);
	}
	git_reference_free(head);
	return name;
}

static int
read_head(
    git_repository *repo, const char *dir, struct repo_info *out, struct err *e)
{
	git_reference *head = NULL;
	git_object *commit = NULL;
	int r = git_repository_head(&head, repo);

	if (r == GIT_EUNBORNBRANCH || r == GIT_ENOTFOUND) {
		out->branch = unborn(repo);
		return 0;
	}
	if (r == 0)
		r = git_reference_peel(&commit, head, GIT_OBJECT_COMMIT);
	if (r) {
		r = repo_fail(dir, e);
		goto out;
	}
	out->commit = mem_alloc(GIT_OID_HEXSZ + 1);
	git_oid_tostr(out->commit, GIT_OID_HEXSZ + 1, git_object_id(commit));
	if (git_reference_is_branch(head))
		out->branch = mem_dup(git_reference_shorthand(head));
out:
	git_object_free(commit);
	git_reference_free(head);
	return r;
}

int
repo_open(const char *dir, git_repository **out, struct err *e)
{
	/* Formats of git that change nothing in what is read here. */
	const char *known[] = { "noop", "worktreeconfig", "partialclone",
		"preciousobjects", "relativeworktrees" };
	int r;

	*out = NULL;
	git_libgit2_init(); /* never shut down: each start costs 8 ms */
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, known, UB_LEN(known));
	r = git_repository_open_ext(out, dir, 0, NULL);
	if (r == 0 || (r == GIT_ENOTFOUND && !is_there(dir)))
		return 0;
	return r == GIT_EOWNER || r == GIT_ENOTFOUND ? foreign(dir, e)
						     : repo_fail(dir, e);
}

char *
repo_root(git_repository *repo)
{
	const char *root = git_repository_workdir(repo);
	size_t len = root ? strlen(root) : 0;

	while (len > 1 && root[len - 1] == '/')
		len--;
	return root ? mem_dupn(root, len) : NULL;
}

int
repo_look(const char *dir, struct repo_info *out, struct err *e)
{
	git_repository *repo;
	int r = repo_open(dir, &repo, e);

	if (r == 0 && repo) {
		out->root = repo_root(repo);
		r = read_head(repo, dir, out, e);
	}
	git_repository_free(repo);
	if (r)
		repo_info_release(out);
	return r;
}

char *
repo_above(const char *dir)
{
	char *at = mem_dup(dir), *up, *mark;
	int found, top;

	for (;;) {
		mark = path_join(at, ".git");
		found = path_exists(mark);
		free(mark);
		up = path_dir(at);
		top = strcmp(up, at) == 0;
		if (found || top)
			break;
		free(at);
		at = up;
	}
	free(up);
	if (found)
		return at;
	free(at);
	return NULL;
}

void
repo_info_release(struct repo_info *r)
{
	free(r->root);
	free(r->commit);
	free(r->branch);
	*r = (struct repo_info){ 0 };
}
