/* flate_zlib.c - the engine for every machine: zlib. */
#include "ext/flate_engine.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

#include "base/mem.h"

struct flate_engine {
	z_stream z;
};

struct flate_engine *
flate_engine_new(void)
{
	struct flate_engine *g = mem_alloc(sizeof(*g));
	/* 16: gzip's wrapper, and no other. */
	int ok = inflateInit2(&g->z, MAX_WBITS + 16);

	/* Only a lack of memory, or another zlib than at build time. */
	assert(ok == Z_OK);
	(void)ok;
	return g;
}

static enum flate_rc
damage(const char *msg)
{
	if (msg && strcmp(msg, "incorrect header check") == 0)
		return FLATE_BAD_HEADER;
	if (msg && (strcmp(msg, "incorrect data check") == 0 ||
		    strcmp(msg, "incorrect length check") == 0))
		return FLATE_BAD_CHECK;
	return FLATE_BAD_DATA;
}

static uInt
clamp(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

enum flate_rc
flate_engine_step(struct flate_engine *g, struct flate_io *io)
{
	uInt in = clamp(io->in_len), out = clamp(io->out_len);
	int rc;

	g->z.next_in = io->in;
	g->z.avail_in = in;
	g->z.next_out = io->out;
	g->z.avail_out = out;
	rc = inflate(&g->z, Z_NO_FLUSH);
	io->in += in - g->z.avail_in;
	io->in_len -= in - g->z.avail_in;
	io->out += out - g->z.avail_out;
	io->out_len -= out - g->z.avail_out;
	if (rc == Z_STREAM_END)
		return FLATE_END;
	/* Z_BUF_ERROR: nothing to do without more input. */
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return FLATE_MORE;
	return damage(g->z.msg);
}

void
flate_engine_reset(struct flate_engine *g)
{
	inflateReset(&g->z);
}

void
flate_engine_free(struct flate_engine *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	free(g);
}
