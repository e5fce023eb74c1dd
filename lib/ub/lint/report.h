/*
 * report.h - what a lint has found, for people and for other programs. Names
 * and messages may hold any bytes: each format escapes what it must, and
 * invalid UTF-8 becomes U+FFFD. Findings stand in the order of the files.
 * Those that a comment ignores are counted everywhere, and told only where
 * the format has a word for it (json, sarif). Files are called as they were
 * given; in sarif, github and gitlab from the root of their git worktree, if
 * they are in one.
 */
#ifndef UB_UB_LINT_REPORT_H
#define UB_UB_LINT_REPORT_H

#include <jansson.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "ub/lint.h"

struct lint_totals {
	size_t statements;
	size_t unanalysed;
	size_t errors; /* these three without the ignored ones */
	size_t warnings;
	size_t infos;
	size_t ignored;
};

void lint_report_count(const struct lint_file *v, size_t n,
    struct lint_totals *out);

/*
 * One line a finding, as compilers do, then its hint, indented; a line of
 * totals at the end. No colours.
 *
 *	db/0042.sql:3:1: error[drop-column]: …
 *	    hint: …
 *	1 file, 4 statements: 1 error, 0 warnings, 0 ignored, 0 unanalysed
 */
void lint_report_text(const struct lint_file *v, size_t n, struct buf *out);

/* The data of a result: tests/schema/lint.json. The caller owns it. */
json_t *lint_report_json(const struct lint_file *v, size_t n);

/* The rest end with a newline; github is empty without findings. */
void lint_report_sarif(const struct lint_file *v, size_t n, struct buf *out);
void lint_report_github(const struct lint_file *v, size_t n,
    struct buf *out);
void lint_report_gitlab(const struct lint_file *v, size_t n,
    struct buf *out);
void lint_report_junit(const struct lint_file *v, size_t n, struct buf *out);

/*
 * What --report asks for, before anything else is done: each spec is
 * "FORMAT:PATH", with text, json, sarif, github, gitlab or junit. ERR_USAGE,
 * "lint.report": no such format; no path; "-", /dev/stdout or a file that
 * standard output goes to, as that belongs to the result; a folder; two
 * reports in one place; no folder to put it in. One that cannot be written
 * to: ERR_TROUBLE.
 */
int lint_report_check(const struct vec *specs, struct err *e);

/*
 * Write them all. A file is replaced in one step, and keeps its mode (a new
 * one: 0600); if that fails, a full disk say, the old one stays. A link is
 * followed if it leads to somewhere. A device or pipe (/dev/stderr,
 * /dev/fd/3) is written to as it is. The first error ends it; what was
 * written before stays.
 */
int lint_report_write(const struct vec *specs, const struct lint_file *v,
    size_t n, struct err *e);

#endif
