/*
 * member.h - one file of a set read once: hashed, and decoded by what its
 * name says it is, in the same pass.
 */
#ifndef UB_UB_VERIFY_MEMBER_H
#define UB_UB_VERIFY_MEMBER_H

#include "base/err.h"
#include "ub/set.h"

/* What was in it. Valid as {0}. */
struct member {
	int64_t bytes;   /* read from the set */
	int64_t rows;    /* if it holds a table's rows */
	int64_t entries; /* if it is an archive */
};

struct member_job {
	const struct set *set;
	enum set_level level; /* from read on, files are decoded too */
	/* for each file of the manifest the table whose rows it holds, or
	 * NULL */
	const struct manifest_table **tables;
};

/*
 * Check file i of the manifest. Damage is ERR_NO and the message says what it
 * is, without the name; ERR_TROUBLE when the file cannot be read.
 */
int member_check(const struct member_job *j, size_t i, struct member *out,
    struct err *e);

#endif
