/* table.h - a program's own options and the common ones as one list. */
#ifndef UB_UB_OPT_TABLE_H
#define UB_UB_OPT_TABLE_H

#include "ub/opt.h"

/* The common options; at is an offset in struct opt_common. */
const struct opt *opt_table_common(void);

/* How many options are in a table; NULL has none. */
size_t opt_table_count(const struct opt *opts);

#endif
