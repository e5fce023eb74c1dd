/* test_path_remove.c - remove whole trees, and nothing but them. */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "child.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

static struct err e;
static char *dir;

static void
make_file(const char *path)
{
	close(open(path, O_CREAT | O_WRONLY, 0600));
}

/* What is refused. */
static void
test_refused(void)
{
	tap_ok(path_remove("/", &e) == -1, "the root is not removed");
	tap_is(e.msg, "cannot remove '/': Invalid argument", "and why");
	tap_ok(path_remove("", &e) == -1, "nothing is not removed");
	tap_is(e.msg, "cannot remove '': Invalid argument", "and why");
	tap_ok(path_remove("keep/.", &e) == -1, "a dot is not removed");
	tap_is(e.msg, "cannot remove 'keep/.': Invalid argument", "and why");
	tap_ok(path_remove("keep/..//", &e) == -1, "two dots neither");
	tap_is(e.msg, "cannot remove 'keep/..': Invalid argument", "and why");
	tap_ok(path_remove("keep/file/x", &e) == -1, "below a file");
	tap_is(e.msg, "cannot remove 'keep/file/x': Not a directory", "why");
	err_release(&e);
	tap_ok(path_exists("keep/file"), "all is still there");
	tap_ok(path_remove("missing", &e) == 0, "absent is fine");
	tap_ok(path_remove("missing/too", &e) == 0, "far absent as well");
}

static void
test_links(void)
{
	tap_ok(symlink("keep", "link") == 0, "a link to a folder");
	tap_ok(path_remove("link/", &e) == 0 && !path_exists("link"),
	    "the link goes, even with a slash behind it");
	tap_ok(path_exists("keep/file"), "the folder stays");
	path_mkdirs("tree/a", &e);
	tap_ok(symlink("../../keep", "tree/a/out") == 0 &&
	    symlink("/", "tree/root") == 0 &&
	    symlink("nowhere", "tree/dangling") == 0 &&
	    mkfifo("tree/fifo", 0600) == 0, "a tree with links");
	make_file("tree/a/file");
	tap_ok(path_remove("tree", &e) == 0 && !path_exists("tree"),
	    "the tree goes");
	tap_ok(path_exists("keep/file"), "what they lead to stays");
	make_file("file");
	tap_ok(path_remove("file", &e) == 0 && !path_exists("file"),
	    "one file");
}

/* As somebody who is not root: folders without the right to write. */
static int
remove_shut(void *ctx)
{
	struct rlimit few = { 100, 100 };

	(void)ctx;
	/* With few descriptors, too. */
	setrlimit(RLIMIT_NOFILE, &few);
	if (geteuid() == 0 && setuid(65534) != 0)
		return 1;
	if (path_mkdirs("shut/a/b", &e) != 0)
		return 2;
	make_file("shut/a/b/file");
	if (chmod("shut/a/b", 0500) != 0 || chmod("shut/a", 0) != 0 ||
	    chmod("shut", 0400) != 0)
		return 3;
	if (path_remove("shut", &e) != 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 4;
	}
	return path_exists("shut");
}

/* As somebody else: a folder of another owner. */
static int
remove_foreign(void *ctx)
{
	int r;

	(void)ctx;
	if (setuid(65534) != 0)
		return 1;
	r = path_remove("keep", &e);
	fprintf(stderr, "%s", e.msg ? e.msg : "no error");
	err_release(&e);
	return r == -1 ? 0 : 2;
}

static void
test_rights(void)
{
	struct buf errs = { 0 };

	tap_ok(chmod(dir, 0777) == 0, "a folder for all");
	tap_ok(child_run(remove_shut, NULL, &errs) == 0,
	    "the owner's shut folders are opened");
	tap_is(buf_text(&errs), "", "without an error");
	if (geteuid() == 0) {
		tap_ok(child_run(remove_foreign, NULL, &errs) == 0,
		    "another owner's are not");
		tap_is(buf_text(&errs), "cannot remove 'keep': Permission "
		    "denied", "and why");
		tap_ok(path_exists("keep/file"), "and they stay");
	}
	buf_release(&errs);
}

/* Deeper than descriptors and than a path may be long. */
static int
remove_deep(void *ctx)
{
	struct rlimit few = { 100, 100 };
	int i, fd, up;

	(void)ctx;
	if (mkdir("deep", 0700) != 0)
		return 1;
	fd = open("deep", O_RDONLY | O_DIRECTORY);
	for (i = 0; i < 3000; i++) {
		if (mkdirat(fd, "level", 0700) != 0)
			return 2;
		up = fd;
		fd = openat(up, "level", O_RDONLY | O_DIRECTORY);
		close(up);
		close(openat(fd, "file", O_CREAT | O_WRONLY, 0600));
	}
	close(fd);
	setrlimit(RLIMIT_NOFILE, &few);
	if (path_remove("deep", &e) != 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 3;
	}
	return path_exists("deep");
}

static void
test_deep(void)
{
	struct buf errs = { 0 };

	tap_ok(child_run(remove_deep, NULL, &errs) == 0,
	    "3000 levels, 100 descriptors");
	tap_is(buf_text(&errs), "", "without an error");
	buf_release(&errs);
}

static void
test_many(void)
{
	char *name;
	int i;

	path_mkdirs("many", &e);
	for (i = 0; i < 3000; i++) {
		name = mem_printf("many/%d", i);
		make_file(name);
		free(name);
	}
	tap_ok(path_remove("many", &e) == 0 && !path_exists("many"),
	    "3000 files in one folder");
}

int
main(void)
{
	dir = tmp_dir("ub-test-remove", &e);
	tap_ok(chdir(dir) == 0 && path_mkdirs("keep", &e) == 0, "a folder");
	make_file("keep/file");
	test_refused();
	test_links();
	test_rights();
	test_deep();
	test_many();
	free(dir);
	return tap_done();
}
