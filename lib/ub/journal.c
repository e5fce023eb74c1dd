/* journal.c - the history, from its end. */
#define _GNU_SOURCE /* memrchr */
#include "ub/journal.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"

#define LINE_MAX_LEN ((size_t)64 << 20)
#define BLOCK 8192

struct reading {
	const struct journal_query *q;
	const char *path;
	int fd;
	json_t *found;
};

/* Read that part of it; nobody shortens a journal by what was whole. */
static int
read_at(const struct reading *r, char *out, size_t len, size_t at,
    struct err *e)
{
	ssize_t n = pread(r->fd, out, len, (off_t)at);

	if (n < 0)
		return err_sys(e, "cannot read '%s'", r->path);
	return (size_t)n == len ? 0 : err_set(e, ERR_TROUBLE, "journal",
	    "'%s' became shorter while it was read", r->path);
}

/* Behind the last line's end before end, or 0. */
static int
find_start(const struct reading *r, size_t end, size_t *out, struct err *e)
{
	char block[BLOCK];
	const char *nl = NULL;
	size_t n;

	for (*out = end; *out > 0 && !nl; *out -= n) {
		n = *out < BLOCK ? *out : BLOCK;
		if (read_at(r, block, n, *out - n, e))
			return -1;
		nl = memrchr(block, '\n', n);
		if (nl)
			n -= (size_t)(nl + 1 - block);
	}
	return 0;
}

static void
take_line(struct reading *r, const char *line, size_t len)
{
	json_t *j;
	const char *tool;

	if (!strstr(line, r->q->tool))
		return;
	j = json_loadb(line, len, 0, NULL);
	tool = json_string_value(json_object_get(j, "tool"));
	if (tool && strcmp(tool, r->q->tool) == 0 && r->q->is(r->q->ctx, j))
		r->found = json_incref(j);
	json_decref(j);
}

static int
read_line(struct reading *r, size_t start, size_t len, struct err *e)
{
	char *line;
	int ret;

	if (len > LINE_MAX_LEN)
		return 0;
	line = mem_alloc(len + 1);
	ret = read_at(r, line, len, start, e);
	if (ret == 0)
		take_line(r, line, len);
	free(line);
	return ret;
}

static int
read_back(struct reading *r, size_t size, struct err *e)
{
	size_t start, end;
	/* What has no end is torn. */
	int ret = find_start(r, size, &end, e);

	for (; ret == 0 && end > 0 && !r->found; end = start) {
		ret = find_start(r, end - 1, &start, e);
		if (ret == 0)
			ret = read_line(r, start, end - 1 - start, e);
	}
	return ret;
}

int
journal_last(const char *state, const struct journal_query *q, json_t **out,
    struct err *e)
{
	char *path = path_join(state, "journal.ndjson");
	struct reading rd = { .q = q, .path = path, .fd = -1 };
	size_t size;
	int r = 0;

	if (path_exists(path)) {
		rd.fd = io_open_regular(path, &size, e);
		r = rd.fd < 0 ? -1 : read_back(&rd, size, e);
	}
	if (rd.fd >= 0)
		close(rd.fd);
	*out = rd.found;
	free(path);
	return r;
}
