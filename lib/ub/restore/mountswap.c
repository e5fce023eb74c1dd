#include "ub/restore/mountswap.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "sys/path.h"

/* Our own folders, and what every ext4 has. */
static int
is_content(const char *name)
{
	return strncmp(name, ".ub-", 4) != 0 && strcmp(name, "lost+found") != 0;
}

/* One rename; the folders are synced once, at the end. */
static int
move(const char *from_dir, const char *to_dir, const char *name,
    struct err *e)
{
	char *from = path_join(from_dir, name), *to = path_join(to_dir, name);
	int r = 0;

	if (path_exists(to))
		r = err_set(e, ERR_TROUBLE, "restore.moved",
		    "cannot move '%s' to '%s': there is one already", from,
		    to);
	else if (rename(from, to))
		r = err_sys(e, "cannot move '%s' to '%s'", from, to);
	free(from);
	free(to);
	return r;
}

static int
has(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	int yes = path_exists(path);

	free(path);
	return yes;
}

static int
is_listed(const struct vec *list, const char *name)
{
	char *word = text_name_escape(name);
	int yes = vec_has(list, word);

	free(word);
	return yes;
}

static int
content(const char *dir, struct vec *names, struct err *e)
{
	struct vec all = { 0 };
	size_t i;

	if (!path_exists(dir))
		return 0;
	if (path_list(dir, &all, e))
		return -1;
	for (i = 0; i < all.n; i++)
		if (is_content(all.v[i]))
			vec_add(names, all.v[i]);
	vec_release(&all);
	return 0;
}

int
mountswap_strip(const char *dir, struct err *e)
{
	struct vec all = { 0 };
	char *path;
	size_t i;
	int r = path_list(dir, &all, e);

	for (i = 0; i < all.n && r == 0; i++) {
		if (is_content(all.v[i]))
			continue;
		path = path_join(dir, all.v[i]);
		r = path_remove(path, e);
		free(path);
	}
	vec_release(&all);
	return r;
}

int
mountswap_list(const char *dir, struct vec *list, struct err *e)
{
	struct vec names = { 0 };
	int r = content(dir, &names, e);
	size_t i;

	vec_release(list);
	for (i = 0; i < names.n && r == 0; i++)
		vec_take(list, text_name_escape(names.v[i]));
	vec_release(&names);
	return r;
}

/* Owner and mode of the root are content too. */
static int
copy_root(const char *from, const char *to, struct err *e)
{
	struct stat st;

	if (stat(from, &st) || chmod(to, st.st_mode & 07777) ||
	    (geteuid() == 0 && chown(to, st.st_uid, st.st_gid)))
		return err_sys(e, "cannot copy the mode of '%s' to '%s'", from,
		    to);
	return 0;
}

static int
make_like(const char *dir, const char *model, struct err *e)
{
	if (path_exists(dir))
		return 0;
	return path_mkdir(dir, 0700, e) || copy_root(model, dir, e) ? -1 : 0;
}

/* One entry at a time, so that each is away for a moment only. */
static int
bring_all(const char *live, const char *src, const char *kept,
    struct err *e)
{
	struct vec names = { 0 };
	int r = content(src, &names, e);
	size_t i;

	for (i = 0; i < names.n && r == 0; i++) {
		if (has(live, names.v[i]))
			r = move(live, kept, names.v[i], e);
		if (r == 0)
			r = move(src, live, names.v[i], e);
	}
	vec_release(&names);
	return r;
}

static int
displace_rest(const char *live, const char *kept, const struct vec *list,
    struct err *e)
{
	struct vec names = { 0 };
	int r = content(live, &names, e);
	size_t i;

	for (i = 0; i < names.n && r == 0; i++)
		if (!is_listed(list, names.v[i]))
			r = move(live, kept, names.v[i], e);
	vec_release(&names);
	return r;
}

/* Make it last, then remove the folder that is empty now. */
static int
finish(const char *live, const char *empty, const char *other,
    struct err *e)
{
	if (path_sync(live, e) || path_sync(other, e))
		return -1;
	if (rmdir(empty) && errno != ENOENT)
		return err_sys(e, "cannot remove '%s'", empty);
	return path_sync(live, e);
}

int
mountswap_in(const char *live, const char *src, const char *kept,
    const struct vec *list, struct err *e)
{
	if (!path_exists(src))
		return 0;
	if (make_like(kept, live, e) || bring_all(live, src, kept, e) ||
	    displace_rest(live, kept, list, e) || copy_root(src, live, e))
		return -1;
	return finish(live, src, kept, e);
}

/* What had been brought in leaves again. */
static int
take_out(const char *live, const char *src, const struct vec *list,
    struct err *e)
{
	struct vec names = { 0 };
	int r = content(live, &names, e);
	size_t i;

	for (i = 0; i < names.n && r == 0; i++)
		if (is_listed(list, names.v[i]) && !has(src, names.v[i]))
			r = move(live, src, names.v[i], e);
	vec_release(&names);
	return r;
}

int
mountswap_back(const char *live, const char *src, const char *kept,
    const struct vec *list, struct err *e)
{
	struct vec names = { 0 };
	int r;
	size_t i;

	if (!path_exists(kept))
		return 0;
	r = make_like(src, live, e) || take_out(live, src, list, e) ||
		content(kept, &names, e)
	    ? -1
	    : 0;
	for (i = 0; i < names.n && r == 0; i++)
		r = move(kept, live, names.v[i], e);
	if (r == 0)
		r = copy_root(kept, live, e);
	if (r == 0)
		r = finish(live, kept, src, e);
	vec_release(&names);
	return r;
}
