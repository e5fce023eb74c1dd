/* flate_isal.c - the fast engine: Intel's ISA-L, which has code for x86-64
 * and arm64 and takes any other machine in plain C. */
#include "ext/flate_engine.h"

#include <stdint.h>

#include <isa-l/igzip_lib.h>

#include "base/mem.h"

struct flate_engine {
	struct inflate_state s; /* about 70 KiB */
};

struct flate_engine *
flate_engine_new(void)
{
	struct flate_engine *g = mem_alloc(sizeof(*g));

	isal_inflate_init(&g->s);
	g->s.crc_flag = ISAL_GZIP;
	return g;
}

static uint32_t
clamp(size_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static enum flate_rc
judge(const struct flate_engine *g, int rc)
{
	switch (rc) {
	case ISAL_DECOMP_OK:
	case ISAL_END_INPUT:
	case ISAL_OUT_OVERFLOW:
		return g->s.block_state == ISAL_BLOCK_FINISH ? FLATE_END
							     : FLATE_MORE;
	case ISAL_INVALID_WRAPPER:
	case ISAL_UNSUPPORTED_METHOD:
		return FLATE_BAD_HEADER;
	case ISAL_INCORRECT_CHECKSUM:
		return FLATE_BAD_CHECK;
	default:
		return FLATE_BAD_DATA;
	}
}

enum flate_rc
flate_engine_step(struct flate_engine *g, struct flate_io *io)
{
	uint32_t in = clamp(io->in_len), out = clamp(io->out_len);
	int rc;

	/* It does not write to its input; its header lacks the const. */
	g->s.next_in = (uint8_t *)(uintptr_t)io->in;
	g->s.avail_in = in;
	g->s.next_out = io->out;
	g->s.avail_out = out;
	rc = isal_inflate(&g->s);
	io->in += in - g->s.avail_in;
	io->in_len -= in - g->s.avail_in;
	io->out += out - g->s.avail_out;
	io->out_len -= out - g->s.avail_out;
	return judge(g, rc);
}

void
flate_engine_reset(struct flate_engine *g)
{
	isal_inflate_reset(&g->s);
	g->s.crc_flag = ISAL_GZIP;
}

void
flate_engine_free(struct flate_engine *g)
{
	free(g);
}
