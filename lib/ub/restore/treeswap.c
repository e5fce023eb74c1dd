#include "ub/restore/treeswap.h"

#include <limits.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "ext/hash.h"
#include "sys/path.h"
#include "ub/restore/mountswap.h"

#define HASH_CHARS 8

int64_t
treeswap_ino(const char *path)
{
	struct stat st;
	int64_t n;

	if (lstat(path, &st))
		return 0;
	/* What JSON keeps exactly is enough to tell two trees apart. */
	n = (int64_t)((uint64_t)st.st_ino & ((UINT64_C(1) << 53) - 1));
	return n ? n : 1;
}

char *
treeswap_beside(const char *live, int mount, const char *role,
    const char *id)
{
	char hex[HASH_HEX_LEN + 1];
	char *dir, *name, *path;
	const char *base = path_base(live);
	struct hash *h;

	if (mount)
		return mem_printf("%s/.ub-%s-%s", live, role, id);
	dir = path_dir(live);
	name = mem_printf(".%s.ub-%s-%s", base, role, id);
	/* One is for treeswap_half(). */
	if (strlen(name) > NAME_MAX - 1) {
		h = hash_new();
		hash_add(h, base, strlen(base));
		hash_end(h, hex);
		free(name);
		name = mem_printf(".%.100s_%.*s.ub-%s-%s", base, HASH_CHARS,
		    hex, role, id);
	}
	path = path_join(dir, name);
	free(name);
	free(dir);
	return path;
}

char *
treeswap_half(const struct op_tree *t)
{
	return mem_printf("%s~", t->fresh);
}

static int
put_away(const char *from, const char *to, struct err *e)
{
	/* rename(2) would replace a file without a word. */
	if (path_exists(to))
		return err_set(e, ERR_TROUBLE, "restore.moved",
		    "cannot rename '%s' to '%s': there is one already", from,
		    to);
	return path_rename(from, to, e);
}

/* A tree to be brought in, and what it displaces. */
struct move {
	const char *live;
	const char *src; /* it is here, or what it displaced is */
	const char *kept;
	int64_t ino;       /* of what is brought in */
	int64_t displaced; /* of what was live, if it was not touched since */
};

/* The exchange has been done: src holds what was displaced. */
static int
put_rest_away(const struct move *m, struct err *e)
{
	if (!path_exists(m->src))
		return 0;
	if (treeswap_ino(m->src) != m->displaced &&
	    treeswap_ino(m->live) != m->ino)
		return err_set(e, ERR_TROUBLE, "restore.moved",
		    "'%s' is not what was put there", m->src);
	return put_away(m->src, m->kept, e);
}

/* Without an exchange, live is away for a moment. */
static int
bring_in_two(const struct move *m, struct err *e)
{
	if (put_away(m->live, m->kept, e))
		return -1;
	return path_rename(m->src, m->live, e);
}

static int
bring(const struct move *m, struct err *e)
{
	int r;

	if (treeswap_ino(m->src) == m->ino) {
		if (!path_exists(m->live))
			return path_rename(m->src, m->live, e);
		r = path_exchange(m->live, m->src, e);
		if (r < 0)
			return -1;
		if (r == 1)
			return bring_in_two(m, e);
	}
	return put_rest_away(m, e);
}

int
treeswap_in(const struct op_tree *t, struct err *e)
{
	if (t->mount)
		return mountswap_in(t->live, t->fresh, t->old, &t->list, e);
	return bring(&(struct move){ .live = t->live, .src = t->fresh,
	    .kept = t->old, .ino = t->fresh_ino,
	    .displaced = t->live_ino }, e);
}

int
treeswap_back(const struct op_tree *t, struct err *e)
{
	if (t->mount)
		return mountswap_back(t->live, t->fresh, t->old, &t->list, e);
	if (!t->live_ino)
		return path_exists(t->fresh) || !path_exists(t->live)
		    ? 0
		    : path_rename(t->live, t->fresh, e);
	/* Between the exchange and the rename of what it displaced. */
	if (treeswap_ino(t->fresh) == t->live_ino &&
	    put_away(t->fresh, t->old, e))
		return -1;
	if (!path_exists(t->old))
		return 0;
	return bring(&(struct move){ .live = t->live, .src = t->old,
	    .kept = t->fresh, .ino = t->live_ino,
	    .displaced = t->fresh_ino }, e);
}

int
treeswap_undo(const struct op_tree *t, struct err *e)
{
	if (t->mount)
		return mountswap_in(t->live, t->old, t->undone, &t->list, e);
	if (t->live_ino)
		return bring(&(struct move){ .live = t->live, .src = t->old,
		    .kept = t->undone, .ino = t->live_ino,
		    .displaced = t->fresh_ino }, e);
	if (path_exists(t->undone) || !path_exists(t->live))
		return 0;
	return path_rename(t->live, t->undone, e);
}

int
treeswap_can_undo(const struct op_tree *t, struct err *e)
{
	const char *needed = t->live_ino ? t->old : t->live;

	if (path_exists(needed))
		return 0;
	return err_set(e, ERR_REFUSED, "restore.moved",
	    "cannot undo the restore of '%s': '%s' is not there any more",
	    t->live, needed);
}
