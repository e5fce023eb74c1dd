/* result.h - the result object, ub.result/1. */
#ifndef UB_UB_CLI_RESULT_H
#define UB_UB_CLI_RESULT_H

#include <jansson.h>

#include "ub/cli.h"

/* The number of the signal that ends this run, or 0. */
int cli_result_signal(void);

/* The exit code as things stand: a signal, an error, an upstream's. */
int cli_result_exit(const struct cli *c);

/* The object as things stand; that of an upstream which failed, as it came.
 * Caller owns. */
json_t *cli_result_make(const struct cli *c);

#endif
