/* gitconf_scan.c - where the values of a configuration file stand. */
#include "ext/gitconf_scan.h"

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static void
skip_line(struct gitconf_scan *s)
{
	s->text += strcspn(s->text, "\n");
}

/* `[files "media"]`: the section in lower case, the name as it is. */
static void
read_section(struct gitconf_scan *s)
{
	const char *p = s->text + 1;

	buf_reset(&s->section);
	for (; *p && !strchr("]\"\n", *p); p++)
		if (!is_blank(*p))
			buf_putc(&s->section, lower(*p));
	if (*p == '"') {
		buf_putc(&s->section, '.');
		for (p++; *p && !strchr("\"\n", *p); p++) {
			if (*p == '\\' && p[1] && p[1] != '\n')
				p++;
			buf_putc(&s->section, *p);
		}
		p += *p == '"';
	}
	/* A key may stand on the same line. */
	s->text = *p == ']' ? p + 1 : p + strcspn(p, "\n");
}

/* To the end of a value, over quotes and lines that a \ joins. */
static void
read_value(struct gitconf_scan *s)
{
	const char *p = s->text;
	int quoted = 0;

	for (; *p && *p != '\n'; p++) {
		if (*p == '\\' && p[1] == '\r' && p[2] == '\n')
			p++;
		if (*p == '\\' && p[1]) {
			p++;
			s->line += *p == '\n';
		} else if (*p == '"') {
			quoted = !quoted;
		} else if (!quoted && (*p == '#' || *p == ';')) {
			s->cut =
			    p > s->text && !is_blank(p[-1]) && p[-1] != '=';
			p += strcspn(p, "\n");
			break;
		}
	}
	s->text = p;
}

static void
read_key(struct gitconf_scan *s)
{
	buf_reset(&s->key);
	buf_puts(&s->key, buf_text(&s->section));
	buf_putc(&s->key, '.');
	s->key_line = s->line + 1;
	s->cut = 0;
	for (; *s->text && !is_blank(*s->text) && !strchr("=\n#;", *s->text);
	     s->text++)
		buf_putc(&s->key, lower(*s->text));
	while (is_blank(*s->text))
		s->text++;
	if (*s->text == '=')
		read_value(s);
	else
		skip_line(s);
}

int
gitconf_scan_next(struct gitconf_scan *s)
{
	if (s->line == 0 && strncmp(s->text, "\xef\xbb\xbf", 3) == 0)
		s->text += 3;
	for (; *s->text;) {
		if (*s->text == '\n') {
			s->text++;
			s->line++;
		} else if (is_blank(*s->text)) {
			s->text++;
		} else if (*s->text == '#' || *s->text == ';') {
			skip_line(s);
		} else if (*s->text == '[') {
			read_section(s);
		} else {
			read_key(s);
			return 1;
		}
	}
	return 0;
}

void
gitconf_scan_release(struct gitconf_scan *s)
{
	buf_release(&s->section);
	buf_release(&s->key);
	*s = (struct gitconf_scan){ 0 };
}
