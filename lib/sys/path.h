/* path.h - names of files and folders, and what is there. */
#ifndef UB_SYS_PATH_H
#define UB_SYS_PATH_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/vec.h"

/* "dir/name", also for "/name"; name alone if dir is "". Caller owns. */
char *path_join(const char *dir, const char *name);
/* "a" of "a/b" and "a/b/", "." of "a", "/" of "/a". Caller owns. */
char *path_dir(const char *path);
/* The last part, with slashes behind it; inside path. */
const char *path_base(const char *path);
/*
 * Absolute and lexically clean (no ".", "..", "//"), links kept; as it is
 * if the working folder is gone. Caller owns.
 */
char *path_abs(const char *path);

int path_exists(const char *path); /* lstat works; 0 or 1 */
int path_is_dir(const char *path); /* a folder, links followed; 0 or 1 */
int path_is_file(const char *path); /* a regular file, no link; 0 or 1 */

/* Make a folder and its parents (0700 for new ones); there is fine. */
int path_mkdirs(const char *path, struct err *e);

/* Make one folder that must not be there yet. */
int path_mkdir(const char *path, mode_t mode, struct err *e);

/* Names in a folder, sorted, without . and .. ; absent is an error. */
int path_list(const char *dir, struct vec *names, struct err *e);

/* The same, with a '/' behind the name of a folder, or of a link to one. Costs
 * no look at each where the file system tells. */
int path_list_marked(const char *dir, struct vec *names, struct err *e);

/* fsync a folder, so that the names in it last. */
int path_sync(const char *dir, struct err *e);

/* Rename, then fsync the folder(s) of both names. */
int path_rename(const char *from, const char *to, struct err *e);

/*
 * Swap two names on one file system in one step (renameat2 EXCHANGE), and
 * fsync both folders. Returns 1 if the system cannot do that: nothing done.
 */
int path_exchange(const char *a, const char *b, struct err *e);

/*
 * Remove a file or a whole tree, never following a link, also folders that
 * the owner may not write; absent is fine. "/", "." and ".." are refused.
 */
int path_remove(const char *path, struct err *e);

/* Free bytes for this user on the file system that holds (will hold) path. */
int path_free_space(const char *path, int64_t *bytes, struct err *e);

struct path_usage {
	int64_t bytes;   /* of regular files, each hard link once */
	int64_t entries; /* of any kind */
};

/*
 * What a tree holds (without its own folder), or one file; path itself may
 * be a link. Not crossing mount points. Unreadable: skipped.
 */
int path_usage(const char *path, struct path_usage *out, struct err *e);

#endif
