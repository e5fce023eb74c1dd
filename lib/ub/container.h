/*
 * container.h - what a container is and last said, from the engine's own
 * API on its Unix socket (DOCKER_HOST unix://…, else /var/run/docker.sock).
 */
#ifndef UB_UB_CONTAINER_H
#define UB_UB_CONTAINER_H

#include <stdint.h>

#include "base/err.h"

struct container {
	const char *name;
	int64_t log_lines;
	const char *inspect_file; /* to write: the engine's JSON, where the
	                             values of Env are left out */
	const char *log_file;     /* to write: the last lines of stdout and
	                             stderr, frames taken apart */
};

/*
 * Write both files. 1: there is no engine, nothing was written, why is said
 * in *reason (caller owns). -1: the engine knows no such container
 * (ERR_TROUBLE, "container.missing") or failed. A log that the engine cannot
 * read is a warning, and the file empty.
 */
int container_save(const struct container *c, char **reason, struct err *e);

#endif
