/*
 * event.h - --events: what happens, as lines of JSON. The first line is
 * "start", the last one "result", both once.
 */
#ifndef UB_UB_CLI_EVENT_H
#define UB_UB_CLI_EVENT_H

#include <jansson.h>

#include "ub/cli.h"

/* Open what --events names, if anything; ERR_USAGE if that cannot be. */
int cli_event_open(struct cli *c, struct err *e);

/*
 * Write one event; fields is owned from now on. Nothing happens without
 * --events. A reader that is gone or stuck is warned of once, and does not
 * disturb the run. Thread-safe.
 */
void cli_event_put(struct cli *c, const char *event, json_t *fields);

/* Write "start" if that was not done yet. */
void cli_event_start(struct cli *c);

/* Steps, as in cli.h: number of the new one; ms that an old one took. */
int cli_event_step(struct cli *c, const char *id);
int64_t cli_event_step_end(struct cli *c, const char *id);

/* Write "result" (borrowed) and close. */
void cli_event_close(struct cli *c, json_t *result);

#endif
