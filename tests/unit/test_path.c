/* test_path.c - names of files and folders, and what is there. */
#include "sys/path.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "child.h"
#include "sys/tmp.h"
#include "tap.h"

static struct err e;
static char *dir;

/* A path below the test's folder. Caller owns. */
static char *
at(const char *name)
{
	return path_join(dir, name);
}

static void
make_file(const char *name, const char *data)
{
	char *path = at(name);
	FILE *f = fopen(path, "w");

	if (f) {
		fputs(data, f);
		fclose(f);
	}
	free(path);
}

static void
made(char *got, const char *want, const char *name)
{
	tap_is(got, want, name);
	free(got);
}

/* The error is before, the folder, after; then it is cleared. */
static void
error_is(const char *before, const char *after, const char *name)
{
	char *want = mem_printf("%s%s%s", before, dir, after);

	tap_is(e.msg, want, name);
	err_release(&e);
	free(want);
}

static void
test_names(void)
{
	made(path_join("a", "b"), "a/b", "join");
	made(path_join("a/", "b"), "a/b", "join behind a slash");
	made(path_join("a", "/b"), "a/b", "join stays below");
	made(path_join("/", "b"), "/b", "join with the root");
	made(path_join("", "b"), "b", "join with nothing");
	made(path_dir("a/b"), "a", "folder of a/b");
	made(path_dir("a/b/"), "a", "folder of a/b/");
	made(path_dir("a//b"), "a", "folder of a//b");
	made(path_dir("a"), ".", "folder of a");
	made(path_dir("/a"), "/", "folder of /a");
	made(path_dir("/"), "/", "folder of /");
	made(path_dir(""), ".", "folder of nothing");
	tap_is(path_base("a/b"), "b", "base of a/b");
	tap_is(path_base("b"), "b", "base of b");
	tap_is(path_base("a/b/"), "b/", "base of a/b/");
	tap_is(path_base("/"), "", "base of /");
	made(path_abs("/a//b/./c/../d/"), "/a/b/d", "a clean path");
	made(path_abs("/../.."), "/", "above the root is the root");
	made(path_abs("/a/.."), "/", "the root again");
	made(path_abs("/..a/...b"), "/..a/...b", "names with dots");
}

static int
in_lost_folder(void *ctx)
{
	char *abs;
	int r;

	(void)ctx;
	if (mkdir("lost", 0700) != 0 || chdir("lost") != 0 ||
	    rmdir("../lost") != 0)
		return 1;
	abs = path_abs("x/..");
	r = strcmp(abs, "x/..") == 0 ? 0 : 2;
	free(abs);
	return r;
}

static void
test_relative(void)
{
	struct buf errs = { 0 };
	char *want;

	tap_ok(chdir(dir) == 0, "in the folder");
	want = at("x");
	made(path_abs("./y/../x"), want, "a relative path");
	free(want);
	made(path_abs(""), dir, "no path is the working folder");
	tap_ok(child_run(in_lost_folder, NULL, &errs) == 0,
	    "nothing is made up when the working folder is gone");
	tap_is(buf_text(&errs), "", "and nothing is said");
	buf_release(&errs);
}

static void
test_mkdirs(void)
{
	char *deep = at("a/b/c/"), *file = at("f"), *under = at("f/g/h");
	char *link = at("dangling"), *one = at("one");
	struct stat st = { 0 };

	make_file("f", "x");
	tap_ok(path_mkdirs(under, &e) == -1, "a file is in the way");
	error_is("cannot create folder '", "/f': File exists", "and why");
	tap_ok(path_mkdirs(file, &e) == -1, "a file is there");
	error_is("cannot create folder '", "/f': File exists", "and why");
	tap_ok(path_mkdirs("", &e) == 0, "nothing to make");
	tap_ok(path_mkdirs(deep, &e) == 0, "a folder and its parents");
	tap_ok(stat(deep, &st) == 0 && (st.st_mode & 0777) == 0700,
	    "for the owner only");
	tap_ok(path_mkdirs(deep, &e) == 0, "again");
	tap_ok(path_mkdirs("a/b/d", &e) == 0 && path_is_dir("a/b/d"),
	    "relative");
	tap_ok(path_mkdir(one, 0750, &e) == 0, "one folder");
	tap_ok(path_mkdir(one, 0750, &e) == -1, "not again");
	error_is("cannot create folder '", "/one': File exists", "and why");
	tap_ok(symlink("nowhere", link) == 0 && path_exists(link) &&
	    !path_is_dir(link), "a dangling link is there");
	tap_ok(!path_exists("nowhere") && !path_is_dir("f"),
	    "no folders at all");
	tap_ok(path_mkdirs(link, &e) == -1, "a dangling link is no folder");
	err_release(&e);
	free(deep);
	free(file);
	free(under);
	free(link);
	free(one);
}

