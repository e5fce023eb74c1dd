/*
 * fail.c - preloaded into a program, makes one of its system calls fail:
 *
 *	LD_PRELOAD=build/tests/helper/fail.so \
 *	UB_FAIL_PROG=ub-backup UB_FAIL_CALL=fsync UB_FAIL_AT=3 \
 *	UB_FAIL_ACTION=ENOSPC ub-backup
 *
 * UB_FAIL_PROG    only in a program of this name; its children go on unharmed
 * UB_FAIL_CALL    write fsync rename open (to create) mkdir unlink, several
 *                 with commas, or all; only calls on regular files count as
 *                 a write
 * UB_FAIL_AT      the n-th such call, from 1; 0 or unset: none, only count
 * UB_FAIL_ACTION  ENOSPC EIO EDQUOT EMFILE EACCES: the call fails so;
 *                 kill: SIGKILL before the call; killafter: right after it;
 *                 torn: half of the write, then SIGKILL
 * UB_FAIL_REST    if set, every later call fails as well
 * UB_FAIL_COUNT   a file: the number of calls seen is appended at exit
 */
#define _GNU_SOURCE
#include <sys/stat.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum verdict { GO_ON, FAIL, TORN, KILL_AFTER };

static int active, rest, fail_errno;
static long at;
static atomic_long seen;
static const char *calls, *action, *count_file;

static const struct {
	const char *name;
	int number;
} errnos[] = {
	{ "ENOSPC", ENOSPC },
	{ "EIO", EIO },
	{ "EDQUOT", EDQUOT },
	{ "EMFILE", EMFILE },
	{ "EACCES", EACCES },
};

static void __attribute__((constructor))
begin(void)
{
	const char *prog = getenv("UB_FAIL_PROG");
	const char *n = getenv("UB_FAIL_AT");
	size_t i;

	calls = getenv("UB_FAIL_CALL");
	action = getenv("UB_FAIL_ACTION");
	count_file = getenv("UB_FAIL_COUNT");
	rest = getenv("UB_FAIL_REST") != NULL;
	at = n ? strtol(n, NULL, 10) : 0;
	if (action == NULL)
		action = "EIO";
	for (i = 0; i < sizeof(errnos) / sizeof(errnos[0]); i++)
		if (strcmp(action, errnos[i].name) == 0)
			fail_errno = errnos[i].number;
	active = calls != NULL && prog != NULL &&
	    strcmp(prog, program_invocation_short_name) == 0;
}

static void __attribute__((destructor))
end(void)
{
	char text[32];
	int fd, n;

	if (!active || count_file == NULL)
		return;
	n = snprintf(text, sizeof(text), "%ld\n", atomic_load(&seen));
	fd = (int)syscall(SYS_openat, AT_FDCWD, count_file,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd >= 0) {
		(void)!syscall(SYS_write, fd, text, (size_t)n);
		close(fd);
	}
}

static int
is_listed(const char *name)
{
	size_t len = strlen(name);
	const char *p = calls;

	if (strcmp(calls, "all") == 0)
		return 1;
	while ((p = strstr(p, name)) != NULL) {
		if ((p == calls || p[-1] == ',') &&
		    (p[len] == '\0' || p[len] == ','))
			return 1;
		p += len;
	}
	return 0;
}

static void
die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

/* What becomes of this call; sets errno if it is to fail. */
static enum verdict
judge(const char *name)
{
	long n;

	if (!active || !is_listed(name))
		return GO_ON;
	n = atomic_fetch_add(&seen, 1) + 1;
	if (at == 0 || n < at || (n > at && !rest))
		return GO_ON;
	if (strcmp(action, "kill") == 0)
		die();
	if (strcmp(action, "killafter") == 0)
		return KILL_AFTER;
	if (strcmp(action, "torn") == 0)
		return TORN;
	errno = fail_errno ? fail_errno : EIO;
	return FAIL;
}

static int
is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* The next function of that name, as libc has it. */
#define NEXT(name, ...) \
	static __typeof__(&name) next; \
	if (next == NULL) \
		*(void **)&next = dlsym(RTLD_NEXT, #name); \
	return finish(v, next(__VA_ARGS__))

static ssize_t
finish(enum verdict v, ssize_t result)
{
	if (v == KILL_AFTER || v == TORN)
		die();
	return result;
}

ssize_t
write(int fd, const void *data, size_t len)
{
	enum verdict v = active && is_regular(fd) ? judge("write") : GO_ON;

	if (v == FAIL)
		return -1;
	if (v == TORN)
		len /= 2;
	NEXT(write, fd, data, len);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t where)
{
	enum verdict v = active && is_regular(fd) ? judge("write") : GO_ON;

	if (v == FAIL)
		return -1;
	NEXT(pwrite, fd, data, len, where);
}

ssize_t
writev(int fd, const struct iovec *iov, int n)
{
	enum verdict v = active && is_regular(fd) ? judge("write") : GO_ON;

	if (v == FAIL)
		return -1;
	NEXT(writev, fd, iov, n);
}

/* Same shape for all that return an int: fail, or call the real one. */
#define WRAP(call, name, params, ...) \
	int name params \
	{ \
		enum verdict v = judge(call); \
		static __typeof__(&name) next; \
\
		if (v == FAIL) \
			return -1; \
		if (next == NULL) \
			*(void **)&next = dlsym(RTLD_NEXT, #name); \
		return (int)finish(v, next(__VA_ARGS__)); \
	}

WRAP("fsync", fsync, (int fd), fd)
WRAP("fsync", fdatasync, (int fd), fd)
WRAP("rename", rename, (const char *a, const char *b), a, b)
WRAP("rename", renameat, (int d, const char *a, int f, const char *b), d, a,
    f, b)
WRAP("rename", renameat2,
    (int d, const char *a, int f, const char *b, unsigned flags), d, a, f, b,
    flags)
WRAP("mkdir", mkdir, (const char *path, mode_t mode), path, mode)
WRAP("mkdir", mkdirat, (int d, const char *path, mode_t mode), d, path, mode)
WRAP("unlink", unlink, (const char *path), path)
WRAP("unlink", unlinkat, (int d, const char *path, int flags), d, path, flags)
WRAP("unlink", rmdir, (const char *path), path)

/* open and openat take a mode only when they may create a file. */
#define OPEN(name, params, last, ...) \
	int name params \
	{ \
		enum verdict v; \
		static __typeof__(&name) next; \
		mode_t mode = 0; \
		va_list ap; \
\
		if (flags & (O_CREAT | __O_TMPFILE)) { \
			va_start(ap, last); \
			mode = va_arg(ap, mode_t); \
			va_end(ap); \
		} \
		v = flags & O_CREAT ? judge("open") : GO_ON; \
		if (v == FAIL) \
			return -1; \
		if (next == NULL) \
			*(void **)&next = dlsym(RTLD_NEXT, #name); \
		return (int)finish(v, next(__VA_ARGS__, flags, mode)); \
	}

OPEN(open, (const char *path, int flags, ...), flags, path)
OPEN(openat, (int d, const char *path, int flags, ...), flags, d, path)
OPEN(open64, (const char *path, int flags, ...), flags, path)
OPEN(openat64, (int d, const char *path, int flags, ...), flags, d, path)
