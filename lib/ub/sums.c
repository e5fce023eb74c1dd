#include "ub/sums.h"

#include "base/buf.h"

static void
add_line(struct buf *b, const char *hex, const char *name)
{
	const char *s;

	if (strpbrk(name, "\\\n\r"))
		buf_putc(b, '\\');
	buf_printf(b, "%s  ", hex);
	for (s = name; *s; s++) {
		if (*s == '\\')
			buf_puts(b, "\\\\");
		else if (*s == '\n')
			buf_puts(b, "\\n");
		else if (*s == '\r')
			buf_puts(b, "\\r");
		else
			buf_putc(b, *s);
	}
	buf_putc(b, '\n');
}

char *
sums_text(const struct manifest *m, const char *manifest, size_t len)
{
	char hex[HASH_HEX_LEN + 1];
	struct hash *h = hash_new();
	struct buf b = { 0 };
	size_t i;

	hash_add(h, manifest, len);
	hash_end(h, hex);
	add_line(&b, hex, MANIFEST_NAME);
	for (i = 0; i < m->n_files; i++)
		add_line(&b, m->files[i].sha256, m->files[i].path);
	return buf_detach(&b);
}
