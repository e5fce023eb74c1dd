#include "ub/manifest.h"

#include "base/mem.h"

/* Room for one more in a list of n; it grows at powers of two. */
static void *
room(void *list, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return list;
	return mem_grow(list, n ? n * 2 : 1, size);
}

/* A new zeroed element at the end of a list; its address. */
#define APPEND(list, n) \
	((list) = room((list), (n), sizeof(*(list))), \
	    memset(&(list)[n], 0, sizeof(*(list))), &(list)[(n)++])

struct manifest_db *
manifest_add_db(struct manifest *m)
{
	return APPEND(m->dbs, m->n_dbs);
}

struct manifest_tree *
manifest_add_tree(struct manifest *m)
{
	return APPEND(m->trees, m->n_trees);
}

struct manifest_config *
manifest_add_config(struct manifest *m)
{
	return APPEND(m->configs, m->n_configs);
}

struct manifest_container *
manifest_add_container(struct manifest *m)
{
	return APPEND(m->containers, m->n_containers);
}

struct manifest_file *
manifest_add_file(struct manifest *m)
{
	return APPEND(m->files, m->n_files);
}

struct manifest_table *
manifest_add_table(struct manifest_db *d)
{
	return APPEND(d->tables, d->n_tables);
}

static int
by_path(const void *path, const void *file)
{
	const struct manifest_file *f = file;

	return strcmp(path, f->path);
}

const struct manifest_file *
manifest_find(const struct manifest *m, const char *path)
{
	if (m->n_files == 0)
		return NULL;
	return bsearch(path, m->files, m->n_files, sizeof(*m->files),
	    by_path);
}

int64_t
manifest_bytes(const struct manifest *m)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < m->n_files; i++)
		sum += m->files[i].size;
	return sum;
}

int64_t
manifest_rows(const struct manifest_db *d)
{
	int64_t sum = 0;
	size_t i;

	for (i = 0; i < d->n_tables; i++)
		sum += d->tables[i].rows;
	return sum;
}

static void
release_db(struct manifest_db *d)
{
	size_t i;

	for (i = 0; i < d->n_tables; i++) {
		free(d->tables[i].schema);
		free(d->tables[i].name);
		free(d->tables[i].file);
		free(d->tables[i].where);
	}
	free(d->tables);
	free(d->name);
	free(d->folder);
	free(d->dbname);
	free(d->host);
	free(d->port);
	free(d->user);
	free(d->system_id);
	free(d->snapshot);
	props_release(&d->props);
}

static void
release_tree(struct manifest_tree *t)
{
	free(t->name);
	free(t->path);
	free(t->file);
	vec_release(&t->changed);
}

static void
release_parts(struct manifest *m)
{
	size_t i;

	for (i = 0; i < m->n_dbs; i++)
		release_db(&m->dbs[i]);
	for (i = 0; i < m->n_trees; i++)
		release_tree(&m->trees[i]);
	for (i = 0; i < m->n_configs; i++) {
		free(m->configs[i].path);
		free(m->configs[i].file);
	}
	for (i = 0; i < m->n_containers; i++) {
		free(m->containers[i].name);
		free(m->containers[i].inspect);
		free(m->containers[i].log);
	}
	for (i = 0; i < m->n_files; i++)
		free(m->files[i].path);
}

void
manifest_release(struct manifest *m)
{
	release_parts(m);
	free(m->dbs);
	free(m->trees);
	free(m->configs);
	free(m->containers);
	free(m->files);
	free(m->id);
	free(m->app);
	free(m->label);
	free(m->ub_version);
	free(m->git_commit);
	free(m->git_branch);
	free(m->host);
	*m = (struct manifest){ 0 };
}
