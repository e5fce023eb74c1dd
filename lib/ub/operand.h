/* operand.h - the set that a program's operand means. */
#ifndef UB_UB_OPERAND_H
#define UB_UB_OPERAND_H

#include "base/err.h"
#include "ub/cli.h"
#include "ub/set.h"

/*
 * As set_open(); "-" is the set of the result on standard input. 1: that one
 * failed or said no, and is passed on by cli_end(): do nothing. 0 or -1 else.
 */
int operand_set(struct cli *c, const char *backups, const char *operand,
    struct set *out, struct err *e);

#endif
