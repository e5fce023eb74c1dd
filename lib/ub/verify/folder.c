#include "ub/verify/folder.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "sys/io.h"
#include "sys/path.h"
#include "ub/sums.h"

#define SUMS_MAX ((size_t)64 << 20)

struct walk {
	const struct set *s;
	folder_fn *fn;
	void *ctx;
};

/*
 * What a set has beside the files of its manifest. The last is VERIFIED.json
 * being written, perhaps by a run that was killed.
 */
static int
is_own(const char *member)
{
	static const char draft[] = "." SET_VERIFIED ".";

	return strcmp(member, MANIFEST_NAME) == 0 ||
	    strcmp(member, SET_SUMS) == 0 ||
	    strcmp(member, SET_VERIFIED) == 0 ||
	    strncmp(member, draft, sizeof(draft) - 1) == 0;
}

static int
is_folder_of(const struct manifest *m, const char *member)
{
	size_t n = strlen(member), i;

	for (i = 0; i < m->n_files; i++)
		if (strncmp(m->files[i].path, member, n) == 0 &&
		    m->files[i].path[n] == '/')
			return 1;
	/* Of a database without any table, or of no container. */
	for (i = 0; i < m->n_dbs; i++)
		if (strcmp(m->dbs[i].folder, member) == 0)
			return 1;
	return 0;
}

static void
look_at(struct walk *w, const char *member, const struct stat *st)
{
	const struct manifest_file *f = manifest_find(&w->s->m, member);
	char *what;

	if (!S_ISREG(st->st_mode)) {
		w->fn(w->ctx, member, "it is not a regular file");
	} else if (f && f->size != (int64_t)st->st_size) {
		what = mem_printf("it has %lld bytes, the manifest says %lld",
		    (long long)st->st_size, (long long)f->size);
		w->fn(w->ctx, member, what);
		free(what);
	} else if (!f && !is_own(member)) {
		w->fn(w->ctx, member, "the manifest does not know it");
	}
}

static int
walk(struct walk *w, const char *rel, struct err *e)
{
	char *dir = *rel ? set_path(w->s, rel) : mem_dup(w->s->dir), *path;
	char *member;
	struct vec names = { 0 };
	struct stat st;
	size_t i;
	int r = path_list(dir, &names, e);

	for (i = 0; i < names.n && r == 0; i++) {
		path = path_join(dir, names.v[i]);
		member = *rel ? path_join(rel, names.v[i])
			      : mem_dup(names.v[i]);
		if (lstat(path, &st) < 0)
			/* Gone: if it is missed, that was said before. */
			r = errno == ENOENT
				? 0
				: err_sys(e, "cannot look at '%s'", path);
		else if (S_ISDIR(st.st_mode) &&
		    is_folder_of(&w->s->m, member))
			r = walk(w, member, e);
		else
			look_at(w, member, &st);
		free(member);
		free(path);
	}
	vec_release(&names);
	free(dir);
	return r;
}

int
folder_check(const struct set *s, folder_fn *fn, void *ctx, struct err *e)
{
	struct walk w = { s, fn, ctx };
	const char *name;
	struct stat st;
	char *path;
	size_t i;

	for (i = 0; i <= s->m.n_files; i++) {
		name = i < s->m.n_files ? s->m.files[i].path : SET_SUMS;
		path = set_path(s, name);
		if (lstat(path, &st) < 0 &&
		    (errno == ENOENT || errno == ENOTDIR))
			fn(ctx, name, "it is missing");
		free(path);
	}
	return walk(&w, "", e);
}

/* Lines of a text, sorted: the order does not matter. */
static void
lines(const char *text, struct vec *out)
{
	const char *nl;

	for (; (nl = strchr(text, '\n')); text = nl + 1)
		vec_take(out, mem_dupn(text, (size_t)(nl - text)));
	if (*text)
		vec_add(out, text);
	vec_sort(out);
}

static void
compare_sums(const char *has, const char *wants, folder_fn *fn, void *ctx)
{
	struct vec a = { 0 }, b = { 0 };
	size_t i;
	char *what;

	lines(has, &a);
	lines(wants, &b);
	for (i = 0; i < b.n && i < a.n && strcmp(a.v[i], b.v[i]) == 0; i++)
		;
	if (i < b.n || i < a.n) {
		what = mem_printf("it disagrees with the manifest: '%s'",
		    i < a.n ? a.v[i] : b.v[i]);
		fn(ctx, SET_SUMS, what);
		free(what);
	}
	vec_release(&a);
	vec_release(&b);
}

/* One that is too large is as wrong as an empty one, and not trouble. */
static int
slurp_sums(const char *path, struct buf *out, struct err *e)
{
	if (io_slurp(path, SUMS_MAX, out, e) == 0)
		return 0;
	if (strcmp(e->kind, "io.large") != 0)
		return -1;
	err_release(e);
	buf_reset(out);
	return 0;
}

int
folder_check_sums(const struct set *s, folder_fn *fn, void *ctx,
    struct err *e)
{
	char *sums = set_path(s, SET_SUMS), *wants = NULL;
	char *manifest = set_path(s, MANIFEST_NAME);
	struct buf has = { 0 }, text = { 0 };
	int r = -1;

	if (!path_is_file(sums)) {
		r = 0; /* folder_check() has said so */
		goto out;
	}
	if (io_slurp(manifest, SUMS_MAX, &text, e) ||
	    slurp_sums(sums, &has, e))
		goto out;
	wants = sums_text(&s->m, buf_text(&text), text.len);
	if (strlen(buf_text(&has)) != has.len)
		fn(ctx, SET_SUMS, "it is no text");
	else
		compare_sums(buf_text(&has), wants, fn, ctx);
	r = 0;
out:
	free(wants);
	buf_release(&has);
	buf_release(&text);
	free(manifest);
	free(sums);
	return r;
}
