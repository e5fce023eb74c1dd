/*
 * flate_engine.h - what decodes gzip underneath flate.h: ISA-L where the
 * build finds it (three times the speed of zlib, and verifying a set is
 * mostly decoding), else zlib. Private to flate.
 */
#ifndef UB_EXT_FLATE_ENGINE_H
#define UB_EXT_FLATE_ENGINE_H

#include <stddef.h>

enum flate_rc {
	FLATE_MORE,       /* go on, with more input or more room */
	FLATE_END,        /* a member ended, its checks were right */
	FLATE_BAD_HEADER, /* this is not the beginning of a member */
	FLATE_BAD_CHECK,  /* CRC or length differ */
	FLATE_BAD_DATA,
};

/* Both ends of one step; the engine moves them forward. */
struct flate_io {
	const unsigned char *in;
	size_t in_len;
	unsigned char *out;
	size_t out_len;
};

struct flate_engine;

struct flate_engine *flate_engine_new(void);
enum flate_rc flate_engine_step(struct flate_engine *g, struct flate_io *io);
void flate_engine_reset(struct flate_engine *g); /* for the next member */
void flate_engine_free(struct flate_engine *g);

#endif
