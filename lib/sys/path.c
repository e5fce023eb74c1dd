/* path.c - names of files and folders, and what is there. */
#define _GNU_SOURCE
#include "sys/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"

char *
path_join(const char *dir, const char *name)
{
	size_t n = strlen(dir);

	if (n == 0)
		return mem_dup(name);
	name += strspn(name, "/");
	return mem_printf("%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

/* Length of path without slashes at its end, but "/" stays. */
static size_t
trimmed(const char *path, size_t n)
{
	while (n > 1 && path[n - 1] == '/')
		n--;
	return n;
}

char *
path_dir(const char *path)
{
	size_t n = trimmed(path, strlen(path));

	while (n > 0 && path[n - 1] != '/')
		n--;
	return n ? mem_dupn(path, trimmed(path, n)) : mem_dup(".");
}

const char *
path_base(const char *path)
{
	size_t n = trimmed(path, strlen(path));

	while (n > 0 && path[n - 1] != '/')
		n--;
	return path + n;
}

/* The working folder, or NULL. Caller owns. */
static char *
working_folder(void)
{
	size_t size = 256;
	char *buf = mem_alloc(size);

	while (!getcwd(buf, size)) {
		if (errno != ERANGE) {
			free(buf);
			return NULL;
		}
		size *= 2;
		buf = mem_grow(buf, size, 1);
	}
	return buf;
}

/* Append the parts of path to the clean, absolute b. */
static void
add_parts(struct buf *b, const char *path)
{
	size_t n;

	for (; *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n == 0 || (n == 1 && path[0] == '.'))
			continue;
		if (n == 2 && path[0] == '.' && path[1] == '.') {
			while (b->len && b->data[--b->len] != '/')
				;
			continue;
		}
		buf_putc(b, '/');
		buf_add(b, path, n);
	}
}

char *
path_abs(const char *path)
{
	struct buf b = { 0 };
	char *cwd = NULL;

	if (path[0] != '/') {
		cwd = working_folder();
		if (!cwd)
			return mem_dup(path);
		add_parts(&b, cwd);
	}
	add_parts(&b, path);
	if (b.len == 0)
		buf_putc(&b, '/');
	free(cwd);
	return buf_detach(&b);
}

int
path_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

int
path_is_file(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int
path_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int
path_mkdirs(const char *path, struct err *e)
{
	size_t i = 0, len = trimmed(path, strlen(path));
	char *part = mem_dupn(path, len);
	int r = 0;

	if (path_is_dir(part))
		goto out;
	while (i < len) {
		i += strspn(part + i, "/");
		i += strcspn(part + i, "/");
		part[i] = '\0';
		/* Another process may make it in the same moment. */
		if (!path_is_dir(part) && mkdir(part, 0700) != 0 &&
		    !(errno == EEXIST && path_is_dir(part))) {
			r = err_sys(e, "cannot create folder '%s'", part);
			break;
		}
		if (i < len)
			part[i] = '/';
	}
out:
	free(part);
	return r;
}

int
path_mkdir(const char *path, mode_t mode, struct err *e)
{
	if (mkdir(path, mode) != 0)
		return err_sys(e, "cannot create folder '%s'", path);
	return 0;
}

/* readdir(3), with errno 0 at the end. */
static struct dirent *
next_entry(DIR *d)
{
	errno = 0;
	return readdir(d);
}

static int
is_folder(DIR *d, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_LNK)
		return entry->d_type == DT_DIR;
	return fstatat(dirfd(d), entry->d_name, &st, 0) == 0 &&
	    S_ISDIR(st.st_mode);
}

static int
list(const char *dir, int marked, struct vec *names, struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	int r = 0;

	if (!d)
		return err_sys(e, "cannot read folder '%s'", dir);
	while ((entry = next_entry(d)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			vec_addf(names, "%s%s", entry->d_name,
			    marked && is_folder(d, entry) ? "/" : "");
	if (errno)
		r = err_sys(e, "cannot read folder '%s'", dir);
	closedir(d);
	vec_sort(names);
	return r;
}

int
path_list(const char *dir, struct vec *names, struct err *e)
{
	return list(dir, 0, names, e);
}

int
path_list_marked(const char *dir, struct vec *names, struct err *e)
{
	return list(dir, 1, names, e);
}

int
path_sync(const char *dir, struct err *e)
{
	int fd = io_open(dir, O_RDONLY | O_DIRECTORY, 0, e);
	int r = 0;

	if (fd < 0)
		return -1;
	/* Some file systems cannot sync a folder: EINVAL. */
	if (fsync(fd) != 0 && errno != EINVAL)
		r = err_sys(e, "cannot sync folder '%s'", dir);
	close(fd);
	return r;
}

/* fsync the folders of both names. */
static int
sync_both(const char *a, const char *b, struct err *e)
{
	char *dir_a = path_dir(a), *dir_b = path_dir(b);
	int r = path_sync(dir_b, e);

	if (r == 0 && strcmp(dir_a, dir_b) != 0)
		r = path_sync(dir_a, e);
	free(dir_a);
	free(dir_b);
	return r;
}

int
path_rename(const char *from, const char *to, struct err *e)
{
	if (rename(from, to) != 0)
		return err_sys(e, "cannot rename '%s' to '%s'", from, to);
	return sync_both(from, to, e);
}

int
path_exchange(const char *a, const char *b, struct err *e)
{
	/* Not every libc has a wrapper for it. */
	if (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2) != 0) {
		if (errno == EINVAL || errno == ENOSYS)
			return 1;
		return err_sys(e, "cannot exchange '%s' and '%s'", a, b);
	}
	return sync_both(a, b, e);
}
