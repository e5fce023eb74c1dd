/* json.h - a program's tables as JSON, for --help --json. */
#ifndef UB_UB_OPT_JSON_H
#define UB_UB_OPT_JSON_H

#include <jansson.h>

#include "ub/opt.h"

/* {"about":…,"synopsis":[…],"verbs":[…],"options":[…],"common":[…]}. */
json_t *opt_json(const struct opt_spec *spec);

#endif
