/*
 * io.h - read and write everything, retry EINTR. Descriptors are made
 * O_CLOEXEC. Errors name the path.
 */
#ifndef UB_SYS_IO_H
#define UB_SYS_IO_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

int io_open(const char *path, int flags, mode_t mode, struct err *e);

/* Open a regular file for reading, and its size in bytes; anything else, where
 * we might wait for ever, is "io.type". */
int io_open_regular(const char *path, size_t *size, struct err *e);

/* Write all of it; 0 or -1 with the path in the message. */
int io_write(int fd, const void *data, size_t len, const char *path,
    struct err *e);

/* Read up to len bytes, fewer only at the end; the count or -1. */
ssize_t io_read(int fd, void *data, size_t len, const char *path,
    struct err *e);

/*
 * Append a whole file to out. A file over max bytes, or one that is no
 * regular file, is an error. "-" is standard input.
 */
int io_slurp(const char *path, size_t max, struct buf *out, struct err *e);

/*
 * Give each block of a regular file to fn in turn; 64 KiB blocks; fn's -1
 * ends it.
 */
int io_each(const char *path, int (*fn)(void *ctx, const void *data,
    size_t len, struct err *e), void *ctx, struct err *e);

/* Write a new file (0600) that must not be there yet, fsynced. */
int io_create(const char *path, const void *data, size_t len,
    struct err *e);

/* fsync and close, both checked; *fd becomes -1 whatever happens. */
int io_finish(int *fd, const char *path, struct err *e);

#endif
