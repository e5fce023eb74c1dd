/* head.h - does every database of a set have its table of contents? */
#ifndef UB_UB_VERIFY_HEAD_H
#define UB_UB_VERIFY_HEAD_H

#include "ub/verify/folder.h"

/*
 * toc.dat of each dump is among the manifest's files and begins as pg_dump
 * writes it in a folder (pg_backup_archiver.c: magic, version, sizes of its
 * numbers, format). Differences go to fn. -1 only when one cannot be read.
 */
int head_check(const struct set *s, folder_fn *fn, void *ctx,
    struct err *e);

#endif
