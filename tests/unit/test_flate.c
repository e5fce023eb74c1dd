/* test_flate.c - gzip whole, in members, cut, flipped, with a tail. */
#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ext/flate.h"
#include "tap.h"

static int
collect(void *ctx, const void *data, size_t len, struct err *e)
{
	(void)e;
	buf_add(ctx, data, len);
	return 0;
}

static int
refuse(void *ctx, const void *data, size_t len, struct err *e)
{
	(void)ctx;
	(void)data;
	(void)len;
	return err_set(e, ERR_NO, "test", "enough");
}

/* Append one gzip member. */
static void
squeeze(struct buf *to, const char *text, size_t len)
{
	z_stream z;
	size_t room = len + len / 1000 + 100;
	unsigned char *out = mem_alloc(room);
	char *copy = mem_dupn(text, len);

	memset(&z, 0, sizeof(z));
	deflateInit2(&z, 1, Z_DEFLATED, MAX_WBITS + 16, 8, 0);
	z.next_in = (unsigned char *)copy;
	z.avail_in = (unsigned)len;
	z.next_out = out;
	z.avail_out = (unsigned)room;
	deflate(&z, Z_FINISH);
	buf_add(to, out, z.total_out);
	deflateEnd(&z);
	free(out);
	free(copy);
}

/* Decode in blocks of the given size. */
static int
decode(const char *data, size_t len, size_t block, struct buf *out,
    struct err *e)
{
	struct flate *f = flate_new("f.gz", collect, out);

	for (size_t at = 0; at < len; at += block) {
		size_t n = len - at < block ? len - at : block;

		if (flate_add(f, data + at, n, e) < 0) {
			flate_free(f);
			return -1;
		}
	}
	return flate_end(f, e);
}

static int
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static void
test_whole(void)
{
	static const size_t blocks[] = { 1, 7, 4096, 1 << 20 };
	struct buf text = {0}, gz = {0}, out = {0};
	struct err e = {0};

	/* Over two pieces of output, not all of it alike. */
	for (int i = 0; text.len < 600 * 1024; i++)
		buf_printf(&text, "%d\tname %d\t\\N\n", i, i * 7919 % 1000);
	squeeze(&gz, text.data, text.len);
	for (size_t i = 0; i < UB_LEN(blocks); i++) {
		buf_reset(&out);
		tap_ok(decode(gz.data, gz.len, blocks[i], &out, &e) == 0 &&
		    same(&out, &text), "whole, blocks of %zu", blocks[i]);
	}
	/* All output of 5 MB of NULs from one small block of input. */
	buf_reset(&text);
	buf_reset(&gz);
	buf_reset(&out);
	for (int i = 0; i < 5000; i++)
		buf_add(&text, (char[1000]){0}, 1000);
	squeeze(&gz, text.data, text.len);
	tap_ok(decode(gz.data, gz.len, gz.len, &out, &e) == 0 &&
	    same(&out, &text), "a thousandfold");
	buf_release(&text);
	buf_release(&gz);
	buf_release(&out);
	err_release(&e);
}

static void
test_members(void)
{
	struct buf gz = {0}, out = {0};
	struct err e = {0};

	squeeze(&gz, "one ", 4);
	squeeze(&gz, "", 0);
	squeeze(&gz, "two", 3);
	for (size_t block = 1; block < gz.len + 1; block += 13) {
		buf_reset(&out);
		tap_ok(decode(gz.data, gz.len, block, &out, &e) == 0,
		    "three members, blocks of %zu", block);
		tap_is(buf_text(&out), "one two", "their content");
	}
	buf_release(&gz);
	buf_release(&out);
	err_release(&e);
}