static void
test_list(void)
{
	struct vec names = { 0 };
	char *missing = at("missing"), *some = at("some");
	char *link = at("some/link"), *folder;

	tap_ok(path_list(missing, &names, &e) == -1, "no such folder");
	error_is("cannot read folder '", "/missing': No such file or "
	    "directory", "and why");
	tap_ok(path_sync(missing, &e) == -1, "cannot be synced");
	error_is("cannot open '", "/missing': No such file or directory",
	    "and why");
	path_mkdirs(some, &e);
	make_file("some/b", "");
	make_file("some/.a", "");
	tap_ok(path_list(some, &names, &e) == 0 && names.n == 2 &&
	    !strcmp(names.v[0], ".a") && !strcmp(names.v[1], "b"), "sorted");
	vec_release(&names);
	folder = at("some/c");
	path_mkdirs(folder, &e);
	free(folder);
	tap_ok(symlink("c", link) == 0 && path_list_marked(some, &names, &e)
	    == 0 && names.n == 4 && !strcmp(names.v[1], "b") &&
	    !strcmp(names.v[2], "c/") && !strcmp(names.v[3], "link/"),
	    "folders are marked");
	free(link);
	tap_ok(path_sync(some, &e) == 0, "synced");
	vec_release(&names);
	free(missing);
	free(some);
}

static void
test_rename(void)
{
	char *a = at("ra"), *b = at("some/rb"), *no = at("no/x"), *want;
	int r;

	make_file("ra", "one");
	want = mem_printf("cannot rename '%s' to '%s': No such file or "
	    "directory", a, no);
	tap_ok(path_rename(a, no, &e) == -1, "no folder to move to");
	tap_is(e.msg, want, "and why");
	err_release(&e);
	free(want);
	tap_ok(path_rename(a, b, &e) == 0 && !path_exists(a) &&
	    path_exists(b), "renamed");
	want = mem_printf("cannot exchange '%s' and '%s': No such file or "
	    "directory", a, b);
	tap_ok(path_exchange(a, b, &e) == -1, "nothing to exchange");
	tap_is(e.msg, want, "and why");
	err_release(&e);
	path_mkdirs(a, &e);
	r = path_exchange(a, b, &e);
	tap_ok(r == 1 || (r == 0 && path_is_dir(b) && !path_is_dir(a)),
	    "exchanged, or not possible here");
	free(want);
	free(a);
	free(b);
	free(no);
}

/* 50 files, each with a second name. */
static int
link_many(void)
{
	char *a, *b;
	int i, r = 0;

	path_mkdirs("use/many", &e);
	for (i = 0; i < 50 && r == 0; i++) {
		a = mem_printf("use/many/%d", i);
		b = mem_printf("use/many/%d-again", i);
		make_file(a, "ab");
		r = link(a, b);
		free(a);
		free(b);
	}
	return r;
}

static void
test_space(void)
{
	char *deep = at("not/yet/there"), *link = at("to-use"), *file;
	struct path_usage u = { 0 };
	int64_t bytes = -1;

	tap_ok(path_free_space(deep, &bytes, &e) == 0 && bytes > 0,
	    "the free space where a folder will be");
	tap_ok(path_free_space("f/x", &bytes, &e) == -1, "below a file");
	tap_is(e.msg, "cannot find the free space of 'f/x': Not a directory",
	    "and why");
	err_release(&e);
	tap_ok(path_usage(deep, &u, &e) == -1, "nothing there");
	error_is("cannot look at '", "/not/yet/there': No such file or "
	    "directory", "and why");
	path_mkdirs("use/sub/empty", &e);
	make_file("use/1", "12345");
	make_file("use/sub/2", "1234567");
	tap_ok(link_many() == 0 && symlink("/etc", "use/out") == 0,
	    "a tree with links");
	tap_ok(path_usage("use", &u, &e) == 0 && u.bytes == 112 &&
	    u.entries == 106, "each hard link once, no link followed");
	tap_ok(symlink("use", link) == 0 && path_usage(link, &u, &e) == 0 &&
	    u.bytes == 112, "the top may be a link");
	file = at("use/1");
	tap_ok(path_usage(file, &u, &e) == 0 && u.bytes == 5 &&
	    u.entries == 1, "one file");
	free(file);
	free(deep);
	free(link);
}

int
main(void)
{
	dir = tmp_dir("ub-test-path", &e);
	test_names();
	test_relative();
	test_mkdirs();
	test_list();
	test_rename();
	test_space();
	free(dir);
	return tap_done();
}
