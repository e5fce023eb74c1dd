/*
 * log.h - lines on stderr: "ub-backup: message". A progress line is cleared
 * first. Thread-safe. Every warning is also kept for the result object.
 * Control characters other than newline and tab are shown as '?', so that a
 * name cannot talk to the terminal.
 */
#ifndef UB_SYS_LOG_H
#define UB_SYS_LOG_H

#include "base/attr.h"

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE, LOG_DEBUG };

/* Who speaks and how loud. prog is borrowed for the life of the process. */
void log_init(const char *prog, enum log_level level);
const char *log_prog(void);
enum log_level log_level(void);

/*
 * Take every warning as (kind, message) too; one taker; ctx is its own. It is
 * called by one thread at a time and must not log.
 */
void log_on_warning(void (*take)(void *ctx, const char *kind,
    const char *msg), void *ctx);

/* Called before a line is written, to clear a progress line; or NULL. */
void log_on_line(void (*before)(void));

/* "prog: warning: msg", whatever the level. */
void log_warn(const char *kind, const char *fmt, ...) UB_PRINTF(2, 3);
void log_info(const char *fmt, ...) UB_PRINTF(1, 2);    /* not with -q */
void log_verbose(const char *fmt, ...) UB_PRINTF(1, 2); /* with -v */
/* A line as it is: "prog: msg", "hint: …" and "next: …", at any level. */
void log_raw(const char *fmt, ...) UB_PRINTF(1, 2);

#endif
