/* take.h - the locks that a statement takes, as far as is known. */
#ifndef UB_UB_LINT_TAKE_H
#define UB_UB_LINT_TAKE_H

#include "ub/lint/judge.h"

#define TAKE_SCAN 1
#define TAKE_REWRITE 2
#define TAKE_KIN 4  /* it comes along with another one */
#define TAKE_DEAD 8 /* when nobody uses it any more */

/* A lock that the statement takes; no more than one of a relation is kept.
 * New relations and such that are not there take none. */
void lint_take(struct judge *j, const struct model_rel *r, int mode,
    int flags);
void lint_take_text(struct judge *j, const char *name, int mode, int flags);

/* Also on all partitions and heirs; on all indexes; on its owned sequences. */
void lint_take_kin(struct judge *j, const struct model_rel *r, int mode,
    int flags);
void lint_take_indexes(struct judge *j, const struct model_rel *r, int mode);
void lint_take_sequences(struct judge *j, const struct model_rel *r,
    int mode, int rewrite);

/* A partition comes or goes: the tables that its parent refers to, and those
 * that refer to it, are locked as well. */
void lint_take_keys(struct judge *j, const struct model_rel *parent,
    int incoming, int flags);

/* The table and its kin are written anew, with all their indexes. */
void lint_take_rewrite(struct judge *j, struct model_rel *r);

/* On what goes along with an object: the list of catalog_dependents(), which
 * the caller owns; NULL is fine. */
void lint_take_list(struct judge *j, json_t *list);

/* A column of r gets another type: its indexes and foreign keys, in such a
 * list, are made anew, on both sides; with another kind of type all rows that
 * refer to it are tried again. A sequence that it owns stays. */
void lint_take_changed(struct judge *j, const struct model_rel *r,
    json_t *list, int other);

/* What is locked in this transaction is called otherwise now. */
void lint_take_renamed(struct judge *j, const char *was, const char *now);

/* On the tables that are made of a type. */
void lint_take_of(struct judge *j, struct tree_name type);

/* A foreign key of who ("public.a", "public.a.b"), that is new, refers to a
 * table; con is its constraint. */
void lint_take_reference(struct judge *j, const char *who, json_t *con);

#endif
