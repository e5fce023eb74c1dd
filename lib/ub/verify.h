/*
 * verify.h - is a set good? Levels of rising cost: quick (manifest, sizes,
 * no missing and no extra file), hash (every sha256, SHA256SUMS agrees), read
 * (every data file decoded to its end, COPY rows counted, every archive
 * listed), restore (a real restore, counts compared).
 */
#ifndef UB_UB_VERIFY_H
#define UB_UB_VERIFY_H

#include <jansson.h>

#include "base/err.h"
#include "base/vec.h"
#include "ub/set.h"

/* Valid as {0}. */
struct verify_report {
	int64_t files;
	int64_t bytes;        /* read from the set */
	int64_t rows;         /* COPY rows counted */
	int64_t entries;      /* of archives */
	struct vec findings;  /* file, what is wrong with it, file, what … */
};

/* Order the findings by file, each kept once. */
void verify_report_sort(struct verify_report *r);

/* [{"file":…,"message":…},…]. */
json_t *verify_report_findings(const struct verify_report *r);
void verify_report_release(struct verify_report *r);

/*
 * Check up to level read. Every file is read once, hashed and decoded in the
 * same pass, on as many threads as there are processors, the largest first;
 * memory does not grow with the set. All damage is collected in findings, by
 * file; then ERR_NO, "verify.damage", whose message is the first finding and
 * how many more. A file that cannot be read for other reasons, or a set that
 * is removed meanwhile, is ERR_TROUBLE; findings stay what they were then.
 */
int verify_set(const struct set *s, enum set_level level,
    struct verify_report *out, struct err *e);

#endif
