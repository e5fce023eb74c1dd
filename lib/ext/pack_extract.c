/* pack_extract.c - an archive brought back into an empty folder. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "ext/pack_priv.h"
#include "sys/io.h"
#include "sys/log.h"
#include "sys/path.h"
#include "sys/progress.h"

/* More warnings than this are only counted. */
#define PACK_WARNINGS 5

struct extract {
	struct pack_input in;
	struct archive *disk;
	struct archive_entry *top; /* of the folder itself, or NULL */
	struct pack_stats *stats;
	int warned;
};

static void
on_block(void *ctx, const void *data, size_t len)
{
	(void)ctx;
	(void)data;
	progress_add((int64_t)len);
}

static struct archive *
new_disk(void)
{
	struct archive *disk = archive_write_disk_new();
	int flags = ARCHIVE_EXTRACT_SECURE_NODOTDOT |
	    ARCHIVE_EXTRACT_SECURE_SYMLINKS |
	    ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS | ARCHIVE_EXTRACT_TIME |
	    ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_ACL |
	    ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_SPARSE;

	/*
	 * Never UNLINK: with it libarchive removes a symbolic link that is
	 * in the way, and goes on. Owners are the recorded numbers, whatever
	 * names they have here: what was there comes back.
	 */
	if (geteuid() == 0)
		flags |= ARCHIVE_EXTRACT_OWNER;
	archive_write_disk_set_options(disk, flags);
	return disk;
}

static void
warn(struct extract *x, const char *name)
{
	char *clean;

	if (x->warned++ >= PACK_WARNINGS)
		return;
	clean = text_utf8_clean(name, strlen(name));
	log_warn("files.attr", "'%s': %s", clean, pack_why(x->disk));
	free(clean);
}

/* What writing answered: well, well but for an attribute, or not. */
static int
check(struct extract *x, int result, const char *name, struct err *e)
{
	const char *why = pack_why(x->disk);
	int error = archive_errno(x->disk);
	char *clean;

	if (result == ARCHIVE_OK)
		return 0;
	if (result == ARCHIVE_WARN) {
		warn(x, name);
		return 0;
	}
	clean = text_utf8_clean(name, strlen(name));
	if (strstr(why, "through symlink"))
		err_set(e, ERR_NO, "verify.name",
		    "cannot trust '%s': '%s' leads through a symbolic link",
		    x->in.file, clean);
	else if (error > 0)
		err_set(e, ERR_TROUBLE, "pack.extract",
		    "cannot extract '%s': %s: %s", clean, why,
		    strerror(error));
	else
		err_set(e, ERR_TROUBLE, "pack.extract",
		    "cannot extract '%s': %s", clean, why);
	free(clean);
	return -1;
}

static int
extract_data(struct extract *x, const char *name, struct err *e)
{
	struct pack_data d;
	int rc;

	while ((rc = pack_input_data(&x->in, &d, e)) > 0) {
		/* Less than all is no mere warning here. */
		if (archive_write_data_block(x->disk, d.data, d.len,
		    d.offset) < ARCHIVE_OK)
			return check(x, ARCHIVE_FAILED, name, e);
	}
	return rc;
}

static int
extract_entry(struct extract *x, struct archive_entry *entry, struct err *e)
{
	struct pack_name name;
	int rc = pack_check_entry(x->in.file, entry, &name, e);

	if (rc < 0)
		return -1;
	pack_count(x->stats, entry);
	/* The folder's own time comes when nothing more is made in it. */
	if (strcmp(name.name, ".") == 0) {
		archive_entry_free(x->top);
		x->top = archive_entry_clone(entry);
		pack_name_release(&name);
		return 0;
	}
	rc = check(x, archive_write_header(x->disk, entry), name.name, e);
	if (rc == 0)
		rc = extract_data(x, name.name, e);
	if (rc == 0)
		rc = check(x, archive_write_finish_entry(x->disk), name.name,
		    e);
	pack_name_release(&name);
	return rc;
}

/*
 * The folder's own attributes. libarchive forgets the ACL of a folder that is
 * there already and has the right mode: see that it has another one.
 */
static int
extract_top(struct extract *x, struct err *e)
{
	unsigned mode = archive_entry_perm(x->top);
	int rc;

	if (archive_entry_acl_types(x->top) &&
	    chmod(".", mode == 0700 ? 0500 : 0700) != 0)
		return err_sys(e, "cannot set the mode of the folder");
	x->disk = new_disk();
	rc = check(x, archive_write_header(x->disk, x->top), ".", e);
	if (rc == 0)
		rc = check(x, archive_write_finish_entry(x->disk), ".", e);
	if (archive_write_close(x->disk) != ARCHIVE_OK && rc == 0)
		rc = check(x, ARCHIVE_FAILED, ".", e);
	archive_write_free(x->disk);
	x->disk = NULL;
	return rc;
}

static int
extract_all(struct extract *x, struct err *e)
{
	struct archive_entry *entry;
	int rc = pack_input_open(&x->in, 0, e);

	x->disk = new_disk();
	while (rc == 0 && (rc = pack_input_next(&x->in, &entry, e)) > 0)
		rc = extract_entry(x, entry, e);
	if (rc == 0)
		rc = pack_input_end(&x->in, e);
	/* Modes and times of folders come last, when nothing changes them. */
	if (archive_write_close(x->disk) != ARCHIVE_OK && rc == 0)
		rc = check(x, ARCHIVE_FAILED, ".", e);
	archive_write_free(x->disk);
	x->disk = NULL;
	if (rc == 0 && x->top)
		rc = extract_top(x, e);
	archive_entry_free(x->top);
	if (x->warned > PACK_WARNINGS)
		log_warn("files.attr", "%d more files lack an attribute",
		    x->warned - PACK_WARNINGS);
	return rc;
}

static int
open_empty(const char *dir, struct err *e)
{
	struct vec names = {0};
	int fd, rc = path_list(dir, &names, e);

	if (rc == 0 && names.n > 0)
		rc = err_set(e, ERR_TROUBLE, "pack.extract",
		    "cannot extract into '%s': it is not empty", dir);
	vec_release(&names);
	if (rc < 0)
		return -1;
	fd = io_open(dir, O_RDONLY | O_DIRECTORY, 0, e);
	return fd;
}

/* In the folder; the archive's name may be relative to where we were. */
static int
extract_inside(struct extract *x, int fd, const char *dir, struct err *e)
{
	struct pack_locale locale;
	int rc;

	if (fchdir(fd) != 0)
		return err_sys(e, "cannot enter '%s'", dir);
	pack_locale_enter(&locale);
	rc = extract_all(x, e);
	pack_input_close(&x->in);
	pack_locale_leave(&locale);
	/* One call for all files; the disk may be full only now. */
	if (rc == 0 && syncfs(fd) != 0)
		rc = err_sys(e, "cannot write '%s' to disk", dir);
	return rc;
}

int
pack_extract(const char *file, const char *dir, struct pack_stats *out,
    struct err *e)
{
	char *path = path_abs(file);
	struct extract x = { .in = { .file = path, .tap = on_block },
	    .stats = out };
	int old = io_open(".", O_PATH | O_DIRECTORY, 0, e);
	int fd = old < 0 ? -1 : open_empty(dir, e);
	int rc = -1;

	if (fd >= 0)
		rc = extract_inside(&x, fd, dir, e);
	if (old >= 0 && fd >= 0 && fchdir(old) != 0 && rc == 0)
		rc = err_sys(e, "cannot return to the old working folder");
	if (fd >= 0)
		close(fd);
	if (old >= 0)
		close(old);
	free(path);
	return rc;
}
