/* pool.h - the same function over many items, on several threads. */
#ifndef UB_SYS_POOL_H
#define UB_SYS_POOL_H

#include "base/err.h"

/* Work on item i; 0 or -1 with e set. */
typedef int pool_fn(void *ctx, size_t i, struct err *e);

/*
 * Call fn(ctx, i) for i = 0 … n-1, in this order of starting, on at most
 * threads threads (0: one a processor, at most 8). After a failure no new
 * item is started; the gravest error is kept. After a signal (sig_check) no
 * new item is started either. With one thread or one
 * item all runs in the caller's. 0 or -1.
 */
int pool_run(size_t n, unsigned threads, pool_fn *fn, void *ctx, struct err *e);

/* Processors online, at least 1, at most 8. */
unsigned pool_cpus(void);

#endif
