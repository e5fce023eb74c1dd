/* show.h - what ub-migrate says, as the result's data and as lines. */
#ifndef UB_UB_MIGRATE_SHOW_H
#define UB_UB_MIGRATE_SHOW_H

#include <jansson.h>

#include "base/buf.h"
#include "ub/migrate/deploy.h"
#include "ub/migrate/outlook.h"
#include "ub/migrate/project.h"

/* {"verb":…,"tool":…,"database":…,"dir":…,"ledger":{…}}: what every verb
 * says. The caller owns it. */
json_t *show_head(const struct project *p, const char *verb);

/* "counts", "in_sync" and "migrations", put into o. */
void show_status(const struct project *p, json_t *o);
void show_status_text(const struct project *p, int all, struct buf *out);

/* What would be run, and how it was judged; "gate" if that was asked. */
void show_plan(const struct deploy *d, const struct outlook *k, json_t *o);
void show_plan_text(const struct project *p, const struct deploy *d,
    const struct outlook *k, struct buf *out);

/* What the statements from the first one on do to tables. */
enum lint_lock show_lock(const struct lint_file *f, size_t first);

/* What was run. */
void show_deploy(const struct project *p, const struct deploy *d, json_t *o);
void show_deploy_text(const struct deploy *d, struct buf *out);

/* "pending", "applied", "failed". */
const char *show_state_name(enum migrate_item_state s);

#endif
