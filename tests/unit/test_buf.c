/* test_buf.c - a growing byte string. */
#include "base/buf.h"

#include "tap.h"

int
main(void)
{
	struct buf b = { 0 };
	char *s;
	int i, right = 1;

	tap_is(buf_text(&b), "", "an empty one is an empty text");
	buf_release(&b);
	s = buf_detach(&b);
	tap_is(s, "", "an empty one can be detached");
	free(s);

	buf_add(&b, NULL, 0);
	tap_ok(b.data && b.data[0] == '\0', "after an append data is there");
	buf_puts(&b, "one");
	buf_putc(&b, ' ');
	buf_printf(&b, "%d %s", 2, "three");
	tap_is(buf_text(&b), "one 2 three", "texts are appended");
	tap_ok(b.len == 11, "len counts");
	buf_reset(&b);
	tap_ok(b.len == 0 && b.cap > 0, "reset keeps the capacity");
	tap_is(buf_text(&b), "", "reset leaves an empty text");

	buf_add(&b, "a\0b", 3);
	tap_ok(b.len == 3 && memcmp(b.data, "a\0b", 4) == 0,
	    "bytes may be NUL, and one more is behind");
	buf_reset(&b);
	for (i = 0; i < 100000; i++) {
		buf_putc(&b, (char)('a' + i % 26));
		right &= b.len < b.cap && b.data[b.len] == '\0';
	}
	tap_ok(right, "there is always room for the NUL");
	tap_ok(b.len == 100000 && b.data[99999] == 'a' + 99999 % 26,
	    "growing keeps the contents");
	s = buf_detach(&b);
	tap_ok(strlen(s) == 100000, "detach hands over the text");
	tap_ok(!b.data && !b.len && !b.cap, "detach leaves {0}");
	free(s);

	buf_printf(&b, "%*d", 5000, 1);
	tap_ok(b.len == 5000, "a format longer than the buffer");
	buf_release(&b);
	tap_ok(!b.data && !b.len && !b.cap, "release leaves {0}");
	return tap_done();
}
