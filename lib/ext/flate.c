/* flate.c - gzip: every member to its end, nothing behind. */
#include "ext/flate.h"

#include <zlib.h>

#include "base/mem.h"
#include "ext/flate_engine.h"

/*
 * Large pieces cost less: an engine keeps the last 32 KiB of each piece.
 * 256 KiB still stay in a processor's second cache.
 */
#define FLATE_OUT ((size_t)256 * 1024)
#define FLATE_HEADER 10 /* bytes of the shortest header (RFC 1952) */

struct flate {
	struct flate_engine *engine;
	const char *what;
	flate_fn *fn;
	void *ctx;
	size_t member_in; /* bytes of the current member so far */
	int has_out;      /* it put something out */
	int in_member;    /* inside one: input may not end here */
	int filled;       /* the last piece was full: more may come */
	long members;     /* that ended well */
	unsigned char out[FLATE_OUT];
};

struct flate *
flate_new(const char *what, flate_fn *fn, void *ctx)
{
	struct flate *f = mem_alloc(sizeof(*f));

	f->engine = flate_engine_new();
	f->what = what;
	f->fn = fn;
	f->ctx = ctx;
	return f;
}

static int
flate_bad(const struct flate *f, const char *why, struct err *e)
{
	return err_set(e, ERR_NO, "verify.gzip", "cannot decode '%s': %s",
	    f->what, why);
}

static const char *
flate_why(const struct flate *f, enum flate_rc rc)
{
	int in_header = !f->has_out && f->member_in < FLATE_HEADER;

	if (f->members > 0 && (rc == FLATE_BAD_HEADER || in_header))
		return "there is other data behind its end";
	if (rc == FLATE_BAD_HEADER)
		return "it is no gzip data";
	if (rc == FLATE_BAD_CHECK)
		return "its checksum is wrong";
	if (rc == FLATE_BAD_DATA)
		return "its data is damaged";
	return "the data ends too early";
}

static int
flate_step(struct flate *f, struct flate_io *io, struct err *e)
{
	size_t before = io->in_len, len;
	enum flate_rc rc;

	f->in_member = 1;
	io->out = f->out;
	io->out_len = FLATE_OUT;
	rc = flate_engine_step(f->engine, io);
	len = FLATE_OUT - io->out_len;
	f->member_in += before - io->in_len;
	f->has_out |= len > 0;
	f->filled = io->out_len == 0;
	/* What came out before the damage is as good as nothing. */
	if (rc != FLATE_MORE && rc != FLATE_END)
		return flate_bad(f, flate_why(f, rc), e);
	if (len > 0 && f->fn(f->ctx, f->out, len, e) < 0)
		return -1;
	if (rc == FLATE_END) {
		flate_engine_reset(f->engine);
		f->in_member = f->has_out = f->filled = 0;
		f->member_in = 0;
		f->members++;
	}
	return 0;
}

int
flate_add(struct flate *f, const void *data, size_t len, struct err *e)
{
	struct flate_io io = { .in = data, .in_len = len };

	/* A full piece may mean that more is still to come out. */
	while (io.in_len > 0 || (f->in_member && f->filled))
		if (flate_step(f, &io, e) < 0)
			return -1;
	return 0;
}

int
flate_end(struct flate *f, struct err *e)
{
	int rc = 0;

	if (f->in_member)
		rc = flate_bad(f, flate_why(f, FLATE_MORE), e);
	else if (f->members == 0)
		rc = flate_bad(f, "the data is empty", e);
	flate_free(f);
	return rc;
}

void
flate_free(struct flate *f)
{
	if (!f)
		return;
	flate_engine_free(f->engine);
	free(f);
}

uint32_t
flate_crc32(uint32_t so_far, const void *data, size_t len)
{
	return (uint32_t)crc32_z(so_far, data, len);
}
