/* space.c - how much there is, and how much room is left. */
#include "sys/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"

int
path_free_space(const char *path, int64_t *bytes, struct err *e)
{
	char *at = path_abs(path), *up;
	struct statvfs fs;
	int r;

	while ((r = statvfs(at, &fs)) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != ENOENT || strcmp(at, "/") == 0)
			break;
		up = path_dir(at);
		free(at);
		at = up;
	}
	if (r != 0)
		err_sys(e, "cannot find the free space of '%s'", path);
	else if (fs.f_frsize && fs.f_bavail > (uint64_t)INT64_MAX / fs.f_frsize)
		*bytes = INT64_MAX;
	else
		*bytes = (int64_t)(fs.f_bavail * fs.f_frsize);
	free(at);
	return r;
}

/* A file with several names: a slot of a hash table with open addressing. */
struct link {
	dev_t dev;
	ino_t ino;
	int used;
};

struct scan {
	struct path_usage *sum;
	struct vec todo; /* folders not yet read */
	struct link *links;
	size_t n, cap; /* cap is 0 or a power of 2 */
	dev_t dev;
};

/* Put a file into the table; 1 if it was there. There is a free slot. */
static int
seen(struct link *links, size_t cap, dev_t dev, ino_t ino)
{
	size_t i = (size_t)(((uint64_t)ino ^ (uint64_t)dev << 32) *
	    UINT64_C(0x9e3779b97f4a7c15) >> 20) & (cap - 1);

	for (; links[i].used; i = (i + 1) & (cap - 1))
		if (links[i].dev == dev && links[i].ino == ino)
			return 1;
	links[i] = (struct link){ .dev = dev, .ino = ino, .used = 1 };
	return 0;
}

static int
seen_before(struct scan *s, const struct stat *st)
{
	size_t i, cap = s->cap ? s->cap * 2 : 64;
	struct link *grown;

	if (s->n * 2 >= s->cap) {
		grown = mem_grow(NULL, cap, sizeof(*grown));
		memset(grown, 0, cap * sizeof(*grown));
		for (i = 0; i < s->cap; i++)
			if (s->links[i].used)
				seen(grown, cap, s->links[i].dev,
				    s->links[i].ino);
		free(s->links);
		s->links = grown;
		s->cap = cap;
	}
	if (seen(s->links, s->cap, st->st_dev, st->st_ino))
		return 1;
	s->n++;
	return 0;
}

static void
count(struct scan *s, const struct stat *st)
{
	s->sum->entries++;
	if (!S_ISREG(st->st_mode))
		return;
	if (st->st_nlink > 1 && seen_before(s, st))
		return;
	s->sum->bytes += st->st_size;
}

static void
read_folder(struct scan *s, const char *dir)
{
	/* The top may be a link to a folder; what is below may not. */
	int below = s->sum->entries > 0 ? O_NOFOLLOW : 0;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | below);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct stat st;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0 ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		count(s, &st);
		if (S_ISDIR(st.st_mode) && st.st_dev == s->dev)
			vec_take(&s->todo, path_join(dir, entry->d_name));
	}
	closedir(d);
}

int
path_usage(const char *path, struct path_usage *out, struct err *e)
{
	struct scan s = { .sum = out };
	struct stat st;
	char *dir;

	*out = (struct path_usage){ 0 };
	if (stat(path, &st) != 0)
		return err_sys(e, "cannot look at '%s'", path);
	s.dev = st.st_dev;
	if (S_ISDIR(st.st_mode))
		vec_add(&s.todo, path);
	else
		count(&s, &st);
	while (s.todo.n > 0) {
		dir = s.todo.v[--s.todo.n];
		s.todo.v[s.todo.n] = NULL;
		read_folder(&s, dir);
		free(dir);
	}
	vec_release(&s.todo);
	free(s.links);
	return 0;
}
