/* pack_tree.c - the walk through a tree. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "ext/pack_priv.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/sig.h"

#define OPEN_FLAGS (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* A node on its way: where it is, and its name from the tree's root. */
struct step {
	int dir;
	const char *base;
	const char *name;
};

static int walk(struct pack_writer *w, int fd, struct buf *name,
    struct err *e);

static int
cannot(const struct pack_writer *w, const char *name, struct err *e)
{
	int saved = errno;
	char *clean = text_utf8_clean(name, strlen(name));

	errno = saved;
	err_sys(e, "cannot read '%s/%s'", w->c->tree, clean);
	free(clean);
	return -1;
}

static void
warn(const char *kind, const struct step *s, const char *why)
{
	char *clean = text_utf8_clean(s->name, strlen(s->name));

	log_warn(kind, "'%s' %s", clean, why);
	free(clean);
}

/* It vanished, or became something else, between two looks. */
static int
is_gone(int error)
{
	return error == ENOENT || error == ELOOP || error == ENOTDIR ||
	    error == ENXIO;
}

static int
is_excluded(const struct pack_writer *w, const struct step *s)
{
	const struct vec *ex = w->c->exclude;

	for (size_t i = 0; ex && i < ex->n; i++) {
		if (text_glob(ex->v[i], s->name) ||
		    text_glob(ex->v[i], s->base))
			return 1;
	}
	return 0;
}

static int
add_link(struct pack_writer *w, const struct step *s,
    struct pack_node *n, struct err *e)
{
	/* One more byte, to see that the target did not grow. */
	size_t room = n->st.st_size > 0 ? (size_t)n->st.st_size + 1 : 4096;
	char *target = mem_alloc(room + 1);
	ssize_t len = readlinkat(s->dir, s->base, target, room);
	int rc = 0;

	n->link = target;
	if (len > 0 && (size_t)len < room)
		rc = pack_node(w, n, e);
	else if (len >= 0 || is_gone(errno) || errno == EINVAL)
		vec_add(&w->stats->changed, s->name);
	else
		rc = cannot(w, s->name, e);
	free(target);
	return rc;
}

/* A file or folder: looked at once more when it is open. */
static int
add_open(struct pack_writer *w, const struct step *s, struct pack_node *n,
    struct err *e)
{
	struct buf name = {0};
	int rc;

	n->fd = openat(s->dir, s->base, OPEN_FLAGS);
	if (n->fd < 0 && is_gone(errno)) {
		vec_add(&w->stats->changed, s->name);
		return 0;
	}
	if (n->fd < 0)
		return cannot(w, s->name, e);
	if (fstat(n->fd, &n->st) != 0) {
		rc = cannot(w, s->name, e);
	} else if (S_ISREG(n->st.st_mode)) {
		rc = pack_node(w, n, e);
	} else if (!S_ISDIR(n->st.st_mode)) {
		vec_add(&w->stats->changed, s->name);
		rc = 0;
	} else if ((rc = pack_node(w, n, e)) == 0 &&
	    n->st.st_dev == w->root.st_dev) {
		buf_puts(&name, s->name);
		rc = walk(w, n->fd, &name, e);
	} else if (rc == 0) {
		w->stats->skipped++;
		warn("files.mount", s, "is another file system: "
		    "only its empty folder is kept");
	}
	buf_release(&name);
	close(n->fd);
	return rc;
}

static int
add(struct pack_writer *w, const struct step *s, struct err *e)
{
	struct pack_node n = { .name = s->name, .fd = -1 };

	if (sig_check(e) < 0)
		return -1;
	if (is_excluded(w, s))
		return 0;
	if (fstatat(s->dir, s->base, &n.st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (!is_gone(errno))
			return cannot(w, s->name, e);
		vec_add(&w->stats->changed, s->name);
		return 0;
	}
	if (n.st.st_dev == w->own.st_dev && n.st.st_ino == w->own.st_ino)
		return 0;
	if (S_ISREG(n.st.st_mode) || S_ISDIR(n.st.st_mode))
		return add_open(w, s, &n, e);
	if (S_ISLNK(n.st.st_mode))
		return add_link(w, s, &n, e);
	if (!S_ISSOCK(n.st.st_mode))
		return pack_node(w, &n, e);
	w->stats->skipped++;
	warn("files.socket", s, "is a socket, which cannot be kept");
	return 0;
}

/* NULL with errno 0 at the end. */
static struct dirent *
next_entry(DIR *d)
{
	errno = 0;
	return readdir(d);
}

/* All in the folder fd; name is its own, and is put back. */
static int
walk(struct pack_writer *w, int fd, struct buf *name, struct err *e)
{
	size_t len = name->len;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0), rc = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *de = NULL;

	if (!d) {
		rc = cannot(w, buf_text(name), e);
		if (copy >= 0)
			close(copy);
		return rc;
	}
	while (rc == 0 && (de = next_entry(d))) {
		struct step s = { .dir = fd, .base = de->d_name };

		if (strcmp(s.base, ".") == 0 || strcmp(s.base, "..") == 0)
			continue;
		name->len = len;
		if (len > 0)
			buf_putc(name, '/');
		buf_puts(name, s.base);
		s.name = buf_text(name);
		rc = add(w, &s, e);
	}
	if (rc == 0 && errno != 0) {
		name->len = len;
		buf_puts(name, "");
		rc = cannot(w, buf_text(name), e);
	}
	closedir(d);
	return rc;
}

int
pack_tree(struct pack_writer *w, struct err *e)
{
	struct pack_node n = { .name = "." };
	struct buf name = {0};
	int rc = -1;

	/* Here alone a link is followed: the tree's own name may be one. */
	n.fd = io_open(w->c->tree, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, e);
	if (n.fd < 0)
		return -1;
	if (fstat(n.fd, &n.st) != 0) {
		err_sys(e, "cannot read '%s'", w->c->tree);
	} else if (S_ISREG(n.st.st_mode)) {
		n.name = path_base(w->c->tree);
		rc = pack_node(w, &n, e);
	} else if (S_ISDIR(n.st.st_mode)) {
		w->root = n.st;
		rc = pack_node(w, &n, e);
		if (rc == 0)
			rc = walk(w, n.fd, &name, e);
	} else {
		err_set(e, ERR_TROUBLE, "pack.tree",
		    "cannot pack '%s': neither a folder nor a regular file",
		    w->c->tree);
	}
	buf_release(&name);
	close(n.fd);
	return rc;
}
