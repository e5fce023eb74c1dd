#include "ub/restore/flow.h"

#include "ub/restore/swap.h"

/* Something stays changed; the next run goes on from the record. */
static int
changed(struct err *e)
{
	const char *kind = e->kind && strcmp(e->kind, "restore.unknown") == 0
	    ? "restore.unknown"
	    : "restore.unfinished";

	err_as(e, ERR_CHANGED, kind);
	return err_hint(e, "the next ub-restore finishes it");
}

/* Take the copies away; the record is closed when they are gone. */
static int
clean(struct op *o, const struct source *src, struct err *e)
{
	if (swap_drop_fresh(o, src, e))
		return -1;
	return op_write(o, OP_CANCELLED, e);
}

/* Put into e that it was undone, or why that failed. Always -1. */
static int
tell(struct err *e, struct err *worse, const char *what)
{
	if (worse->kind) {
		err_in(e, "%s (%s)", what, worse->msg);
		err_release(worse);
		return changed(e);
	}
	return err_as(e, ERR_UNDONE, e->kind);
}

int
flow_cancel(struct op *o, const struct source *src, struct err *e)
{
	struct err worse = { 0 };

	clean(o, src, &worse);
	return tell(e, &worse, "copies beside the live ones are left behind");
}

static int
put_back(struct op *o, const struct source *src, struct err *e)
{
	int touched = 0;

	if (o->state != OP_REVERTING && op_write(o, OP_REVERTING, e))
		return -1;
	if (swap_all(o, SWAP_BACK, src, &touched, e))
		return -1;
	return clean(o, src, e);
}

static int
revert(struct op *o, const struct source *src, struct err *e)
{
	struct err worse = { 0 };

	put_back(o, src, &worse);
	return tell(e, &worse, "the swap failed and could not be put back");
}

static int
finish_swap(struct op *o, const struct source *src, struct err *e)
{
	int touched = 0;

	if (swap_all(o, SWAP_IN, src, &touched, e)) {
		if (e->code == ERR_CHANGED)
			return changed(e);
		return revert(o, src, e);
	}
	if (op_write(o, o->into ? OP_BESIDE : OP_RESTORED, e))
		return changed(e);
	return 0;
}

int
flow_swap(struct op *o, const struct source *src, struct err *e)
{
	if (op_write(o, OP_SWAPPING, e))
		return flow_cancel(o, src, e);
	return finish_swap(o, src, e);
}

static int
finish_undo(struct op *o, const struct source *src, struct err *e)
{
	struct err worse = { 0 };
	int touched = 0;

	if (swap_all(o, SWAP_UNDO, src, &touched, e) == 0)
		return op_write(o, OP_UNDONE, e) ? changed(e) : 0;
	if (touched || op_write(o, OP_RESTORED, &worse))
		changed(e);
	err_release(&worse);
	return -1;
}

int
flow_undo(struct op *o, const struct source *src, struct err *e)
{
	if (swap_prepare_undo(o, e) || op_write(o, OP_UNDOING, e))
		return -1;
	return finish_undo(o, src, e);
}

int
flow_recover(struct op *o, const struct source *src, struct err *e)
{
	int touched = 0;

	switch (o->state) {
	case OP_STAGING:
		return clean(o, src, e);
	case OP_SWAPPING:
		return finish_swap(o, src, e);
	case OP_REVERTING:
		return put_back(o, src, e) ? changed(e) : 0;
	case OP_UNDOING:
		if (swap_all(o, SWAP_UNDO, src, &touched, e) ||
		    op_write(o, OP_UNDONE, e))
			return changed(e);
		return 0;
	case OP_COMMITTING:
		return flow_commit(o, src, e);
	case OP_RESTORED:
	case OP_UNDONE:
	case OP_COMMITTED:
	case OP_CANCELLED:
	case OP_BESIDE:
		break;
	}
	return 0;
}
