/* test_proc.c - run another program: its input, its output, its end. */
#include "sys/proc.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "child.h"
#include "sys/clock.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/pool.h"
#include "sys/tmp.h"
#include "tap.h"

static struct err e;
static char *dir;

/* Set p up to run a line of shell. */
static void
shell(struct proc *p, const char *line)
{
	proc_release(p);
	vec_add(&p->argv, "/bin/sh");
	vec_add(&p->argv, "-c");
	vec_add(&p->argv, line);
}

static void
cannot_start(const char *name, const char *msg)
{
	struct proc p = { 0 };

	vec_add(&p.argv, name);
	tap_ok(proc_run(&p, &e) == -1, "'%s' cannot be started", name);
	tap_is(e.msg, msg, "and why");
	tap_ok(e.code == ERR_TROUBLE && !strcmp(e.kind, "proc.start"),
	    "its code and kind");
	tap_ok(p.exit == -1 && !p.signal && !p.timed_out, "it did not run");
	err_release(&e);
	proc_release(&p);
}

static void
test_no_interpreter(const char *file)
{
	const char *preload = getenv("LD_PRELOAD");
	char *want;

	/* Valgrind looks at the file itself, and takes this one. */
	if (preload && strstr(preload, "vgpreload"))
		return;
	tmp_write_file(file, "#!/no/interpreter\n", 18, &e);
	chmod(file, 0700);
	want = mem_printf("cannot start '%s': No such file or directory",
	    file);
	cannot_start(file, want);
	free(want);
}

static void
test_start(void)
{
	struct proc p = { 0 };
	char *file = path_join(dir, "script"), *want;

	cannot_start("ub-no-such-program", "cannot start "
	    "'ub-no-such-program': No such file or directory");
	cannot_start("/etc/passwd", "cannot start '/etc/passwd': Permission "
	    "denied");
	cannot_start("", "cannot start '': No such file or directory");
	tmp_write_file(file, "\1\2\3\4", 4, &e);
	chmod(file, 0700);
	want = mem_printf("cannot start '%s': Exec format error", file);
	cannot_start(file, want);
	free(want);
	test_no_interpreter(file);
	shell(&p, "pwd");
	p.dir = "/no/folder";
	tap_ok(proc_run(&p, &e) == -1, "no folder to run in");
	tap_is(e.msg, "cannot start '/bin/sh': cannot enter folder "
	    "'/no/folder': No such file or directory", "and why");
	err_release(&e);
	p.dir = dir;
	tap_ok(proc_run(&p, &e) == 0 && !strncmp(buf_text(&p.out), dir,
	    strlen(dir)), "a folder to run in");
	proc_release(&p);
	free(file);
}

static void
test_which(void)
{
	char *old = mem_dup(getenv("PATH")), *got, *file;

	file = path_join(dir, "ub-tool");
	tmp_write_file(file, "#!/bin/sh\n", 10, &e);
	tap_ok(chdir(dir) == 0, "in the folder of a tool");
	setenv("PATH", ".:relative::/no/folder", 1);
	got = proc_which("ub-tool");
	tap_is(got, NULL, "a folder that is not absolute is not searched");
	setenv("PATH", dir, 1);
	got = proc_which("ub-tool");
	tap_is(got, NULL, "a file that cannot be run is not found");
	chmod(file, 0700);
	got = proc_which("ub-tool");
	tap_is(got, file, "one that can be is");
	free(got);
	got = proc_which("./ub-tool");
	tap_is(got, "./ub-tool", "a name with a slash is not searched");
	free(got);
	tap_is(proc_which("./none"), NULL, "but must be there");
	tap_is(proc_which(dir), NULL, "a folder is no program");
	tap_is(proc_which(""), NULL, "nothing is no program");
	unsetenv("PATH");
	got = proc_which("sh");
	tap_ok(got && got[0] == '/', "without PATH there is a default");
	free(got);
	setenv("PATH", old, 1);
	free(old);
	free(file);
}

