/* text.h - words: valid UTF-8, nearest word, shell quoting, name escaping. */
#ifndef UB_BASE_TEXT_H
#define UB_BASE_TEXT_H

#include "base/buf.h"
#include "base/vec.h"

/* Is s (len bytes) valid UTF-8 (RFC 3629: no surrogates, shortest form)? */
int text_utf8_ok(const char *s, size_t len);

/* So many bytes from the beginning are. */
size_t text_utf8_prefix(const char *s, size_t len);

/* A copy with every invalid byte as U+FFFD. Caller owns. */
char *text_utf8_clean(const char *s, size_t len);

/*
 * A copy fit for a terminal: control characters (C0 but newline and tab,
 * DEL, C1) become '?', invalid UTF-8 U+FFFD. Caller owns.
 */
char *text_printable(const char *s);

/*
 * The word in words (NULL-terminated) with the least edit distance to s, or
 * NULL if none is near (more than a third of the longer one differs).
 */
const char *text_nearest(const char *s, const char *const *words);

/* s as one word of a POSIX shell; plain if it needs no quotes. Caller owns. */
char *text_shell(const char *s);

/* The words of argv as one shell command line. Caller owns. */
char *text_shell_line(char *const *argv);

/*
 * A name made fit for one path component: bytes other than A-Za-z0-9._- and
 * a leading '.' or '-' become %XX (RFC 3986 percent-encoding). Never empty.
 * Caller owns.
 */
char *text_name_escape(const char *name);

/* Does name match a glob with * ? [] (fnmatch, '/' matched by '*')? */
int text_glob(const char *glob, const char *name);

/* A relative path that stays inside: not empty, no "", "." or ".." part. */
int text_path_inside(const char *path);

#endif
