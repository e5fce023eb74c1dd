/* test_repo.c - the git repository that we stand in; made by git itself. */
#include "ext/repo.h"

#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/tmp.h"
#include "tap.h"

static char *dir;

/* libgit2 1.5 loses what it matched the names of extensions with. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

/* Run git in dir; the words are parted by blanks. Its first line, owned. */
static char *
git(const char *words)
{
	struct proc p = { .dir = dir };
	struct err e = { 0 };
	char *out;
	size_t n;

	vec_add(&p.argv, "git");
	for (; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		vec_take(&p.argv, mem_dupn(words, n));
	}
	if (proc_demand(&p, "test", &e))
		printf("# %s\n", e.msg);
	out = mem_dupn(buf_text(&p.out), strcspn(buf_text(&p.out), "\n"));
	err_release(&e);
	proc_release(&p);
	return out;
}

static void
look(const char *where, struct repo_info *r)
{
	struct err e = { 0 };

	repo_info_release(r);
	tap_ok(repo_look(where, r, &e) == 0, "look at %s", path_base(where));
	tap_is(e.msg, NULL, "  without an error");
	err_release(&e);
}

static void
test_states(void)
{
	struct repo_info r = { 0 };
	char *sub = path_join(dir, "sub"), *head, *real;
	struct err e = { 0 };

	path_mkdir(sub, 0700, &e);
	look(sub, &r);
	tap_ok(!r.root && !r.commit && !r.branch, "no repository");
	free(git("init -q -b main ."));
	real = git("rev-parse --show-toplevel");
	look(sub, &r);
	tap_is(r.root, real, "the root, found upward");
	tap_is(r.commit, NULL, "no commit yet");
	tap_is(r.branch, "main", "but a branch");
	free(git("-c user.name=a -c user.email=a@b commit -q --allow-empty "
		 "-m x"));
	head = git("rev-parse HEAD");
	look(dir, &r);
	tap_is(r.commit, head, "the commit");
	tap_is(r.branch, "main", "the branch");
	free(git("checkout -q --detach"));
	look(dir, &r);
	tap_is(r.commit, head, "the commit without a branch");
	tap_is(r.branch, NULL, "no branch");
	free(git("checkout -q -b topic/x"));
	look(dir, &r);
	tap_is(r.branch, "topic/x", "a branch with a slash");
	/* As `git sparse-checkout` and `git worktree` leave it. */
	free(git("config core.repositoryformatversion 1"));
	free(git("config extensions.worktreeConfig true"));
	look(dir, &r);
	tap_is(r.branch, "topic/x", "a newer format");
	free(git("config --unset extensions.worktreeConfig"));
	free(git("config core.repositoryformatversion 0"));
	free(git("init -q --bare bare.git"));
	free(sub);
	sub = path_join(dir, "bare.git");
	look(sub, &r);
	tap_is(r.root, NULL, "a bare repository has no worktree");
	repo_info_release(&r);
	free(head);
	free(real);
	free(sub);
	err_release(&e);
}

static void
test_refusals(void)
{
	struct repo_info r = { 0 };
	struct err e = { 0 };
	char *path = path_join(dir, ".git/HEAD"), *want;

	if (geteuid() == 0 && chown(dir, 12345, 12345) == 0) {
		tap_ok(repo_look(dir, &r, &e) == -1 && e.code == ERR_TROUBLE,
		    "a repository of somebody else");
		tap_is(e.kind, "repo.owner", "  by kind");
		want = mem_printf("git config --global --add "
				  "safe.directory %s",
		    dir);
		tap_is(e.hint, want, "  with git's own command");
		free(want);
		tap_ok(chown(dir, 0, 0) == 0, "  and back");
	}
	tmp_write_file(path, "ref: refs/heads/../../x\n", 24, &e);
	tap_ok(repo_look(dir, &r, &e) == -1 && e.code == ERR_TROUBLE,
	    "a HEAD that is nonsense");
	tap_is(e.kind, "repo", "  by kind");
	tap_ok(!r.root && !r.commit && !r.branch, "  nothing is left");
	free(path);
	err_release(&e);
}

int
main(void)
{
	struct err e = { 0 };

	dir = tmp_dir("test-repo", &e);
	setenv("HOME", dir, 1);
	unsetenv("SUDO_UID");
	test_states();
	test_refusals();
	free(dir);
	return tap_done();
}
