#include "ub/restore/recover.h"

#include "base/mem.h"
#include "sys/log.h"
#include "sys/path.h"
#include "ub/restore/flow.h"

static int
recover_one(struct cli *c, struct op *o, const struct source *src,
    struct report *r, struct err *e)
{
	enum op_state was = o->state;
	int ret = flow_recover(o, src, e);
	char *next;

	report_add_recovered(r, o, was);
	if (ret == 0) {
		log_info("restore %s was interrupted while %s: now %s, live "
		    "is the %s state", o->id, op_state_name(was),
		    op_state_name(o->state), report_live(o->state));
		return 0;
	}
	if (e->code != ERR_UNDONE) {
		next = report_command(c, NULL, o);
		err_next(e, "%s", next);
		free(next);
	}
	return err_in(e, "restore %s was interrupted while %s", o->id,
	    op_state_name(was));
}

int
recover_all(struct cli *c, struct op_list *ops, const struct source *src,
    struct report *r, struct err *e)
{
	size_t i;

	for (i = 0; i < ops->n; i++)
		if (op_is_open(&ops->v[i]) &&
		    recover_one(c, &ops->v[i], src, r, e))
			return -1;
	return 0;
}

static int
is_meant(const struct op *o, const char *operand)
{
	return !operand || strcmp(operand, o->id) == 0 ||
	    strcmp(path_base(operand), o->set) == 0;
}

struct op *
recover_find(struct op_list *ops, const char *operand, int undo,
    struct err *e)
{
	struct op *o;
	size_t i;

	for (i = 0; i < ops->n; i++) {
		o = &ops->v[i];
		if (is_meant(o, operand) && (o->state == OP_RESTORED ||
		    (o->state == OP_UNDONE && !undo)))
			return o;
	}
	err_set(e, ERR_REFUSED, "restore.none", "there is no restore to %s",
	    undo ? "undo" : "commit");
	err_hint(e, "what restores keep are databases named '…__ub_old_…' "
	    "and paths named '….ub-old-…'");
	return NULL;
}
