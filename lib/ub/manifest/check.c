/* What a manifest says must agree with itself. */
#include "ub/manifest.h"

#include <ctype.h>

/* 20261121T031105Z, perhaps -4f2c9ab, perhaps -2. */
int
manifest_id_ok(const char *id)
{
	static const char form[] = "dddddddd'T'dddddd'Z'";
	const char *f, *s = id;

	for (f = form; *f; f++) {
		if (*f == '\'')
			continue;
		if (*f == 'd' ? !isdigit((unsigned char)*s) : *s != *f)
			return 0;
		s++;
	}
	if (strlen(s) > 60)
		return 0;
	for (; *s; s++)
		if (*s != '-' && !isdigit((unsigned char)*s) &&
		    !(*s >= 'a' && *s <= 'f'))
			return 0;
	return 1;
}

static int
need(const struct manifest *m, const char *path, struct err *e)
{
	if (!path || manifest_find(m, path))
		return 0;
	return err_set(e, ERR_NO, "set.manifest",
	    "it names '%s', which is not among its files", path);
}

/* Each table has a file of its own, in the folder of its database. */
static int
need_tables(const struct manifest *m, const struct manifest_db *d,
    struct err *e)
{
	size_t n = strlen(d->folder), i;
	const char *file;

	for (i = 0; i < d->n_tables; i++) {
		file = d->tables[i].file;
		if (file &&
		    (strncmp(file, d->folder, n) != 0 || file[n] != '/'))
			return err_set(e, ERR_NO, "set.manifest",
			    "'%s' is not in '%s'", file, d->folder);
		if (need(m, file, e))
			return -1;
	}
	return 0;
}

int
manifest_check(const struct manifest *m, struct err *e)
{
	const struct manifest_container *c;
	size_t i;

	for (i = 0; i < m->n_dbs; i++)
		if (need_tables(m, &m->dbs[i], e))
			return -1;
	for (i = 0; i < m->n_trees; i++)
		if (need(m, m->trees[i].file, e))
			return -1;
	for (i = 0; i < m->n_configs; i++)
		if (need(m, m->configs[i].file, e))
			return -1;
	for (i = 0; i < m->n_containers; i++) {
		c = &m->containers[i];
		if (need(m, c->inspect, e) || need(m, c->log, e))
			return -1;
	}
	return 0;
}
