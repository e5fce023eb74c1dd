/* judge.h - what the lint says of the migrations that are to come. */
#ifndef UB_UB_MIGRATE_JUDGE_H
#define UB_UB_MIGRATE_JUDGE_H

#include <jansson.h>

#include "base/err.h"
#include "ub/conf.h"
#include "ub/lint.h"
#include "ub/migrate/project.h"

/* Valid as {0}. */
struct judged {
	struct lint_file *v;             /* in the order of running */
	const struct migrate_item **of;  /* which each is; of the project */
	size_t n;
	size_t errors, warnings;         /* ignored ones left out */
	int rollback_without_restore;    /* of all together */
};

/* All pending ones, with the live catalog, reading only. */
int judge_pending(struct project *p, const struct conf *conf,
    struct judged *out, struct err *e);

/* How the lint is to judge for this project; offline if not connected. */
void judge_opts(const struct project *p, const struct conf *conf,
    struct lint_opts *o);

/* Does it take away what the old code may use? */
int judge_is_contract(const struct lint_file *f);

/* The first error that nobody ignores, or NULL. */
const struct lint_finding *judge_first_error(const struct lint_file *f);

void judge_release(struct judged *j);

#endif
