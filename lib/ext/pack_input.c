/* pack_input.c - an archive read block by block, all of it, and only once. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "ext/pack_priv.h"
#include "sys/io.h"
#include "sys/sig.h"

/* libarchive's client callback: the next block of the file. */
static la_ssize_t
on_read(struct archive *a, void *ctx, const void **data)
{
	struct pack_input *in = ctx;
	ssize_t n = -1;

	*data = in->block;
	if (sig_check(&in->bad) == 0)
		n = io_read(in->fd_plus_1 - 1, in->block, PACK_BLOCK,
		    in->file, &in->bad);
	if (n < 0) {
		archive_set_error(a, EIO, "see above");
		return -1;
	}
	if (n > 0 && in->tap)
		in->tap(in->ctx, in->block, (size_t)n);
	in->bytes += n;
	return n;
}

/* What our own callback knows, or else damage. */
static int
input_error(struct pack_input *in, struct err *e)
{
	if (in->bad.code) {
		err_merge(e, &in->bad);
		return -1;
	}
	return pack_damage(in->file, pack_why(in->a), e);
}

static int
open_file(struct pack_input *in, struct err *e)
{
	int fd = io_open(in->file, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, e);
	struct stat st;

	if (fd < 0)
		return -1;
	in->fd_plus_1 = fd + 1;
	if (fstat(fd, &st) != 0)
		return err_sys(e, "cannot read '%s'", in->file);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_TROUBLE, "sys",
		    "cannot read '%s': not a regular file", in->file);
	if (st.st_size == 0)
		return pack_damage(in->file, "it is empty", e);
	return 0;
}

int
pack_input_open(struct pack_input *in, int is_raw, struct err *e)
{
	if (open_file(in, e) < 0)
		return -1;
	in->block = mem_alloc(PACK_BLOCK);
	in->a = archive_read_new();
	archive_read_support_filter_zstd(in->a);
	if (is_raw) {
		archive_read_support_filter_lz4(in->a);
		archive_read_support_format_raw(in->a);
	} else {
		archive_read_support_filter_gzip(in->a);
		archive_read_support_format_tar(in->a);
		/* Read on behind the end mark, so that nothing hides there. */
		archive_read_set_options(in->a,
		    "tar:read_concatenated_archives");
	}
	if (archive_read_open(in->a, in, NULL, on_read, NULL) != ARCHIVE_OK)
		return input_error(in, e);
	return 0;
}

int
pack_input_next(struct pack_input *in, struct archive_entry **entry,
    struct err *e)
{
	switch (archive_read_next_header(in->a, entry)) {
	case ARCHIVE_OK:
	case ARCHIVE_WARN: /* of a name's characters, say */
		return 1;
	case ARCHIVE_EOF:
		return in->bad.code ? input_error(in, e) : 0;
	default:
		return input_error(in, e);
	}
}

int
pack_input_data(struct pack_input *in, struct pack_data *d, struct err *e)
{
	la_int64_t offset;

	switch (archive_read_data_block(in->a, &d->data, &d->len, &offset)) {
	case ARCHIVE_OK:
		d->offset = offset;
		return 1;
	case ARCHIVE_EOF:
		return in->bad.code ? input_error(in, e) : 0;
	default:
		return input_error(in, e);
	}
}

int
pack_input_end(struct pack_input *in, struct err *e)
{
	const void *data;
	la_ssize_t n = on_read(in->a, in, &data);

	if (n < 0)
		return input_error(in, e);
	if (n > 0 || archive_filter_bytes(in->a, -1) != in->bytes)
		return pack_damage(in->file,
		    "there is other data behind its end", e);
	return 0;
}

void
pack_input_close(struct pack_input *in)
{
	if (in->a)
		archive_read_free(in->a);
	if (in->fd_plus_1)
		close(in->fd_plus_1 - 1);
	free(in->block);
	err_release(&in->bad);
	*in = (struct pack_input){0};
}
