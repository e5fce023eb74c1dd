/* What is kept beside is dropped. */
#include "ub/restore/flow.h"

#include "base/mem.h"
#include "sys/path.h"
#include "ub/load.h"
#include "ub/restore/dbswap.h"
#include "ub/restore/server.h"

static int
gone(const char *live, struct err *e)
{
	err_set(e, ERR_REFUSED, "restore.moved",
	    "'%s' is not there any more: what is kept may be the only copy",
	    live);
	return err_hint(e, "bring it back with ub-restore --undo");
}

/* Drop the database with this OID if it still has the name that it was kept
 * under. */
static int
drop(const struct dsn *admin, struct db *db, int64_t oid, const char *name,
    struct err *e)
{
	char *now = NULL;
	int r;

	if (!oid)
		return 0;
	r = dbswap_name(db, oid, &now, e);
	if (r == 0 && now && strcmp(now, name) == 0)
		r = load_drop(admin, name, e);
	free(now);
	return r;
}

/* After the undo of a restore that had made it, nothing is live. */
static int
may_be_away(const struct op *o, int64_t was_live)
{
	return o->state != OP_RESTORED && !was_live;
}

static int
check_db(const struct op *o, const struct op_db *d, struct db *db,
    struct err *e)
{
	int64_t oid = 0;

	if (o->state == OP_COMMITTING || may_be_away(o, d->live_oid))
		return 0;
	if (dbswap_oid(db, d->live, &oid, e))
		return -1;
	return oid ? 0 : gone(d->live, e);
}

static int
each_db(const struct op *o, const struct op_db *d,
    const struct source *src, struct err *e)
{
	const struct db_opts opts = { .shield = 1 };
	struct dsn admin = { 0 };
	struct db *db = NULL;
	int r = -1;

	if (server_admin(d, src, &admin, e))
		goto out;
	db = db_open(&admin, &opts, e);
	if (!db)
		goto out;
	r = check_db(o, d, db, e);
	if (r == 0 && o->state == OP_COMMITTING)
		r = drop(&admin, db, d->live_oid, d->old, e) ||
			drop(&admin, db, d->fresh_oid, d->undone, e)
		    ? -1
		    : 0;
out:
	db_close(db);
	dsn_release(&admin);
	return r;
}

static int
each_tree(const struct op *o, const struct op_tree *t, struct err *e)
{
	if (o->state == OP_COMMITTING)
		return path_remove(t->old, e) || path_remove(t->undone, e)
		    ? -1
		    : 0;
	if (may_be_away(o, t->live_ino) || path_exists(t->live))
		return 0;
	return gone(t->live, e);
}

/* First all is checked, then, in state committing, all is dropped. */
static int
each(const struct op *o, const struct source *src, struct err *e)
{
	size_t i;

	for (i = 0; i < o->n_dbs; i++)
		if (each_db(o, &o->dbs[i], src, e))
			return -1;
	for (i = 0; i < o->n_trees; i++)
		if (each_tree(o, &o->trees[i], e))
			return -1;
	return 0;
}

int
flow_commit(struct op *o, const struct source *src, struct err *e)
{
	if (o->state != OP_COMMITTING &&
	    (each(o, src, e) || op_write(o, OP_COMMITTING, e)))
		return -1;
	if (each(o, src, e) || op_write(o, OP_COMMITTED, e)) {
		err_as(e, ERR_CHANGED, "restore.unfinished");
		return err_hint(e, "the next ub-restore finishes it");
	}
	return 0;
}
