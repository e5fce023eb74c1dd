/* toc.c - what pg_restore -l says. */
#include "ub/toc.h"

#include <errno.h>
#include <stdio.h>

#include "base/mem.h"
#include "sys/proc.h"

#define PG_CLASS 1259 /* OID of the catalog of tables */

static void
add(struct toc *t, struct toc_entry e)
{
	/* One grow for each power of two. */
	if ((t->n & (t->n - 1)) == 0)
		t->v = mem_grow(t->v, t->n ? 2 * t->n : 1, sizeof(*t->v));
	t->v[t->n++] = e;
}

/* The catalog tells a table in a schema "DATA" from a table's data. */
static enum toc_kind
kind_of(int64_t catalog, const char *text)
{
	static const struct {
		const char *begin;
		enum toc_kind kind;
	} kinds[] = {
		{ "INDEX ", TOC_LATE },
		{ "CONSTRAINT ", TOC_LATE },
		{ "STATISTICS ", TOC_LATE },
		{ "ACL ", TOC_RIGHT },
		{ "DEFAULT ACL ", TOC_RIGHT },
	};
	size_t i;

	if (strncmp(text, "TABLE DATA ", 11) == 0 && catalog == 0)
		return TOC_DATA;
	if (strncmp(text, "TABLE ", 6) == 0 && catalog == PG_CLASS)
		return TOC_TABLE;
	for (i = 0; i < UB_LEN(kinds); i++)
		if (strncmp(text, kinds[i].begin, strlen(kinds[i].begin)) == 0)
			return kinds[i].kind;
	return TOC_OTHER;
}

/* A number and what must follow it; NULL if it is not so. */
static const char *
number(const char *s, const char *after, int64_t *out)
{
	char *end;

	if (*s < '0' || *s > '9')
		return NULL;
	errno = 0;
	*out = strtoll(s, &end, 10);
	if (errno || strncmp(end, after, strlen(after)) != 0)
		return NULL;
	return end + strlen(after);
}

/*
 * "3342; 0 16386 TABLE DATA public t owner": dump id; catalog's OID, the
 * object's OID, kind, schema, name, owner. Newlines in names are blanks here,
 * so that a line is an entry; names are of no use for the same reason.
 */
static int
take_line(struct toc *t, const char *line)
{
	int64_t id, catalog, oid;
	const char *s;

	if (*line == ';' || *line == '\n')
		return 0;
	s = number(line, "; ", &id);
	s = s ? number(s, " ", &catalog) : NULL;
	s = s ? number(s, " ", &oid) : NULL;
	if (!s)
		return -1;
	add(t, (struct toc_entry){ .dump_id = id, .oid = oid,
	    .kind = kind_of(catalog, s) });
	return 0;
}

static int
take_lines(struct toc *t, FILE *f, const char *dir, struct err *e)
{
	char *line = NULL;
	size_t cap = 0;
	int rc = 0;

	while (rc == 0 && getline(&line, &cap, f) != -1)
		rc = take_line(t, line);
	if (rc != 0)
		err_set(e, ERR_TROUBLE, "toc.line", "cannot understand the "
		    "contents of '%s': %.*s", dir,
		    (int)strcspn(line, "\n"), line);
	else if (ferror(f))
		rc = err_sys(e, "cannot read the contents of '%s'", dir);
	free(line);
	return rc;
}

int
toc_read(const struct pgtools *t, const char *dir, const char *section,
    struct toc *out, struct err *e)
{
	struct proc p = { 0 };
	struct toc toc = { 0 };
	FILE *f = tmpfile();
	int rc = -1;

	/* The list can be long: through a file it costs no memory. */
	if (!f)
		return err_sys(e, "cannot create a temporary file");
	vec_add(&p.argv, t->restore);
	vec_add(&p.argv, "-l");
	if (section)
		vec_addf(&p.argv, "--section=%s", section);
	vec_add(&p.argv, "--");
	vec_add(&p.argv, dir);
	vec_add(&p.env, "LC_ALL=C");
	p.stdout_fd = fileno(f);
	if (proc_demand(&p, "toc.read", e) != 0) {
		err_in(e, "cannot list the contents of '%s'", dir);
		goto out;
	}
	rewind(f);
	rc = take_lines(&toc, f, dir, e);
out:
	if (rc == 0) {
		*out = toc;
		toc = (struct toc){ 0 };
	}
	toc_release(&toc);
	fclose(f);
	proc_release(&p);
	return rc;
}

void
toc_release(struct toc *t)
{
	free(t->v);
	*t = (struct toc){ 0 };
}
