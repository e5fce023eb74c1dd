/* sql.h - the statements that make a database and its properties. */
#ifndef UB_UB_PROPS_SQL_H
#define UB_UB_PROPS_SQL_H

#include "base/vec.h"
#include "ub/props.h"

/*
 * CREATE DATABASE; name is quoted already. version is that of the server
 * (150020), 0 if it is the one that the properties come from. Caller owns.
 */
char *props_sql_create(const struct props *p, const char *name, int version);

/* Comment, limit, settings, grants: one statement an element, no ';'. */
void props_sql_alter(const struct props *p, const char *name,
    struct vec *out);

#endif
