/* tmp.c - files and folders that vanish, and whole files in one step. */
#define _GNU_SOURCE
#include "sys/tmp.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"

struct entry {
	char *path; /* absolute: the working folder may change */
	pid_t owner;
};

static struct entry *entries;
static size_t n_entries, cap_entries;
static int at_exit_set;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void
tmp_add(const char *path)
{
	pthread_mutex_lock(&mutex);
	if (!at_exit_set)
		at_exit_set = atexit(tmp_sweep) == 0;
	if (n_entries == cap_entries) {
		cap_entries = cap_entries ? cap_entries * 2 : 8;
		entries = mem_grow(entries, cap_entries, sizeof(*entries));
	}
	entries[n_entries].path = path_abs(path);
	entries[n_entries++].owner = getpid();
	pthread_mutex_unlock(&mutex);
}

void
tmp_keep(const char *path)
{
	char *clean = path_abs(path);
	size_t i, kept = 0;

	pthread_mutex_lock(&mutex);
	for (i = 0; i < n_entries; i++) {
		if (strcmp(entries[i].path, clean) == 0)
			free(entries[i].path);
		else
			entries[kept++] = entries[i];
	}
	n_entries = kept;
	pthread_mutex_unlock(&mutex);
	free(clean);
}

void
tmp_sweep(void)
{
	struct err ignored = { 0 };

	pthread_mutex_lock(&mutex);
	/* The newest first: it may lie within an older one. */
	while (n_entries > 0) {
		n_entries--;
		if (entries[n_entries].owner == getpid())
			path_remove(entries[n_entries].path, &ignored);
		err_release(&ignored);
		free(entries[n_entries].path);
	}
	free(entries);
	entries = NULL;
	cap_entries = 0;
	pthread_mutex_unlock(&mutex);
}

char *
tmp_dir(const char *prefix, struct err *e)
{
	const char *env = getenv("TMPDIR");
	char *parent = path_abs(env && *env ? env : "/tmp");
	char *path = mem_printf("%s/%s-XXXXXX", parent, prefix);

	if (!mkdtemp(path)) {
		err_sys(e, "cannot create a folder in '%s'", parent);
		free(path);
		path = NULL;
	} else {
		tmp_add(path);
	}
	free(parent);
	return path;
}

int
tmp_write_file(const char *path, const void *data, size_t len,
    struct err *e)
{
	char *dir = path_dir(path);
	char *tmp = mem_printf("%s/.%s.XXXXXX", dir, path_base(path));
	int fd = mkostemp(tmp, O_CLOEXEC);
	int r = -1;

	if (fd < 0) {
		err_sys(e, "cannot write '%s'", path);
		goto out;
	}
	tmp_add(tmp);
	r = io_write(fd, data, len, path, e);
	if (r == 0)
		r = io_finish(&fd, path, e);
	if (r == 0)
		r = path_rename(tmp, path, e);
	if (fd >= 0)
		close(fd);
	if (r != 0)
		unlink(tmp);
	tmp_keep(tmp);
out:
	free(tmp);
	free(dir);
	return r;
}
