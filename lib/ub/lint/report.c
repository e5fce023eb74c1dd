#include "ub/lint/report.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/tmp.h"
#include "ub/lint/report_priv.h"

static void
json(const struct lint_file *v, size_t n, struct buf *out)
{
	lint_report_dump(lint_report_json(v, n), out);
}

static const struct {
	const char *name;
	void (*write)(const struct lint_file *v, size_t n, struct buf *out);
} formats[] = {
	{ "text", lint_report_text },
	{ "json", json },
	{ "sarif", lint_report_sarif },
	{ "github", lint_report_github },
	{ "gitlab", lint_report_gitlab },
	{ "junit", lint_report_junit },
};

/* The path behind the colon, and the format; NULL if there is none. */
static const char *
parse(const char *spec, size_t *format)
{
	size_t len = strcspn(spec, ":");

	for (*format = 0; *format < UB_LEN(formats); (*format)++)
		if (strlen(formats[*format].name) == len &&
		    strncmp(formats[*format].name, spec, len) == 0)
			return spec[len] && spec[len + 1] ? spec + len + 1 :
			    NULL;
	return NULL;
}

static int
bad_spec(const char *spec, size_t format, struct err *e)
{
	const char *names[UB_LEN(formats) + 1] = { NULL }, *near;
	char *word = mem_dupn(spec, strcspn(spec, ":"));
	size_t i;

	for (i = 0; i < UB_LEN(formats); i++)
		names[i] = formats[i].name;
	near = text_nearest(word, names);
	if (format < UB_LEN(formats)) {
		err_set(e, ERR_USAGE, "lint.report",
		    "report '%s' says no file", spec);
		err_hint(e, "--report %s:FILE", word);
	} else {
		err_set(e, ERR_USAGE, "lint.report", "there is no format "
		    "'%s' of reports: text, json, sarif, github, gitlab, "
		    "junit", word);
		if (near)
			err_hint(e, "did you mean '%s'?", near);
	}
	free(word);
	return -1;
}

/* Is it what this descriptor leads to? */
static int
is_open_as(int fd, const struct stat *st)
{
	struct stat x;

	return fstat(fd, &x) == 0 && x.st_dev == st->st_dev &&
	    x.st_ino == st->st_ino;
}

/* Where a file is or will be, links followed; NULL without its folder. */
static char *
real_path(const char *path)
{
	char *real = realpath(path, NULL), *dir, *folder;

	if (real)
		return real;
	dir = path_dir(path);
	folder = realpath(dir, NULL);
	if (folder && path_is_dir(folder))
		real = path_join(folder, path_base(path));
	free(folder);
	free(dir);
	return real;
}

static int
check_folder(const char *path, struct err *e)
{
	char *real = real_path(path), *dir = path_dir(real ? real : path);
	int r = 0;

	if (!real || path[strlen(path) - 1] == '/')
		r = err_set(e, ERR_USAGE, "lint.report",
		    "there is no folder for the report '%s'", path);
	else if (access(dir, W_OK | X_OK) != 0)
		r = err_sys(e, "cannot write the report '%s'", path);
	free(dir);
	free(real);
	return r;
}

/* By whatever name; but where both go, it may be meant for people. */
static int
is_result(const char *path, const struct stat *st)
{
	static const char *const names[] = { "-", "/dev/stdout", "/dev/fd/1",
		"/proc/self/fd/1" };
	size_t i;

	for (i = 0; i < UB_LEN(names); i++)
		if (strcmp(path, names[i]) == 0)
			return 1;
	return st && is_open_as(1, st) && !is_open_as(2, st);
}

static int
check_path(const char *path, struct err *e)
{
	struct stat st;
	int there = stat(path, &st) == 0;

	if (is_result(path, there ? &st : NULL)) {
		err_set(e, ERR_USAGE, "lint.report", "report '%s': standard "
		    "output is for the result", path);
		return err_hint(e, "give a file, or /dev/stderr");
	}
	if (there && S_ISDIR(st.st_mode))
		return err_set(e, ERR_USAGE, "lint.report",
		    "report '%s': it is a folder", path);
	if (there && !S_ISREG(st.st_mode))
		return access(path, W_OK) == 0 ? 0 :
		    err_sys(e, "cannot write the report '%s'", path);
	return check_folder(path, e);
}

/* Two files may have one place; what a device gets, it gets in turn. */
static int
check_twice(const struct vec *specs, size_t at, struct err *e)
{
	const char *path;
	char *one, *other;
	size_t i, f;
	int r = 0;

	path = parse(specs->v[at], &f);
	one = real_path(path);
	for (i = 0; i < at && r == 0 && one; i++) {
		other = real_path(parse(specs->v[i], &f));
		if (other && strcmp(one, other) == 0 &&
		    (path_is_file(one) || !path_exists(one)))
			r = err_set(e, ERR_USAGE, "lint.report",
			    "two reports are to be written to '%s'", path);
		free(other);
	}
	free(one);
	return r;
}

int
lint_report_check(const struct vec *specs, struct err *e)
{
	const char *path;
	size_t i, f;

	for (i = 0; i < specs->n; i++) {
		path = parse(specs->v[i], &f);
		if (!path)
			return bad_spec(specs->v[i], f, e);
		if (check_path(path, e) || check_twice(specs, i, e))
			return -1;
	}
	return 0;
}

/* A device, a pipe, or a file that standard error goes to. */
static int
stream(const char *path, const struct stat *st, const struct buf *b,
    struct err *e)
{
	int fd, r;

	if (is_open_as(2, st))
		return io_write(2, b->data, b->len, path, e);
	fd = io_open(path, O_WRONLY | O_NOCTTY, 0, e);
	if (fd < 0)
		return -1;
	r = io_write(fd, b->data, b->len, path, e);
	if (close(fd) != 0 && r == 0)
		r = err_sys(e, "cannot write '%s'", path);
	return r;
}

static int
replace(const char *path, mode_t mode, const struct buf *b, struct err *e)
{
	char *real = real_path(path);
	int r;

	if (!real)
		return err_set(e, ERR_TROUBLE, "lint.report",
		    "there is no folder for the report '%s'", path);
	r = tmp_write_file(real, b->data, b->len, e);
	if (r == 0 && mode && chmod(real, mode) != 0)
		r = err_sys(e, "cannot give '%s' its mode", real);
	free(real);
	return r;
}

static int
write_one(const char *path, const struct buf *b, struct err *e)
{
	struct stat st;
	int there = stat(path, &st) == 0;

	if (there && (!S_ISREG(st.st_mode) || is_open_as(2, &st)))
		return stream(path, &st, b, e);
	return replace(path, there ? st.st_mode & 0777 : 0, b, e);
}

int
lint_report_write(const struct vec *specs, const struct lint_file *v,
    size_t n, struct err *e)
{
	struct buf b = { 0 };
	const char *path;
	size_t i, f;
	int r = 0;

	for (i = 0; i < specs->n && r == 0; i++) {
		path = parse(specs->v[i], &f);
		if (!path) {
			r = bad_spec(specs->v[i], f, e);
			break;
		}
		buf_reset(&b);
		buf_puts(&b, "");
		formats[f].write(v, n, &b);
		r = write_one(path, &b, e);
	}
	buf_release(&b);
	return r;
}
