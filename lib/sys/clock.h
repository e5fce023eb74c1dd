/* clock.h - monotonic milliseconds for limits, UTC for people and files. */
#ifndef UB_SYS_CLOCK_H
#define UB_SYS_CLOCK_H

#include <stdint.h>

/* Milliseconds on a clock that never goes back; only differences count. */
int64_t clock_ms(void);

int64_t clock_us(void); /* the same, in microseconds */

/*
 * Milliseconds since 1970 UTC. UB_NOW (RFC 3339, "2026-11-21T03:11:05Z")
 * fixes it, for tests.
 */
int64_t clock_now(void);

/* "2026-11-21T03:11:05.120Z". Caller owns. */
char *clock_rfc3339(int64_t now);

/* "20261121T031105Z", the beginning of a set's id. Caller owns. */
char *clock_stamp(int64_t now);

/* Parse RFC 3339 with Z, fraction optional; 0 or -1. */
int clock_parse(const char *text, int64_t *now);

#endif
