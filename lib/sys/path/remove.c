/*
 * remove.c - remove a whole tree. Every step is taken from an open folder
 * with a single name, so that a link put in the way is never followed.
 */
#define _GNU_SOURCE
#include "sys/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/*
 * A folder deeper than this is moved up to the top of the tree first: each
 * level costs a descriptor, and a tree may be deeper than we may open.
 */
#define DEEP 48

struct removal {
	struct buf path;   /* where we are, for the message */
	int top;           /* the tree's own folder */
	unsigned depth;    /* folders open */
	unsigned serial;   /* of the names of the folders moved up */
};

static int remove_at(struct removal *r, int dir, const char *name,
    struct err *e);

static int
cannot(struct removal *r, struct err *e)
{
	return err_sys(e, "cannot remove '%s'", buf_text(&r->path));
}

/* Give the owner every right to a folder, if that is up to us. */
static void
open_up(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISDIR(st.st_mode) || (st.st_mode & 0700) == 0700)
		return;
	if (fchmodat(dir, name, (st.st_mode & 07777) | 0700,
	    AT_SYMLINK_NOFOLLOW) != 0)
		return; /* reading or removing it will say why */
}

/* Move a folder up; the pass over the top will find it there. */
static int
move_up(struct removal *r, int dir, const char *name)
{
	char *fresh = NULL;
	int n;

	do {
		free(fresh);
		fresh = mem_printf(".removed-%u", r->serial++);
		n = renameat(dir, name, r->top, fresh);
	} while (n != 0 && (errno == ENOTEMPTY || errno == EEXIST));
	free(fresh);
	return n;
}

/* readdir(3), with errno 0 at the end. */
static struct dirent *
next_entry(DIR *d)
{
	errno = 0;
	return readdir(d);
}

/* Remove what is in an open folder, again until nothing is found. */
static int
empty(struct removal *r, DIR *d, struct err *e)
{
	struct dirent *entry;
	int some;

	do {
		some = 0;
		rewinddir(d);
		while ((entry = next_entry(d)) != NULL) {
			if (strcmp(entry->d_name, ".") == 0 ||
			    strcmp(entry->d_name, "..") == 0)
				continue;
			if (remove_at(r, dirfd(d), entry->d_name, e) != 0)
				return -1;
			some = 1;
		}
		if (errno)
			return cannot(r, e);
	} while (some);
	return 0;
}

static int
remove_folder(struct removal *r, int dir, const char *name, struct err *e)
{
	DIR *d;
	int fd, n;

	open_up(dir, name);
	if (r->depth >= DEEP && move_up(r, dir, name) == 0)
		return 0;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : cannot(r, e);
	d = fdopendir(fd);
	if (!d) {
		cannot(r, e);
		close(fd);
		return -1;
	}
	if (r->depth++ == 0)
		r->top = fd;
	n = empty(r, d, e);
	r->depth--;
	closedir(d);
	if (n != 0)
		return -1;
	if (unlinkat(dir, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
		return cannot(r, e);
	return 0;
}

static int
remove_at(struct removal *r, int dir, const char *name, struct err *e)
{
	size_t len = r->path.len;
	struct stat st;
	int n = 0;

	if (r->depth > 0)
		buf_printf(&r->path, "/%s", name);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		n = errno == ENOENT ? 0 : cannot(r, e);
	else if (S_ISDIR(st.st_mode))
		n = remove_folder(r, dir, name, e);
	else if (unlinkat(dir, name, 0) != 0 && errno != ENOENT)
		n = cannot(r, e);
	r->path.len = len;
	if (n == 0)
		r->path.data[len] = '\0';
	return n;
}

int
path_remove(const char *path, struct err *e)
{
	struct removal r = { .top = -1 };
	size_t n = strlen(path);
	const char *base;
	int done;

	/* "link/" would be what the link leads to. */
	while (n > 1 && path[n - 1] == '/')
		n--;
	buf_add(&r.path, path, n);
	base = path_base(buf_text(&r.path));
	if (!*base || strcmp(base, ".") == 0 || strcmp(base, "..") == 0) {
		errno = EINVAL;
		done = cannot(&r, e);
	} else {
		char *top = mem_dupn(path, n);

		done = remove_at(&r, AT_FDCWD, top, e);
		free(top);
	}
	buf_release(&r.path);
	return done;
}
