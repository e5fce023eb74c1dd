/* test_repo_diff.c - what is new since a revision; git itself makes it. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/repo.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/proc.h"
#include "sys/tmp.h"
#include "tap.h"

static char *root, *dir;

/* libgit2 1.5 loses what it matched the names of extensions with. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

/* Run git in dir; the words are parted by blanks. */
static void
git(const char *words)
{
	struct proc p = { .dir = dir };
	struct err e = { 0 };
	size_t n;

	vec_add(&p.argv, "git");
	for (; *words; words += n + (words[n] == ' ')) {
		n = strcspn(words, " ");
		vec_take(&p.argv, mem_dupn(words, n));
	}
	if (proc_demand(&p, "test", &e))
		printf("# %s\n", e.msg);
	err_release(&e);
	proc_release(&p);
}

/* From now on in this folder below root. */
static void
go(const char *name)
{
	struct err e = { 0 };

	free(dir);
	dir = path_join(root, name);
	path_mkdirs(dir, &e);
	err_release(&e);
}

/* Write a file below dir, and its folders. */
static void
put(const char *name, const char *text)
{
	char *path = path_join(dir, name), *parent = path_dir(path);
	struct err e = { 0 };

	if (path_mkdirs(parent, &e) ||
	    tmp_write_file(path, text, strlen(text), &e))
		printf("# %s\n", e.msg);
	free(parent);
	free(path);
	err_release(&e);
}

static void
cut(const char *name)
{
	char *path = path_join(dir, name);

	unlink(path);
	free(path);
}

static void
commit(void)
{
	git("add -A");
	git("commit -q -m x");
}

/* A repository with a history: "a", then the branch topic from there. */
static void
begin(const char *name)
{
	go(name);
	git("init -q -b main .");
	put("README", "x\n");
	put("db/mig/001_a.sql", "a\n");
	put("db/mig/002_b.sql", "b\n");
	put("db/migrations/001.sql", "other\n");
	commit();
	git("tag v1");
	git("checkout -q -b topic");
}

/* The names below the folder, or the error. Caller owns. */
static char *
changed(const char *folder, const char *since)
{
	char *where = *folder ? path_join(dir, folder) : mem_dup(dir);
	struct vec v = { 0 };
	struct err e = { 0 };
	struct buf b = { 0 };
	size_t i, n = strlen(where) + 1;

	buf_puts(&b, "");
	if (repo_changed(where, since, &v, &e))
		buf_printf(&b, "%d %s", (int)e.code, e.kind);
	for (i = 0; i < v.n; i++)
		buf_printf(&b, "%s%s", i ? " " : "",
		    strncmp(v.v[i], where, n - 1) == 0 ? v.v[i] + n : v.v[i]);
	if (v.n > 0 && e.msg)
		buf_puts(&b, " and paths");
	free(where);
	vec_release(&v);
	err_release(&e);
	return buf_detach(&b);
}

static void
is(const char *folder, const char *since, const char *want, const char *what)
{
	char *got = changed(folder, since);

	tap_is(got, want, what);
	free(got);
}

static void
test_states(void)
{
	begin("states");
	is("db/mig", "main", "", "nothing yet");
	put("db/mig/010.sql", "new\n");
	put("db/other.sql", "new\n");
	commit();
	is("db/mig", "main", "010.sql", "a commit; not outside the folder, and "
	    "not in one that begins alike");
	is("db", "main", "mig/010.sql other.sql", "a folder above");
	is("", "main", "db/mig/010.sql db/other.sql", "the root");
	is("db/mig", "v1", "010.sql", "since a tag");
	is("db/mig", "HEAD~1", "010.sql", "since one commit ago");
	is("db/mig", "HEAD", "", "since now");
	put("db/mig/011.sql", "staged\n");
	git("add db/mig/011.sql");
	is("db/mig", "HEAD", "011.sql", "in the index");
	put("db/mig/sub/012.sql", "untracked\n");
	is("db/mig", "HEAD", "011.sql sub/012.sql", "untracked, in a folder");
	put("db/mig/001_a.sql", "edited\n");
	is("db/mig", "HEAD", "001_a.sql 011.sql sub/012.sql", "edited");
	git("add -A");
	cut("db/mig/011.sql");
	is("db/mig", "main", "001_a.sql 010.sql sub/012.sql",
	    "staged, then gone from the worktree");
	git("rm -q --cached db/mig/002_b.sql");
	is("db/mig", "HEAD", "001_a.sql 002_b.sql sub/012.sql",
	    "gone from the index alone");
}

