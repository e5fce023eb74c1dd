/* report.h - what a run of ub-restore says, for programs and for people. */
#ifndef UB_UB_RESTORE_REPORT_H
#define UB_UB_RESTORE_REPORT_H

#include <jansson.h>

#include "base/buf.h"
#include "ub/cli.h"
#include "ub/restore/plan.h"

/* A record that an earlier run had left open. */
struct report_recovered {
	char *id;
	char *set;
	enum op_state was;
	enum op_state now;
};

/* Valid as {0}; all that is not set is borrowed or left out. */
struct report {
	const struct set *set;
	const struct plan *plan;
	const struct op *op; /* what was restored, undone, committed */
	struct report_recovered *recovered; /* owned */
	size_t n_recovered;
	int dry_run;
};

void report_add_recovered(struct report *r, const struct op *o,
    enum op_state was);

/* The result's data. */
json_t *report_json(const struct report *r);

/* Lines for stdout. */
void report_text(const struct report *r, struct buf *out);

/* "live is the old state": what a record's state means for who asks. */
const char *report_live(enum op_state s);

/*
 * The command line of ub-restore with this option for a record, with the
 * options of this run that say where things are. Caller owns.
 */
char *report_command(const struct cli *c, const char *option,
    const struct op *o);

/* The commands that may come next, into e->next, whether e is set or not. */
void report_next(const struct cli *c, const struct report *r,
    struct err *e);

void report_release(struct report *r);

#endif
