/* drop.h - what the files that judge DROP share. */
#ifndef UB_UB_LINT_DROP_H
#define UB_UB_LINT_DROP_H

#include "ub/lint/judge.h"

/* What is dropped. */
struct drop_kind {
	const char *type; /* OBJECT_… */
	const char *name; /* for people */
	const char *rule; /* NULL: a relation's part */
	enum lint_data data;
};

/* A relation, named in a DropStmt. */
void drop_one(struct judge *j, json_t *in, json_t *object,
    const struct drop_kind *k);

/* Say that CASCADE takes more along: those of catalog_dependents(). */
void drop_cascade(struct judge *j, const char *kind, const char *name,
    json_t *list);

#endif
