#include "ub/backup/space.h"

#include "base/num.h"
#include "sys/log.h"
#include "sys/path.h"

/* Texts, catalogs and folders of even the smallest set. */
#define SPACE_BASE ((int64_t)256 << 10)

/* Bytes in the set, and in the database, of all dumps of a set. */
static void
dump_bytes(const struct manifest *m, int64_t *in_set, int64_t *in_db)
{
	size_t i;

	for (i = 0; i < m->n_dbs; i++)
		*in_db += m->dbs[i].size_bytes;
	for (i = 0; i < m->n_files; i++)
		if (strncmp(m->files[i].path, "db/", 3) == 0)
			*in_set += m->files[i].size;
}

int64_t
space_estimate(const struct space_need *n, const struct set *last)
{
	int64_t in_set = 0, in_db = 0;

	if (last)
		dump_bytes(&last->m, &in_set, &in_db);
	if (in_set == 0 || in_db == 0) {
		in_set = 1;
		in_db = 2;
	}
	return SPACE_BASE + n->tree_bytes +
	    (int64_t)((double)n->db_bytes / (double)in_db *
		(double)in_set);
}

int
space_check(const char *dir, int64_t need, struct err *e)
{
	char *needs, *has;
	int64_t bytes;

	if (path_free_space(dir, &bytes, e))
		return -1;
	if (bytes >= need)
		return 0;
	needs = num_size_text(need);
	has = num_size_text(bytes);
	err_set(e, ERR_TROUBLE, "backup.space",
	    "not enough space in '%s': a set needs about %s, %s are free",
	    dir, needs, has);
	free(needs);
	free(has);
	return err_hint(e, "ub-backup prune removes sets beyond backup.keep");
}

static const struct manifest_db *
find(const struct manifest *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->n_dbs; i++)
		if (strcmp(m->dbs[i].name, name) == 0)
			return &m->dbs[i];
	return NULL;
}

void
space_compare(const struct manifest *now, const struct set *last)
{
	const struct manifest_db *before;
	int64_t had, has;
	size_t i;

	for (i = 0; last && i < now->n_dbs; i++) {
		before = find(&last->m, now->dbs[i].name);
		if (!before)
			continue;
		had = manifest_rows(before);
		has = manifest_rows(&now->dbs[i]);
		if (has < had / 2)
			log_warn("backup.shrunk",
			    "database %s has %lld rows, in the set before "
			    "(%s) it had %lld",
			    now->dbs[i].dbname, (long long)has, last->m.id,
			    (long long)had);
	}
}
