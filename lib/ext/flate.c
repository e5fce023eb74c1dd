/* flate.c - gzip by zlib: every member to its end, nothing behind. */
#include "ext/flate.h"

#include <assert.h>
#include <limits.h>

#define ZLIB_CONST /* next_in points to const */
#include <zlib.h>

#include "base/mem.h"

/*
 * Large pieces cost less: at each call that has filled its output, inflate()
 * copies the last 32 KiB into a window of its own. 256 KiB still stay in a
 * processor's second cache.
 */
#define FLATE_OUT ((size_t)256 * 1024)

struct flate {
	z_stream z;
	const char *what;
	flate_fn *fn;
	void *ctx;
	int in_member; /* inside one: input may not end here */
	long members;  /* that ended well */
	unsigned char out[FLATE_OUT];
};

struct flate *
flate_new(const char *what, flate_fn *fn, void *ctx)
{
	struct flate *f = mem_alloc(sizeof(*f));
	/* 16: gzip's wrapper, and no other. */
	int ok = inflateInit2(&f->z, MAX_WBITS + 16);

	/* Only a lack of memory, or another zlib than at build time. */
	assert(ok == Z_OK);
	(void)ok;
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

/* The data is wrong, or at its end too early. */
static int
flate_damage(const struct flate *f, const char *why, struct err *e)
{
	/* The ten bytes of a header, of which nothing is put out. */
	int in_header = f->z.total_out == 0 && f->z.total_in < 10;

	if (in_header && f->members > 0)
		why = "there is other data behind its end";
	return flate_bad(f, why, e);
}

/* One call of inflate(). */
static int
flate_step(struct flate *f, struct err *e)
{
	size_t len;
	int rc;

	f->in_member = 1;
	f->z.next_out = f->out;
	f->z.avail_out = (uInt)FLATE_OUT;
	rc = inflate(&f->z, Z_NO_FLUSH);
	len = FLATE_OUT - f->z.avail_out;
	/* What came out before the damage is as good as nothing. */
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return flate_damage(f, f->z.msg ? f->z.msg : "damaged", e);
	if (len > 0 && f->fn(f->ctx, f->out, len, e) < 0)
		return -1;
	if (rc == Z_STREAM_END) {
		f->in_member = 0;
		f->members++;
		inflateReset(&f->z);
	}
	return 0;
}

int
flate_add(struct flate *f, const void *data, size_t len, struct err *e)
{
	const unsigned char *at = data;

	while (len > 0) {
		uInt take = len < UINT_MAX ? (uInt)len : UINT_MAX;

		f->z.next_in = at;
		f->z.avail_in = take;
		/* A full piece may mean that more is still to come out. */
		while (f->z.avail_in > 0 ||
		    (f->in_member && f->z.avail_out == 0)) {
			if (flate_step(f, e) < 0)
				return -1;
		}
		at += take;
		len -= take;
	}
	return 0;
}

int
flate_end(struct flate *f, struct err *e)
{
	int rc = 0;

	if (f->in_member)
		rc = flate_damage(f, "the data ends too early", e);
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
	inflateEnd(&f->z);
	free(f);
}