/* How it ends. */
static void
test_end(void)
{
	struct proc p = { 0 };

	proc_release(&p);
	shell(&p, "echo out; echo err >&2; exit 3");
	tap_ok(proc_run(&p, &e) == 0, "a failing program did run");
	tap_ok(p.exit == 3 && !p.signal && !p.timed_out, "its exit code");
	tap_is(buf_text(&p.out), "out\n", "its output");
	tap_is(buf_text(&p.errs), "err\n", "its complaints");
	tap_ok(proc_run(&p, &e) == 0 && p.out.len == 4, "again, from new");
	shell(&p, "kill -9 $$");
	tap_ok(proc_run(&p, &e) == 0 && p.exit == -1 && p.signal == 9,
	    "ended by a signal");

	tap_ok(proc_demand(&p, "t.k", &e) == -1, "demanded");
	tap_is(e.msg, "'sh' was ended by signal 9", "the message");
	tap_is(err_detail_get(&e, "signal"), "9", "the detail");
	shell(&p, "echo one >&2; echo two >&2; echo >&2; exit 4");
	tap_ok(proc_demand(&p, "t.k", &e) == -1, "demanded");
	tap_is(e.msg, "'sh' failed with exit code 4: two", "the last line");
	tap_ok(e.code == ERR_TROUBLE && !strcmp(e.kind, "t.k"), "the kind");
	tap_is(err_detail_get(&e, "exit_code"), "4", "the detail");
	tap_is(err_detail_get(&e, "program"), "sh", "the program");
	shell(&p, "exit 0");
	err_release(&e);
	tap_ok(proc_demand(&p, "t.k", &e) == 0 && !e.msg, "a good end");
	proc_release(&p);
}

static void
keep_line(void *ctx, const char *line)
{
	vec_add(ctx, line);
}

static void
test_output(void)
{
	struct proc p = { 0 };
	struct vec lines = { 0 };
	struct buf b = { 0 };
	char *file = path_join(dir, "out");

	shell(&p, "i=0; while [ $i -lt 20000 ]; do echo $i; echo e$i >&2; "
	    "i=$((i+1)); done; printf END; printf END >&2");
	p.max = 1000;
	tap_ok(proc_run(&p, &e) == 0 && p.exit == 0, "much output");
	tap_ok(p.out.len == 1000 && !strncmp(p.out.data, "0\n1\n2\n", 6),
	    "the first of stdout is kept");
	tap_ok(p.errs.len == 1000 &&
	    !strcmp(p.errs.data + 1000 - 10, "e19999\nEND"),
	    "the last of stderr is kept");

	shell(&p, "printf 'one\\ntw' >&2; sleep 0.1; printf 'o\\n\\nend' >&2");
	p.on_errline = keep_line;
	p.ctx = &lines;
	tap_ok(proc_run(&p, &e) == 0 && lines.n == 4, "four lines");
	tap_ok(lines.n == 4 && !strcmp(lines.v[0], "one") &&
	    !strcmp(lines.v[1], "two") && !strcmp(lines.v[2], "") &&
	    !strcmp(lines.v[3], "end"), "each whole, the last without end");
	vec_release(&lines);
	shell(&p, "head -c 100000 /dev/zero | tr '\\0' x >&2");
	p.on_errline = keep_line;
	p.ctx = &lines;
	tap_ok(proc_run(&p, &e) == 0 && lines.n == 2 &&
	    strlen(lines.v[0]) == 65536, "an endless line is cut");

	shell(&p, "echo to a file; echo err >&2");
	p.stdout_fd = io_open(file, O_WRONLY | O_CREAT, 0600, &e);
	tap_ok(proc_run(&p, &e) == 0 && p.out.len == 0, "stdout elsewhere");
	close(p.stdout_fd);
	io_slurp(file, 100, &b, &e);
	tap_is(buf_text(&b), "to a file\n", "in the file");
	tap_is(buf_text(&p.errs), "err\n", "stderr is kept as ever");
	shell(&p, "cat; cat /dev/stdin");
	p.stdin_fd = io_open(file, O_RDONLY, 0, &e);
	tap_ok(proc_run(&p, &e) == 0, "stdin from elsewhere");
	tap_is(buf_text(&p.out), "to a file\nto a file\n",
	    "read twice: by its name from the beginning");
	close(p.stdin_fd);
	buf_release(&b);
	vec_release(&lines);
	proc_release(&p);
	free(file);
}

