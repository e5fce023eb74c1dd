/* match.c - a finished dump held against the counts. */
#include "ub/dump/match.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "sys/path.h"
#include "ub/dump/counts.h"
#include "ub/toc.h"

static int
incomplete(struct dump *d, const char *what, const char *why, struct err *e)
{
	return err_set(e, ERR_TROUBLE, "dump.incomplete",
	    "the dump of database %s is not complete: %s %s", d->m->dbname,
	    what, why);
}

/* Size of a file in dir, or -1. */
static int64_t
size_of(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	struct stat st;
	int64_t size = -1;

	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		size = st.st_size;
	free(path);
	return size;
}

/* Name of the data file of an entry, or NULL if there is none. Owned. */
static char *
data_file(const char *dir, int64_t dump_id, int64_t *size)
{
	static const char *const ends[] = { ".gz", ".zst", ".lz4", "" };
	char *name;
	size_t i;

	for (i = 0; i < UB_LEN(ends); i++) {
		name = mem_printf("%" PRId64 ".dat%s", dump_id, ends[i]);
		*size = size_of(dir, name);
		if (*size >= 0)
			return name;
		free(name);
	}
	return NULL;
}

/* The table of an entry, counted; NULL with e set if that is impossible. */
static struct dump_table *
table_of(struct dump *d, int64_t oid, struct err *e)
{
	struct dump_table *t = dump_tables_find(&d->tables, oid);
	char *number;
	int rc = 0;

	/* pg_dump chose one that we did not expect. */
	if (!t)
		rc = dump_tables_add(d->db, oid, &d->tables, e);
	if (rc == 1) {
		number = mem_printf("%" PRId64, oid);
		incomplete(d, "no table has the OID", number, e);
		free(number);
	}
	if (rc != 0)
		return NULL;
	if (!t) {
		dump_tables_sort(&d->tables);
		t = dump_tables_find(&d->tables, oid);
	}
	if (t && t->rows < 0 && dump_counts_one(d->db, t, e) != 0)
		return NULL;
	return t;
}

static int
match_one(struct dump *d, const char *dir, const struct toc_entry *entry,
    struct err *e)
{
	struct dump_table *t = table_of(d, entry->oid, e);
	struct manifest_table *m;
	char *file, *name;
	int64_t size = 0;

	if (!t)
		return -1;
	file = data_file(dir, entry->dump_id, &size);
	if (!file || size == 0) {
		name = dump_tables_name(t);
		incomplete(d, name, file ? "has an empty data file" :
		    "has no data file", e);
		free(name);
		free(file);
		return -1;
	}
	m = manifest_add_table(d->m);
	m->schema = mem_dup(t->schema);
	m->name = mem_dup(t->name);
	m->rows = t->rows;
	m->where = mem_dup(t->where);
	m->file = path_join(d->m->folder, file);
	free(file);
	return 0;
}

/* blobs.toc; since 17 there are several: blobs_<dump id>.toc. */
static int
match_objects(struct dump *d, const char *dir, struct err *e)
{
	struct vec names = { 0 };
	size_t i;
	int found = 0;

	if (d->m->large_objects == 0)
		return 0;
	if (path_list(dir, &names, e) != 0)
		return -1;
	for (i = 0; i < names.n && !found; i++)
		found = strncmp(names.v[i], "blobs", 5) == 0 &&
		    strstr(names.v[i], ".toc") &&
		    size_of(dir, names.v[i]) > 0;
	vec_release(&names);
	return found ? 0 :
	    incomplete(d, "large objects", "are missing", e);
}

static int
by_name(const void *a, const void *b)
{
	const struct manifest_table *x = a, *y = b;
	int c = strcmp(x->schema, y->schema);

	return c ? c : strcmp(x->name, y->name);
}

int
dump_match(struct dump *d, const char *dir, struct err *e)
{
	struct toc toc = { 0 };
	size_t i;
	int rc = toc_read(&d->tools, dir, NULL, &toc, e);

	dump_tables_sort(&d->tables);
	for (i = 0; i < toc.n && rc == 0; i++)
		if (toc.v[i].kind == TOC_DATA)
			rc = match_one(d, dir, &toc.v[i], e);
	if (rc == 0)
		rc = match_objects(d, dir, e);
	if (rc == 0 && d->m->n_tables)
		qsort(d->m->tables, d->m->n_tables, sizeof(*d->m->tables),
		    by_name);
	toc_release(&toc);
	return rc;
}
