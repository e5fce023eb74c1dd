/* plpgsql.h - what a body in PL/pgSQL does. */
#ifndef UB_UB_LINT_PLPGSQL_H
#define UB_UB_LINT_PLPGSQL_H

#include "ub/lint/judge.h"

/*
 * Judge the body of the DO or CREATE FUNCTION that j->sql is; whatever may
 * run counts as run. line: where it begins; 0 leaves findings where they are.
 */
void plpgsql_judge(struct judge *j, const char *body, size_t line);

#endif
