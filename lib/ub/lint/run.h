/* run.h - the picked scripts read and judged, one after the other. */
#ifndef UB_UB_LINT_RUN_H
#define UB_UB_LINT_RUN_H

#include <stddef.h>

#include "base/err.h"
#include "ub/lint.h"
#include "ub/lint/pick.h"

/*
 * Judge them all, in their order; *v has an element for each, which the
 * caller releases and frees, after an error also. With a catalog all is asked
 * in one transaction that can only read. A script of which the tool would
 * refuse its form is judged as a whole, and that is a finding.
 */
int lint_run(const struct lint_opts *o, const struct lint_picks *picks,
    struct lint_file **v, size_t *n, struct err *e);

#endif
