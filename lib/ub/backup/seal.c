#include "ub/backup/seal.h"

#include <sys/stat.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "sys/pool.h"
#include "ub/set.h"
#include "ub/sums.h"

struct sealing {
	const char *dir;
	struct manifest *m;
	struct manifest_file *v; /* not yet in the manifest */
	size_t n;
	struct vec folders;
};

static int
listed(const struct manifest *m, const char *path)
{
	size_t i;

	for (i = 0; i < m->n_files; i++)
		if (strcmp(m->files[i].path, path) == 0)
			return 1;
	return 0;
}

static void
add_file(struct sealing *s, const char *path, int64_t size)
{
	if (listed(s->m, path))
		return;
	s->v = mem_grow(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n] = (struct manifest_file){ .size = size };
	s->v[s->n++].path = mem_dup(path);
}

/* Collect files and folders below the member folder rel ("" for all). */
static int
walk(struct sealing *s, const char *rel, struct err *e)
{
	char *dir = *rel ? path_join(s->dir, rel) : mem_dup(s->dir);
	struct vec names = { 0 };
	char *path, *member;
	struct stat st;
	size_t i;
	int r = path_list(dir, &names, e);

	vec_add(&s->folders, dir);
	for (i = 0; i < names.n && r == 0; i++) {
		path = path_join(dir, names.v[i]);
		member = *rel ? path_join(rel, names.v[i])
			      : mem_dup(names.v[i]);
		if (lstat(path, &st) < 0)
			r = err_sys(e, "cannot look at '%s'", path);
		else if (S_ISDIR(st.st_mode))
			r = walk(s, member, e);
		else
			add_file(s, member, (int64_t)st.st_size);
		free(member);
		free(path);
	}
	vec_release(&names);
	free(dir);
	return r;
}

static int
hash_one(void *ctx, size_t i, struct err *e)
{
	struct sealing *s = ctx;
	struct manifest_file *f = &s->v[i];
	char *path = path_join(s->dir, f->path);
	int r = hash_file(path, 1, f->sha256, &f->size, e);

	free(path);
	return r;
}

static int
largest_first(const void *a, const void *b)
{
	const struct manifest_file *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return strcmp(x->path, y->path);
}

/* Hash what was found and move it to the manifest. */
static int
hash_found(struct sealing *s, struct err *e)
{
	size_t i;

	if (s->n > 0)
		qsort(s->v, s->n, sizeof(*s->v), largest_first);
	if (pool_run(s->n, 0, hash_one, s, e))
		return -1;
	for (i = 0; i < s->n; i++)
		*manifest_add_file(s->m) = s->v[i];
	s->n = 0;
	return 0;
}

static int
write_text(struct sealing *s, const char *name, const char *text,
    struct err *e)
{
	char *path = path_join(s->dir, name);
	int r = io_create(path, text, strlen(text), e);

	free(path);
	return r;
}

static int
write_restore(struct sealing *s, struct err *e)
{
	char *text = seal_restore_text(s->m);
	int r = write_text(s, SET_RESTORE, text, e);

	free(text);
	if (r)
		return -1;
	add_file(s, SET_RESTORE, 0);
	return hash_found(s, e);
}

/* The manifest is the mark of a whole set: nothing is written after it. */
static int
write_manifest(struct sealing *s, struct err *e)
{
	char *manifest = manifest_text(s->m);
	char *sums = sums_text(s->m, manifest, strlen(manifest));
	int r = write_text(s, SET_SUMS, sums, e);

	if (r == 0)
		r = write_text(s, MANIFEST_NAME, manifest, e);
	free(sums);
	free(manifest);
	return r;
}

int
seal_set(const char *dir, struct manifest *m, struct err *e)
{
	struct sealing s = { .dir = dir, .m = m };
	size_t i;
	int r = -1;

	if (walk(&s, "", e) || hash_found(&s, e) || write_restore(&s, e) ||
	    write_manifest(&s, e))
		goto out;
	for (i = s.folders.n; i > 0; i--) /* the deepest first */
		if (path_sync(s.folders.v[i - 1], e))
			goto out;
	r = 0;
out:
	for (i = 0; i < s.n; i++)
		free(s.v[i].path);
	free(s.v);
	vec_release(&s.folders);
	return r;
}
