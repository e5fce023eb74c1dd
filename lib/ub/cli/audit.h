/* audit.h - <state>/journal.ndjson, the application's update history. */
#ifndef UB_UB_CLI_AUDIT_H
#define UB_UB_CLI_AUDIT_H

#include <jansson.h>

#include "ub/cli.h"

/*
 * Append result (borrowed) as one line, in one write(2), and fsync. A line
 * that a full disk tore is taken back; one that a crash tore is ended first.
 */
int cli_audit_append(struct cli *c, json_t *result, struct err *e);

#endif
