/*
 * err.h - what went wrong, said once.
 *
 * A fallible function returns 0 or -1 and takes a struct err * last. The
 * first place that knows writes the whole message; a caller may put context
 * in front; nobody prints on the way up. The code of an error is the exit
 * code of the program. "Not found" and the like are results, not errors.
 *
 * Messages: lower case, "cannot VERB 'THING': reason", no full stop.
 */
#ifndef UB_BASE_ERR_H
#define UB_BASE_ERR_H

#include "base/attr.h"
#include "base/vec.h"

/* Exit codes of every program of the suite, by what the caller does next. */
enum err_code {
	ERR_OK = 0,      /* done, or nothing to do */
	ERR_NO = 1,      /* it worked, and the answer is no */
	ERR_USAGE = 2,   /* wrong option, operand or config; nothing touched */
	ERR_TROUBLE = 3, /* could not do it or find out; nothing changed */
	ERR_REFUSED = 4, /* a gate is shut; nothing touched */
	ERR_LATER = 5,   /* busy or unreachable; nothing changed */
	ERR_UNDONE = 6,  /* failed midway; put back, and verified */
	ERR_CHANGED = 7, /* failed, and something stays changed */
	ERR_PENDING = 8, /* only with --exit-code: there is something to do */
};

/* Valid as {0}, which means "no error". */
struct err {
	enum err_code code;
	char *kind;        /* stable token, "backup.dump"; NULL if no error */
	char *msg;         /* whole message, without the program's name */
	char *hint;        /* or NULL */
	struct vec next;   /* exact commands to run next */
	struct vec detail; /* name, value, name, value, … for error.detail */
};

/* Set an error, replacing what was there. Always returns -1. */
int err_set(struct err *e, enum err_code code, const char *kind,
    const char *fmt, ...) UB_PRINTF(4, 5);

/*
 * Like err_set(), and append ": " and the text of errno as it was on entry.
 * The kind is always "sys"; the code is ERR_TROUBLE.
 */
int err_sys(struct err *e, const char *fmt, ...) UB_PRINTF(2, 3);

/* Put "context: " in front of the message. Always returns -1. */
int err_in(struct err *e, const char *fmt, ...) UB_PRINTF(2, 3);

/* Give the error another code and kind; the text stays. Always returns -1. */
int err_as(struct err *e, enum err_code code, const char *kind);

/* Set the hint, replacing an older one. Always returns -1. */
int err_hint(struct err *e, const char *fmt, ...) UB_PRINTF(2, 3);

/* Add one command to run next. Always returns -1. */
int err_next(struct err *e, const char *fmt, ...) UB_PRINTF(2, 3);

/* Add one name and value to error.detail. Always returns -1. */
int err_detail(struct err *e, const char *name, const char *value);

/* Value of a detail, or NULL. Borrowed. */
const char *err_detail_get(const struct err *e, const char *name);

/*
 * Of two errors keep the graver one in to; from is always left empty.
 * Order: 7 6 3 5 4 2 1 8 0; the one that was there first wins a draw.
 */
void err_merge(struct err *to, struct err *from);

/* Name of a code in JSON's "status": ok no usage … pending. */
const char *err_status(enum err_code code);

/* Free what e holds and leave {0}. */
void err_release(struct err *e);

#endif
