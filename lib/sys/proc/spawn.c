/*
 * spawn.c - fork and exec. Other threads may hold any lock when we fork, so
 * all is prepared before, and the child makes async-signal-safe calls only.
 */
#define _GNU_SOURCE
#include "sys/proc/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/path.h"

/* All that the child needs; every descriptor is above 2. */
struct plan {
	const struct proc *p;
	char *file;
	struct vec env;
	int null;
	int out[2], errs[2], report[2];
	pid_t parent;
	int max_fd;
	sigset_t mask;
};

/* What the child says when it cannot become the program. */
struct failure {
	int in_chdir;
	int number;
};

/* `git rev-parse --local-env-vars`, and the quarantine of a push. */
static const char *const git_local[] = {
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG",
	"GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS", "GIT_DIR",
	"GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE",
	"GIT_INTERNAL_SUPER_PREFIX", "GIT_NO_REPLACE_OBJECTS",
	"GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_QUARANTINE_PATH",
	"GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
};

/* Do a and b, each NAME or NAME=VALUE, have the same name? */
static int
same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return n == strcspn(b, "=") && strncmp(a, b, n) == 0;
}

static int
dropped(const struct vec *changes, const char *var)
{
	size_t i;

	for (i = 0; i < UB_LEN(git_local); i++)
		if (same_name(git_local[i], var))
			return 1;
	for (i = 0; i < changes->n; i++)
		if (same_name(changes->v[i], var))
			return 1;
	return 0;
}

static void
make_env(const struct vec *changes, struct vec *env)
{
	size_t i;

	for (i = 0; environ && environ[i]; i++)
		if (!dropped(changes, environ[i]))
			vec_add(env, environ[i]);
	for (i = 0; i < changes->n; i++)
		if (strchr(changes->v[i], '='))
			vec_add(env, changes->v[i]);
}

/* Move a descriptor above 2, which the child is going to overwrite. */
static int
high(int fd)
{
	int up;

	if (fd < 0 || fd > 2)
		return fd;
	up = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return up;
}

static int
make_pipe(int fd[2])
{
	if (pipe2(fd, O_CLOEXEC) != 0)
		return -1;
	fd[0] = high(fd[0]);
	fd[1] = high(fd[1]);
	return fd[0] < 0 || fd[1] < 0 ? -1 : 0;
}

static void
drop(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
cannot_start(const char *name, int number, struct err *e)
{
	errno = number;
	err_sys(e, "cannot start '%s'", name);
	return err_as(e, ERR_TROUBLE, "proc.start");
}

static int
prepare(struct plan *plan, struct err *e)
{
	const struct proc *p = plan->p;
	const char *name = p->argv.v[0];

	make_env(&p->env, &plan->env);
	plan->parent = getpid();
	plan->max_fd = (int)sysconf(_SC_OPEN_MAX);
	/* With a slash the name is what the child sees in its folder. */
	plan->file = strchr(name, '/') ? mem_dup(name) : proc_which(name);
	if (!plan->file)
		return cannot_start(name, ENOENT, e);
	plan->null = high(open("/dev/null", O_RDONLY | O_CLOEXEC));
	if (plan->null < 0 || make_pipe(plan->report) != 0 ||
	    make_pipe(plan->errs) != 0 ||
	    (p->stdout_fd <= 0 && make_pipe(plan->out) != 0))
		return cannot_start(name, errno, e);
	return 0;
}

/* Let no descriptor but 0 to 2 survive the exec. */
static void
close_others(int max_fd)
{
	int fd;

#ifdef SYS_close_range
	/* 4: CLOSE_RANGE_CLOEXEC; the report pipe is in use until then. */
	if (syscall(SYS_close_range, 3U, ~0U, 4U) == 0)
		return;
#endif
	for (fd = 3; fd < max_fd; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* Async-signal-safe: how signals and streams are for the new program. */
static int
set_up(const struct plan *plan)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGPIPE };
	struct sigaction sa, old;
	int out = plan->p->stdout_fd > 0 ? plan->p->stdout_fd : plan->out[1];
	int in = plan->p->stdin_fd > 0 ? plan->p->stdin_fd : plan->null;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	/* What nohup made us ignore, the child ignores too. */
	for (i = 0; i < UB_LEN(ours); i++)
		if (sigaction(ours[i], NULL, &old) == 0 &&
		    (ours[i] == SIGPIPE || old.sa_handler != SIG_IGN))
			sigaction(ours[i], &sa, NULL);
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* It may have died before that call. */
	if (getppid() != plan->parent)
		_exit(127);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(plan->errs[1], 2) < 0)
		return -1;
	close_others(plan->max_fd);
	sigemptyset(&sa.sa_mask);
	sigprocmask(SIG_SETMASK, &sa.sa_mask, NULL);
	return 0;
}

static void UB_NORETURN
become(const struct plan *plan)
{
	struct failure f = { 0, 0 };
	const char *dir = plan->p->dir;
	ssize_t n;

	if (set_up(plan) == 0) {
		f.in_chdir = dir && chdir(dir) != 0;
		if (!f.in_chdir)
			execve(plan->file, vec_argv(&plan->p->argv),
			    vec_argv(&plan->env));
	}
	f.number = errno;
	n = write(plan->report[1], &f, sizeof(f));
	(void)n;
	_exit(127);
}

/* 0 if the child became the program, which closes the pipe. */
static int
await_exec(struct plan *plan, pid_t pid, struct err *e)
{
	const struct proc *p = plan->p;
	struct failure f = { 0, 0 };
	ssize_t n;

	drop(&plan->report[1]);
	do
		n = read(plan->report[0], &f, sizeof(f));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(f))
		return 0;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	if (!f.in_chdir)
		return cannot_start(p->argv.v[0], f.number, e);
	errno = f.number;
	err_sys(e, "cannot start '%s': cannot enter folder '%s'",
	    p->argv.v[0], p->dir);
	return err_as(e, ERR_TROUBLE, "proc.start");
}

int
proc_spawn(const struct proc *p, struct proc_child *c, struct err *e)
{
	struct plan plan = { .p = p, .null = -1, .out = { -1, -1 },
		.errs = { -1, -1 }, .report = { -1, -1 } };
	sigset_t all;
	int r = prepare(&plan, e);

	if (r != 0)
		goto out;
	/* Until exec our handlers would write into our own self-pipe. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &plan.mask);
	c->pid = fork();
	if (c->pid == 0)
		become(&plan);
	if (c->pid < 0)
		r = cannot_start(p->argv.v[0], errno, e);
	else
		setpgid(c->pid, c->pid);
	pthread_sigmask(SIG_SETMASK, &plan.mask, NULL);
	if (r == 0)
		r = await_exec(&plan, c->pid, e);
	if (r == 0) {
		c->out = plan.out[0];
		c->errs = plan.errs[0];
		plan.out[0] = plan.errs[0] = -1;
	}
out:
	drop(&plan.null);
	drop(&plan.out[0]);
	drop(&plan.out[1]);
	drop(&plan.errs[0]);
	drop(&plan.errs[1]);
	drop(&plan.report[0]);
	drop(&plan.report[1]);
	vec_release(&plan.env);
	free(plan.file);
	return r;
}