static void
test_cut(void)
{
	struct buf gz = {0}, out = {0};
	struct err e = {0};
	int found = 0;

	squeeze(&gz, "a\tb\nc\td\n", 8);
	for (size_t n = 1; n < gz.len; n++) {
		if (decode(gz.data, n, 5, &out, &e) == -1 &&
		    e.code == ERR_NO && strcmp(e.kind, "verify.gzip") == 0 &&
		    strcmp(e.msg, "cannot decode 'f.gz': "
			"the data ends too early") == 0)
			found++;
		err_release(&e);
	}
	tap_ok(found == (int)gz.len - 1, "cut at each of %zu places",
	    gz.len - 1);

	tap_ok(decode("", 0, 1, &out, &e) == -1, "nothing at all");
	tap_is(e.msg, "cannot decode 'f.gz': the data is empty",
	    "its message");
	tap_ok(e.code == ERR_NO, "its code");
	buf_release(&gz);
	buf_release(&out);
	err_release(&e);
}

/*
 * No checksum covers the header's flags, time and system, nor the bits that
 * fill up the last byte of compressed data in front of the eight of the end.
 */
static int
is_covered(size_t at, size_t len)
{
	return at < 3 || (at > 9 && at != len - 9);
}

static void
test_flipped(void)
{
	struct buf gz = {0}, out = {0};
	struct err e = {0};
	int missed = 0, n = 0;

	for (int i = 0; i < 40; i++)
		buf_printf(&out, "%d\t%d\n", i, i * 2654435);
	squeeze(&gz, out.data, out.len);
	for (size_t bit = 0; bit < gz.len * 8; bit++) {
		if (!is_covered(bit / 8, gz.len))
			continue;
		gz.data[bit / 8] ^= (char)(1 << bit % 8);
		buf_reset(&out);
		if (decode(gz.data, gz.len, 64, &out, &e) == 0 ||
		    e.code != ERR_NO)
			missed++;
		err_release(&e);
		gz.data[bit / 8] ^= (char)(1 << bit % 8);
		n++;
	}
	tap_ok(n > 1000 && missed == 0, "%d of %d flipped bits missed",
	    missed, n);
	gz.data[gz.len - 5] ^= 1;
	decode(gz.data, gz.len, 64, &out, &e);
	tap_is(e.msg, "cannot decode 'f.gz': its checksum is wrong", "CRC");
	gz.data[gz.len - 5] ^= 1;
	gz.data[gz.len - 1] ^= 1;
	decode(gz.data, gz.len, 64, &out, &e);
	tap_is(e.msg, "cannot decode 'f.gz': its checksum is wrong",
	    "length");
	buf_release(&gz);
	buf_release(&out);
	err_release(&e);
}

static void
test_tail(void)
{
	static const char *const tails[] = { "x", "\x1f", "\x1f\x8b",
	    "\x1f\x8b\x08", "garbage and more of it" };
	static const char behind[] =
	    "cannot decode 'f.gz': there is other data behind its end";
	struct buf gz = {0}, out = {0};
	struct err e = {0};
	size_t len;

	squeeze(&gz, "text", 4);
	len = gz.len;
	for (size_t i = 0; i < UB_LEN(tails); i++) {
		gz.len = len;
		buf_puts(&gz, tails[i]);
		tap_ok(decode(gz.data, gz.len, gz.len, &out, &e) == -1,
		    "tail %zu", i);
		tap_is(e.msg, behind, "its message");
		err_release(&e);
	}
	gz.len = len;
	buf_putc(&gz, '\0');
	tap_ok(decode(gz.data, gz.len, gz.len, &out, &e) == -1,
	    "a NUL behind the end");
	decode("PGDMP no gzip", 13, 13, &out, &e);
	tap_is(e.msg, "cannot decode 'f.gz': it is no gzip data",
	    "no gzip at all");
	buf_release(&gz);
	buf_release(&out);
	err_release(&e);
}

static void
test_callback(void)
{
	struct buf gz = {0};
	struct err e = {0};
	struct flate *f = flate_new("f.gz", refuse, NULL);

	squeeze(&gz, "text", 4);
	tap_ok(flate_add(f, gz.data, gz.len, &e) == -1, "the taker says no");
	tap_is(e.msg, "enough", "in its own words");
	flate_free(f);
	flate_free(NULL);
	buf_release(&gz);
	err_release(&e);
}

int
main(void)
{
	test_whole();
	test_members();
	test_cut();
	test_flipped();
	test_tail();
	test_callback();
	return tap_done();
}
