#include "ub/restore/carry.h"

#include <errno.h>
#include <unistd.h>

#include "sys/log.h"
#include "sys/path.h"
#include "sys/sig.h"
#include "ub/restore/flow.h"
#include "ub/restore/stage.h"
#include "ub/verify.h"

static int
verify(const struct carry *c, struct err *e)
{
	struct verify_report found = { 0 };
	int r;

	cli_step(c->cli, "verify", "verifying set", c->plan->steps[0].size);
	r = verify_set(c->set, SET_LEVEL_HASH, &found, e);
	cli_step_end(c->cli, "verify");
	verify_report_release(&found);
	if (r == 0)
		plan_done(c->plan, "verify");
	return r ? -1 : sig_check(e);
}

/* --into may name an empty folder: the copy takes its place. */
static int
clear_places(const struct op *o, struct err *e)
{
	size_t i;

	for (i = 0; o->into && i < o->n_trees; i++)
		if (rmdir(o->trees[i].live) && errno != ENOENT)
			return err_sys(e, "cannot replace '%s'",
			    o->trees[i].live);
	return 0;
}

static int
copy(const struct carry *c, struct err *e)
{
	struct stage s = { .cli = c->cli, .set = c->set, .plan = c->plan,
		.jobs = c->jobs };

	if (stage_run(&s, e) || clear_places(&c->plan->op, e) || sig_check(e))
		return flow_cancel(&c->plan->op, c->src, e);
	return 0;
}

static int
swap(const struct carry *c, struct err *e)
{
	int r;

	cli_step(c->cli, "swap", "swapping", 0);
	r = flow_swap(&c->plan->op, c->src, e);
	cli_step_end(c->cli, "swap");
	if (r == 0)
		plan_done(c->plan, "swap");
	return r;
}

/* The restore is done; what cannot be dropped now is a warning. */
static void
drop_replaced(const struct carry *c)
{
	struct err e = { 0 };
	size_t i;

	for (i = 0; i < c->ops->n; i++) {
		if (!plan_replaces(c->plan, &c->ops->v[i]))
			continue;
		if (flow_commit(&c->ops->v[i], c->src, &e))
			log_warn("restore.drop", "what an undo had kept stays: "
			    "%s", e.msg);
		err_release(&e);
	}
	plan_done(c->plan, "drop");
}

int
carry_out(const struct carry *c, struct err *e)
{
	if (verify(c, e))
		return -1;
	if (op_write(&c->plan->op, OP_STAGING, e))
		return -1;
	if (copy(c, e) || swap(c, e))
		return -1;
	drop_replaced(c);
	return 0;
}
