/*
 * pack.h - tar archives compressed with zstd (libarchive): pax format,
 * names relative to the tree, modes, owners, mtimes, hard links, symlinks,
 * xattrs and ACLs (SCHILY keys, which GNU tar reads), sparse files.
 */
#ifndef UB_EXT_PACK_H
#define UB_EXT_PACK_H

#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"

/* Valid as {0}; each call adds to it. */
struct pack_stats {
	int64_t entries;      /* the tree itself, ".", is the first one */
	int64_t bytes;        /* sizes of regular files, holes included, each
	                         hard link once */
	int64_t skipped;      /* sockets, other file systems */
	struct vec changed;   /* relative names that changed or vanished
	                         while they were read */
};

void pack_stats_release(struct pack_stats *s);

struct pack_create {
	const char *tree;          /* absolute; a folder, or one file, packed
	                              as that one name; may be a link to it */
	const char *file;          /* the archive to write; must not exist */
	const struct vec *exclude; /* globs on the relative name or on its
	                              last part, or NULL; an excluded folder
	                              is not entered */
	unsigned threads;          /* of the compressor; 0: one a processor */
	/* every block as it is written, for hashing; may be NULL */
	void (*on_block)(void *ctx, const void *data, size_t len);
	void *ctx;
};

/*
 * Pack a tree. The archive is fsynced; on failure it is removed. A file that
 * grows is cut at the size it had, one that shrinks is filled with NULs: the
 * archive is always whole, and the name is in changed. Sockets are skipped
 * with a warning ("files.socket"), so is what is mounted inside ("files.mount";
 * its empty folder stays). The archive itself is never packed. A file that
 * cannot be read is an error. Streams: memory does not grow with the tree.
 * Times are kept to the nanosecond, owners as numbers.
 */
int pack_create(const struct pack_create *c, struct pack_stats *out,
    struct err *e);

struct pack_entry {
	const char *name;  /* relative, may hold any byte but NUL */
	const char *link;  /* target of a hard link, or NULL */
	int64_t size;
	int64_t mtime;     /* seconds */
	unsigned mode;     /* type and permission bits */
};

/* One entry of a listing; -1 ends it. May be NULL. */
typedef int pack_list_fn(void *ctx, const struct pack_entry *en,
    struct err *e);

/*
 * Read an archive to its end, decoding every byte. Damage is ERR_NO, kind
 * "verify.archive". An absolute name, one with "..", a hard link out of the
 * tree or an unknown type is ERR_NO, kind "verify.name". Data behind the
 * compressed stream's end, or a second archive, is damage. tap sees each
 * compressed block first, and when all is well, all of them; may be NULL.
 */
struct pack_read {
	const char *file;
	pack_list_fn *fn;
	void (*tap)(void *ctx, const void *data, size_t len);
	void *ctx; /* for both */
};
int pack_list(const struct pack_read *r, struct pack_stats *out,
    struct err *e);

/*
 * Extract an archive into a folder that exists and is empty. Nothing is ever
 * written outside of it, whatever the archive says. Owners are restored, by
 * number, when we are root. What an attribute could not be restored for is a
 * warning ("files.attr"). All is on disk when it returns; compressed bytes
 * count as progress. Changes the working folder of the process while it runs,
 * so no other thread may use relative names.
 */
int pack_extract(const char *file, const char *dir, struct pack_stats *out,
    struct err *e);

/*
 * Decode a zstd or lz4 file (no tar inside) to its end through fn; damage and
 * tap as pack_list().
 */
int pack_raw(const struct pack_read *r, int (*fn)(void *ctx,
    const void *data, size_t len, struct err *e), struct err *e);

#endif
