/* test_tmp.c - what vanishes, and whole files in one step. */
#include "sys/tmp.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <signal.h>

#include "base/mem.h"
#include "child.h"
#include "sys/io.h"
#include "sys/path.h"
#include "tap.h"

static struct err e;
static char *dir;

static int
there(const char *name)
{
	char *path = path_join(dir, name);
	int r = path_exists(path);

	free(path);
	return r;
}

static void
make_file(const char *name)
{
	char *path = path_join(dir, name);

	close(open(path, O_CREAT | O_WRONLY, 0600));
	free(path);
}

/* Make and register: a tree, a kept file, a file named relative to dir. */
static int
leave_some(void *ctx)
{
	char *tree = path_join(dir, "tree/below");
	char *kept = path_join(dir, "kept");

	(void)ctx;
	if (path_mkdirs(tree, &e) != 0 || chdir(dir) != 0)
		return 1;
	make_file("tree/below/file");
	make_file("kept");
	make_file("relative");
	tmp_add("tree");
	tmp_add("tree/below");
	tmp_add(kept);
	tmp_add("relative");
	tmp_add("never-there");
	if (chdir("/") != 0)
		return 2;
	tmp_keep(kept);
	free(kept);
	free(tree);
	return 0;
}

static int
exit_in_child(void *ctx)
{
	(void)ctx;
	return 0;
}

static void
test_exit(void)
{
	struct buf errs = { 0 };

	tap_ok(child_run(leave_some, NULL, &errs) == 0, "a process ends");
	tap_ok(!there("tree"), "its tree is gone");
	tap_ok(!there("relative"), "a relative name is found again");
	tap_ok(there("kept"), "what it keeps stays");
	make_file("mine");
	tap_ok(child_run(exit_in_child, NULL, &errs) == 0, "a child ends");
	tap_ok(there("mine"), "the parent's temporaries stay");
	tap_is(buf_text(&errs), "", "nothing is said");
	buf_release(&errs);
}

static void
test_dir(void)
{
	struct stat st = { 0 };
	char *mine;

	setenv("TMPDIR", dir, 1);
	mine = tmp_dir("x", &e);
	tap_ok(mine && strncmp(mine, dir, strlen(dir)) == 0, "in TMPDIR");
	tap_ok(lstat(mine, &st) == 0 && (st.st_mode & 07777) == 0700,
	    "for its owner only");
	tmp_sweep();
	tap_ok(!path_exists(mine), "swept");
	tmp_sweep();
	free(mine);
	setenv("TMPDIR", "/nowhere", 1);
	mine = tmp_dir("x", &e);
	tap_is(mine, NULL, "no place for it");
	tap_is(e.msg, "cannot create a folder in '/nowhere': No such file or "
	    "directory", "and why");
	err_release(&e);
	free(mine);
	setenv("TMPDIR", "", 1);
	mine = tmp_dir("x", &e);
	tap_ok(mine && strncmp(mine, "/tmp/x-", 7) == 0, "else in /tmp");
	free(mine);
	unsetenv("TMPDIR");
}

/* A disk that is full after 100 bytes. */
static int
write_much(void *ctx)
{
	struct rlimit limit = { 100, 100 };
	char data[200] = "";
	struct vec names = { 0 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	if (tmp_write_file(ctx, data, sizeof(data), &e) == 0)
		return 1;
	fprintf(stderr, "%s", e.msg);
	err_release(&e);
	if (path_list(dir, &names, &e) != 0 || names.n != 1)
		return 2;
	vec_release(&names);
	return 0;
}

static void
test_write(void)
{
	char *file = path_join(dir, "state");
	char *bad = path_join(dir, "no/state"), *want;
	struct buf b = { 0 }, errs = { 0 };
	struct vec names = { 0 };
	struct stat st = { 0 };

	tap_ok(tmp_write_file(file, "one", 3, &e) == 0, "a new file");
	tap_ok(tmp_write_file(file, "two", 3, &e) == 0, "is replaced");
	io_slurp(file, 100, &b, &e);
	tap_is(buf_text(&b), "two", "by the new data");
	tap_ok(lstat(file, &st) == 0 && (st.st_mode & 07777) == 0600,
	    "for its owner only");
	tap_ok(path_list(dir, &names, &e) == 0 && names.n == 1,
	    "nothing is left beside it");

	tap_ok(child_run(write_much, file, &errs) == 0, "a full disk");
	want = mem_printf("cannot write '%s': File too large", file);
	tap_is(buf_text(&errs), want, "is said");
	free(want);
	buf_reset(&b);
	io_slurp(file, 100, &b, &e);
	tap_is(buf_text(&b), "two", "and the old data stays");
	tap_ok(tmp_write_file(bad, "x", 1, &e) == -1, "no folder");
	want = mem_printf("cannot write '%s': No such file or directory",
	    bad);
	tap_is(e.msg, want, "and why");
	err_release(&e);
	free(want);
	buf_release(&b);
	buf_release(&errs);
	vec_release(&names);
	free(file);
	free(bad);
}

int
main(void)
{
	char name[] = "/tmp/ub-test-tmp-XXXXXX";

	dir = mkdtemp(name);
	test_write();
	test_exit();
	test_dir();
	tap_ok(path_remove(dir, &e) == 0, "cleaned up");
	return tap_done();
}