static void
test_gone(void)
{
	begin("gone");
	git("rm -q db/mig/001_a.sql");
	is("db/mig", "main", "", "deleted");
	commit();
	is("db/mig", "main", "", "deleted in a commit");
	git("mv db/mig/002_b.sql db/mig/003_b.sql");
	is("db/mig", "main", "003_b.sql", "renamed: the new name");
	commit();
	is("db/mig", "main", "003_b.sql", "  in a commit, too");
	put("db/mig/003_b.sql", "b, and more\n");
	is("db/mig", "main", "003_b.sql", "  and edited, once");
	put(".gitignore", "*.bak\nold/\n");
	put("db/mig/x.bak", "");
	put("db/mig/old/1.sql", "");
	is("db/mig", "main", "003_b.sql", "what is ignored is not new");
	git("add -f db/mig/old/1.sql");
	is("db/mig", "main", "003_b.sql old/1.sql", "unless it was added");
	go("gone/db/mig/inner");
	git("init -q .");
	put("1.sql", "");
	go("gone");
	is("db/mig", "main", "003_b.sql old/1.sql",
	    "a repository in the folder is another one's");
}

/* main goes on after topic has left it. */
static void
test_branches(void)
{
	begin("origin");
	put("db/mig/010_topic.sql", "");
	commit();
	git("checkout -q main");
	put("db/mig/005_main.sql", "");
	put("db/mig/001_a.sql", "mended on main\n");
	commit();
	git("checkout -q topic");
	is("db/mig", "main", "010_topic.sql", "not what main has since then");
	git("checkout -q --detach");
	is("db/mig", "main", "010_topic.sql", "a detached HEAD");
	git("merge -q --no-edit main");
	is("db/mig", "main", "010_topic.sql", "after a merge of main");
	git("checkout -q topic");
	go("");
	git("clone -q origin clone");
	go("clone");
	is("db/mig", "origin/main", "010_topic.sql", "a branch of a remote");
	is("db/mig", "main", "2 repo.rev", "but no branch of that name here");
	git("worktree add -q ../linked -b more");
	go("linked");
	put("db/mig/020.sql", "");
	is("db/mig", "origin/main", "010_topic.sql 020.sql",
	    "a linked worktree");
	is("db/mig", "HEAD", "020.sql", "  with a HEAD of its own");
	go("clone");
	is("db/mig", "HEAD", "", "  which is nothing new here");
}

static void
test_names(void)
{
	char *link = path_join(root, "by-link"), *got, *want;
	struct vec v = { 0 };
	struct err e = { 0 };

	begin("odd [x] *?");
	put("a [b]*/1 \xc3\xa4\xe2\x82\xac.sql", "");
	put("a [b]*/2 \xff.sql", "");
	put("a b/1.sql", "");
	put("a [b]*/3\n.sql", "");
	is("a [b]*", "main", "1 \xc3\xa4\xe2\x82\xac.sql 2 \xff.sql 3\n.sql",
	    "names are no patterns, and may be of any bytes");
	commit();
	is("a [b]*", "main", "1 \xc3\xa4\xe2\x82\xac.sql 2 \xff.sql 3\n.sql",
	    "  in a commit, too");
	tap_ok(symlink(dir, link) == 0, "a link to the repository");
	got = path_join(link, "a b");
	want = path_join(dir, "a b/1.sql");
	tap_ok(repo_changed(got, "main", &v, &e) == 0 && v.n == 1,
	    "  leads to it");
	tap_is(vec_argv(&v)[0], want, "  and is resolved");
	vec_release(&v);
	free(got);
	free(want);
	free(link);
}

static void
test_submodule(void)
{
	begin("super");
	git("-c protocol.file.allow=always submodule add -q ../origin sub");
	commit();
	is("", "main", ".gitmodules", "a submodule is no file");
	go("super/sub");
	put("db/mig/030.sql", "");
	git("add -A");
	go("super");
	is("", "main", ".gitmodules", "  nor what changed in it");
	is("sub/db/mig", "HEAD", "030.sql", "  which is its own history");
	is("sub/db/mig", "v1", "010_topic.sql 030.sql", "  with its own tags");
}

/* origin: main is two commits ahead of v1, topic one. */
static void
test_shallow(void)
{
	char *url = mem_printf("clone -q --depth 1 --no-single-branch "
	    "--no-tags file://%s/origin shallow", root);
	struct err e = { 0 };
	struct vec v = { 0 };

	go("");
	git(url);
	go("shallow");
	is("db/mig", "origin/topic", "", "shallow, but the same commit");
	is("db/mig", "origin/main", "2 repo.base", "nothing in common");
	repo_changed(dir, "origin/main", &v, &e);
	tap_ok(e.hint && strstr(e.hint, "fetch-depth: 0") != NULL,
	    "  with the way to more");
	repo_changed(dir, "v1", &v, &e);
	tap_is(e.kind, "repo.rev", "a tag that was not fetched");
	tap_ok(e.hint && strstr(e.hint, "fetch-depth: 0") != NULL,
	    "  with the way to more");
	/* The commit in common is now the first one that is here. */
	git("fetch -q --depth 2");
	is("db/mig", "origin/main", "010_topic.sql", "deep enough");
	git("merge -q --no-edit origin/main");
	is("db/mig", "origin/main", "010_topic.sql", "and merged");
	git("worktree add -q ../shallow-linked -b more");
	go("shallow-linked");
	is("db/mig", "origin/main", "010_topic.sql", "in a linked worktree");
	/* As CI checks out a request to merge: HEAD is its merge. */
	go("origin");
	git("checkout -q -b merged topic");
	git("merge -q --no-edit main");
	free(url);
	url = mem_printf("clone -q --depth 2 -b merged file://%s/origin pr",
	    root);
	go("");
	git(url);
	go("pr");
	is("db/mig", "HEAD^1", "001_a.sql 005_main.sql",
	    "a merge and its parents alone");
	is("db/mig", "HEAD^2", "010_topic.sql", "  from the other side");
	is("db/mig", "HEAD^1~1", "2 repo.rev", "  no further back");
	free(url);
	vec_release(&v);
	err_release(&e);
}

