/* spawn.h - start a child for proc_run; no business of anybody else. */
#ifndef UB_SYS_PROC_SPAWN_H
#define UB_SYS_PROC_SPAWN_H

#include "sys/proc.h"

struct proc_child {
	pid_t pid; /* also its process group */
	int out;   /* to read its stdout from; -1 if that goes elsewhere */
	int errs;  /* to read its stderr from */
};

/*
 * Start p's program. 0: it runs, and the caller must wait for pid and close
 * both descriptors. -1: "cannot start 'NAME': reason", kind "proc.start".
 */
int proc_spawn(const struct proc *p, struct proc_child *c, struct err *e);

#endif
