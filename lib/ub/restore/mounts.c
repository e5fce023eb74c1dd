#include "ub/restore/mounts.h"

#include <sys/stat.h>

#include "base/mem.h"
#include "base/vec.h"
#include "sys/io.h"
#include "sys/path.h"

#define MOUNTINFO "/proc/self/mountinfo"
#define MOUNTINFO_MAX (16 * 1024 * 1024)
#define FIELD 5 /* the mount point; proc_pid_mountinfo(5) */

static int
is_octal(const char *s)
{
	int i;

	for (i = 0; i < 3; i++)
		if (s[i] < '0' || s[i] > '7')
			return 0;
	return 1;
}

/* Blank, tab, newline and backslash are written as \ooo. */
static char *
unescape(const char *s, size_t len)
{
	char *text = mem_dupn(s, len), *to = text;
	const char *from;

	for (from = text; *from; from++) {
		if (*from == '\\' && is_octal(from + 1)) {
			*to++ = (char)((from[1] - '0') * 64 +
			    (from[2] - '0') * 8 + (from[3] - '0'));
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return text;
}

static void
take_line(const char *line, size_t len, struct vec *points)
{
	const char *end = line + len, *at = line;
	size_t n;
	int i;

	for (i = 1; i < FIELD && at; i++) {
		at = memchr(at, ' ', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return;
	n = strcspn(at, " \n");
	vec_take(points, unescape(at, n));
}

/* -1 where there is no such list. */
static int
list(struct vec *points)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	const char *s;
	size_t n;
	int r = io_slurp(MOUNTINFO, MOUNTINFO_MAX, &b, &e);

	for (s = buf_text(&b); r == 0 && *s; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		take_line(s, n, points);
	}
	err_release(&e);
	buf_release(&b);
	return r;
}

static int
on_other_device(const char *path)
{
	char *dir = path_dir(path);
	struct stat here, above;
	int yes = stat(path, &here) == 0 && stat(dir, &above) == 0 &&
	    here.st_dev != above.st_dev;

	free(dir);
	return yes;
}

int
mounts_at(const char *path)
{
	struct vec points = { 0 };
	int yes = list(&points) ? on_other_device(path)
				: vec_has(&points, path);

	vec_release(&points);
	return yes;
}

char *
mounts_below(const char *path)
{
	struct vec points = { 0 };
	size_t i, n = strlen(path);
	char *found = NULL;

	list(&points);
	for (i = 0; i < points.n && !found; i++)
		if (strncmp(points.v[i], path, n) == 0 &&
		    points.v[i][n] == '/')
			found = mem_dup(points.v[i]);
	vec_release(&points);
	return found;
}
