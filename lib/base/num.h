/*
 * num.h - strict numbers from people. The whole text must be one number:
 * "5x", "", " 5", "+5" and an overflow are errors. Each returns 0 or -1 with
 * ERR_USAGE; what names the option or key in the message.
 */
#ifndef UB_BASE_NUM_H
#define UB_BASE_NUM_H

#include <stdint.h>

#include "base/err.h"

struct num_range {
	int64_t min, max; /* both are allowed */
};

int num_int(const char *text, const char *what, struct num_range range,
    int64_t *out, struct err *e);

/* "500ms" "30s" "10m" "2h" "1d", up to "36500d", or a bare "0";
 * milliseconds. */
int num_duration(const char *text, const char *what, int64_t *ms,
    struct err *e);

/* The same of what PostgreSQL takes as a setting, too: an int, 24d. */
int num_timeout(const char *text, const char *what, int64_t *ms,
    struct err *e);

/* "10" bytes, "10K" "10M" "2G" "1T" of 1024; bytes. */
int num_size(const char *text, const char *what, int64_t *bytes,
    struct err *e);

/* "true yes on 1" and "false no off 0"; 1 or 0. */
int num_bool(const char *text, const char *what, int *out, struct err *e);

/* A size for people: "17.2 MiB", "512 B". Caller owns. */
char *num_size_text(int64_t bytes);

/* A duration for people: "340 ms", "2.1 s", "3m 20s", "2h 5m". Caller owns. */
char *num_duration_text(int64_t ms);

#endif
