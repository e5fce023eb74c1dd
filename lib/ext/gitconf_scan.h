/*
 * gitconf_scan.h - where the values of a file in git's config syntax stand.
 * libgit2 reads the values; it keeps no line numbers, and cuts a value at an
 * unquoted # or ; without a word.
 */
#ifndef UB_EXT_GITCONF_SCAN_H
#define UB_EXT_GITCONF_SCAN_H

#include "base/buf.h"

/* Valid as {0} but for text. */
struct gitconf_scan {
	const char *text; /* what is not read yet; borrowed */
	int line;         /* of text, from 0 */
	struct buf section; /* "files.media" */
	/* of the value that was found */
	struct buf key; /* "files.media.path", as libgit2 spells it */
	int key_line;   /* from 1 */
	int cut;        /* a # or ; cuts it, with no blank in front */
};

/* Go to the next value: 1, or 0 at the end. What git would refuse is passed
 * over. */
int gitconf_scan_next(struct gitconf_scan *s);

void gitconf_scan_release(struct gitconf_scan *s);

#endif
