/* io.c - read and write everything. */
#include "sys/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define BLOCK ((size_t)64 * 1024)

int
io_open(const char *path, int flags, mode_t mode, struct err *e)
{
	int fd;

	do
		fd = open(path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return err_sys(e, "cannot %s '%s'",
		    flags & O_CREAT ? "create" : "open", path);
	return fd;
}

/* May the call that failed be tried again? Waits where that is needed. */
static int
again(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	/* A descriptor that we were given may be non-blocking. */
	if (errno == EAGAIN)
		return poll(&p, 1, -1) >= 0 || errno == EINTR;
	return errno == EINTR;
}

int
io_write(int fd, const void *data, size_t len, const char *path,
    struct err *e)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n < 0 && again(fd, POLLOUT))
			continue;
		if (n < 0)
			return err_sys(e, "cannot write '%s'", path);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t
io_read(int fd, void *data, size_t len, const char *path, struct err *e)
{
	char *p = data;
	size_t got = 0;
	ssize_t n = 1;

	while (got < len && n != 0) {
		n = read(fd, p + got, len - got);
		if (n < 0 && !again(fd, POLLIN))
			return err_sys(e, "cannot read '%s'", path);
		if (n > 0)
			got += (size_t)n;
	}
	return (ssize_t)got;
}

int
io_open_regular(const char *path, size_t *size, struct err *e)
{
	int fd = io_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, e);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		*size = (size_t)st.st_size;
		return fd;
	}
	close(fd);
	return err_set(e, ERR_TROUBLE, "io.type",
	    "cannot read '%s': not a regular file", path);
}

/* A file says how long it is: its end need not be asked for then. Some of
 * the kernel's own say 0. */
static size_t
next_len(size_t size, size_t sum)
{
	return size > sum && size - sum < BLOCK ? size - sum : BLOCK;
}

int
io_slurp(const char *path, size_t max, struct buf *out, struct err *e)
{
	int is_stdin = strcmp(path, "-") == 0;
	const char *name = is_stdin ? "standard input" : path;
	size_t size = 0, sum = 0;
	int fd = is_stdin ? STDIN_FILENO : io_open_regular(path, &size, e);
	char block[BLOCK];
	ssize_t n;

	if (fd < 0)
		return -1;
	do {
		n = io_read(fd, block, next_len(size, sum), name, e);
		sum += n > 0 ? (size_t)n : 0;
		if (sum > max) {
			n = err_set(e, ERR_TROUBLE, "io.large",
			    "cannot read '%s': larger than %zu bytes", name,
			    max);
			break;
		}
		if (n > 0)
			buf_add(out, block, (size_t)n);
	} while (n == BLOCK); /* fewer are the end */
	if (!is_stdin)
		close(fd);
	return n < 0 ? -1 : 0;
}

int
io_each(const char *path,
    int (*fn)(void *ctx, const void *data, size_t len, struct err *e),
    void *ctx, struct err *e)
{
	size_t size;
	int fd = io_open_regular(path, &size, e);
	char *block;
	ssize_t n;

	if (fd < 0)
		return -1;
	block = mem_alloc(BLOCK);
	while ((n = io_read(fd, block, BLOCK, path, e)) > 0) {
		if (fn(ctx, block, (size_t)n, e) != 0) {
			n = -1;
			break;
		}
	}
	free(block);
	close(fd);
	return n < 0 ? -1 : 0;
}

int
io_finish(int *fd, const char *path, struct err *e)
{
	int r, mine = *fd;

	*fd = -1;
	do
		r = fsync(mine);
	while (r != 0 && errno == EINTR);
	/* A pipe or a terminal cannot be synced. */
	if (r != 0 && errno != EINVAL && errno != ENOTSUP) {
		err_sys(e, "cannot write '%s'", path);
		close(mine);
		return -1;
	}
	/* After EINTR the descriptor is closed on Linux. */
	if (close(mine) != 0 && errno != EINTR)
		return err_sys(e, "cannot write '%s'", path);
	return 0;
}

int
io_create(const char *path, const void *data, size_t len, struct err *e)
{
	struct err late = { 0 };
	int fd = io_open(path, O_WRONLY | O_CREAT | O_EXCL, 0600, e), r;

	if (fd < 0)
		return -1;
	r = io_write(fd, data, len, path, e);
	if (io_finish(&fd, path, &late) != 0)
		r = -1;
	err_merge(e, &late);
	return r;
}
