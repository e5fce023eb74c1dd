/* verbs.h - what ub-migrate can be told to do with a project. */
#ifndef UB_UB_MIGRATE_VERBS_H
#define UB_UB_MIGRATE_VERBS_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "ub/cli.h"
#include "ub/migrate/deploy.h"
#include "ub/migrate/outlook.h"
#include "ub/migrate/project.h"
#include "ub/migrate/rehearse.h"
#include "ub/migrate/resolve.h"

/* The program's options. */
struct verbs_args {
	const char *to;
	const char *phase;
	struct vec allow;
	int skip_backup_check;
	int exit_code;
	const char *applied;
	const char *rolled_back;
	const char *edited;
	const char *upto;
	const char *since;
	struct vec report;
	int style;
	int offline;
	const char *from;
	int own_cluster;
	int64_t jobs;
};

/* What they have and find. Valid as {0}. */
struct verbs {
	struct project p;  /* read, connected and looked at */
	struct set set;    /* that the operand names; or none */
	struct deploy d;
	struct outlook outlook;
	struct resolve resolve;
	struct rehearse rehearse;
	char *path;        /* of a new migration */
	struct lint_file *linted;
	size_t n_linted;
	int planned;       /* plan, deploy --dry-run: there is a plan to
	                      show */
};

/* Do the verb (the first operand), what is behind it, and the options go
 * together? ERR_USAGE. */
int verbs_check(const struct verbs_args *a, const struct vec *operands,
    struct err *e);

/* ERR_NO, "migrate.state": something failed, was edited, or is known to the
 * database alone. ERR_PENDING with --exit-code. */
int verbs_status(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e);

/* As deploy_prepare(), but a shut gate is a warning here. */
int verbs_plan(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e);

int verbs_deploy(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e);

/*
 * Judge the operands behind the verb, what is new since a revision, or what
 * is pending; r->p is read, and connected here if that can be. ERR_NO,
 * "lint.errors".
 */
int verbs_lint(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e);

/* As rehearse_run(), with the set of --from; p is read alone. 1: as
 * operand_set(). */
int verbs_rehearse(struct cli *c, const struct verbs_args *a,
    struct verbs *r, struct err *e);

/* The file of the second operand; with --dry-run its path alone. */
int verbs_new(struct cli *c, struct verbs *r, struct err *e);

/* Also baseline. */
int verbs_resolve(struct cli *c, const struct verbs_args *a, struct verbs *r,
    struct err *e);

/* The result's data. The caller owns it. */
json_t *verbs_json(const struct verbs *r, const char *verb);

/* Lines for people: nothing of what could not even be looked at. */
void verbs_text(const struct verbs *r, const char *verb, int verbose,
    struct buf *out);

void verbs_release(struct verbs *r);

#endif
