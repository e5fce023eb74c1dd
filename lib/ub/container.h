/*
 * container.h - what a container is and last said, from the engine's own
 * API on its Unix socket (DOCKER_HOST unix://…, else /var/run/docker.sock).
 */
#ifndef UB_UB_CONTAINER_H
#define UB_UB_CONTAINER_H

#include <stdint.h>

#include "base/err.h"

/*
 * Write inspect (the engine's JSON, Env values left out as they hold secrets)
 * and log (the last lines of stdout and stderr, frames taken apart). 1: there
 * is no engine, nothing was written, why is said in *reason (caller owns).
 * -1: the engine knows no such container (ERR_TROUBLE, "container.missing")
 * or failed.
 */
int container_save(const char *name, int64_t log_lines,
    const char *inspect_file, const char *log_file, char **reason,
    struct err *e);

#endif
