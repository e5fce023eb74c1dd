/* pack_create.c - an archive written: tar into zstd into a file. */
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "ext/pack_priv.h"
#include "sys/io.h"
#include "sys/pool.h"
#include "sys/sig.h"

/*
 * libarchive's client callback: what comes out of the compressor. It never
 * fails, as libarchive would then lose its buffers; everybody looks at bad.
 */
static la_ssize_t
on_write(struct archive *a, void *ctx, const void *data, size_t len)
{
	struct pack_writer *w = ctx;

	(void)a;
	if (!w->failed && !w->bad.code && sig_check(&w->bad) == 0 &&
	    io_write(w->fd, data, len, w->c->file, &w->bad) == 0 &&
	    w->c->on_block)
		w->c->on_block(w->c->ctx, data, len);
	return (la_ssize_t)len;
}

static int
set_up(struct pack_writer *w, struct err *e)
{
	unsigned threads = w->c->threads ? w->c->threads : pool_cpus();
	char *n = mem_printf("%u", threads);
	int ok;

	/*
	 * Level 1 is as fast as disks are, and the threads compress beside
	 * us. No padding behind the end: no zstd would read that.
	 */
	ok = archive_write_set_format_pax(w->a) == ARCHIVE_OK &&
	    archive_write_set_format_option(w->a, NULL, "xattrheader",
	    "SCHILY") == ARCHIVE_OK &&
	    archive_write_add_filter_zstd(w->a) == ARCHIVE_OK &&
	    archive_write_set_filter_option(w->a, "zstd",
	    "compression-level", "1") == ARCHIVE_OK &&
	    archive_write_set_filter_option(w->a, "zstd", "threads", n) ==
	    ARCHIVE_OK &&
	    archive_write_set_bytes_per_block(w->a, 256 * 1024) ==
	    ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(w->a, 1) == ARCHIVE_OK &&
	    archive_write_open(w->a, w, NULL, on_write, NULL) == ARCHIVE_OK;
	free(n);
	if (!ok)
		return err_set(e, ERR_TROUBLE, "pack.write",
		    "cannot write '%s': %s", w->c->file, pack_why(w->a));
	/*
	 * Attributes only: holes we find ourselves, as libarchive would have
	 * each file's new blocks written out first (FIEMAP_FLAG_SYNC).
	 */
	archive_read_disk_set_behavior(w->disk, ARCHIVE_READDISK_NO_SPARSE |
	    ARCHIVE_READDISK_NO_FFLAGS);
	archive_entry_linkresolver_set_strategy(w->links,
	    archive_format(w->a));
	return 0;
}

static int
open_file(struct pack_writer *w, struct err *e)
{
	w->fd = io_open(w->c->file, O_WRONLY | O_CREAT | O_EXCL, 0600, e);
	if (w->fd < 0)
		return -1;
	if (fstat(w->fd, &w->own) != 0)
		return err_sys(e, "cannot write '%s'", w->c->file);
	return 0;
}

static int
write_all(struct pack_writer *w, struct err *e)
{
	if (set_up(w, e) < 0 || pack_tree(w, e) < 0)
		return -1;
	if (archive_write_close(w->a) != ARCHIVE_OK)
		return err_set(e, ERR_TROUBLE, "pack.write",
		    "cannot write '%s': %s", w->c->file, pack_why(w->a));
	if (w->bad.code) {
		err_merge(e, &w->bad);
		return -1;
	}
	return io_finish(&w->fd, w->c->file, e);
}

int
pack_create(const struct pack_create *c, struct pack_stats *out,
    struct err *e)
{
	struct pack_writer w = { .c = c, .stats = out };
	struct pack_locale locale;
	int rc;

	if (open_file(&w, e) < 0)
		return -1;
	pack_locale_enter(&locale);
	w.a = archive_write_new();
	w.disk = archive_read_disk_new();
	w.entry = archive_entry_new();
	w.links = archive_entry_linkresolver_new();
	w.block = mem_alloc(PACK_BLOCK);
	rc = write_all(&w, e);
	archive_entry_linkresolver_free(w.links);
	archive_entry_free(w.entry);
	archive_read_free(w.disk);
	/* It closes, if that was not done, and so writes what it still has. */
	w.failed = rc < 0;
	archive_write_free(w.a);
	pack_locale_leave(&locale);
	free(w.block);
	err_release(&w.bad);
	if (w.fd >= 0)
		close(w.fd);
	if (rc < 0)
		unlink(c->file);
	return rc;
}
