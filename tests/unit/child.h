/*
 * child.h - run a function in a process of its own, and see what it writes
 * to stderr and how it ends.
 */
#ifndef UB_TESTS_CHILD_H
#define UB_TESTS_CHILD_H

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"

struct child {
	pid_t pid;
	int errs; /* to read its stderr from */
};

/* Start fn(ctx); its process ends with exit(fn's result). */
static struct child __attribute__((unused))
child_start(int (*fn)(void *ctx), void *ctx)
{
	struct child c = { 0 };
	int fd[2];

	if (pipe(fd) != 0 || (c.pid = fork()) < 0) {
		perror("child_start");
		exit(99);
	}
	if (c.pid == 0) {
		dup2(fd[1], STDERR_FILENO);
		close(fd[0]);
		close(fd[1]);
		exit(fn(ctx));
	}
	close(fd[1]);
	c.errs = fd[0];
	return c;
}

/* Wait for its end: exit code, or 128 and the signal; stderr into errs. */
static int __attribute__((unused))
child_end(struct child *c, struct buf *errs)
{
	char block[4096];
	ssize_t n;
	int status = 0;

	buf_reset(errs);
	while ((n = read(c->errs, block, sizeof(block))) > 0)
		buf_add(errs, block, (size_t)n);
	close(c->errs);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
		128 + WTERMSIG(status);
}

static int __attribute__((unused))
child_run(int (*fn)(void *ctx), void *ctx, struct buf *errs)
{
	struct child c = child_start(fn, ctx);

	return child_end(&c, errs);
}

#endif