static void
test_surroundings(void)
{
	struct proc p = { 0 };
	int fd = open("/dev/null", O_RDONLY); /* not closed on exec */

	shell(&p, "cat; ls /proc/self/fd | tr '\\n' ' '");
	tap_ok(fd > 2 && proc_run(&p, &e) == 0, "a look round");
	tap_is(buf_text(&p.out), "0 1 2 3 ", "no descriptor is inherited");
	close(fd);
	setenv("GIT_DIR", "/x", 1);
	setenv("GIT_INDEX_FILE", "/x", 1);
	setenv("GIT_CONFIG_COUNT", "0", 1);
	setenv("GIT_AUTHOR_NAME", "stays", 1);
	setenv("UB_T_OLD", "old", 1);
	setenv("UB_T_GONE", "gone", 1);
	shell(&p, "echo $GIT_DIR,$GIT_INDEX_FILE,$GIT_CONFIG_COUNT,"
	    "$GIT_AUTHOR_NAME,$UB_T_OLD,${UB_T_GONE-unset},$UB_T_NEW");
	vec_add(&p.env, "UB_T_OLD=changed");
	vec_add(&p.env, "UB_T_GONE");
	vec_add(&p.env, "UB_T_NEW=a=b");
	tap_ok(proc_run(&p, &e) == 0, "an environment");
	tap_is(buf_text(&p.out), ",,,stays,changed,unset,a=b\n",
	    "git's local variables are cleared, others set and unset");
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("GIT_CONFIG_COUNT");
	shell(&p, "echo $$; ps -o pgid= -p $$");
	tap_ok(proc_run(&p, &e) == 0, "a process group");
	tap_ok(strtol(buf_text(&p.out), NULL, 10) ==
	    strtol(strchr(buf_text(&p.out), '\n'), NULL, 10), "of its own");
	proc_release(&p);
}

/* With stdin, stdout and stderr closed in ourselves. */
static int
run_closed(void *ctx)
{
	struct proc p = { 0 };
	int r;

	(void)ctx;
	close(0);
	close(1);
	close(2);
	shell(&p, "cat; echo out; echo err >&2");
	r = proc_run(&p, &e) == 0 && p.exit == 0 &&
		!strcmp(buf_text(&p.out), "out\n") &&
		!strcmp(buf_text(&p.errs), "err\n") ? 0 : 1;
	proc_release(&p);
	return r;
}

static int
run_one(void *ctx, size_t i, struct err *err)
{
	struct proc p = { 0 };
	char *line = mem_printf("echo %zu; exit %zu", i, i % 7);
	int r;

	(void)ctx;
	shell(&p, line);
	r = proc_run(&p, err);
	if (r == 0 && (p.exit != (int)(i % 7) ||
	    strtoul(buf_text(&p.out), NULL, 10) != i))
		r = err_set(err, ERR_NO, "t", "%zu is wrong", i);
	proc_release(&p);
	free(line);
	return r;
}

int
main(void)
{
	struct buf errs = { 0 };

	dir = tmp_dir("ub-test-proc", &e);
	test_start();
	test_which();
	test_end();
	test_output();
	test_surroundings();
	tap_ok(child_run(run_closed, NULL, &errs) == 0,
	    "also when our own streams are closed");
	tap_ok(pool_run(100, 4, run_one, NULL, &e) == 0,
	    "a hundred children on four threads");
	buf_release(&errs);
	free(dir);
	return tap_done();
}
