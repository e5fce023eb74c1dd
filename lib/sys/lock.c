/* lock.c - one run at a time. */
#define _GNU_SOURCE
#include "sys/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/sig.h"

/*
 * For so long even the impatient wait: somebody may be asking whether the
 * lock is free, or be about to write who he is.
 */
#define GRACE_MS 50

/* Say in the file who holds it: "ub-backup 4711 2026-11-21T03:00:12Z". */
static int
sign(int fd, const char *path, struct err *e)
{
	char *now = clock_rfc3339(clock_now());
	char *line = mem_printf("%s %ld %.19sZ\n", log_prog(), (long)getpid(),
	    now);
	int r = 0;

	if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0)
		r = err_sys(e, "cannot write '%s'", path);
	else
		r = io_write(fd, line, strlen(line), path, e);
	free(line);
	free(now);
	return r;
}

/* The n-th word of line, or "". Caller owns. */
static char *
word(const char *line, int n)
{
	size_t len;

	for (;; n--) {
		len = strcspn(line, " \n");
		if (n == 0)
			return mem_dupn(line, len);
		line += len;
		if (*line == ' ')
			line++;
	}
}

/* The error for a lock that another holds, with what the file says of him. */
static int
held(int fd, const char *path, struct err *e)
{
	char line[256] = "";
	struct err ignored = { 0 };
	char *program, *pid, *since;
	int64_t number, when;

	if (lseek(fd, 0, SEEK_SET) == 0)
		io_read(fd, line, sizeof(line) - 1, path, &ignored);
	err_release(&ignored);
	program = word(line, 0);
	pid = word(line, 1);
	since = word(line, 2);
	if (num_int(pid, "pid", (struct num_range){ 1, INT64_MAX }, &number,
		&ignored) != 0 ||
	    clock_parse(since, &when) != 0) {
		err_set(e, ERR_LATER, "lock.held",
		    "'%s' is held by another program", path);
	} else {
		err_set(e, ERR_LATER, "lock.held",
		    "'%s' is held by %s, pid %s, since %s", path, program, pid,
		    since);
		err_detail(e, "pid", pid);
		err_detail(e, "program", program);
		err_detail(e, "since", since);
	}
	err_release(&ignored);
	free(program);
	free(pid);
	free(since);
	return -1;
}

/* Try until it is ours or wait_ms are over. */
static int
wait_for(int fd, const char *path, int64_t wait_ms, struct err *e)
{
	int64_t start = clock_ms(), gone;
	int64_t limit = wait_ms > GRACE_MS ? wait_ms : GRACE_MS;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_sys(e, "cannot lock '%s'", path);
		gone = clock_ms() - start;
		if (wait_ms >= 0 && gone >= limit)
			return held(fd, path, e);
		if (sig_sleep(gone < 1000 ? 10 : 100, e) != 0)
			return -1;
	}
	return 0;
}

int
lock_take(struct lock *l, const char *path, int64_t wait_ms, struct err *e)
{
	int fd = io_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, e);

	if (fd < 0)
		return -1;
	if (wait_for(fd, path, wait_ms, e) != 0 || sign(fd, path, e) != 0) {
		close(fd);
		return -1;
	}
	l->fd_plus_1 = fd + 1;
	l->path = mem_dup(path);
	return 0;
}

int
lock_is_free(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int free_now;

	if (fd < 0)
		return errno == ENOENT;
	free_now = flock(fd, LOCK_SH | LOCK_NB) == 0;
	close(fd);
	return free_now;
}

void
lock_release(struct lock *l)
{
	if (l->fd_plus_1) {
		/* Nobody is in it: leave no name behind. */
		if (ftruncate(l->fd_plus_1 - 1, 0) != 0)
			errno = 0; /* the next holder overwrites it */
		close(l->fd_plus_1 - 1);
	}
	free(l->path);
	*l = (struct lock){ 0 };
}
