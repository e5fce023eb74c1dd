/*
 * set.h - backup sets on disk: a folder with a manifest that matches its own
 * name is a set; nothing else is.
 */
#ifndef UB_UB_SET_H
#define UB_UB_SET_H

#include "base/err.h"
#include "ub/manifest.h"

#define SET_SUMS "SHA256SUMS"
#define SET_VERIFIED "VERIFIED.json"
#define SET_RESTORE "RESTORE.txt"

/* How far a set was proven. */
enum set_level {
	SET_LEVEL_NONE,
	SET_LEVEL_QUICK,
	SET_LEVEL_HASH,
	SET_LEVEL_READ,
	SET_LEVEL_RESTORE,
};

/* Valid as {0}. */
struct set {
	char *dir; /* absolute */
	struct manifest m;
	enum set_level verified; /* of VERIFIED.json, if the manifest's hash
	                            in it is still right; else none */
	int64_t verified_at;     /* ms since 1970, or 0 */
	int failed;              /* the last verification said no */
};

/*
 * Open the set that an operand names: an id in backups, "latest" (newest by
 * the manifest's time), or a path (has a slash, or is "." ). A set that is
 * not there is ERR_USAGE, "set.missing", naming the nearest; "latest"
 * without any is ERR_REFUSED, "set.none".
 */
int set_open(const char *backups, const char *operand, struct set *out,
    struct err *e);

/* Read the set in a folder. */
int set_read(const char *dir, struct set *out, struct err *e);

struct set_list {
	struct set *v; /* newest first */
	size_t n;
	struct vec broken; /* folders that look like a set and are none */
};

/* All sets in a folder; one that is not there holds none. */
int set_list(const char *backups, struct set_list *out, struct err *e);
void set_list_release(struct set_list *l);

/* What a verification has found. */
struct set_answer {
	enum set_level level; /* a failure: the level that found it */
	int ok;
	const char *finding;  /* the first, or NULL */
};

/*
 * Write VERIFIED.json (answer, time, hash of the manifest) and fill verified,
 * verified_at and failed. A good answer does not replace one of a higher
 * level, good or bad, that holds for the same manifest.
 */
int set_mark_verified(struct set *s, const struct set_answer *a,
    struct err *e);

/* Fill verified, verified_at and failed from VERIFIED.json. One that is
 * missing, torn or of another manifest counts as never verified. */
void set_read_verified(struct set *s);

const char *set_level_name(enum set_level level); /* "read" */
/* -1 if the word is none. */
int set_level_parse(const char *word, enum set_level *out);

/* Absolute path of a member. Caller owns. */
char *set_path(const struct set *s, const char *file);

/* {"id":…,"path":…,"created_at":…,"label":…,"verified":…,…} for results. */
json_t *set_json(const struct set *s);

void set_release(struct set *s);

#endif
