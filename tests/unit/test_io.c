/* test_io.c - read and write everything. */
#include "sys/io.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "tap.h"

static struct err e;
static char *dir;

/* The error is msg with %s for the folder; then it is cleared. */
static void
error_is(const char *before, const char *after, const char *name)
{
	char *want = mem_printf("%s%s%s", before, dir, after);

	tap_is(e.msg, want, name);
	err_release(&e);
	free(want);
}

static int
count_then_fail(void *ctx, const void *data, size_t len, struct err *err)
{
	size_t *left = ctx;

	(void)data;
	if (len > *left)
		return err_set(err, ERR_NO, "t", "enough");
	*left -= len;
	return 0;
}

static void
test_failures(void)
{
	char *missing = path_join(dir, "missing");
	char *fifo = path_join(dir, "fifo");
	struct buf b = { 0 };
	size_t n = 0;
	int fd;

	tap_ok(io_open(missing, O_RDONLY, 0, &e) == -1, "no such file");
	error_is("cannot open '", "/missing': No such file or directory",
	    "and why");
	tap_ok(io_open("/proc/x", O_WRONLY | O_CREAT, 0600, &e) == -1,
	    "a file that cannot be made");
	tap_is(e.msg, "cannot create '/proc/x': No such file or directory",
	    "and why");
	err_release(&e);
	tap_ok(io_slurp(missing, 9, &b, &e) == -1, "slurp needs a file");
	err_release(&e);
	tap_ok(io_slurp(dir, 9, &b, &e) == -1, "slurp refuses a folder");
	error_is("cannot read '", "': not a regular file", "and why");
	mkfifo(fifo, 0600);
	tap_ok(io_slurp(fifo, 9, &b, &e) == -1, "slurp does not wait");
	error_is("cannot read '", "/fifo': not a regular file", "and why");
	tap_ok(io_each(fifo, count_then_fail, &n, &e) == -1,
	    "each does not wait");
	error_is("cannot read '", "/fifo': not a regular file", "and why");

	fd = io_open("/dev/full", O_WRONLY, 0, &e);
	tap_ok(io_write(fd, "x", 1, "/dev/full", &e) == -1, "a full disk");
	tap_is(e.msg, "cannot write '/dev/full': No space left on device",
	    "and why");
	err_release(&e);
	close(fd);
	tap_ok(io_write(fd, "x", 1, "closed", &e) == -1, "a closed file");
	tap_is(e.msg, "cannot write 'closed': Bad file descriptor", "why");
	tap_ok(io_read(fd, &n, 1, "closed", &e) == -1, "cannot be read");
	tap_is(e.msg, "cannot read 'closed': Bad file descriptor", "why");
	tap_ok(io_finish(&fd, "closed", &e) == -1 && fd == -1,
	    "nor be finished");
	tap_is(e.msg, "cannot write 'closed': Bad file descriptor", "why");
	err_release(&e);
	buf_release(&b);
	free(missing);
	free(fifo);
}

static void
test_whole(void)
{
	char *file = path_join(dir, "file");
	char *data = mem_alloc(200000);
	struct buf b = { 0 };
	size_t n = 200000;
	int fd = io_open(file, O_WRONLY | O_CREAT, 0600, &e);

	memset(data, 'y', 200000);
	tap_ok(fcntl(fd, F_GETFD) & FD_CLOEXEC, "closed on exec");
	tap_ok(io_write(fd, data, n, file, &e) == 0, "write");
	tap_ok(io_finish(&fd, file, &e) == 0 && fd == -1, "finish");
	buf_puts(&b, "x");
	tap_ok(io_slurp(file, n, &b, &e) == 0 && b.len == 200001 &&
	    b.data[0] == 'x' && memcmp(b.data + 1, data, n) == 0,
	    "slurp appends it all");
	tap_ok(io_slurp(file, n - 1, &b, &e) == -1, "one byte too many");
	error_is("cannot read '", "/file': larger than 199999 bytes",
	    "and why");
	tap_ok(io_each(file, count_then_fail, &n, &e) == 0 && n == 0,
	    "each gives it all");
	n = 70000;
	tap_ok(io_each(file, count_then_fail, &n, &e) == -1 &&
	    n == 70000 - 65536, "the callback ends it");
	tap_is(e.msg, "enough", "with its own error");
	err_release(&e);
	fd = io_open(file, O_RDONLY, 0, &e);
	tap_ok(io_read(fd, data, 5, file, &e) == 5, "read a part");
	lseek(fd, -3, SEEK_END);
	tap_ok(io_read(fd, data, 5, file, &e) == 3, "read up to the end");
	dup2(fd, STDIN_FILENO);
	close(fd);
	lseek(STDIN_FILENO, -2, SEEK_END);
	buf_reset(&b);
	tap_ok(io_slurp("-", 9, &b, &e) == 0, "slurp standard input");
	tap_is(buf_text(&b), "yy", "from where it stands");
	lseek(STDIN_FILENO, -3, SEEK_END);
	tap_ok(io_slurp("-", 2, &b, &e) == -1, "too much of it");
	tap_is(e.msg, "cannot read 'standard input': larger than 2 bytes",
	    "and why");
	err_release(&e);
	buf_release(&b);
	free(data);
	free(file);
}

static void
test_create(void)
{
	char *file = path_join(dir, "created");
	struct buf b = { 0 };
	struct stat st = { 0 };

	tap_ok(io_create(file, "one", 3, &e) == 0, "a new file");
	tap_ok(stat(file, &st) == 0 && (st.st_mode & 07777) == 0600,
	    "for its owner only");
	tap_ok(io_create(file, "two", 3, &e) == -1, "must not be there");
	error_is("cannot create '", "/created': File exists", "and why");
	io_slurp(file, 9, &b, &e);
	tap_is(buf_text(&b), "one", "what is there stays");
	buf_release(&b);
	free(file);
}

static void
on_alarm(int number)
{
	(void)number;
}

/* Feed the pipe slowly, and hit the reader with signals. */
static void *
feed(void *arg)
{
	int fd = *(int *)arg;
	struct timespec t = { 0, 20000000 };
	int i;

	for (i = 0; i < 10; i++) {
		nanosleep(&t, NULL);
		kill(getpid(), SIGALRM);
		if (write(fd, "0123456789", 10) != 10)
			break;
	}
	close(fd);
	return NULL;
}

static void
test_pipes(void)
{
	struct sigaction sa = { 0 };
	char block[200];
	int fd[2], i;
	pthread_t t;

	sa.sa_handler = on_alarm; /* no SA_RESTART: calls end with EINTR */
	sigaction(SIGALRM, &sa, NULL);
	for (i = 0; i < 2; i++) {
		if (pipe(fd) != 0)
			return;
		if (i)
			fcntl(fd[0], F_SETFL, O_NONBLOCK);
		pthread_create(&t, NULL, feed, &fd[1]);
		tap_ok(io_read(fd[0], block, 200, "pipe", &e) == 100,
		    "a slow %s pipe is read to its end",
		    i ? "non-blocking" : "blocking");
		pthread_join(t, NULL);
		close(fd[0]);
	}
	tap_ok(pipe(fd) == 0, "a pipe");
	close(fd[0]);
	tap_ok(io_finish(&fd[1], "pipe", &e) == 0, "can be finished");
}

int
main(void)
{
	dir = tmp_dir("ub-test-io", &e);
	test_failures();
	test_whole();
	test_create();
	test_pipes();
	free(dir);
	return tap_done();
}
