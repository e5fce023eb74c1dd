/* pack_priv.h - what the files of pack share. */
#ifndef UB_EXT_PACK_PRIV_H
#define UB_EXT_PACK_PRIV_H

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sys/stat.h>

#include "ext/pack.h"

/*
 * libarchive translates names between the locale's character set and the
 * UTF-8 of pax headers, and in the C locale it cannot: use a UTF-8 one, for
 * this thread alone, as other threads may be at work.
 */
struct pack_locale {
	locale_t ours;
	locale_t old;
};
void pack_locale_enter(struct pack_locale *l);
void pack_locale_leave(struct pack_locale *l);

/* What libarchive says of its last failure; never NULL. */
const char *pack_why(struct archive *a);

/* ERR_NO, "verify.archive": "cannot decode 'FILE': why". Always -1. */
int pack_damage(const char *file, const char *why, struct err *e);

/* Count an entry that was read. */
void pack_count(struct pack_stats *s, struct archive_entry *entry);

/* An archive being written. */
struct pack_writer {
	const struct pack_create *c;
	struct pack_stats *stats;
	struct archive *a;    /* that we write */
	struct archive *disk; /* tells attributes of files */
	struct archive_entry *entry;
	struct archive_entry_linkresolver *links;
	char *block;          /* PACK_BLOCK bytes */
	int fd;               /* of the archive */
	struct stat own;      /* the archive itself: not to be packed */
	struct stat root;     /* of the tree */
	struct err bad;       /* of the write callback */
	int failed;           /* nothing more is to be written */
};

#define PACK_BLOCK ((size_t)1 << 20)

/* Pack all of the tree into an archive that is open for writing. */
int pack_tree(struct pack_writer *w, struct err *e);

/*
 * Write the entry of a node: fd is open, or -1 for what cannot be (links,
 * FIFOs, devices); link is the target of a symbolic link. A regular file's
 * content follows.
 */
struct pack_node {
	const char *name; /* relative */
	const char *link;
	int fd;
	struct stat st;
};
int pack_node(struct pack_writer *w, const struct pack_node *n,
    struct err *e);

/* An archive being read, block by block. */
struct pack_input {
	const char *file;
	struct archive *a;
	void (*tap)(void *ctx, const void *data, size_t len);
	void *ctx;
	char *block; /* PACK_BLOCK bytes */
	int fd_plus_1;
	int64_t bytes;
	struct err bad; /* of the read callback */
};

/* Open it as a tar archive, or (is_raw) as mere compressed data. */
int pack_input_open(struct pack_input *in, int is_raw, struct err *e);

/* Go to the next entry: 1; 0 at the end; -1. */
int pack_input_next(struct pack_input *in, struct archive_entry **entry,
    struct err *e);

/* The entry's next block of data: 1; 0 at its end; -1. */
struct pack_data {
	const void *data;
	size_t len;
	int64_t offset; /* in the file: there may be a hole before it */
};
int pack_input_data(struct pack_input *in, struct pack_data *d,
    struct err *e);

/* After the end: all of the file must have been part of it. */
int pack_input_end(struct pack_input *in, struct err *e);

void pack_input_close(struct pack_input *in);

/*
 * Fill in en; ERR_NO, "verify.name", for what must not be in an archive of
 * ours. Caller frees en->name and en->link.
 */
struct pack_name {
	char *name;
	char *link;
};
int pack_check_entry(const char *file, struct archive_entry *entry,
    struct pack_name *out, struct err *e);
void pack_name_release(struct pack_name *n);

#endif
