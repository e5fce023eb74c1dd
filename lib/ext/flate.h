/* flate.h - read gzip data to its very end (zlib). */
#ifndef UB_EXT_FLATE_H
#define UB_EXT_FLATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A block of decoded data; -1 ends the reading. */
typedef int flate_fn(void *ctx, const void *data, size_t len,
    struct err *e);

/* A gzip stream being decoded block by block; tap form of flate_read(). */
struct flate;

/* what names the data in messages; it is borrowed until flate_free(). */
struct flate *flate_new(const char *what, flate_fn *fn, void *ctx);

/*
 * Decode one block of compressed data and give what comes out to fn in
 * pieces of at most 256 KiB. Damage is ERR_NO, kind "verify.gzip".
 */
int flate_add(struct flate *f, const void *data, size_t len, struct err *e);

/* The input ended: it must have ended at the end of a gzip member (length
 * and CRC right, nothing behind it, not empty). f is freed in any case. */
int flate_end(struct flate *f, struct err *e);
void flate_free(struct flate *f); /* NULL is fine */

/* CRC-32 as gzip has it; of several blocks: so_far is 0, then the last one. */
uint32_t flate_crc32(uint32_t so_far, const void *data, size_t len);

#endif
