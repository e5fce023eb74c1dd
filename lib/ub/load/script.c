#include "ub/load/script.h"

#include <string.h>

#include "base/mem.h"

#define COPY_END " FROM stdin;\n"

static int
begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static int
ends(const char *line, size_t n, const char *with)
{
	size_t m = strlen(with);

	return n >= m && memcmp(line + n - m, with, m) == 0;
}

/* Is a name open at its end? "" within a name does not change the count. */
static int
is_open(const struct buf *b)
{
	int open = 0;
	size_t i;

	for (i = 0; i < b->len; i++)
		open ^= b->data[i] == '"';
	return open;
}

/* A comment, or a command of psql's ("\restrict"). */
static int
is_void(const char *line)
{
	return *line == '\n' || *line == '\\' || begins(line, "--");
}

static int
is_setting(const char *line, size_t n)
{
	return (begins(line, "SET ") ||
	    begins(line, "SELECT pg_catalog.set_config(")) &&
	    ends(line, n, ";\n");
}

/* One line; copy holds a statement that has begun. */
static int
take(struct load_script *s, struct buf *copy, const char *line, size_t n,
    struct err *e)
{
	if (copy->len == 0 && is_void(line))
		return 0;
	if (copy->len == 0 && is_setting(line, n)) {
		buf_add(&s->settings, line, n);
		return 0;
	}
	if (memchr(line, '\0', n) ||
	    (copy->len == 0 && !begins(line, "COPY ")))
		return err_set(e, ERR_TROUBLE, "load.script",
		    "pg_restore writes what is not understood: %.*s",
		    (int)strcspn(line, "\n"), line);
	buf_add(copy, line, n);
	if (is_open(copy) || !ends(line, n, COPY_END))
		return 0;
	vec_take(&s->copies, mem_dupn(copy->data, copy->len - 2));
	buf_release(copy);
	return 0;
}

int
load_script_read(FILE *f, struct load_script *s, struct err *e)
{
	struct buf copy = { 0 };
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int r = 0;

	while (r == 0 && (n = getline(&line, &cap, f)) != -1)
		r = take(s, &copy, line, (size_t)n, e);
	if (r == 0 && ferror(f))
		r = err_sys(e, "cannot read what pg_restore wrote");
	else if (r == 0 && copy.len > 0)
		r = err_set(e, ERR_TROUBLE, "load.script",
		    "pg_restore writes half a statement");
	free(line);
	buf_release(&copy);
	return r;
}

char *
load_script_table(const char *copy)
{
	const char *name = copy + strlen("COPY "), *s;
	int quoted = 0;

	for (s = name; *s && (quoted || *s != ' '); s++)
		quoted ^= *s == '"';
	return mem_dupn(name, (size_t)(s - name));
}

void
load_script_release(struct load_script *s)
{
	buf_release(&s->settings);
	vec_release(&s->copies);
}
