#include "ub/verify/folder.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/text.h"
#include "sys/io.h"
#include "sys/path.h"
#include "ub/sums.h"

#define MANIFEST_MAX ((size_t)64 << 20)
#define SHOWN 120 /* bytes of a wrong line in a message */

struct walk {
	const struct set *s;
	enum folder_state *state;
	int has_sums;
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

/* Why that cannot be a file of a set, or NULL. */
static const char *
wrong_type(mode_t mode)
{
	if (S_ISREG(mode))
		return NULL;
	if (S_ISLNK(mode))
		return "it is a symbolic link";
	if (S_ISDIR(mode))
		return "it is a folder";
	return "it is not a regular file";
}

static void
look_at(struct walk *w, const char *member, const struct stat *st)
{
	const struct manifest_file *f = manifest_find(&w->s->m, member);
	const char *wrong = wrong_type(st->st_mode);
	char *what;

	if (f)
		w->state[f - w->s->m.files] = FOLDER_WRONG;
	if (strcmp(member, SET_SUMS) == 0)
		w->has_sums = 1;
	if (!f && !is_own(member)) {
		w->fn(w->ctx, member, "the manifest does not know it");
	} else if (wrong) {
		w->fn(w->ctx, member, wrong);
	} else if (f && f->size != (int64_t)st->st_size) {
		what = mem_printf("it has %lld bytes, the manifest says %lld",
		    (long long)st->st_size, (long long)f->size);
		w->fn(w->ctx, member, what);
		free(what);
	} else if (f) {
		w->state[f - w->s->m.files] = FOLDER_SOUND;
	}
}

static int walk(struct walk *w, const char *rel, struct err *e);

static int
enter(struct walk *w, const char *member, struct err *e)
{
	char *path = set_path(w->s, member);
	struct stat st;
	int r = 0;

	if (lstat(path, &st) < 0) {
		/* Gone in this moment: it will be missed, or need not. */
		if (errno != ENOENT)
			r = err_sys(e, "cannot look at '%s'", path);
	} else if (S_ISDIR(st.st_mode) && is_folder_of(&w->s->m, member)) {
		r = walk(w, member, e);
	} else {
		look_at(w, member, &st);
	}
	free(path);
	return r;
}

static int
walk(struct walk *w, const char *rel, struct err *e)
{
	char *dir = *rel ? set_path(w->s, rel) : mem_dup(w->s->dir);
	struct vec names = { 0 };
	char *member;
	size_t i;
	int r = path_list(dir, &names, e);

	for (i = 0; i < names.n && r == 0; i++) {
		member = *rel ? path_join(rel, names.v[i])
			      : mem_dup(names.v[i]);
		r = enter(w, member, e);
		free(member);
	}
	vec_release(&names);
	free(dir);
	return r;
}

int
folder_check(const struct set *s, enum folder_state *state, folder_fn *fn,
    void *ctx, struct err *e)
{
	struct walk w = { .s = s, .state = state, .fn = fn, .ctx = ctx };
	size_t i;

	for (i = 0; i < s->m.n_files; i++)
		state[i] = FOLDER_MISSING;
	if (walk(&w, "", e))
		return -1;
	for (i = 0; i < s->m.n_files; i++)
		if (state[i] == FOLDER_MISSING)
			fn(ctx, s->m.files[i].path, "it is missing");
	if (!w.has_sums)
		fn(ctx, SET_SUMS, "it is missing");
	return 0;
}

/* Is a the line b but for its hash? */
static int
has_other_hash(const char *a, size_t len_a, const char *b, size_t len_b)
{
	return len_a == len_b && len_a > HASH_HEX_LEN &&
	    memcmp(a + HASH_HEX_LEN, b + HASH_HEX_LEN,
		len_a - HASH_HEX_LEN) == 0;
}

static void
wrong_line(const char *how, const char *line, size_t len, folder_fn *fn,
    void *ctx)
{
	char *clean, *what;

	if (len > 0 && line[len - 1] == '\n')
		len--;
	clean = text_utf8_clean(line, len < SHOWN ? len : SHOWN);
	what = mem_printf("%s '%s'", how, clean);
	fn(ctx, SET_SUMS, what);
	free(what);
	free(clean);
}

/*
 * Byte by byte, as nobody but us has to write it. The first line is that of
 * the manifest itself; when only its hash differs, the manifest is as likely
 * the damaged one.
 */
static void
compare_sums(const struct buf *has, const char *wants, folder_fn *fn,
    void *ctx)
{
	const char *a = buf_text(has), *end = a + has->len, *b = wants, *nl;
	size_t len_a, len_b;

	for (; a < end; a += len_a, b += len_b) {
		nl = memchr(a, '\n', (size_t)(end - a));
		len_a = nl ? (size_t)(nl - a) + 1 : (size_t)(end - a);
		len_b = strcspn(b, "\n");
		len_b += b[len_b] == '\n';
		if (len_a == len_b && memcmp(a, b, len_a) == 0)
			continue;
		if (b != wants || !has_other_hash(a, len_a, b, len_b)) {
			wrong_line("the manifest disagrees with", a, len_a,
			    fn, ctx);
			return;
		}
		fn(ctx, MANIFEST_NAME, "its sha256 is not that of " SET_SUMS);
	}
	if (*b)
		wrong_line("it lacks", b, strcspn(b, "\n"), fn, ctx);
}

/* One that is too large is wrong, and not trouble. */
static int
slurp_sums(const char *path, size_t max, struct buf *out, struct err *e)
{
	if (io_slurp(path, max, out, e) == 0)
		return 0;
	if (strcmp(e->kind, "io.large") != 0)
		return -1;
	err_release(e);
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
	if (io_slurp(manifest, MANIFEST_MAX, &text, e))
		goto out;
	wants = sums_text(&s->m, buf_text(&text), text.len);
	buf_release(&text);
	/* What is too large by more shows its beginning all the same. */
	if (slurp_sums(sums, strlen(wants) + 65536, &has, e))
		goto out;
	compare_sums(&has, wants, fn, ctx);
	r = 0;
out:
	free(wants);
	buf_release(&has);
	buf_release(&text);
	free(manifest);
	free(sums);
	return r;
}
