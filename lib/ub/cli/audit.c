/* audit.c - the application's update history. */
#include "ub/cli/audit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"

/* Does a file of this size end in the middle of a line? */
static int
is_torn(int fd, off_t size)
{
	char last = '\n';

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

/* One write(2), so that lines of two programs cannot mix. */
static int
append(int fd, const char *path, const char *text, struct err *e)
{
	struct stat st;
	char *line;
	size_t len;
	ssize_t n;
	int r = 0;

	if (fstat(fd, &st))
		return err_sys(e, "cannot read '%s'", path);
	line = mem_printf("%s%s\n", is_torn(fd, st.st_size) ? "\n" : "", text);
	len = strlen(line);
	do
		n = write(fd, line, len);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && (size_t)n < len) {
		/* A short write means a full disk; only our own is cut. */
		if (lseek(fd, 0, SEEK_END) == st.st_size + n &&
		    ftruncate(fd, st.st_size))
			errno = 0;
		errno = ENOSPC;
	}
	if (n < 0 || (size_t)n < len)
		r = err_sys(e, "cannot write '%s'", path);
	free(line);
	return r;
}

int
cli_audit_append(struct cli *c, json_t *result, struct err *e)
{
	char *path, *text;
	int fd, r;

	if (cli_state(c, e))
		return -1;
	path = path_join(c->state, "journal.ndjson");
	text = json_dumps(result, JSON_COMPACT);
	fd = io_open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0600, e);
	r = fd < 0 ? -1 : append(fd, path, text, e);
	if (r == 0)
		r = io_finish(&fd, path, e);
	else if (fd >= 0)
		close(fd);
	free(text);
	free(path);
	return r;
}
