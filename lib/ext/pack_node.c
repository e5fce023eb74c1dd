/* pack_node.c - one file, folder or link into an archive. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "ext/pack_priv.h"
#include "sys/log.h"
#include "sys/sig.h"

/* More pieces than this are stored as if there were no hole. */
#define PACK_PIECES 65536

/* The error of our own callback, which knows more, or libarchive's. */
static int
cannot_write(struct pack_writer *w, const char *name, struct err *e)
{
	char *clean;

	if (w->bad.code) {
		err_merge(e, &w->bad);
		return -1;
	}
	clean = text_utf8_clean(name, strlen(name));
	err_set(e, ERR_TROUBLE, "pack.write", "cannot pack '%s/%s': %s",
	    w->c->tree, clean, pack_why(w->a));
	free(clean);
	return -1;
}

static int
cannot_read(struct pack_writer *w, const char *name, struct err *e)
{
	int saved = errno;
	char *clean = text_utf8_clean(name, strlen(name));

	errno = saved;
	err_sys(e, "cannot read '%s/%s'", w->c->tree, clean);
	free(clean);
	return -1;
}

static void
warn_attributes(struct pack_writer *w, const char *name)
{
	char *clean = text_utf8_clean(name, strlen(name));

	log_warn("files.attr", "'%s': %s", clean, pack_why(w->disk));
	free(clean);
}

/*
 * Note where a file has data. The map goes before the content, so that it
 * must be known in advance.
 */
static void
find_holes(struct archive_entry *entry, int fd, int64_t size)
{
	off_t at = 0, end;
	int pieces = 0;

	while (at < size && (at = lseek(fd, at, SEEK_DATA)) >= 0) {
		end = lseek(fd, at, SEEK_HOLE);
		if (end < 0 || ++pieces > PACK_PIECES) {
			archive_entry_sparse_clear(entry);
			return;
		}
		if (end > size)
			end = size;
		if (at == 0 && end == size)
			return;
		if (end > at)
			archive_entry_sparse_add_entry(entry, at, end - at);
		at = end;
	}
	/* Nothing but a hole; libarchive's way to say so. */
	if (at < 0 && errno == ENXIO && pieces == 0)
		archive_entry_sparse_add_entry(entry, 0, 0);
}

static void
fill_entry(struct pack_writer *w, const struct pack_node *n)
{
	struct archive_entry *entry = w->entry;
	char source[40];

	archive_entry_clear(entry);
	archive_entry_copy_pathname(entry, n->name);
	archive_entry_copy_stat(entry, &n->st);
	if (n->link)
		archive_entry_copy_symlink(entry, n->link);
	if (n->fd >= 0) {
		/* A folder's default ACL can only be had by a name. */
		snprintf(source, sizeof(source), "/proc/self/fd/%d", n->fd);
		archive_entry_copy_sourcepath(entry, source);
		if (archive_read_disk_entry_from_file(w->disk, entry, n->fd,
		    &n->st) != ARCHIVE_OK)
			warn_attributes(w, n->name);
	}
	/* Times that nobody restores would only make each header longer. */
	archive_entry_unset_atime(entry);
	archive_entry_unset_ctime(entry);
	archive_entry_unset_birthtime(entry);
	if (S_ISREG(n->st.st_mode) && n->st.st_size > 0 &&
	    (int64_t)n->st.st_blocks * 512 < (int64_t)n->st.st_size)
		find_holes(entry, n->fd, n->st.st_size);
}

/*
 * Bytes from offset on, at most a block of them; where the file is shorter
 * by now, NULs. The count, or -1.
 */
static ssize_t
read_block(struct pack_writer *w, const struct pack_node *n, int64_t at)
{
	int64_t left = (int64_t)n->st.st_size - at;
	size_t want = left < (int64_t)PACK_BLOCK ? (size_t)left : PACK_BLOCK;
	ssize_t got;

	do {
		got = pread(n->fd, w->block, want, at);
	} while (got < 0 && errno == EINTR);
	if (got == 0) {
		memset(w->block, 0, want);
		got = (ssize_t)want;
	}
	return got;
}

static int
write_content(struct pack_writer *w, const struct pack_node *n,
    struct err *e)
{
	int64_t at = 0;

	while (at < (int64_t)n->st.st_size) {
		ssize_t got = read_block(w, n, at);

		if (got < 0)
			return cannot_read(w, n->name, e);
		/* Holes go through here too, and are left out inside. */
		if (archive_write_data(w->a, w->block, (size_t)got) != got ||
		    w->bad.code)
			return cannot_write(w, n->name, e);
		at += got;
		if (sig_check(e) < 0)
			return -1;
	}
	w->stats->bytes += at;
	return 0;
}

static int
is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static void
check_unchanged(struct pack_writer *w, const struct pack_node *n)
{
	struct stat now;

	if (fstat(n->fd, &now) == 0 && now.st_size == n->st.st_size &&
	    is_same_time(&now.st_mtim, &n->st.st_mtim) &&
	    is_same_time(&now.st_ctim, &n->st.st_ctim))
		return;
	vec_add(&w->stats->changed, n->name);
}

int
pack_node(struct pack_writer *w, const struct pack_node *n, struct err *e)
{
	struct archive_entry *entry = w->entry, *spare = NULL;
	int is_link, rc;

	fill_entry(w, n);
	archive_entry_linkify(w->links, &entry, &spare);
	is_link = archive_entry_hardlink(entry) != NULL;
	/* A warning: a name is no UTF-8; it is stored byte by byte. */
	rc = archive_write_header(w->a, entry);
	if ((rc != ARCHIVE_OK && rc != ARCHIVE_WARN) || w->bad.code)
		return cannot_write(w, n->name, e);
	w->stats->entries++;
	if (!S_ISREG(n->st.st_mode) || is_link)
		return 0;
	if (write_content(w, n, e) < 0)
		return -1;
	check_unchanged(w, n);
	return 0;
}
