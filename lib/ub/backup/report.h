/* report.h - what ub-backup tells of sets, as JSON and as text. */
#ifndef UB_UB_BACKUP_REPORT_H
#define UB_UB_BACKUP_REPORT_H

#include <jansson.h>

#include "ub/manifest.h"
#include "ub/set.h"

/* {"databases":[…],"trees":[…],"configs":[…],"containers":[…]} with names,
 * sizes and times, but not each table. */
json_t *report_parts(const struct manifest *m);

/* {"sets":[…],"broken":[…]}, newest first. */
json_t *report_list(const struct set_list *l);

/* A line for each set on stdout: id, size, how far verified, label. */
void report_print_list(const struct set_list *l);

/* What a dry run would read, on stdout. */
void report_print_plan(const struct manifest *m, int64_t estimate);

#endif
