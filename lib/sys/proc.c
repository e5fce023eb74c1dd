/* proc.c - run another program, and demand that it succeeds. */
#include "sys/proc.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/num.h"
#include "sys/path.h"

/* The last line of b that says anything. Caller owns. */
static char *
last_line(const struct buf *b)
{
	size_t end = b->len, start;

	while (end > 0 && strchr("\r\n\t ", b->data[end - 1]))
		end--;
	for (start = end; start > 0 && b->data[start - 1] != '\n'; start--)
		;
	return mem_dupn(buf_text(b) + start, end - start);
}

int
proc_demand(struct proc *p, const char *kind, struct err *e)
{
	const char *name = path_base(p->argv.v[0]);
	char *last, *how, *number;

	if (proc_run(p, e) != 0)
		return -1;
	if (p->exit == 0 && !p->timed_out)
		return 0;
	last = last_line(&p->errs);
	if (p->timed_out) {
		number = num_duration_text(p->timeout_ms);
		how = mem_printf("took longer than %s", number);
		free(number);
	} else if (p->signal) {
		how = mem_printf("was ended by signal %d", p->signal);
	} else {
		how = mem_printf("failed with exit code %d", p->exit);
	}
	err_set(e, ERR_TROUBLE, kind, "'%s' %s%s%s", name, how,
	    *last ? ": " : "", last);
	err_detail(e, "program", name);
	number = mem_printf("%d", p->signal ? p->signal : p->exit);
	err_detail(e, p->signal ? "signal" : "exit_code", number);
	free(number);
	free(how);
	free(last);
	return -1;
}

/* Can we run this file? */
static int
runnable(const char *file)
{
	struct stat st;

	return stat(file, &st) == 0 && S_ISREG(st.st_mode) &&
	    access(file, X_OK) == 0;
}

char *
proc_which(const char *name)
{
	const char *path = getenv("PATH");
	char *dir, *file;
	size_t n;

	if (strchr(name, '/'))
		return runnable(name) ? mem_dup(name) : NULL;
	if (!path)
		path = "/usr/local/bin:/usr/bin:/bin";
	for (; *name; path += n + 1) {
		n = strcspn(path, ":");
		if (path[0] == '/') {
			dir = mem_dupn(path, n);
			file = path_join(dir, name);
			free(dir);
			if (runnable(file))
				return file;
			free(file);
		}
		if (!path[n])
			break;
	}
	return NULL;
}

void
proc_release(struct proc *p)
{
	vec_release(&p->argv);
	vec_release(&p->env);
	buf_release(&p->out);
	buf_release(&p->errs);
	*p = (struct proc){ 0 };
}