/* Several ways to what is in common, one behind the other. */
static void
test_crossed(void)
{
	char *url = mem_printf("clone -q --depth 6 --no-single-branch "
	    "file://%s/crossed crossed-shallow", root);

	begin("crossed");
	for (int i = 0; i < 8; i++)
		git("commit -q --allow-empty -m x");
	git("branch -f main");
	git("branch old HEAD~1");
	git("checkout -q -b side HEAD~1");
	put("db/mig/1.sql", "");
	commit();
	git("merge -q --no-edit main"); /* has old by both ways */
	git("checkout -q main");
	put("db/mig/2.sql", "");
	commit();
	git("checkout -q side");
	is("db/mig", "main", "1.sql", "two ways");
	go("");
	git(url);
	go("crossed-shallow");
	is("db/mig", "origin/main", "1.sql", "  in a shallow clone, too");
	is("db/mig", "origin/old", "1.sql", "  and since an ancestor");
	free(url);
}

static void
refused(const char *folder, const char *since, const char *kind,
    const char *want)
{
	struct vec v = { 0 };
	struct err e = { 0 };

	tap_ok(repo_changed(folder, since, &v, &e) == -1 &&
	    e.code == ERR_USAGE && v.n == 0, "refused: %s", kind);
	tap_is(e.kind, kind, "  by kind");
	tap_ok(e.msg && strstr(e.msg, want) != NULL, "  in words: %s",
	    e.msg ? e.msg : "-");
	vec_release(&v);
	err_release(&e);
}

static void
test_refusals(void)
{
	struct err e = { 0 };
	struct vec v = { 0 };
	char *bare = path_join(root, "bare.git");
	char *none = path_join(root, "none"), *git_dir;

	refused(none, "x", "repo.folder", "no folder");
	path_mkdir(none, 0700, &e);
	refused(none, "x", "repo.none", "in no git repository");
	go("");
	git("init -q --bare bare.git");
	refused(bare, "x", "repo.bare", "bare");
	go("empty");
	git("init -q -b main .");
	refused(dir, "main", "repo.rev", "has no commit yet");
	begin("plain");
	refused(dir, "mian", "repo.rev", "there is no revision 'mian'");
	refused(dir, "", "repo.rev", "''");
	refused(dir, "-x", "repo.rev", "'-x'");
	refused(dir, "main..topic", "repo.rev", "'main..topic'");
	refused(dir, "HEAD:README", "repo.rev", "'HEAD:README'");
	refused(dir, "1234567890123456789012345678901234567890", "repo.rev",
	    "no revision");
	git("checkout -q --orphan new");
	git("commit -q -m orphan");
	refused(dir, "main", "repo.base", "no history in common");
	git("config core.worktree ../../none");
	refused(dir, "main", "repo.none", "not in the worktree");
	git_dir = path_join(dir, ".git/HEAD");
	tmp_write_file(git_dir, "ref: refs/heads/../../x\n", 24, &e);
	begin("broken");
	free(git_dir);
	git_dir = path_join(dir, ".git/index");
	tmp_write_file(git_dir, "nonsense", 8, &e);
	tap_ok(repo_changed(dir, "main", &v, &e) == -1 &&
	    e.code == ERR_TROUBLE, "an index that is nonsense is trouble");
	if (geteuid() == 0 && chown(dir, 12345, 12345) == 0) {
		tap_ok(repo_changed(dir, "main", &v, &e) == -1 &&
		    e.code == ERR_TROUBLE, "a repository of somebody else");
		tap_is(e.kind, "repo.owner", "  by kind");
		tap_ok(chown(dir, 0, 0) == 0, "  and back");
	}
	free(git_dir);
	free(bare);
	free(none);
	vec_release(&v);
	err_release(&e);
}

int
main(void)
{
	struct err e = { 0 };

	root = tmp_dir("test-repo-diff", &e);
	setenv("HOME", root, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	unsetenv("SUDO_UID");
	go("");
	git("config --global user.name a");
	git("config --global user.email a@b");
	test_states();
	test_gone();
	test_branches();
	test_names();
	test_submodule();
	test_shallow();
	test_crossed();
	test_refusals();
	free(root);
	free(dir);
	err_release(&e);
	return tap_done();
}
