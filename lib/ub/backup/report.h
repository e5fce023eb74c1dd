/* report.h - what ub-backup tells of sets, as JSON and as text. */
#ifndef UB_UB_BACKUP_REPORT_H
#define UB_UB_BACKUP_REPORT_H

#include <jansson.h>

#include "ub/manifest.h"
#include "ub/set.h"
#include "ub/source.h"

/* {"databases":[…],"trees":[…],"configs":[…],"containers":[…]} with names,
 * sizes and times, but not each table. */
json_t *report_parts(const struct manifest *m);

/* {"sets":[…],"broken":[…]}, newest first. */
json_t *report_list(const struct set_list *l);

/* Each word on a line. Caller owns. */
char *report_lines(const struct vec *v);

/* A line for each set: id, size, how far verified, label. Caller owns. */
char *report_list_text(const struct set_list *l);

/* What a dry run would read, in lines. Caller owns. */
char *report_plan_text(const struct manifest *m, const struct source *src,
    int64_t estimate);

#endif
