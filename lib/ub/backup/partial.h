/*
 * partial.h - a set while it is being written: .partial-<id> in the folder
 * of the sets, which becomes <id> by one rename or vanishes.
 */
#ifndef UB_UB_BACKUP_PARTIAL_H
#define UB_UB_BACKUP_PARTIAL_H

#include "base/err.h"

/* Valid as {0}. */
struct partial {
	char *backups; /* absolute */
	char *id;
	char *dir; /* being written */
};

/*
 * Make the folder of the sets (0700, its own .gitignore of "*") if it is not
 * there, remove what killed runs left in it, and begin a set named after the
 * time and the commit (NULL: none); -2 and so on when that is taken. The
 * caller holds the lock of the folder.
 */
int partial_begin(struct partial *p, const char *backups, int64_t now,
    const char *commit, struct err *e);

/* Make the folders of a member ("db/shop") in it; its path. Caller owns;
 * NULL with e set. */
char *partial_path(const struct partial *p, const char *member,
    struct err *e);

/* Rename it to its name; all in it is on disk already. */
int partial_publish(struct partial *p, struct err *e);

/* Remove every .partial-* in a folder; the caller holds its lock. */
int partial_sweep(const char *backups, struct err *e);

/* Remove what was not published. */
void partial_release(struct partial *p);

#endif
